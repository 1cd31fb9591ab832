package io.quorate.node.peer;

import io.quorate.node.peer.Hello.Purpose;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of one other member, and its connections. */
final class PeerSession {
    /** One of the connections that should stand, and the attempts to make it. */
    static final class Line {
        final Purpose purpose;
        /** The connection in use. */
        @Nullable
        PeerLink up;

        /** The attempt under way. */
        @Nullable
        PeerLink trying;

        long retryAt = Long.MIN_VALUE;
        int failures;

        Line(Purpose purpose) {
            this.purpose = purpose;
        }

        void retryAtOnce() {
            retryAt = Long.MIN_VALUE;
            failures = 0;
        }
    }

    private final long id;
    /** Each pair has one side that dials, so that there is never more than one connection of a kind. */
    private final boolean dials;

    final Line log = new Line(Purpose.LOG);
    final Line bulk = new Line(Purpose.BULK);
    final Line probe = new Line(Purpose.PROBE);
    /** Dialled from here by need, whoever dials the others. */
    final Line snapshot = new Line(Purpose.SNAPSHOT);

    /** On which the other side fetches. */
    @Nullable
    PeerLink serving;

    /** Whether a snapshot is fetched from there. */
    boolean fetches;

    /** Null for one whom the membership does not name (yet). */
    @Nullable
    Member member;

    /** As it says itself, in the newest set that it told and that names it: where a snapshot is fetched from one without a {@link #member}. */
    @Nullable
    private Member announced;

    boolean knowsLeader;
    /** Whether a log connection stood in this life of the process. */
    boolean wasUp;
    /** Between a lost connection and the next. */
    boolean gone;
    /** The listener was told {@code peerLost}, and no {@code peerBack} since. */
    boolean lostReported;
    /** It came back in another life: what it led is over, connected or not. */
    boolean newLife;
    /** It has no address of ours. */
    boolean cannotDial;
    /** What went wrong last, for status; empty when nothing did. */
    String problem = "not connected yet";

    private final List<PeerLink> counted = new ArrayList<>();
    private long retiredBytes;

    PeerSession(long id, boolean dials, @Nullable Member member) {
        this.id = id;
        this.dials = dials;
        this.member = member;
    }

    long id() {
        return id;
    }

    boolean isConnected() {
        return log.up != null && log.up.isUp();
    }

    /** Whether a connection of that line should be dialled from here. */
    boolean wants(Line line) {
        Member known = known(line);
        if (known == null || known.peerUrls().isEmpty() || line.trying != null) {
            return false;
        }
        if (line == snapshot) {
            return fetches && line.up == null;
        }
        boolean dialsHere = dials || cannotDial;
        return line == probe ? !dialsHere && log.up == null : dialsHere && line.up == null;
    }

    /** A log that is so far behind that it needs a snapshot may name none of those who have one. */
    private @Nullable Member known(Line line) {
        return member == null && line == snapshot ? announced : member;
    }

    /** It told of the set that its log holds. */
    void told(@Nullable Membership set) {
        Member itself = set == null ? null : set.member(id);
        announced = itself == null ? announced : itself;
    }

    Line line(Purpose purpose) {
        return switch (purpose) {
            case LOG -> log;
            case BULK -> bulk;
            case PROBE -> probe;
            case SNAPSHOT -> snapshot;
            case ASK -> throw new IllegalArgumentException("a question is no line of a session");
        };
    }

    String url(Line line) {
        Member known = known(line);
        if (known == null) {
            throw new IllegalStateException("no address of member " + Long.toHexString(id));
        }
        List<String> urls = known.peerUrls();
        return urls.get(line.failures % urls.size());
    }

    void retryAtOnce() {
        log.retryAtOnce();
        bulk.retryAtOnce();
        probe.retryAtOnce();
        snapshot.retryAtOnce();
    }

    boolean isIdle() {
        return log.up == null
                && bulk.up == null
                && snapshot.up == null
                && serving == null
                && log.trying == null
                && bulk.trying == null
                && probe.trying == null
                && snapshot.trying == null;
    }

    // ---- bytes of the log connection, through all its lives

    void count(PeerLink link) {
        counted.add(link);
    }

    void retire(PeerLink link) {
        if (counted.remove(link)) {
            retiredBytes += link.queuedBytes();
        }
    }

    long queuedBytes() {
        long bytes = retiredBytes;
        for (PeerLink link : counted) {
            bytes += link.queuedBytes();
        }
        return bytes;
    }

    /** Buffers are let go in the order in which they were queued, so an older connection that still closes counts first. */
    long sentBytes() {
        long bytes = retiredBytes;
        for (PeerLink link : counted) {
            bytes += link.sentBytes();
            if (link.waitingBytes() > 0) {
                break;
            }
        }
        return bytes;
    }
}
