package io.quorate.raft;

import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.ReadIndexRequest;
import io.quorate.raft.RaftEvent.StepDownReason;
import io.quorate.raft.RaftEvent.TransferCause;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replicates its log, commits what a quorum holds, and answers reads (paper 5.3, 5.4; thesis 6.2, 6.4). */
final class Leader implements Role {
    private record RemoteRead(long from, long incarnation, long number) {}

    private static final long NEVER = Long.MIN_VALUE / 2;

    private final Raft raft;

    /** First entry of this term: nothing is committed by counting, and no read answered, before it is (paper 5.4.2). */
    private final long termStartIndex;

    /** By slot of the newest membership; this member's own place holds itself, never sent to. */
    private Progress[] followers;

    /** -1 when the newest membership is without this member: it leads on until that is committed, and does not count itself. */
    private int selfSlot;

    private long[] scratch;
    private final Reconfiguration reconfiguration;
    private @Nullable Transfer transfer;

    /** A sick leader whose transfer came to nothing tries again from then on. */
    private long handOverAgainAt;

    /** Last round begun. A round is begun by telling its number to all; answered by a quorum, it proves leadership. */
    private long readRound;

    private long confirmedRound;

    /** commitIndex when the last round began, not before an entry of this term was committed; and when that was. */
    private long roundReadIndex;

    private long roundBeganAt = NEVER;

    /**
     * When the last round began that a quorum of voters has answered whose disks hold the promise; from then on the lease
     * counts. Not from the answers: what they promise began when they heard the round, perhaps long before.
     */
    private long leaseFrom = NEVER;

    /** A member that was told to campaign may do so however late, and voters will not keep their promise to this leader. */
    private boolean hasGivenLeaseUp;

    /** Of other members: those that wait for a round to begin, and those of the round under way. */
    private final ArrayList<RemoteRead> waitingReads;

    private final ArrayList<RemoteRead> roundReads;

    Leader(Raft raft, long termStartIndex) {
        this.raft = raft;
        this.termStartIndex = termStartIndex;
        this.followers = new Progress[0];
        this.scratch = new long[0];
        this.reconfiguration = new Reconfiguration(raft, this);
        this.waitingReads = new ArrayList<>();
        this.roundReads = new ArrayList<>();
        membershipChanged(raft.membership(), termStartIndex);
    }

    private Leader(Leader other, Raft raft) {
        this.raft = raft;
        termStartIndex = other.termStartIndex;
        followers = new Progress[other.followers.length];
        for (int slot = 0; slot < followers.length; slot++) {
            followers[slot] = new Progress(other.followers[slot]);
        }
        selfSlot = other.selfSlot;
        scratch = new long[followers.length];
        reconfiguration = new Reconfiguration(raft, this);
        transfer = other.transfer == null ? null : new Transfer(other.transfer);
        handOverAgainAt = other.handOverAgainAt;
        readRound = other.readRound;
        confirmedRound = other.confirmedRound;
        roundReadIndex = other.roundReadIndex;
        roundBeganAt = other.roundBeganAt;
        leaseFrom = other.leaseFrom;
        hasGivenLeaseUp = other.hasGivenLeaseUp;
        waitingReads = new ArrayList<>(other.waitingReads);
        roundReads = new ArrayList<>(other.roundReads);
    }

    @Override
    public RoleName name() {
        return RoleName.LEADER;
    }

    Progress follower(int slot) {
        return followers[slot];
    }

    int followers() {
        return followers.length;
    }

    boolean isSelf(int slot) {
        return slot == selfSlot;
    }

    long termStartIndex() {
        return termStartIndex;
    }

    long readRound() {
        return readRound;
    }

    long confirmedRound() {
        return confirmedRound;
    }

    /** Next to send there; of itself, behind its own log. */
    long nextIndex(int slot) {
        return slot == selfSlot ? raft.lastIndex() + 1 : followers[slot].nextIndex();
    }

    /** Durable there. */
    long matchIndex(int slot) {
        return slot == selfSlot ? raft.persistedIndex() : followers[slot].matchIndex();
    }

    // ---- members

    /**
     * The newest membership counts as soon as it is in the log (paper section 6). What is known of a member stays, whatever its
     * slot was; one that is new should end where this log does, and has an election timeout to answer.
     */
    void membershipChanged(Membership membership, long nextIndex) {
        Progress[] before = followers;
        followers = new Progress[membership.size()];
        for (int slot = 0; slot < followers.length; slot++) {
            Progress known = progress(before, membership.members().get(slot).id());
            long id = membership.members().get(slot).id();
            followers[slot] = known != null ? known : new Progress(id, nextIndex, raft.now(), raft.config());
        }
        selfSlot = membership.slot(raft.config().self());
        scratch = new long[followers.length];
        leaseFrom = NEVER; // Who counts now has perhaps promised nothing, or something else.
        confirmReads(); // Whom the round under way waited for may be gone.
    }

    private static @Nullable Progress progress(Progress[] all, long id) {
        for (Progress each : all) {
            if (each.id() == id) {
                return each;
            }
        }
        return null;
    }

    Reconfiguration reconfiguration() {
        return reconfiguration;
    }

    /** Whether this leader heard from it, and that within an election timeout; from itself it does. */
    boolean answers(long id) {
        Progress follower = progress(followers, id);
        return id == raft.config().self() || (follower != null && follower.answers(raft));
    }

    /** Whether its disk holds nearly all of this log, and it may vote by that. One of whom nothing is known yet does not. */
    boolean isCaughtUp(long id) {
        Progress follower = progress(followers, id);
        return follower != null
                && follower.state() == Progress.State.REPLICATE
                && !follower.isDamaged()
                && answers(id)
                && raft.lastIndex() - follower.matchIndex() <= raft.config().caughtUpEntries();
    }

    // ---- handing over

    boolean isTransferring() {
        return transfer != null;
    }

    @Nullable
    Transfer transfer() {
        return transfer;
    }

    /** @return null when the transfer has begun */
    @Nullable
    TransferRefusal transfer(long to) {
        TransferRefusal refusal = transferRefusal(to);
        if (refusal == null && transfer == null) {
            begin(new Transfer(
                    to, TransferCause.REQUESTED, raft.now() + raft.config().electionTicks()));
        }
        return refusal;
    }

    private @Nullable TransferRefusal transferRefusal(long to) {
        Membership membership = raft.membership();
        Member target = membership.member(to);
        if (to == raft.config().self()) {
            return TransferRefusal.ALREADY_LEADS;
        } else if (target == null) {
            return TransferRefusal.UNKNOWN;
        } else if (!membership.countedVoters().contains(to)) {
            return TransferRefusal.NOT_A_VOTER;
        } else if (transfer != null) {
            return transfer.to() == to ? null : TransferRefusal.ANOTHER_UNDER_WAY;
        } else if (!answers(to)) {
            return TransferRefusal.NO_ANSWER;
        }
        int slot = membership.slot(to);
        boolean lags = raft.lastIndex() - matchIndex(slot) > raft.config().caughtUpEntries();
        return lags || raft.needsSnapshot(to) || followers[slot].isDamaged() ? TransferRefusal.LAGS : null;
    }

    /**
     * To whom of the voters that answer holds most. A leader that must go goes, also where there is nobody; but a faulty one stays as long
     * as a voter comes nearer: perhaps nobody else holds what that one lacks.
     */
    void handOver(TransferCause cause) {
        if (transfer != null) {
            return;
        }
        Progress best = null;
        for (Progress follower : followers) {
            boolean mayLead = raft.membership().countedVoters().contains(follower.id())
                    && follower.id() != raft.config().self()
                    && isCaughtUp(follower.id())
                    && (cause.isForced() || !follower.isSick());
            if (mayLead && (best == null || isBetter(follower, best))) {
                best = follower;
            }
        }
        if (best != null) {
            begin(new Transfer(best.id(), cause, raft.now() + raft.config().electionTicks()));
        } else if (cause == TransferCause.REMOVED || (cause == TransferCause.FAULTY && !isFollowed())) {
            begin(new Transfer(0, cause, raft.now()));
        }
    }

    /** Whether another voter answers, or has not had an election timeout for it. */
    private boolean isFollowed() {
        for (long voter : raft.membership().countedVoters()) {
            Progress follower = progress(followers, voter);
            if (follower != null
                    && voter != raft.config().self()
                    && raft.now() - follower.heardAt() < raft.config().electionTicks()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBetter(Progress one, Progress other) {
        return one.isSick() != other.isSick() ? other.isSick() : one.matchIndex() > other.matchIndex();
    }

    /** See {@link Raft#bestSuccessor}. */
    long bestSuccessor() {
        Progress best = null;
        for (Progress follower : followers) {
            if (transferRefusal(follower.id()) == null && (best == null || isBetterSuccessor(follower, best))) {
                best = follower;
            }
        }
        return best == null ? 0 : best.id();
    }

    private boolean isBetterSuccessor(Progress one, Progress other) {
        if (one.isSick() != other.isSick()) {
            return other.isSick();
        }
        int byPriority = Integer.compare(priority(one), priority(other));
        return byPriority != 0 ? byPriority > 0 : one.matchIndex() > other.matchIndex();
    }

    private int priority(Progress follower) {
        Member member = raft.membership().member(follower.id());
        return member == null ? 0 : member.priority();
    }

    private void begin(Transfer begun) {
        transfer = begun;
        raft.effects().event(new RaftEvent.TransferBegan(raft.currentTerm(), begun.to(), begun.cause()));
    }

    /** The next leader may have been elected by now without this one hearing of it; then its term ends this one's. */
    private void giveUp(Transfer ended) {
        transfer = null;
        handOverAgainAt = raft.now() + raft.config().electionTicks();
        raft.effects().event(new RaftEvent.TransferGivenUp(raft.currentTerm(), ended.to()));
        if (ended.cause() == TransferCause.REMOVED) {
            raft.stepDown(StepDownReason.REMOVED);
        } else if (ended.cause() == TransferCause.FAULTY) {
            raft.stepDown(StepDownReason.FAULTY);
        }
    }

    // ---- time

    @Override
    public void advance() {
        if (raft.config().checkQuorum() && raft.now() >= quorumEndsAt()) {
            raft.stepDown(StepDownReason.NO_QUORUM);
        } else if (transfer != null && raft.now() >= transfer.endsAt()) {
            giveUp(transfer);
        }
    }

    /** A leader that no quorum answers for an election timeout gives up: elsewhere another may lead (thesis 6.2). */
    private long quorumEndsAt() {
        for (int slot = 0; slot < followers.length; slot++) {
            scratch[slot] = slot == selfSlot ? raft.now() : followers[slot].heardAt();
        }
        return raft.quorum().reached(scratch) + raft.config().electionTicks();
    }

    @Override
    public long dueAt() {
        boolean isAlone = followers.length == 1 && selfSlot == 0;
        long due = raft.config().checkQuorum() && !isAlone ? quorumEndsAt() : Follower.NEVER;
        due = transfer == null ? due : Math.min(due, transfer.endsAt());
        for (int slot = 0; slot < followers.length; slot++) {
            if (slot != selfSlot) {
                due = Math.min(due, followers[slot].dueAt(raft.config()));
            }
        }
        return due;
    }

    /** It is the leader, and steps down by itself when it should not be. */
    @Override
    public boolean isLeaderAlive() {
        return true;
    }

    void heartbeatDue() {
        for (Progress follower : followers) {
            follower.heartbeatDue();
        }
    }

    // ---- elections

    @Override
    public void requestPreVote(Message.RequestPreVote message) {
        raft.answerPreVote(message);
    }

    @Override
    public void requestVote(Message.RequestVote message) {
        raft.answerVote(message);
    }

    @Override
    public void preVoteAnswer(Message.PreVoteAnswer message) {
        // It has won already.
    }

    @Override
    public void voteAnswer(Message.VoteAnswer message) {
        // It has won already; a late vote changes nothing.
    }

    // ---- replication

    @Override
    public void appendEntries(Message.AppendEntries message) {
        throw secondLeader(message);
    }

    @Override
    public void installSnapshot(Message.InstallSnapshot message) {
        throw secondLeader(message);
    }

    @Override
    public void timeoutNow(Message.TimeoutNow message) {
        throw secondLeader(message);
    }

    private CommittedFactException secondLeader(Message message) {
        return new CommittedFactException("member " + Long.toUnsignedString(message.from(), 16) + " leads term "
                + message.term() + ", but this member, "
                + Long.toUnsignedString(raft.config().self(), 16)
                + ", was elected leader of that term");
    }

    @Override
    public void appendAnswer(AppendAnswer message) {
        int slot = raft.membership().slot(message.from());
        if (slot < 0) {
            return; // Not a member (any more): it is sent nothing.
        }
        MessageCheck.require(
                message.verifiedIndex() <= raft.lastIndex(), message, "verifies what this leader never sent");
        MessageCheck.require(message.readRound() <= readRound, message, "answers a read round that did not begin");
        followers[slot].answered(message, raft);
        commit();
        confirmReads();
    }

    /** Its own disk is one of those counted. */
    @Override
    public void persisted() {
        commit();
    }

    /**
     * Commits what a quorum holds durably, but only up to an entry of its own term: an earlier one may still be overwritten
     * however many hold it (paper 5.4.2, figure 8). Those before come with it.
     */
    private void commit() {
        for (int slot = 0; slot < followers.length; slot++) {
            scratch[slot] = matchIndex(slot);
        }
        long held = raft.quorum().reached(scratch);
        if (held >= termStartIndex) {
            raft.commitTo(held);
        }
    }

    /** What follows pins of the ring: the least that a follower in REPLICATE has yet to be sent. */
    long ringNeededFrom() {
        long from = raft.lastIndex() + 1;
        for (int slot = 0; slot < followers.length; slot++) {
            if (slot != selfSlot && followers[slot].state() == Progress.State.REPLICATE) {
                from = Math.min(from, followers[slot].nextIndex());
            }
        }
        return from;
    }

    // ---- the end of a turn

    @Override
    public void drain() {
        // After TimeoutNow nothing of the own is appended: the next leader goes on with the change (thesis 3.10).
        if (transfer == null) {
            reconfiguration.goOn();
        }
        if (raft.fitness() == Fitness.FAULTY) {
            handOver(TransferCause.FAULTY);
        } else if (raft.fitness() == Fitness.SICK && raft.now() >= handOverAgainAt) {
            handOver(TransferCause.SICK);
        }
        beginReadRound();
        for (int slot = 0; slot < followers.length; slot++) {
            if (slot != selfSlot) {
                followers[slot].replicate(raft, readRound);
            }
        }
        Progress target = transfer == null ? null : progress(followers, transfer.to());
        if (transfer != null && target != null) {
            transfer.drain(raft, target.matchIndex() == raft.lastIndex());
            hasGivenLeaseUp |= transfer.isAsked();
        }
    }

    // ---- reads

    @Override
    public void readIndexRequest(ReadIndexRequest message) {
        int slot = raft.membership().slot(message.from());
        if (slot < 0) {
            return;
        }
        followers[slot].heard(raft.now());
        // Beyond the bound it is dropped, as the network might: the asker asks again.
        if (waitingReads.size() + roundReads.size() < raft.config().pendingReads()) {
            waitingReads.add(new RemoteRead(message.from(), message.incarnation(), message.number()));
        }
    }

    @Override
    public void readIndexAnswer(Message.ReadIndexAnswer message) {
        // It asks nobody.
    }

    /**
     * One round at a time; what comes meanwhile shares the next. A read is confirmed only by answers to a round begun after
     * it came, and only a leader that has committed in its term knows what is committed (thesis 6.4).
     */
    private void beginReadRound() {
        boolean isWanted = raft.reads().hasUnasked() || !waitingReads.isEmpty() || isLeaseToRenew();
        if (!isWanted || confirmedRound < readRound || raft.commitIndex() < termStartIndex) {
            return;
        }
        readRound++;
        roundBeganAt = raft.now();
        roundReadIndex = raft.commitIndex();
        raft.reads().ask(readRound);
        roundReads.addAll(waitingReads);
        waitingReads.clear();
        heartbeatDue();
        confirmReads();
    }

    /** With each heartbeat: its round costs no message of its own. */
    private boolean isLeaseToRenew() {
        return mayLease() && raft.now() - roundBeganAt >= raft.config().heartbeatTicks();
    }

    private boolean mayLease() {
        return raft.membership().lease().isOn() && transfer == null && !hasGivenLeaseUp;
    }

    /**
     * A new round is answered by who heard it after it began, and stands by this leader since (thesis 6.4.1). Only answers count
     * from behind which the disk holds the promise, so that no restart forgets it; and this term's first entry, so that no
     * membership of an earlier leader stands behind it there.
     */
    private void renewLease() {
        if (leaseFrom == roundBeganAt || !mayLease()) {
            return;
        }
        long promised = Math.max(termStartIndex, raft.membershipIndex());
        for (int slot = 0; slot < followers.length; slot++) {
            boolean counts = slot == selfSlot || followers[slot].matchIndex() >= promised;
            scratch[slot] = !counts ? 0 : slot == selfSlot ? readRound : followers[slot].readRound();
        }
        if (raft.quorum().reached(scratch) >= readRound) {
            leaseFrom = roundBeganAt;
        }
    }

    /** 0 for none. */
    long leaseTicks() {
        boolean mayRead = mayLease() && raft.commitIndex() >= termStartIndex;
        long endsAt = leaseFrom + raft.membership().lease().leaderTicks();
        return mayRead ? Math.max(0, endsAt - raft.now()) : 0;
    }

    private void confirmReads() {
        renewLease();
        if (confirmedRound == readRound) {
            return;
        }
        for (int slot = 0; slot < followers.length; slot++) {
            scratch[slot] = slot == selfSlot ? readRound : followers[slot].readRound();
        }
        if (raft.quorum().reached(scratch) < readRound) {
            return;
        }
        confirmedRound = readRound;
        raft.reads().confirm(readRound, roundReadIndex);
        for (RemoteRead read : roundReads) {
            raft.effects()
                    .send(new Message.ReadIndexAnswer(
                            raft.config().group(),
                            raft.config().self(),
                            read.from(),
                            raft.currentTerm(),
                            read.incarnation(),
                            read.number(),
                            roundReadIndex));
        }
        roundReads.clear();
    }

    @Override
    public Role copy(Raft target) {
        return new Leader(this, target);
    }

    @Override
    public void writeTo(CanonicalForm out) {
        out.number(termStartIndex).number(readRound).number(confirmedRound).number(roundReadIndex);
        for (int slot : out.slots(raft.membership())) {
            if (slot != selfSlot) {
                followers[slot].writeTo(out, raft.now());
            }
        }
        if (raft.membership().lease().isOn()) {
            out.timed(ageOf(roundBeganAt)).timed(ageOf(leaseFrom)).flag(hasGivenLeaseUp);
        }
        out.timed(Math.max(0, handOverAgainAt - raft.now())).flag(transfer != null);
        if (transfer != null) {
            transfer.writeTo(out, raft.now());
        }
        writeTo(out, waitingReads);
        writeTo(out, roundReads);
    }

    private long ageOf(long at) {
        return at == NEVER ? -1 : raft.now() - at;
    }

    private static void writeTo(CanonicalForm out, List<RemoteRead> reads) {
        out.number(reads.size());
        reads.forEach(read -> out.id(read.from()).id(read.incarnation()).number(read.number()));
    }
}
