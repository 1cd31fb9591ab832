package io.quorate.node.peer;

import io.quorate.node.port.PeerLinks.CloseReason;
import io.quorate.node.port.PeerLinks.Handler;
import io.quorate.node.port.PeerLinks.Link;
import io.quorate.node.port.Versions;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection on which somebody without an identity asks whoever answers who that is, and hears it, or why not, once. */
final class Asking implements Handler {
    private static final int ANSWER_BYTES = 256 << 10;

    private final Consumer<Hello> answered;
    private final Consumer<String> failed;
    private final FrameReader reader = new FrameReader(ANSWER_BYTES);
    private @Nullable Link open;
    private boolean heard;
    private boolean over;

    Asking(Consumer<Hello> answered, Consumer<String> failed) {
        this.answered = answered;
        this.failed = failed;
    }

    /** Nothing is to be heard any more. */
    void close() {
        over = true;
        Link link = open;
        if (link != null) {
            link.close();
        }
    }

    @Override
    public void opened(Link link) {
        open = link;
        if (over) {
            link.close();
            return;
        }
        link.send(Hello.asking(ANSWER_BYTES).encode());
        link.flush();
    }

    @Override
    public void received(Link link, ByteBuffer bytes) {
        try {
            reader.read(bytes, (type, header, payload) -> {
                take(type, header);
                return false;
            });
        } catch (MalformedFrameException e) {
            fail(String.valueOf(e.getMessage()));
        }
        if (heard) {
            link.close();
        }
    }

    private void take(FrameType type, ByteBuffer header) {
        if (type == FrameType.REFUSED) {
            fail(HandshakeRefusal.decode(header).text());
            return;
        }
        if (type != FrameType.HELLO) {
            throw new MalformedFrameException(type + " before the handshake");
        }
        HandshakeRefusal refusal = HandshakeRefusal.ofVersions(Versions.CURRENT, Hello.versions(header));
        if (refusal != null) {
            fail(refusal.text());
        } else if (!heard) {
            heard = true;
            answered.accept(Hello.decode(header));
        }
    }

    private void fail(String why) {
        if (!heard) {
            heard = true;
            failed.accept(why);
        }
    }

    @Override
    public void drained(Link link) {}

    @Override
    public void closed(@Nullable Link link, CloseReason reason, String detail) {
        open = null;
        fail(detail);
    }
}
