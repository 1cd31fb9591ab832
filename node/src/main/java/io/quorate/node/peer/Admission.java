package io.quorate.node.peer;

import io.quorate.node.peer.HandshakeRefusal.Reason;
import io.quorate.node.port.Identity;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The identity rules: whom this member talks with. They stand before the core, so that nobody who lost what he promised (a
 * wiped directory, an old image, a copy) can vote a second time. What was seen of a member's starts is kept for this life of the
 * process.
 */
final class Admission {
    private final Identity self;
    private final long startId;
    private final int leastFrameBytes;
    private Membership members = Membership.NONE;
    private final TreeSet<Long> removed = new TreeSet<>();
    private final Map<Long, Seen> seen = new TreeMap<>();

    /** The last accepted handshake of an id. */
    record Seen(long incarnation, long startCounter, long startId) {}

    /** @param leastFrameBytes what the frames of a peer must hold at least */
    Admission(Identity self, long startId, int leastFrameBytes) {
        this.self = self;
        this.startId = startId;
        this.leastFrameBytes = leastFrameBytes;
    }

    /** The set of the first start, then every newer membership. */
    void members(Membership newest) {
        members = newest;
    }

    /** Whom it removed is never heard again: that cannot be taken back, and ids are not used twice. */
    void committed(Membership membership) {
        membership.removed().stream().filter(id -> !membership.contains(id)).forEach(removed::add);
    }

    boolean holdsSet() {
        return members.size() > 0;
    }

    @Nullable
    Seen seen(long id) {
        return seen.get(id);
    }

    /** Remembers a handshake that {@link #refusal} has nothing against. */
    void admit(Hello hello) {
        seen.put(hello.from(), new Seen(hello.incarnation(), hello.startCounter(), hello.startId()));
    }

    /** Who is no member and has gone: there is no end of ids that strangers can make up. */
    void forget(long id) {
        seen.remove(id);
    }

    /** How many ids it remembers. */
    int remembered() {
        return seen.size();
    }

    /**
     * @param dialled whom we meant to reach, 0 when they came to us
     * @return null when they are welcome
     */
    @Nullable
    HandshakeRefusal refusal(Hello hello, long dialled) {
        HandshakeRefusal refusal = otherCluster(hello);
        if (refusal == null) {
            refusal = wrongMember(hello, dialled);
        }
        if (refusal == null) {
            refusal = otherVersion(hello);
        }
        if (refusal == null) {
            refusal = smallFrames(hello);
        }
        if (refusal == null) {
            refusal = otherIncarnation(hello);
        }
        return refusal != null ? refusal : otherStart(hello);
    }

    private @Nullable HandshakeRefusal otherCluster(Hello hello) {
        if (hello.clusterId() != self.clusterId()) {
            return new HandshakeRefusal(
                    Reason.OTHER_CLUSTER,
                    "cluster id " + hex(hello.clusterId()) + " of " + who(hello) + ", " + hex(self.clusterId()) + " of "
                            + "member " + hex(self.memberId()) + ": an address or a data directory belongs to another "
                            + "cluster");
        }
        if (hello.epoch() != self.epoch()) {
            return new HandshakeRefusal(
                    Reason.OTHER_EPOCH,
                    "epoch " + hello.epoch() + " of " + who(hello) + ", " + self.epoch() + " of member "
                            + hex(self.memberId()) + ": one of them was left behind when the cluster was restored");
        }
        return null;
    }

    private @Nullable HandshakeRefusal wrongMember(Hello hello, long dialled) {
        if (hello.from() == self.memberId()) {
            return hello.startId() == startId || hello.incarnation() != self.incarnation()
                    ? new HandshakeRefusal(
                            Reason.WRONG_MEMBER,
                            "member " + hex(self.memberId()) + " reached its own id: a peer address is given twice")
                    : copy(hello, self.startCounter(), startId);
        }
        if (dialled != 0 && hello.from() != dialled) {
            return new HandshakeRefusal(
                    Reason.WRONG_MEMBER,
                    "the address of member " + hex(dialled) + " leads to " + who(hello) + ": check the peer addresses");
        }
        if (hello.to() != self.memberId() || hello.from() == 0) {
            return new HandshakeRefusal(
                    Reason.WRONG_MEMBER,
                    who(hello) + " looks for member " + hex(hello.to()) + ", this is member " + hex(self.memberId())
                            + ": check the peer addresses");
        }
        return null;
    }

    /** One whose build cannot read what is written here would have to skip it, or take it for something else. */
    private @Nullable HandshakeRefusal otherVersion(Hello hello) {
        String refusal = holdsSet() ? hello.versions().refusal(members.version()) : null;
        return refusal == null
                ? null
                : new HandshakeRefusal(Reason.CLUSTER_VERSION, who(hello) + " cannot take part: " + refusal);
    }

    private @Nullable HandshakeRefusal smallFrames(Hello hello) {
        return hello.frameBound() >= leastFrameBytes
                ? null
                : new HandshakeRefusal(
                        Reason.SMALL_FRAMES,
                        who(hello) + " takes frames of at most " + hello.frameBound() + " bytes, the largest entry of "
                                + "member " + hex(self.memberId()) + " needs a frame of " + leastFrameBytes
                                + ": give all members the same bound on requests (maxCommandBytes, --max-request-bytes)");
    }

    boolean isRemoved(long id) {
        return removed.contains(id);
    }

    HandshakeRefusal removed(Hello hello) {
        return new HandshakeRefusal(
                Reason.REMOVED,
                who(hello) + " was removed from the cluster. A member id is never used again: its data directory may be"
                        + " deleted, and to come back it is added as a new member");
    }

    private @Nullable HandshakeRefusal otherIncarnation(Hello hello) {
        long id = hello.from();
        if (isRemoved(id)) {
            return removed(hello);
        }
        if (!holdsSet()) {
            return null;
        }
        Member member = members.member(id);
        if (member == null) {
            // Thesis 4.1: one of whom we have not read yet in the log is heard. One without a set has no log to be in.
            if (hello.joins()) {
                return new HandshakeRefusal(
                        Reason.NOT_YET_KNOWN,
                        who(hello) + " joins, and member " + hex(self.memberId())
                                + " has not read yet that it was added: it is to come again");
            }
            return hello.set() == null ? wiped(hello, "no member with this id") : null;
        }
        long known = member.incarnation();
        Seen before = seen.get(id);
        if (known == 0 && before != null) {
            known = before.incarnation();
        }
        return known == 0 || known == hello.incarnation() ? null : wiped(hello, "incarnation " + hex(known));
    }

    private HandshakeRefusal wiped(Hello hello, String known) {
        return new HandshakeRefusal(
                Reason.OTHER_INCARNATION,
                who(hello) + " has incarnation " + hex(hello.incarnation()) + ", the cluster knows " + known
                        + ": its data directory is not the one it joined with, and with another it could vote twice. "
                        + howToComeBack());
    }

    /** Says only what can be done today; a copy that is too old would have forgotten votes and entries. */
    static String howToComeBack() {
        return "Put back its data directory as it was when it last ran, or a copy made since it last stopped. Without one "
                + "replace it by a new member at another address (quorate member replace), or at its own by quorate member "
                + "remove and then member add; meanwhile the others go on without it";
    }

    private @Nullable HandshakeRefusal otherStart(Hello hello) {
        Seen before = seen.get(hello.from());
        if (before == null || before.incarnation() != hello.incarnation()) {
            return null;
        }
        if (hello.startCounter() < before.startCounter()) {
            return new HandshakeRefusal(
                    Reason.OLD_IMAGE,
                    who(hello) + " says that it has started " + hello.startCounter() + " times, member "
                            + hex(self.memberId()) + " has seen its start number " + before.startCounter()
                            + ": its data directory is an old copy, which has forgotten what it promised since. "
                            + howToComeBack());
        }
        boolean copied = hello.startCounter() == before.startCounter() && hello.startId() != before.startId();
        return copied ? copy(hello, before.startCounter(), before.startId()) : null;
    }

    private HandshakeRefusal copy(Hello hello, long counter, long otherStartId) {
        return new HandshakeRefusal(
                Reason.COPY,
                who(hello) + " is running twice: start " + hello.startCounter() + " with start id "
                        + hex(hello.startId()) + ", and start " + counter + " with start id " + hex(otherStartId)
                        + ": two processes run on copies of one data directory. Stop one and delete its copy");
    }

    private static String who(Hello hello) {
        String id = "member " + hex(hello.from());
        return hello.name().isEmpty() ? id : id + " (" + hello.name() + ")";
    }

    static String hex(long id) {
        return Long.toHexString(id);
    }
}
