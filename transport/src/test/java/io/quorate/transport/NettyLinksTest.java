package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.quorate.node.port.Agent;
import io.quorate.node.port.PeerLinks.CloseReason;
import io.quorate.node.port.PeerLinks.Handler;
import io.quorate.node.port.PeerLinks.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NettyLinksTest {
    private final EventLoopGroup group = EventLoops.start(2, "links-test").group();
    private final List<NettyLinks> toClose = new ArrayList<>();

    /** Completes futures with what it hears. */
    private static class Recorder implements Handler {
        final CompletableFuture<Link> opened = new CompletableFuture<>();
        final CompletableFuture<CloseReason> closed = new CompletableFuture<>();
        final CompletableFuture<String> detail = new CompletableFuture<>();

        @Override
        public void opened(Link link) {
            opened.complete(link);
        }

        @Override
        public void received(Link link, ByteBuffer bytes) {}

        @Override
        public void drained(Link link) {}

        @Override
        public void closed(@Nullable Link link, CloseReason reason, String why) {
            closed.complete(reason);
            detail.complete(why);
        }
    }

    @AfterEach
    void shutDown() throws Exception {
        toClose.forEach(NettyLinks::close);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(5, TimeUnit.SECONDS);
    }

    private NettyLoop loop() {
        NettyLoop loop = new NettyLoop(group.next(), System::nanoTime, Throwable::printStackTrace);
        loop.drive(now -> Agent.NEVER);
        return loop;
    }

    private NettyLinks listen(NettyLoop loop) throws IOException {
        NettyLinks links = NettyLinks.listen(loop, "127.0.0.1", 0);
        toClose.add(links);
        return links;
    }

    private static String url(NettyLinks links) {
        return "http://127.0.0.1:" + links.localAddress().getPort();
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(10, TimeUnit.SECONDS);
    }

    @Test
    void bytesArriveInOrderAndAreCountedWhenTheSocketHasThem() throws Exception {
        NettyLoop here = loop();
        NettyLoop there = loop();
        NettyLinks dialling = listen(here);
        NettyLinks accepting = listen(there);
        int total = 8 << 20;
        CompletableFuture<Integer> firstWrong = new CompletableFuture<>();
        Recorder far = new Recorder() {
            private int at;

            @Override
            public void received(Link link, ByteBuffer bytes) {
                for (; bytes.hasRemaining(); at++) {
                    if (bytes.get() != (byte) (at * 31)) {
                        firstWrong.complete(at);
                    }
                }
                if (at == total) {
                    firstWrong.complete(-1);
                }
            }
        };
        accepting.accept(() -> far);
        CompletableFuture<Long> drained = new CompletableFuture<>();
        Recorder near = new Recorder() {
            @Override
            public void drained(Link link) {
                if (link.sentBytes() == total) {
                    drained.complete(link.queuedBytes());
                }
            }
        };
        here.execute(() -> dialling.connect(url(accepting), near));
        Link link = get(near.opened);
        here.execute(() -> sendPattern(link, total));
        assertThat(get(firstWrong)).isEqualTo(-1);
        assertThat(get(drained)).isEqualTo(total);
    }

    /** In buffers of very different sizes, with a flush now and then. */
    private static void sendPattern(Link link, int total) {
        int size = 1;
        for (int at = 0; at < total; ) {
            byte[] bytes = new byte[Math.min(size, total - at)];
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = (byte) ((at + i) * 31);
            }
            at += bytes.length;
            link.send(ByteBuffer.wrap(bytes));
            if (size % 3 == 0) {
                link.flush();
            }
            size = size > 300_000 ? 1 : size * 2 + 1;
        }
        link.flush();
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        NettyLinks first = listen(loop());
        int port = first.localAddress().getPort();
        assertThatThrownBy(() -> NettyLinks.listen(loop(), "127.0.0.1", port))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + port)
                .hasMessageContaining("in use");
    }

    @Test
    void nobodyListeningIsRefusedAndNoAddressIsUnreachable() throws Exception {
        NettyLoop loop = loop();
        NettyLinks links = listen(loop);
        NettyLinks gone = listen(loop());
        String url = url(gone);
        gone.close();
        Recorder refused = new Recorder();
        loop.execute(() -> links.connect(url, refused));
        assertThat(get(refused.closed)).isEqualTo(CloseReason.REFUSED);

        Recorder noTls = new Recorder();
        loop.execute(() -> links.connect("https://127.0.0.1:1", noTls));
        assertThat(get(noTls.closed)).isEqualTo(CloseReason.UNREACHABLE);
        assertThat(get(noTls.detail)).contains("TLS");

        Recorder noPort = new Recorder();
        loop.execute(() -> links.connect("http://no-such-host.invalid:65536", noPort));
        assertThat(get(noPort.closed)).isEqualTo(CloseReason.UNREACHABLE);
        assertThat(get(noPort.detail)).contains("needs the form http://host:port");

        Recorder noName = new Recorder();
        loop.execute(() -> links.connect("http://no-such-host.invalid:1", noName));
        assertThat(get(noName.closed)).isEqualTo(CloseReason.UNREACHABLE);
        assertThat(get(noName.detail)).contains("no-such-host.invalid");
    }

    @Test
    void eachSideIsToldWhoClosed() throws Exception {
        NettyLoop here = loop();
        NettyLoop there = loop();
        NettyLinks dialling = listen(here);
        NettyLinks accepting = listen(there);
        Recorder far = new Recorder();
        accepting.accept(() -> far);
        Recorder near = new Recorder();
        here.execute(() -> dialling.connect(url(accepting), near));
        Link link = get(near.opened);
        get(far.opened);
        here.execute(link::close);
        assertThat(get(near.closed)).isEqualTo(CloseReason.CLOSED_HERE);
        assertThat(get(far.closed)).isEqualTo(CloseReason.CLOSED_BY_PEER);
    }

    @Test
    void closingReleasesThePortAndEveryConnection() throws Exception {
        NettyLoop here = loop();
        NettyLinks dialling = listen(here);
        NettyLinks accepting = listen(loop());
        Recorder far = new Recorder();
        accepting.accept(() -> far);
        Recorder near = new Recorder();
        here.execute(() -> dialling.connect(url(accepting), near));
        get(near.opened);
        get(far.opened);
        int port = accepting.localAddress().getPort();
        accepting.close();
        assertThat(get(near.closed)).isEqualTo(CloseReason.CLOSED_BY_PEER);
        assertThat(get(far.closed)).isEqualTo(CloseReason.CLOSED_HERE);
        NettyLinks again = NettyLinks.listen(loop(), "127.0.0.1", port);
        toClose.add(again);
        assertThat(again.localAddress().getPort()).isEqualTo(port);
    }

    @Test
    void whatAHandlerThrowsReachesTheLoopsOwner() throws Exception {
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        NettyLoop there = new NettyLoop(group.next(), System::nanoTime, failure::complete);
        there.drive(now -> Agent.NEVER);
        NettyLinks accepting = listen(there);
        accepting.accept(() -> new Recorder() {
            @Override
            public void received(Link link, ByteBuffer bytes) {
                throw new IllegalStateException("broken handler");
            }
        });
        NettyLoop here = loop();
        NettyLinks dialling = listen(here);
        Recorder near = new Recorder();
        here.execute(() -> dialling.connect(url(accepting), near));
        Link link = get(near.opened);
        here.execute(() -> {
            link.send(ByteBuffer.wrap(new byte[] {1}));
            link.flush();
        });
        assertThat(get(failure)).hasMessage("broken handler");
    }
}
