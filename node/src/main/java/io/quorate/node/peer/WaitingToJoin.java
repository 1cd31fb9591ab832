package io.quorate.node.peer;

import io.quorate.node.peer.Hello.Purpose;
import io.quorate.node.port.PeerLinks;
import io.quorate.node.port.PeerLinks.CloseReason;
import io.quorate.node.port.PeerLinks.Handler;
import io.quorate.node.port.PeerLinks.Link;
import io.quorate.node.port.Versions;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process answers that waits until a cluster has added it: its name, to whoever asks who it is. It has no identity yet,
 * so everything else that comes is closed.
 */
public final class WaitingToJoin implements PeerLinks.Acceptor {
    private static final Logger LOG = LoggerFactory.getLogger("io.quorate.node");
    private static final int FRAME_BYTES = 64 << 10;

    private final String name;

    /** @param name as the process calls itself */
    public WaitingToJoin(String name) {
        this.name = name;
    }

    /** @param why it waits, for people */
    public void tell(String why) {
        LOG.info("waiting-to-be-added node={} text=\"{}\"", name, why);
    }

    @Override
    public Handler accept() {
        return new Answering();
    }

    private final class Answering implements Handler {
        private final FrameReader reader = new FrameReader(FRAME_BYTES);

        @Override
        public void opened(Link link) {}

        @Override
        public void received(Link link, ByteBuffer bytes) {
            try {
                reader.read(bytes, (type, header, payload) -> {
                    answer(link, type, header);
                    return false;
                });
            } catch (MalformedFrameException e) {
                link.close();
            }
        }

        /** Who asked closes when it has heard. */
        private void answer(Link link, FrameType type, ByteBuffer header) {
            boolean asks = type == FrameType.HELLO
                    && HandshakeRefusal.ofVersions(Versions.CURRENT, Hello.versions(header)) == null
                    && Hello.decode(header).purpose() == Purpose.ASK;
            if (!asks) {
                throw new MalformedFrameException("this process waits until a cluster has added it");
            }
            link.send(Hello.waiting(FRAME_BYTES, name).encode());
            link.flush();
        }

        @Override
        public void drained(Link link) {}

        @Override
        public void closed(@Nullable Link link, CloseReason reason, String detail) {}
    }
}
