package io.quorate.sim.core;

import io.quorate.raft.Effects;
import io.quorate.raft.Input;
import io.quorate.raft.Message;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.ReadIndexAnswer;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RaftEvent.ElectionCause;
import io.quorate.raft.Refusal;
import io.quorate.raft.RoleName;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.TransferRefusal;
import io.quorate.raft.VoteRefusal;
import io.quorate.raft.membership.ChangeRefusal;
import java.util.Set;
import java.util.TreeSet;

/** Notices rare states. It only looks on, and nothing depends on it. */
final class CoreMarks {
    private static final long MILLI = 1_000_000;
    private static final int LONG_TIMEOUTS = 5;

    private final CoreWorld world;
    private final RoleName[] roles;
    private final long[] jumpedAt;
    private final long[] ledTerm;

    /** Who led each term. */
    private final LongMap leaders = new LongMap();

    /** Writes of unknown outcome, and all that were applied, by number of the operation. */
    private final Set<Integer> unknown = new TreeSet<>();

    private final Set<Integer> applied = new TreeSet<>();

    /** Whether a member was told in vain that the leader it stands by is gone. */
    private final boolean[] hintedInVain;

    private long newestTerm;
    private int lastLeader = -1;
    private int lastLeaderLife;
    private long leaderGoneAt = -1;
    private long commitBefore;
    private long nextBefore;
    private long matchBefore;

    /** Of members whose membership or snapshots are in question. */
    private final MembershipMarks memberships;

    CoreMarks(CoreWorld world) {
        this.world = world;
        int members = world.script.processes();
        roles = new RoleName[members];
        java.util.Arrays.fill(roles, RoleName.FOLLOWER);
        jumpedAt = new long[members];
        java.util.Arrays.fill(jumpedAt, -1);
        ledTerm = new long[members];
        memberships = new MembershipMarks(world);
        hintedInVain = new boolean[members];
    }

    void hit(Mark mark) {
        world.ledger.hit(mark);
    }

    private void hitIf(boolean holds, Mark mark) {
        if (holds) {
            world.ledger.hit(mark);
        }
    }

    // ---- elections

    void event(CoreMember member, RaftEvent event) {
        memberships.event(member, event);
        if (event instanceof RaftEvent.LeaderElected) {
            elected(member);
        } else if (event instanceof RaftEvent.ElectionTimedOut timedOut) {
            timedOut(member, timedOut);
        } else if (event instanceof RaftEvent.VoteRefused refused) {
            refused(refused);
            stoodBy(member, refused);
        } else if (event instanceof RaftEvent.SteppedDown down) {
            leaderGoneAt = world.queue.now();
            switch (down.reason()) {
                case NO_QUORUM -> hit(Mark.STEPPED_DOWN_WITHOUT_QUORUM);
                case LATER_TERM -> hit(Mark.STEPPED_DOWN_FOR_TERM);
                case REMOVED -> hit(Mark.LEADER_REMOVED);
            }
        } else if (event instanceof RaftEvent.Truncated truncated) {
            hit(Mark.TRUNCATED);
            hitIf(truncated.lastIndex() - truncated.fromIndex() >= 4, Mark.TRUNCATED_MANY);
        }
    }

    private void elected(CoreMember member) {
        Raft raft = member.raft();
        long now = world.queue.now();
        int size = raft.membership().voters().size();
        hitIf(size == 1, Mark.ALONE_LED);
        hitIf(size % 2 == 0, Mark.EVEN_CLUSTER_LED);
        hitIf(world.up() < world.script.members(), Mark.ELECTED_WITH_MEMBER_DOWN);
        hitIf(ledTerm[member.number] > 0 && lastLeader != member.number, Mark.LED_AGAIN);
        hitIf(lastLeader == member.number && lastLeaderLife != member.life(), Mark.LEADER_CAME_BACK_TO_LEAD);
        long longTime = (long) LONG_TIMEOUTS * world.script.limits().electionTicks() * MILLI;
        hitIf(leaderGoneAt >= 0 && now - leaderGoneAt > longTime, Mark.LONG_WITHOUT_LEADER);
        for (CoreMember other : world.members) {
            boolean leads = other != member && other.isUp() && other.raft().role() == RoleName.LEADER;
            hitIf(leads, Mark.TWO_LED_AT_ONCE);
        }
        leaders.put(raft.currentTerm(), member.number);
        ledTerm[member.number] = raft.currentTerm();
        newestTerm = Math.max(newestTerm, raft.currentTerm());
        lastLeader = member.number;
        lastLeaderLife = member.life();
        leaderGoneAt = -1;
    }

    private void timedOut(CoreMember member, RaftEvent.ElectionTimedOut event) {
        hitIf(roles[member.number] == RoleName.CANDIDATE, Mark.VOTE_SPLIT);
        hitIf(roles[member.number] == RoleName.PRE_CANDIDATE, Mark.PRE_VOTE_TIMED_OUT);
        Raft raft = member.raft();
        boolean isUnflushed = raft.persistedIndex() < raft.lastIndex();
        hitIf(raft.role() == RoleName.PRE_CANDIDATE && isUnflushed, Mark.CAMPAIGNED_WITH_FLUSH_PENDING);
        hitIf(event.cause() == ElectionCause.LEADER_LOST, Mark.LOST_LEADER_HINT_ELECTED);
        hitIf(event.cause() == ElectionCause.FIRST_ELECTION, Mark.FIRST_ELECTION_HINT_ELECTED);
        long jumped = jumpedAt[member.number];
        hitIf(jumped >= 0 && world.queue.now() - jumped < MILLI, Mark.CLOCK_JUMP_BEGAN_ELECTION);
    }

    private void refused(RaftEvent.VoteRefused event) {
        switch (event.reason()) {
            case LOG_BEHIND -> hit(Mark.REFUSED_FOR_LOG);
            case ALREADY_VOTED -> hit(Mark.REFUSED_FOR_VOTE);
            case LEADER_ALIVE -> hit(Mark.REFUSED_FOR_LEADER);
            case STALE_TERM -> hit(Mark.REFUSED_FOR_TERM);
            case I_LEAD -> hit(Mark.REFUSED_BY_LEADER);
            case DAMAGED -> hit(Mark.DAMAGED_REFUSED_VOTE);
            case NOT_A_VOTER, NONE -> {}
        }
    }

    private void stoodBy(CoreMember member, RaftEvent.VoteRefused event) {
        if (event.reason() == VoteRefusal.LEADER_ALIVE && member.raft().isPromised()) {
            hitIf(hintedInVain[member.number], Mark.STOOD_BY_OVER_CLOSED_CONNECTION);
            hitIf(!member.hasHeardLeader(), Mark.STOOD_BY_OVER_RESTART);
        }
    }

    void hinted(CoreMember member, Input hint) {
        boolean isLost = hint instanceof Input.PeerLost lost
                && lost.id() == member.raft().leader();
        hintedInVain[member.number] |= isLost && member.raft().isPromised();
    }

    // ---- messages

    /** Before the core is told. */
    void receiving(CoreMember member, Message message) {
        Raft raft = member.raft();
        memberships.receiving(member, message);
        commitBefore = raft.commitIndex();
        nextBefore = raft.nextIndex(message.from());
        matchBefore = raft.matchIndex(message.from());
        boolean namesNextTerm = message instanceof RequestPreVote || message instanceof PreVoteAnswer;
        hitIf(!namesNextTerm && message.term() >= raft.currentTerm() + 3, Mark.TERM_LEAPT);
        if (message instanceof AppendEntries append) {
            receiving(raft, append);
        } else if (message instanceof AppendAnswer answer && raft.role() == RoleName.LEADER) {
            hitIf(answer.term() < raft.currentTerm(), Mark.ANSWER_OF_OLD_TERM);
            boolean tellsLess = answer.term() == raft.currentTerm()
                    && answer.rejectedIndex() == 0
                    && answer.durableIndex() < raft.matchIndex(answer.from());
            hitIf(tellsLess, Mark.ANSWER_REPEATED);
        } else if (message instanceof ReadIndexAnswer answer) {
            hitIf(answer.readIndex() > raft.lastApplied(), Mark.READ_WAITED_FOR_APPLY);
        }
    }

    // ---- operators and snapshots

    void changeRefused(ChangeRefusal refusal) {
        memberships.refused(refusal);
    }

    void transferRefused(TransferRefusal refusal) {
        hitIf(refusal == TransferRefusal.LAGS, Mark.TRANSFER_TO_LAGGING_REFUSED);
        hitIf(refusal == TransferRefusal.NO_ANSWER, Mark.TRANSFER_TO_SILENT_REFUSED);
    }

    void snapshotTaken(SnapshotMark mark) {
        hit(Mark.CORE_SNAPSHOT_TAKEN);
        hitIf(mark.membership().isJoint(), Mark.SNAPSHOT_IN_JOINT);
    }

    void fetches(CoreMember member, CoreMember source, Effects.SnapshotFetch offered) {
        memberships.fetches(member, source, offered);
    }

    /** A snapshot is whole, and the core hears of it next. */
    void receiving(CoreMember member, SnapshotMark mark) {
        memberships.receiving(member, mark);
    }

    void received(CoreMember member, SnapshotMark mark, boolean isTaken) {
        memberships.received(member, mark, isTaken);
    }

    void snapshotsEnd(boolean wasFetching, boolean wasRestoring) {
        hitIf(wasFetching, Mark.FETCH_INTERRUPTED);
        hitIf(wasRestoring, Mark.RESTORE_INTERRUPTED);
    }

    private void receiving(Raft raft, AppendEntries append) {
        if (append.term() < raft.currentTerm()) {
            hit(Mark.APPEND_OF_OLD_TERM);
            return;
        }
        hintedInVain[(int) append.to() - 1] = false;
        hitIf(append.term() == raft.currentTerm() && raft.role() == RoleName.CANDIDATE, Mark.CANDIDATE_MET_LEADER);
        hitIf(append.prevLogIndex() > raft.lastIndex(), Mark.APPEND_AHEAD);
        hitIf(append.entries().runs() > 1, Mark.MANY_TERMS_IN_APPEND);
        long last = append.entries().lastIndex();
        boolean isKnown = !append.entries().isEmpty()
                && last <= raft.lastIndex()
                && raft.termAt(last)
                        == append.entries().runTerm(append.entries().runs() - 1);
        hitIf(isKnown, Mark.REPEATED_APPEND);
    }

    /** After the core was told. */
    void received(CoreMember member, Message message) {
        Raft raft = member.raft();
        boolean isHeartbeat =
                message instanceof AppendEntries append && append.entries().isEmpty();
        hitIf(isHeartbeat && raft.commitIndex() > commitBefore, Mark.COMMIT_BY_HEARTBEAT);
        if (message instanceof AppendAnswer answer) {
            hitIf(answer.damaged() && raft.matchIndex(answer.from()) < matchBefore, Mark.LEADER_BELIEVED_DAMAGED);
        }
        if (message instanceof AppendAnswer answer && answer.rejectedIndex() != 0) {
            hitIf(skippedTerm(member, raft.nextIndex(answer.from())), Mark.HINT_SKIPPED_TERM);
        }
    }

    /** Whether a run of equal term lies wholly between the next entry to send now and the one before. */
    private boolean skippedTerm(CoreMember member, long next) {
        EntryLog log = member.log();
        long runs = 0;
        long first = Math.max(log.prevIndex() + 2, next);
        for (long index = first; index < nextBefore && index <= log.lastIndex(); index++) {
            runs += log.get(index).term() == log.get(index - 1).term() ? 0 : 1;
        }
        return next > 0 && runs >= 2;
    }

    // ---- turns, disks, commits

    void writing(CoreMember member, Effects.Write write) {
        hitIf(member.disk().inFlight() >= 3, Mark.FLUSHES_QUEUED);
        long from = write.truncateFrom();
        if (from != 0) {
            hitIf(from <= member.disk().durable().lastIndex(), Mark.TRUNCATED_DURABLE);
            hitIf(member.disk().isInFlightBefore(write.number(), from), Mark.TRUNCATED_IN_FLIGHT);
        }
    }

    void drained(CoreMember member, Effects effects) {
        Raft raft = member.raft();
        RoleName before = roles[member.number];
        RoleName now = raft.role();
        roles[member.number] = now;
        hitIf(before == RoleName.PRE_CANDIDATE && now == RoleName.FOLLOWER && raft.leader() == 0, Mark.PRE_VOTE_LOST);
        boolean isAhead = now == RoleName.FOLLOWER && raft.commitIndex() > raft.persistedIndex();
        hitIf(isAhead, Mark.FOLLOWER_COMMITTED_AHEAD_OF_DISK);
        if (now == RoleName.LEADER && !effects.messages().isEmpty()) {
            windows(member, raft);
        }
    }

    private void windows(CoreMember member, Raft raft) {
        for (CoreMember other : world.members) {
            long next = raft.nextIndex(other.id);
            boolean isClosed = other != member && next <= raft.lastIndex() && next - raft.matchIndex(other.id) > 1;
            hitIf(isClosed, Mark.WINDOW_CLOSED);
        }
    }

    void committed(CoreMember member, Entry entry) {
        Raft raft = member.raft();
        hitIf(entry.term() < raft.currentTerm(), Mark.OLD_TERM_COMMITTED);
        hitIf(raft.role() == RoleName.LEADER && raft.persistedIndex() < entry.index(), Mark.COMMITTED_WITHOUT_OWN_DISK);
        boolean counts = raft.membership().isVoter(member.id);
        hitIf(raft.role() == RoleName.LEADER && !counts, Mark.COMMITTED_WITHOUT_BEING_COUNTED);
        int appender = (int) leaders.get(entry.term(), member.number);
        hitIf(!world.members.get(appender).isUp(), Mark.DEAD_LEADERS_ENTRY_COMMITTED);
    }

    void logRead() {
        hit(Mark.SENT_FROM_LOG);
    }

    // ---- requests

    void refused(long code) {
        hitIf(code == Refusal.OVERLOADED.code(), Mark.RING_FULL_ON_LEADER);
        hitIf(code == Refusal.TRANSFERRING.code(), Mark.PROPOSAL_DURING_TRANSFER);
    }

    void overwritten() {
        hit(Mark.PROPOSAL_OVERWRITTEN);
    }

    void readComes(CoreMember member) {
        Raft raft = member.raft();
        hitIf(raft.leader() == 0, Mark.READ_WITHOUT_LEADER);
        boolean waits = raft.role() == RoleName.LEADER && raft.termAt(raft.commitIndex()) != raft.currentTerm();
        hitIf(waits, Mark.READ_WAITED_FOR_TERM_START);
    }

    void readRefused() {
        hit(Mark.READ_REFUSED);
    }

    void readServed(CoreMember member, long termAsked) {
        hitIf(member.raft().currentTerm() != termAsked, Mark.READ_ACROSS_LEADERS);
        hitIf(member.raft().role() == RoleName.FOLLOWER, Mark.READ_ON_FOLLOWER);
    }

    void applied(CoreMember member, Entry entry) {
        if (entry.operation() != 0 && applied.add(entry.operation())) {
            hitIf(unknown.contains(entry.operation()), Mark.UNKNOWN_WRITE_APPLIED);
        }
    }

    void unknown(Operation operation) {
        if (operation.isWrite()) {
            unknown.add(operation.number());
            hitIf(applied.contains(operation.number()), Mark.UNKNOWN_WRITE_APPLIED);
        }
    }

    /** Nothing more will be applied. */
    void atEnd() {
        unknown.removeAll(applied);
        hitIf(!unknown.isEmpty(), Mark.UNKNOWN_WRITE_NEVER_APPLIED);
    }

    // ---- members

    void started(CoreMember member) {
        roles[member.number] = RoleName.FOLLOWER;
        hintedInVain[member.number] = false;
        hitIf(member.raft().votedFor() != 0, Mark.RESTARTED_WITH_VOTE);
        hitIf(member.raft().isDamaged(), Mark.STARTED_DAMAGED);
    }

    /** While its core is still there. */
    void ending(CoreMember member) {
        Raft raft = member.raft();
        boolean led = raft.role() == RoleName.LEADER;
        memberships.ending(member);
        hitIf(led && raft.commitIndex() < raft.lastIndex(), Mark.LEADER_ENDED_WITH_UNCOMMITTED);
        hitIf(!member.hasHeardLeader() && !led, Mark.CRASHED_EARLY);
        if (led) {
            leaderGoneAt = world.queue.now();
        }
    }

    void ended() {
        int size = world.script.members();
        int down = size - world.up();
        hitIf(size > 1 && down == size, Mark.ALL_DOWN);
        hitIf(down > size / 2 && down < size, Mark.MAJORITY_DOWN);
    }

    void crashed(int inFlight, int kept, boolean lostHardState) {
        hitIf(kept < inFlight, Mark.CRASH_LOST_WRITES);
        hitIf(kept > 0, Mark.CRASH_KEPT_UNTOLD_WRITE);
        hitIf(lostHardState, Mark.VOTE_LOST_IN_CRASH);
    }

    void resumed(long leadingTerm) {
        hitIf(leadingTerm > 0 && newestTerm > leadingTerm, Mark.PAUSED_LEADER_DEPOSED);
    }

    void jumped(CoreMember member) {
        jumpedAt[member.number] = world.queue.now();
    }
}
