package io.quorate.node.peer;

import io.quorate.node.peer.Hello.Purpose;
import io.quorate.node.port.PeerLinks.CloseReason;
import io.quorate.node.port.PeerLinks.Handler;
import io.quorate.node.port.PeerLinks.Link;
import io.quorate.raft.MalformedMessageException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection, dialled or accepted: cuts its bytes into frames, holds the handshake, bounds what waits for its socket, and
 * closes it with a reason when what comes is malformed or when nothing comes.
 */
final class PeerLink implements Handler, FrameReader.Sink {
    /** A handshake carries a set of members; nothing else is taken before it. */
    private static final int GREETING_BYTES = 256 << 10;

    private static final long LINGER_NANOS = 500_000_000L;

    private enum Phase {
        CONNECTING,
        GREETING,
        UP,
        /** Our last word is sent; the other side closes, or time does. */
        LINGERING,
        /** Asked to close; nothing is read or sent any more. */
        CLOSING,
        CLOSED
    }

    private final PeerSessions sessions;
    private final PeersConfig config;
    private final FrameReader reader = new FrameReader(GREETING_BYTES);
    /** Whom we meant to reach; null on an accepted connection. */
    private final @Nullable PeerSession dialled;

    private @Nullable Purpose purpose;
    private Phase phase = Phase.CONNECTING;
    private @Nullable Link link;
    private @Nullable PeerSession session;
    private @Nullable Hello hello;
    private @Nullable String closeText;
    private boolean dirty;
    private long sentAt;
    private long heardAt;
    /** When GREETING or LINGERING end by force. */
    private long deadline;

    PeerLink(PeerSessions sessions, PeersConfig config, @Nullable PeerSession dialled, @Nullable Purpose purpose) {
        this.sessions = sessions;
        this.config = config;
        this.dialled = dialled;
        this.purpose = purpose;
    }

    @Nullable
    PeerSession dialled() {
        return dialled;
    }

    @Nullable
    PeerSession session() {
        return session;
    }

    /** Null on an accepted connection before its handshake. */
    @Nullable
    Purpose purpose() {
        return purpose;
    }

    /** The other side's, once it has come and been accepted. */
    @Nullable
    Hello hello() {
        return hello;
    }

    /** What the other side calls itself; may be empty. */
    String name() {
        return hello == null ? "" : hello.name();
    }

    /** What is spoken on it: the lower of the two newest versions; 0 before the handshake. */
    int version() {
        return hello == null ? 0 : config.versions().agreed(hello.versions());
    }

    boolean isUp() {
        return phase == Phase.UP;
    }

    /** Accepted, open, and not known to be a member's. */
    boolean isStranger() {
        return dialled == null && (phase == Phase.GREETING || phase == Phase.LINGERING);
    }

    String remote() {
        return link == null ? "not connected" : link.remote();
    }

    // ---- what the transport says

    @Override
    public void opened(Link opened) {
        link = opened;
        phase = Phase.GREETING;
        heardAt = sessions.now();
        deadline = heardAt + config.handshakeMillis() * 1_000_000L;
        sessions.opened(this);
        if (dialled != null && purpose != null) {
            sendNow(sessions.hello(purpose, dialled.id(), false).encode());
        }
    }

    @Override
    public void received(Link from, ByteBuffer bytes) {
        heardAt = sessions.now();
        if (phase != Phase.GREETING && phase != Phase.UP) {
            return;
        }
        try {
            reader.read(bytes, this);
        } catch (MalformedFrameException | MalformedMessageException e) {
            close("malformed: " + e.getMessage());
        }
    }

    @Override
    public void drained(Link from) {}

    @Override
    public void closed(@Nullable Link closing, CloseReason reason, String detail) {
        if (phase != Phase.CLOSED) {
            phase = Phase.CLOSED;
            sessions.closed(this, reason, closeText == null ? detail : closeText);
        }
    }

    // ---- frames

    @Override
    public boolean frame(FrameType type, ByteBuffer header, ByteBuffer payload) {
        if (type == FrameType.REFUSED) {
            if (dialled == null && phase == Phase.GREETING) {
                throw new MalformedFrameException("a refusal before the handshake");
            }
            HandshakeRefusal refusal = HandshakeRefusal.decode(header);
            sessions.refusedByPeer(this, refusal);
            close("refused by " + remote() + ": " + refusal.text());
        } else if (phase == Phase.GREETING) {
            greeting(type, header);
        } else {
            sessions.frame(this, type, header, payload);
        }
        return phase == Phase.GREETING || phase == Phase.UP;
    }

    private void greeting(FrameType type, ByteBuffer header) {
        if (type != FrameType.HELLO) {
            throw new MalformedFrameException(type + " before the handshake");
        }
        HandshakeRefusal refusal = HandshakeRefusal.ofVersions(config.versions(), Hello.versions(header));
        if (refusal != null) {
            refuse(refusal);
            return;
        }
        Hello theirs = Hello.decode(header);
        if (purpose != null && purpose != theirs.purpose()) {
            throw new MalformedFrameException("a connection for " + purpose + " answered as " + theirs.purpose());
        }
        purpose = theirs.purpose();
        sessions.greeted(this, theirs);
    }

    /** The handshake holds: from now on messages go both ways. */
    void up(PeerSession with, Hello theirs) {
        session = with;
        hello = theirs;
        phase = Phase.UP;
        reader.maxFrameBytes(config.frameBytes());
    }

    // ---- sending

    /** The most bytes of records that the other side takes in one message. */
    int payloadBound() {
        int overhead = Frame.PREFIX_BYTES + FrameType.APPEND_ENTRIES.headerBytes();
        return hello == null ? 0 : Math.max(0, hello.frameBound() - overhead);
    }

    /** @return false when it was not queued: the bound is reached, or the other side would not take it */
    boolean offer(ByteBuffer head, List<ByteBuffer> payload, boolean bulky) {
        long bytes = head.remaining();
        for (ByteBuffer part : payload) {
            bytes += part.remaining();
        }
        if (link == null || phase != Phase.UP || hello == null) {
            return false;
        }
        if (bytes > hello.frameBound()) {
            sessions.tooLarge(this, bytes, hello.frameBound());
            return false;
        }
        if (!hasRoom(bytes, bulky ? config.queueBytes() : config.queueBytes() + config.queueBytes() / 8)) {
            return false;
        }
        link.send(head);
        for (ByteBuffer part : payload) {
            link.send(part.duplicate());
        }
        if (!dirty) {
            dirty = true;
            sessions.dirty(this);
        }
        sentAt = sessions.now();
        return true;
    }

    /** Whether so much bulk may be queued now. */
    boolean hasRoomForBulk(long bytes) {
        return hasRoom(bytes, config.queueBytes());
    }

    private boolean hasRoom(long bytes, long bound) {
        return waitingBytes() + bytes <= bound;
    }

    void sendNow(ByteBuffer frame) {
        if (link != null) {
            link.send(frame);
            sentAt = sessions.now();
            flush();
        }
    }

    void flush() {
        dirty = false;
        if (link != null && phase != Phase.CLOSING && phase != Phase.CLOSED) {
            link.flush();
        }
    }

    long queuedBytes() {
        return link == null ? 0 : link.queuedBytes();
    }

    long sentBytes() {
        return link == null ? 0 : link.sentBytes();
    }

    long waitingBytes() {
        return queuedBytes() - sentBytes();
    }

    // ---- ending

    /** Says why, then leaves it to the other side to close: closing at once could take the words with it. */
    void refuse(HandshakeRefusal refusal) {
        closeText = "refused: " + refusal.text();
        sendNow(refusal.encode());
        linger();
        sessions.refusedHere(this, refusal);
    }

    void linger() {
        phase = Phase.LINGERING;
        deadline = sessions.now() + LINGER_NANOS;
    }

    void close(String why) {
        if (closeText == null) {
            closeText = why;
        }
        if (phase != Phase.CLOSED && link != null) {
            phase = Phase.CLOSING;
            link.close();
        }
    }

    /** @return when it wants to be asked again */
    long turn(long now) {
        if (phase == Phase.GREETING || phase == Phase.LINGERING) {
            if (now >= deadline) {
                close("no handshake within " + config.handshakeMillis() + " ms");
                return Long.MAX_VALUE;
            }
            return deadline;
        }
        if (phase != Phase.UP) {
            return Long.MAX_VALUE;
        }
        long silentAt = heardAt + config.silenceMillis() * 1_000_000L;
        if (now >= silentAt) {
            close("nothing came for " + config.silenceMillis() + " ms");
            return Long.MAX_VALUE;
        }
        long pingAt = sentAt + config.pingMillis() * 1_000_000L;
        if (now >= pingAt) {
            ping();
            pingAt = now + config.pingMillis() * 1_000_000L;
        }
        return Math.min(silentAt, pingAt);
    }

    void ping() {
        if (waitingBytes() <= config.queueBytes()) {
            sendNow(Frame.finish(Frame.begin(FrameType.PING)));
        }
        sentAt = sessions.now();
    }

    /** We ourselves paused: what they sent meanwhile has not been read yet. */
    void excuse(long now) {
        heardAt = now;
    }
}
