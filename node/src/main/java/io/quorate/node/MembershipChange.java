package io.quorate.node;

import io.quorate.raft.membership.Lease;
import io.quorate.raft.membership.Membership;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * What to change about who belongs to the cluster: one or more edits that happen together or not at all.
 *
 * <pre>{@code
 * node.change(MembershipChange.addLearner("n4", "http://10.0.0.4:2380"));
 * node.change(MembershipChange.remove(id).expecting(membership.index()));
 * }</pre>
 *
 * @param expectedIndex the change is refused when the membership has another {@code index()} than this: somebody changed it
 *     since it was looked at; {@link #ANY_INDEX} changes whatever it is
 * @param edits at least one, done in this order
 */
public record MembershipChange(long expectedIndex, List<Edit> edits) {
    public static final long ANY_INDEX = -1;

    // A membership is told in each handshake, so it must stay small.
    public static final int MAX_EDITS = 100;
    public static final int MAX_NAME_BYTES = 255;
    public static final int MAX_PEER_URLS = 8;
    public static final int MAX_URL_BYTES = 512;

    /** Of one member's peer URLs together: a membership is told in one message. */
    public static final int MAX_URLS_BYTES = 1024;

    /** What a new member is to be. */
    public enum As {
        /** Gets the log and counts in no quorum. */
        LEARNER,
        /** A learner that becomes a voter by itself, as soon as it has started and caught up. */
        JOINING,
        /** Listed as a voter at once, as etcd does; it counts from when it has started and caught up. */
        VOTER
    }

    /** One step. */
    public sealed interface Edit {}

    /**
     * A member that has not started yet.
     *
     * @param id never used before in this cluster; 0: one is drawn
     * @param name for people, at most {@link #MAX_NAME_BYTES} in UTF-8; may be empty, then it is told by the member itself
     * @param peerUrls one to {@link #MAX_PEER_URLS} of at most {@link #MAX_URL_BYTES} each
     */
    public record Add(long id, String name, List<String> peerUrls, As as) implements Edit {
        public Add {
            peerUrls = urls(peerUrls);
            if (bytes(name) > MAX_NAME_BYTES) {
                throw misuse("a member's name has at most " + MAX_NAME_BYTES + " bytes, not " + bytes(name));
            }
        }
    }

    /** A learner becomes a voter. */
    public record Promote(long id) implements Edit {}

    /** Its id is never used again. */
    public record Remove(long id) implements Edit {}

    /** Where its peers reach it from now on. */
    public record MoveTo(long id, List<String> peerUrls) implements Edit {
        public MoveTo {
            peerUrls = urls(peerUrls);
        }
    }

    /** Of the voters one of the highest priority should lead; 0 to 255. */
    public record Prioritise(long id, int priority) implements Edit {
        public Prioritise {
            if (priority < 0 || priority > io.quorate.raft.membership.Member.MAX_PRIORITY) {
                throw misuse("a priority is in [0, 255], not " + priority);
            }
        }
    }

    /**
     * What voters promise to a leader from now on, and so whether {@link Consistency#LEASE} may be served without a message.
     * Danger: all members' clocks must keep to the drift stated; see {@link Lease}.
     */
    public record SetLease(Lease lease) implements Edit {}

    /**
     * What the members may write into log and snapshots from now on. Refused unless every member is connected and its build knows it.
     * Danger: it never falls again. From then on no build that does not know that version can run a member, be it from its own
     * directory.
     */
    public record RaiseVersion(int version) implements Edit {
        public RaiseVersion {
            if (version < Membership.FIRST_VERSION || version > Membership.MAX_VERSION) {
                throw misuse("a cluster version is in [" + Membership.FIRST_VERSION + ", " + Membership.MAX_VERSION
                        + "], not " + version);
            }
        }
    }

    public MembershipChange {
        edits = List.copyOf(edits);
        if (edits.isEmpty() || expectedIndex < ANY_INDEX) {
            throw misuse("a change of the membership without edits");
        }
        if (edits.size() > MAX_EDITS) {
            throw misuse("a change of the membership has at most " + MAX_EDITS + " edits, not " + edits.size());
        }
    }

    /** @throws RaftException if a member cannot have these addresses */
    private static List<String> urls(List<String> peerUrls) {
        if (peerUrls.isEmpty() || peerUrls.size() > MAX_PEER_URLS) {
            throw misuse("a member has one to " + MAX_PEER_URLS + " peer URLs, not " + peerUrls.size());
        }
        for (String url : peerUrls) {
            if (bytes(url) > MAX_URL_BYTES) {
                throw misuse("a peer URL has at most " + MAX_URL_BYTES + " bytes, not " + bytes(url));
            }
        }
        int all = peerUrls.stream().mapToInt(MembershipChange::bytes).sum();
        if (all > MAX_URLS_BYTES) {
            throw misuse("a member's peer URLs have at most " + MAX_URLS_BYTES + " bytes together, not " + all);
        }
        return List.copyOf(peerUrls);
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static RaftException misuse(String text) {
        return new RaftException(RaftException.Code.MISUSE, text);
    }

    public static MembershipChange of(Edit... edits) {
        return new MembershipChange(ANY_INDEX, List.of(edits));
    }

    public static MembershipChange addLearner(String name, String... peerUrls) {
        return of(new Add(0, name, List.of(peerUrls), As.LEARNER));
    }

    /** A learner that becomes a voter by itself, as soon as it has started and caught up. */
    public static MembershipChange addVoter(String name, String... peerUrls) {
        return of(new Add(0, name, List.of(peerUrls), As.JOINING));
    }

    public static MembershipChange promote(long id) {
        return of(new Promote(id));
    }

    public static MembershipChange remove(long id) {
        return of(new Remove(id));
    }

    /**
     * Switches leases on.
     *
     * @param promise how long each voter stands by a leader that it has heard, in [10 ms, 10 min]; so long no other is elected
     *     when it is lost, whatever closes or restarts. About an election timeout is usual
     * @param driftPerMille by how much the slowest clock of the members may fall behind the fastest, in [0, 500]
     */
    public static MembershipChange lease(Duration promise, int driftPerMille) {
        try {
            return of(new SetLease(new Lease(Math.toIntExact(promise.toMillis()), driftPerMille)));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw misuse("a lease of " + promise + ": " + e.getMessage());
        }
    }

    public static MembershipChange noLease() {
        return of(new SetLease(Lease.OFF));
    }

    /** Of no use below the version that the cluster has: that is refused. */
    public static MembershipChange raiseVersion(int version) {
        return of(new RaiseVersion(version));
    }

    /** The same, refused when the membership is another one than that with this index. */
    public MembershipChange expecting(long membershipIndex) {
        return new MembershipChange(membershipIndex, edits);
    }
}
