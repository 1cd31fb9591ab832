package io.quorate.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.IoEventLoop;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.quorate.node.port.PeerLinks;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * {@link PeerLinks} over TCP, all of it on one event loop: accepted and dialled connections are registered there, and the
 * loop's agent gets a turn after each pass in which one of them had news. Names are resolved on a thread of their own, since
 * that blocks.
 */
public final class NettyLinks implements PeerLinks, AutoCloseable {
    private static final int CONNECT_TIMEOUT_MILLIS = 2000;
    private static final int CLOSE_TIMEOUT_MILLIS = 2000;
    private static final int BACKLOG = 256;

    private final NettyLoop loop;
    private final boolean epoll;
    /** Null where nobody is accepted. */
    private final @Nullable Channel server;

    private final ExecutorService resolver;
    /** Of the loop's thread alone. */
    private final List<NettyLink> open = new ArrayList<>();

    private @Nullable Acceptor acceptor;
    private boolean closed;

    private NettyLinks(NettyLoop loop, boolean epoll, @Nullable Channel server) {
        this.loop = loop;
        this.epoll = epoll;
        this.server = server;
        this.resolver = Executors.newSingleThreadExecutor(new DefaultThreadFactory("quorate-resolver", true));
    }

    /**
     * Takes the address; nobody is accepted before {@link #accept}. Not to be called on the loop.
     *
     * @param port 0 for any free one
     * @throws IOException naming the address and why it cannot be had, e.g. that it is in use
     */
    public static NettyLinks listen(NettyLoop loop, String host, int port) throws IOException {
        boolean epoll = isEpoll(loop);
        Class<? extends ServerChannel> kind = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        Accepting accepting = new Accepting();
        ChannelFuture bound = new ServerBootstrap()
                .group(loop.eventLoop(), loop.eventLoop())
                .channel(kind)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(accepting)
                .bind(host, port)
                .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new IOException(
                    "cannot listen for peers: " + ListenFailure.sentence(host + ":" + port, cause), cause);
        }
        NettyLinks links = new NettyLinks(loop, epoll, bound.channel());
        accepting.links = links;
        return links;
    }

    /** Links that only dial. */
    public static NettyLinks dialling(NettyLoop loop) {
        return new NettyLinks(loop, isEpoll(loop), null);
    }

    private static boolean isEpoll(NettyLoop loop) {
        return loop.eventLoop() instanceof IoEventLoop io && io.isIoType(EpollIoHandler.class);
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }

    /** Makes the link of an accepted channel. Set before the first is accepted, for that needs {@link #accept}. */
    private static final class Accepting extends ChannelInitializer<Channel> {
        private volatile @Nullable NettyLinks links;

        @Override
        @SuppressWarnings("FutureReturnValueIgnored")
        protected void initChannel(Channel channel) {
            NettyLinks to = links;
            Acceptor asked = to == null ? null : to.acceptor;
            if (to == null || asked == null || to.closed) {
                channel.close();
            } else {
                channel.pipeline().addLast(new NettyLink(to, to.loop, asked.accept()));
            }
        }
    }

    /** Where peers are accepted, with the port that was really taken. */
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) listening().localAddress();
    }

    @Override
    public void accept(Acceptor toAsk) {
        acceptor = toAsk;
        listening().config().setAutoRead(true);
    }

    private Channel listening() {
        if (server == null) {
            throw new IllegalStateException("these links only dial");
        }
        return server;
    }

    @Override
    public void connect(String peerUrl, Handler handler) {
        try {
            PeerAddress address = PeerAddress.of(peerUrl);
            if (address.isLiteral()) {
                dial(address.resolve(), handler);
            } else {
                resolver.execute(() -> resolve(address, handler));
            }
        } catch (IllegalArgumentException | UnknownHostException | RejectedExecutionException e) {
            later(() -> handler.closed(null, CloseReason.UNREACHABLE, reason(e)));
        }
    }

    private void resolve(PeerAddress address, Handler handler) {
        try {
            InetSocketAddress resolved = address.resolve();
            later(() -> dial(resolved, handler));
        } catch (UnknownHostException | IllegalArgumentException e) { // whatever it is, the handler must hear of it
            later(() -> handler.closed(
                    null, CloseReason.UNREACHABLE, "the name " + address.host() + " cannot be resolved"));
        }
    }

    /** On the loop, then a turn. */
    private void later(Runnable news) {
        loop.execute(() -> {
            hand(news);
            loop.wake();
        });
    }

    private void dial(InetSocketAddress address, Handler handler) {
        if (closed) {
            handler.closed(null, CloseReason.CLOSED_HERE, "closed here");
            return;
        }
        NettyLink link = new NettyLink(this, loop, handler);
        ChannelFuture connected = new Bootstrap()
                .group(loop.eventLoop())
                .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .handler(link)
                .connect(address);
        connected.addListener(done -> {
            Throwable cause = done.cause();
            if (cause != null) {
                hand(() -> handler.closed(null, reasonOf(cause), reason(cause)));
                loop.wake();
            }
        });
    }

    /** Refused means: the computer answers that nobody listens; so the process is gone, and that is a hint. */
    private static CloseReason reasonOf(Throwable cause) {
        boolean refused = cause instanceof ConnectException
                && !(cause instanceof ConnectTimeoutException)
                && reason(cause).contains("refused");
        return refused ? CloseReason.REFUSED : CloseReason.UNREACHABLE;
    }

    /** What a handler throws is not the connection's fault: the loop's owner must hear of it. */
    void hand(Runnable news) {
        try {
            news.run();
        } catch (Throwable e) {
            loop.fail(e);
        }
    }

    void add(NettyLink link) {
        open.add(link);
        if (closed) {
            link.close();
        }
    }

    void remove(NettyLink link) {
        open.remove(link);
    }

    /**
     * Listens no more and closes every connection, within two seconds; on the loop itself it only begins to. Idempotent.
     */
    @Override
    public void close() {
        resolver.shutdownNow();
        CompletableFuture<Void> done = new CompletableFuture<>();
        try {
            loop.execute(() -> {
                closed = true;
                List.copyOf(open).forEach(NettyLink::close);
                if (server == null) {
                    done.complete(null);
                } else {
                    server.close().addListener(f -> done.complete(null));
                }
            });
        } catch (RejectedExecutionException shutDown) {
            return;
        }
        if (!loop.inLoop()) {
            await(done);
        }
    }

    private static void await(CompletableFuture<Void> done) {
        try {
            done.get(CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the peers' port was not released in time", e);
        }
    }
}
