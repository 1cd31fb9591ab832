package io.quorate.node;

import io.quorate.raft.RaftEvent;
import io.quorate.raft.VoteRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.List;

/** The core's events as lines for people and programs: a fixed event name, then key=value. */
public final class RaftEventLine {
    private RaftEventLine() {}

    /** E.g. {@code leader-elected term=2 votes=n1,n3}; members by name where they have one. */
    public static String of(Membership membership, RaftEvent event) {
        if (event instanceof RaftEvent.ElectionTimedOut e) {
            return "election-timeout term=" + e.term() + " cause=" + e.cause();
        } else if (event instanceof RaftEvent.VoteAsked e) {
            return name("vote-asked", e.preVote()) + " term=" + e.term() + " voters=" + names(membership, e.voters());
        } else if (event instanceof RaftEvent.VoteGranted e) {
            return name("vote-granted", e.preVote()) + " term=" + e.term() + " candidate="
                    + name(membership, e.candidate());
        } else if (event instanceof RaftEvent.VoteRefused e) {
            return name("vote-refused", e.preVote()) + " term=" + e.term() + " candidate="
                    + name(membership, e.candidate()) + " reason=" + e.reason();
        } else if (event instanceof RaftEvent.VoteReceived e) {
            return name("vote-received", e.preVote()) + " term=" + e.term() + " voter=" + name(membership, e.voter())
                    + " answer=" + (e.refusal() == VoteRefusal.NONE ? "GRANTED" : e.refusal());
        } else if (event instanceof RaftEvent.LeaderElected e) {
            return "leader-elected term=" + e.term() + " votes=" + names(membership, e.votes());
        } else if (event instanceof RaftEvent.LeaderFollowed e) {
            return "leader-followed term=" + e.term() + " leader=" + name(membership, e.leader());
        } else if (event instanceof RaftEvent.SteppedDown e) {
            return "stepped-down term=" + e.term() + " reason=" + e.reason();
        } else if (event instanceof RaftEvent.Truncated e) {
            return "log-truncated from=" + e.fromIndex() + " last=" + e.lastIndex();
        } else if (event instanceof RaftEvent.SnapshotTaken e) {
            return "snapshot-taken index=" + e.index() + " term=" + e.term();
        } else if (event instanceof RaftEvent.SnapshotOffered e) {
            return "snapshot-offered term=" + e.term() + " follower=" + name(membership, e.follower()) + " index="
                    + e.lastIncludedIndex();
        } else if (event instanceof RaftEvent.SnapshotInstalled e) {
            return "snapshot-installed index=" + e.index() + " term=" + e.term() + " log="
                    + (e.keepsLog() ? "kept" : "dropped");
        } else if (event instanceof RaftEvent.SnapshotRestored e) {
            return "snapshot-restored index=" + e.index();
        } else if (event instanceof RaftEvent.Repaired e) {
            return "log-repaired index=" + e.index();
        } else if (event instanceof RaftEvent.MembershipChanged e) {
            return "membership-changed index=" + e.index() + " joint=" + e.joint();
        } else if (event instanceof RaftEvent.MembershipCommitted e) {
            return "membership-committed index=" + e.index() + " joint=" + e.joint();
        } else if (event instanceof RaftEvent.TransferBegan e) {
            return "transfer-began term=" + e.term() + " to=" + name(membership, e.to()) + " cause=" + e.cause();
        } else if (event instanceof RaftEvent.TransferAsked e) {
            return "transfer-asked term=" + e.term() + " to=" + name(membership, e.to());
        } else if (event instanceof RaftEvent.TransferGivenUp e) {
            return "transfer-given-up term=" + e.term() + " to=" + name(membership, e.to());
        }
        throw new IllegalArgumentException("no line for the event " + event);
    }

    private static String name(String event, boolean preVote) {
        return preVote ? "pre-" + event : event;
    }

    private static String names(Membership membership, List<Long> ids) {
        return String.join(",", ids.stream().map(id -> name(membership, id)).toList());
    }

    private static String name(Membership membership, long id) {
        Member member = membership.member(id);
        return member == null || member.name().isEmpty() ? Long.toUnsignedString(id, 16) : member.name();
    }
}
