package io.quorate.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.quorate.node.port.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Event loops, over native epoll where it is there, else over Java's selector; their threads are daemons. A node, its peers
 * and, in a server, its clients may share them: then nothing is handed from thread to thread between them.
 */
public final class EventLoops {
    private final EventLoopGroup group;

    private EventLoops(EventLoopGroup group) {
        this.group = group;
    }

    /**
     * @param threads 1 or more
     * @param name of the threads, which are numbered
     */
    public static EventLoops start(int threads, String name) {
        return new EventLoops(new MultiThreadIoEventLoopGroup(
                threads,
                new DefaultThreadFactory(name, true),
                Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory()));
    }

    public EventLoopGroup group() {
        return group;
    }

    /** The kind of server socket that fits these loops. */
    public Class<? extends ServerChannel> serverChannel() {
        return Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** The next of these loops, to turn an agent on; see {@link NettyLoop}. */
    public NettyLoop next(Clock clock, Consumer<Throwable> onFailure) {
        return new NettyLoop(group.next(), clock, onFailure);
    }

    /** Ends them and waits for that, at most twice as long. */
    public void end(long seconds) {
        group.shutdownGracefully(0, seconds, TimeUnit.SECONDS).awaitUninterruptibly(2 * seconds, TimeUnit.SECONDS);
    }
}
