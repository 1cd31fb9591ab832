package io.quorate.node.internal;

import io.quorate.node.MembershipChange;
import io.quorate.node.RaftOptions;
import io.quorate.node.Unknown;
import io.quorate.node.peer.LeaderAnswer;
import io.quorate.node.peer.LeaderRequest;
import io.quorate.node.peer.PeerState;
import io.quorate.node.peer.Peers;
import io.quorate.node.port.Versions;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RoleName;
import io.quorate.raft.TransferRefusal;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Requests to change the membership, to say what a change would do, and to hand the leadership over: served where this member
 * leads, else forwarded to the leader, which answers when the end is known. And the claims of members that start for the first time:
 * the leader writes them down by itself. Loop only.
 */
final class LeaderRequests {
    /** Hears how a request ended. */
    interface Reply {
        void answered(LeaderAnswer answer);

        void undecided(Unknown.Reason reason);
    }

    /** A change whose entry stands in the log. */
    private record OpenChange(long index, long term, long deadline, Reply reply) {}

    /** A transfer that has begun, in that term. */
    private record OpenTransfer(long to, long term, long deadline, Reply reply) {}

    private record Forwarded(long leader, long deadline, Reply reply) {}

    private final RecordedRaft core;
    private final Raft raft;
    private final Peers peers;
    private final long self;
    private final Versions versions;
    private final RaftOptions options;
    private final List<OpenChange> changes = new ArrayList<>();
    private final List<OpenTransfer> transfers = new ArrayList<>();
    private final Map<Long, Forwarded> forwarded = new TreeMap<>();
    private long lastForward;

    /** Index of the newest membership that is known to be committed and is not joint. */
    private long settledIndex;

    LeaderRequests(RecordedRaft core, Peers peers, long self, Versions versions, RaftOptions options) {
        this.core = core;
        this.raft = core.state();
        this.peers = peers;
        this.self = self;
        this.versions = versions;
        this.options = options;
    }

    // ---- asked

    void ask(LeaderRequest request, boolean isDiskFull, long now, Reply reply) {
        long leader = raft.leader();
        if (raft.role() == RoleName.LEADER) {
            serve(request, isDiskFull, now, reply);
        } else if (leader != 0
                && options.forwardToLeader()
                && peers.request(leader, request.numbered(lastForward + 1))) {
            forwarded.put(++lastForward, new Forwarded(leader, deadline(now), reply));
        } else {
            reply.answered(notLeader(request));
        }
    }

    /** A peer asks; whoever leads no more says so, and forwards nothing. */
    void asked(long from, LeaderRequest request, boolean isDiskFull, long now) {
        Reply reply = new Reply() {
            @Override
            public void answered(LeaderAnswer answer) {
                peers.answer(from, answer.numbered(request.number()));
            }

            @Override
            public void undecided(Unknown.Reason reason) {
                peers.answer(from, LeaderAnswer.of(request.number(), LeaderAnswer.UNDECIDED));
            }
        };
        if (raft.role() == RoleName.LEADER) {
            serve(request, isDiskFull, now, reply);
        } else {
            reply.answered(notLeader(request));
        }
    }

    void answered(long from, LeaderAnswer answer) {
        Forwarded asked = forwarded.get(answer.number());
        if (asked != null && asked.leader == from) {
            forwarded.remove(answer.number());
            if (answer.refusal() == LeaderAnswer.UNDECIDED) {
                asked.reply.undecided(Unknown.Reason.LEADER_LOST);
            } else {
                asked.reply.answered(answer);
            }
        }
    }

    boolean awaitsAnswer() {
        return !forwarded.isEmpty();
    }

    private static LeaderAnswer notLeader(LeaderRequest request) {
        return request.kind() == LeaderRequest.Kind.TRANSFER
                ? refusal(TransferRefusal.NOT_LEADER)
                : refusal(ChangeRefusal.NOT_LEADER);
    }

    private void serve(LeaderRequest request, boolean isDiskFull, long now, Reply reply) {
        switch (request.kind()) {
            case TRANSFER -> transfer(request.to(), now, reply);
            case CHECK -> reply.answered(check(Objects.requireNonNull(request.change())));
            case CHANGE -> {
                if (isDiskFull) {
                    reply.answered(refusal(ChangeRefusal.NO_SPACE));
                } else {
                    change(Objects.requireNonNull(request.change()), now, reply);
                }
            }
        }
    }

    // ---- changes

    private void change(MembershipChange change, long now, Reply reply) {
        ChangeDraft draft = draft();
        ChangeRefusal refusal = draft == null ? ChangeRefusal.CHANGE_UNDER_WAY : edit(draft, change);
        if (refusal != null || draft == null) {
            reply.answered(refusal(refusal == null ? ChangeRefusal.CHANGE_UNDER_WAY : refusal));
            return;
        }
        long index = core.change(expected(change), draft.target());
        if (index < 0) {
            reply.answered(refusal(ChangeRefusal.ofCode(index)));
        } else {
            changes.add(new OpenChange(index, raft.currentTerm(), deadline(now), reply));
        }
    }

    private LeaderAnswer check(MembershipChange change) {
        Membership before = raft.membership();
        ChangeDraft draft = draft();
        if (draft == null) {
            return refusal(ChangeRefusal.CHANGE_UNDER_WAY);
        }
        ChangeRefusal refusal = edit(draft, change);
        Membership after = Membership.NONE;
        if (refusal == null) {
            refusal = raft.refusalOfChange(expected(change), draft.target());
            if (refusal == null || refusal == ChangeRefusal.LEARNER_LAGS || refusal == ChangeRefusal.NO_QUORUM) {
                Membership next = before.next(draft.target(), raft.lastIndex() + 1);
                after = next.isJoint() ? next.secondHalf(raft.lastIndex() + 2) : next;
            }
        }
        return new LeaderAnswer(
                0, refusal == null ? LeaderAnswer.NONE : code(refusal), 0, 0, before, after, answering());
    }

    /** Null while the membership is joint: then another change is under way. */
    private @Nullable ChangeDraft draft() {
        return raft.membership().isJoint() ? null : new ChangeDraft(raft.membership());
    }

    private @Nullable ChangeRefusal edit(ChangeDraft draft, MembershipChange change) {
        if (expected(change) != raft.membershipIndex()) {
            return ChangeRefusal.CHANGED_MEANWHILE;
        }
        ChangeRefusal refusal = draft.edit(change.edits());
        return refusal == null && !isSpoken(draft.target()) ? ChangeRefusal.VERSION_NOT_SPOKEN : refusal;
    }

    /**
     * Whether every member, learners too, runs a build that reads what a raised version lets be written. Asked of the connections that
     * stand: who is not there now may come back in any build.
     */
    private boolean isSpoken(Membership target) {
        if (target.version() <= raft.membership().version()) {
            return true;
        }
        List<PeerState> states = peers.state();
        for (Member member : target.members()) {
            boolean speaks = member.id() == self
                    ? versions.speak(target.version())
                    : states.stream()
                            .anyMatch(peer -> peer.id() == member.id()
                                    && peer.connected()
                                    && peer.versions() != null
                                    && peer.versions().speak(target.version()));
            if (!speaks) {
                return false;
            }
        }
        return true;
    }

    private long expected(MembershipChange change) {
        return change.expectedIndex() == MembershipChange.ANY_INDEX ? raft.membershipIndex() : change.expectedIndex();
    }

    private List<Long> answering() {
        List<Long> ids = new ArrayList<>(List.of(self));
        for (PeerState peer : peers.state()) {
            if (peer.connected()) {
                ids.add(peer.id());
            }
        }
        return ids;
    }

    /** Members that have come for the first time get their incarnation into the membership: from then on they count. */
    void claim() {
        Membership membership = raft.membership();
        if (raft.role() != RoleName.LEADER
                || membership.isJoint()
                || raft.membershipIndex() > raft.commitIndex()
                || membership.members().stream().allMatch(Member::isStarted)) {
            return;
        }
        ChangeDraft draft = new ChangeDraft(membership);
        boolean isClaimed = false;
        for (PeerState peer : peers.state()) {
            Member member = membership.member(peer.id());
            if (peer.connected() && peer.incarnation() != 0 && member != null && !member.isStarted()) {
                draft.started(peer.id(), peer.incarnation(), peer.name());
                isClaimed = true;
            }
        }
        if (isClaimed) {
            // Refused, it is tried again in the next turn: the member is still there then.
            core.change(raft.membershipIndex(), draft.target());
        }
    }

    // ---- transfers

    private void transfer(long wanted, long now, Reply reply) {
        long to = wanted == 0 ? raft.bestSuccessor() : wanted;
        TransferRefusal refusal = to == 0 ? TransferRefusal.NO_ANSWER : core.transfer(to);
        if (refusal != null) {
            reply.answered(refusal(refusal));
        } else {
            long end = now + 2L * options.electionTimeoutMillis() * NodeLoop.TICK_NANOS;
            transfers.add(new OpenTransfer(to, raft.currentTerm(), end, reply));
        }
    }

    // ---- how they end

    /** What happened in the turn. */
    void heard(List<RaftEvent> events) {
        for (RaftEvent event : events) {
            if (event instanceof RaftEvent.MembershipCommitted committed && !committed.joint()) {
                settledIndex = Math.max(settledIndex, committed.index());
            } else if (event instanceof RaftEvent.TransferGivenUp givenUp) {
                end(givenUp.term(), givenUp.to());
            }
        }
    }

    private void end(long term, long to) {
        for (Iterator<OpenTransfer> each = transfers.iterator(); each.hasNext(); ) {
            OpenTransfer open = each.next();
            if (open.term == term && open.to == to) {
                each.remove();
                open.reply.answered(refusal(TransferRefusal.NOT_TAKEN_OVER));
            }
        }
    }

    /** Ends what has ended, and what waits too long. */
    void settle(long now) {
        for (int k = changes.size() - 1; k >= 0; k--) {
            if (hasEnded(changes.get(k), now)) {
                changes.remove(k);
            }
        }
        for (int k = transfers.size() - 1; k >= 0; k--) {
            if (hasEnded(transfers.get(k), now)) {
                transfers.remove(k);
            }
        }
        for (Iterator<Forwarded> each = forwarded.values().iterator(); each.hasNext(); ) {
            Forwarded asked = each.next();
            if (asked.deadline <= now) {
                each.remove();
                asked.reply.undecided(Unknown.Reason.TIMED_OUT);
            }
        }
    }

    private boolean hasEnded(OpenChange open, long now) {
        long term = raft.commitIndex() < open.index ? open.term : raft.termAt(open.index);
        if (term < 0) {
            open.reply.undecided(Unknown.Reason.PASSED_BY_SNAPSHOT);
        } else if (term != open.term) {
            open.reply.answered(refusal(ChangeRefusal.CHANGED_MEANWHILE)); // Another leader's entry took its place.
        } else if (settledIndex >= open.index) {
            open.reply.answered(
                    new LeaderAnswer(0, LeaderAnswer.NONE, 0, 0, Membership.NONE, raft.membership(), List.of()));
        } else if (open.deadline <= now) {
            open.reply.undecided(Unknown.Reason.TIMED_OUT);
        } else {
            return false;
        }
        return true;
    }

    private boolean hasEnded(OpenTransfer open, long now) {
        long leader = raft.leader();
        if (leader == open.to) {
            open.reply.answered(new LeaderAnswer(
                    0, LeaderAnswer.NONE, leader, raft.currentTerm(), Membership.NONE, Membership.NONE, List.of()));
        } else if (leader != 0 && raft.currentTerm() > open.term) {
            open.reply.answered(refusal(TransferRefusal.NOT_TAKEN_OVER)); // Somebody else did.
        } else if (open.deadline <= now) {
            open.reply.undecided(Unknown.Reason.TIMED_OUT);
        } else {
            return false;
        }
        return true;
    }

    /** The connection to that member is gone. */
    void disconnected(long id) {
        for (Iterator<Forwarded> each = forwarded.values().iterator(); each.hasNext(); ) {
            Forwarded asked = each.next();
            if (asked.leader == id) {
                each.remove();
                asked.reply.undecided(Unknown.Reason.LEADER_LOST);
            }
        }
    }

    /** Ends all that waits: the node stops. */
    void stop() {
        changes.forEach(open -> open.reply.undecided(Unknown.Reason.STOPPED));
        transfers.forEach(open -> open.reply.undecided(Unknown.Reason.STOPPED));
        forwarded.values().forEach(asked -> asked.reply.undecided(Unknown.Reason.STOPPED));
        changes.clear();
        transfers.clear();
        forwarded.clear();
    }

    long nextDeadline() {
        long next = Long.MAX_VALUE;
        for (OpenChange open : changes) {
            next = Math.min(next, open.deadline);
        }
        for (OpenTransfer open : transfers) {
            next = Math.min(next, open.deadline);
        }
        for (Forwarded asked : forwarded.values()) {
            next = Math.min(next, asked.deadline);
        }
        return next;
    }

    private long deadline(long now) {
        return now + options.requestTimeoutMillis() * NodeLoop.TICK_NANOS;
    }

    // ---- codes

    static LeaderAnswer refusal(ChangeRefusal refusal) {
        return LeaderAnswer.of(0, code(refusal));
    }

    private static LeaderAnswer refusal(TransferRefusal refusal) {
        return LeaderAnswer.of(0, code(refusal));
    }

    @SuppressWarnings("EnumOrdinal") // The order of both is part of the protocol.
    static int code(Enum<?> refusal) {
        return 1 + refusal.ordinal();
    }

    /** What a refused change was refused for; one that a later version gives is the general one. */
    static ChangeRefusal changeRefusal(int code) {
        ChangeRefusal[] all = ChangeRefusal.values();
        return code <= all.length ? all[code - 1] : ChangeRefusal.CHANGED_MEANWHILE;
    }

    static TransferRefusal transferRefusal(int code) {
        TransferRefusal[] all = TransferRefusal.values();
        return code <= all.length ? all[code - 1] : TransferRefusal.NOT_TAKEN_OVER;
    }
}
