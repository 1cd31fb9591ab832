package io.quorate.raft;

import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.RaftEvent.ElectionCause;

/** Takes what the leader sends, and waits for as long as it hears one (paper 5.2, 5.3). */
final class Follower implements Role {
    static final long NEVER = Long.MAX_VALUE;
    private static final int LEADER_LOST_TICKS = 15;
    private static final int FIRST_ELECTION_TICKS = 50;
    private static final int HEAD_START_TICKS = 250;
    private static final int RETRY_TICKS = 30;

    private final Raft raft;

    /** When the election timeout fires, drawn anew whenever the leader is heard or a vote is given. */
    private long electionAt;

    /** When a hint stands in for the timeout, or NEVER. */
    private long hintAt = NEVER;

    private ElectionCause hint = ElectionCause.TIMEOUT;

    /** It gave its vote, and has not heard a leader since. */
    private boolean hasVoted;

    /** When the current leader was last heard; only looked at while one is known. */
    private long leaderHeardAt;

    /** This log equals the leader's, in this term, up to here. Unknown is 0. */
    private long verifiedIndex;

    private long toldDurableIndex;
    private long readRound;
    private boolean answerDue;

    /** The prevLogIndex that last failed the consistency check in this turn, or 0; and the prevLogTerm with it. */
    private long rejectedIndex;

    private long rejectedTerm;

    /** First and last number of the read requests put to this leader, 0 for none, and when the last went out. */
    private long firstReadNumber;

    private long lastReadNumber;
    private long readAskedAt;

    Follower(Raft raft, long electionAt) {
        this.raft = raft;
        this.electionAt = electionAt;
    }

    Follower(Follower other, Raft raft) {
        this.raft = raft;
        electionAt = other.electionAt;
        hintAt = other.hintAt;
        hint = other.hint;
        hasVoted = other.hasVoted;
        leaderHeardAt = other.leaderHeardAt;
        verifiedIndex = other.verifiedIndex;
        toldDurableIndex = other.toldDurableIndex;
        readRound = other.readRound;
        answerDue = other.answerDue;
        rejectedIndex = other.rejectedIndex;
        rejectedTerm = other.rejectedTerm;
        firstReadNumber = other.firstReadNumber;
        lastReadNumber = other.lastReadNumber;
        readAskedAt = other.readAskedAt;
    }

    @Override
    public RoleName name() {
        return RoleName.FOLLOWER;
    }

    long verifiedIndex() {
        return verifiedIndex;
    }

    // ---- time

    @Override
    public void advance() {
        if (!raft.mayCampaign() || raft.isPromised()) {
            return;
        }
        if (raft.now() >= electionAt) {
            raft.campaign(ElectionCause.TIMEOUT);
        } else if (raft.now() >= hintAt) {
            raft.campaign(hint);
        }
    }

    @Override
    public long dueAt() {
        long mayBeAt = Math.max(Math.min(electionAt, hintAt), raft.promisedUntil());
        long election = raft.mayCampaign() ? mayBeAt : NEVER;
        boolean asksAgain =
                raft.leader() != 0 && lastReadNumber != 0 && raft.reads().isWaiting();
        return asksAgain ? Math.min(election, readAskedAt + raft.config().heartbeatTicks()) : election;
    }

    @Override
    public boolean isLeaderAlive() {
        return raft.leader() != 0
                && raft.now() - leaderHeardAt < raft.config().electionTicks()
                && !raft.isLost(raft.leader());
    }

    /** The hints shorten the wait and nothing else: what a candidate must win stays the same. */
    void leaderLost() {
        hint(ElectionCause.LEADER_LOST, 0, LEADER_LOST_TICKS);
    }

    /**
     * All hear of it in about the same moment, and a process that has just started is slow in its first campaign: by chance
     * alone each would vote for itself before it heard another. So the voters go one after the other, by priority and then by
     * id, each only if those before it have not won by then; and who has just voted gives its candidate, whom nobody has heard as a
     * leader yet, the time of one more.
     */
    void majorityWithoutLeader() {
        int headStart = Math.min(HEAD_START_TICKS, raft.config().electionTicks() / 4);
        int rank = raft.membership().rank(raft.config().self());
        int turnsBefore = hasVoted ? rank + 1 : rank;
        hint(ElectionCause.FIRST_ELECTION, turnsBefore * headStart, FIRST_ELECTION_TICKS);
    }

    /**
     * This member's campaign was refused, though nobody is known to lead: usually because another began one in the same
     * moment. Both try again soon, each time over twice the range, so that one of them is alone in it; the timeout stays above
     * all.
     */
    void hintAgain(ElectionCause cause, int campaigns) {
        int range = RETRY_TICKS << Math.min(campaigns - 1, 8);
        hint(cause, 0, Math.min(range, raft.config().electionTicks() / 2));
    }

    /**
     * A sick member leaves it to others; those of lower priority give the others the whole range before theirs. Where leases are
     * on, all wait for the end of their promise, and draw from there.
     */
    private void hint(ElectionCause cause, int leastTicks, int mostTicks) {
        if (hintAt == NEVER && raft.fitness() == Fitness.FIT) {
            int range = mostTicks + 1;
            long earliest = Math.max(raft.now(), raft.promisedUntil()) + leastTicks;
            hintAt = earliest + (long) raft.handicap() * range + raft.random().below(range);
            hint = cause;
        }
    }

    /** Waits longer, or not so long any more, by whole election timeouts. */
    void handicapChanged(int by) {
        electionAt += (long) by * raft.config().electionTicks();
        hintAt = raft.fitness() == Fitness.SICK ? NEVER : hintAt;
    }

    void leaderBack() {
        hintAt = NEVER;
    }

    // ---- elections

    @Override
    public void requestPreVote(Message.RequestPreVote message) {
        raft.answerPreVote(message);
    }

    @Override
    public void requestVote(Message.RequestVote message) {
        if (raft.answerVote(message)) {
            // The candidate gets the time of an election (paper figure 2, rules for followers).
            electionAt = raft.drawElectionAt();
            hintAt = NEVER;
            hasVoted = true;
        }
    }

    @Override
    public void preVoteAnswer(Message.PreVoteAnswer message) {
        // Asked by a candidate that this member was.
    }

    @Override
    public void voteAnswer(Message.VoteAnswer message) {
        // Asked by a candidate that this member was.
    }

    // ---- replication

    @Override
    public void appendEntries(AppendEntries message) {
        follow(message);
        readRound = Math.max(readRound, message.readRound());
        LogCursor log = raft.log();
        if (isMismatch(message)) {
            reject(message);
            return;
        }
        EntryRun entries = message.entries();
        long firstNew = firstNew(message);
        boolean holdsAll = firstNew > entries.lastIndex() || append(entries, firstNew);
        long matched = Math.max(
                holdsAll ? entries.lastIndex() : firstNew - 1, log.mark().index());
        verifiedIndex = Math.max(verifiedIndex, matched);
        answerDue = true;
        // Paper figure 2, AppendEntries 5: no further than this message proves. What lies behind may still be another
        // leader's.
        raft.commitTo(Math.min(message.leaderCommit(), matched));
    }

    /** The leader wants this member to lead, and knows that its log is whole: nobody need be asked first (thesis 3.10). */
    @Override
    public void timeoutNow(Message.TimeoutNow message) {
        raft.follow(message.from());
        if (raft.mayCampaign()) {
            raft.campaign(ElectionCause.TRANSFER);
        }
    }

    private void follow(AppendEntries message) {
        raft.follow(message.from());
        leaderHeardAt = raft.now();
        electionAt = raft.drawElectionAt();
        hintAt = NEVER;
        hasVoted = false;
    }

    /**
     * A heartbeat behind the snapshot, from a leader that cannot send what this log lacks. What is committed here the leader
     * has: that tells it where it could go on, should it retain more than it thinks is needed.
     */
    @Override
    public void installSnapshot(Message.InstallSnapshot message) {
        appendEntries(message.heartbeat());
        verifiedIndex = Math.max(verifiedIndex, raft.commitIndex());
        if (verifiedIndex < message.lastIncludedIndex()) {
            raft.effects()
                    .fetch(new Effects.SnapshotFetch(
                            message.from(), message.term(), message.lastIncludedIndex(), message.lastIncludedTerm()));
        }
    }

    /** What the snapshot covers is committed, so the leader has it; it is told at once, and from there on sends entries. */
    void installed(long index) {
        verifiedIndex = Math.max(verifiedIndex, index);
        answerDue = true;
    }

    /** The consistency check (paper 5.3). What lies before the retained log is committed, so the leader has it too. */
    private boolean isMismatch(AppendEntries message) {
        LogCursor log = raft.log();
        long prevLogIndex = message.prevLogIndex();
        boolean mismatch = prevLogIndex >= log.prevIndex() && log.termAt(prevLogIndex) != message.prevLogTerm();
        if (mismatch && prevLogIndex <= raft.commitIndex()) {
            throw contradiction(message, prevLogIndex, message.prevLogTerm());
        }
        return mismatch;
    }

    private void reject(AppendEntries message) {
        answerDue = true;
        rejectedIndex = message.prevLogIndex();
        rejectedTerm = message.prevLogTerm();
    }

    /** First entry of the message that this log lacks, or holds with another term. */
    private long firstNew(AppendEntries message) {
        LogCursor log = raft.log();
        EntryRun entries = message.entries();
        int run = 0;
        for (long index = entries.firstIndex(); index <= entries.lastIndex(); index++) {
            while (run + 1 < entries.runs() && entries.runFirst(run + 1) <= index) {
                run++;
            }
            if (index > log.lastIndex()) {
                return index;
            }
            if (index >= log.prevIndex() && log.termAt(index) != entries.runTerm(run)) {
                if (index <= raft.commitIndex()) {
                    throw contradiction(message, index, entries.runTerm(run));
                }
                return index;
            }
        }
        return entries.lastIndex() + 1;
    }

    private CommittedFactException contradiction(AppendEntries message, long index, long term) {
        return new CommittedFactException("leader " + Long.toUnsignedString(message.from(), 16) + " of term "
                + message.term() + " has entry " + index + " with term " + term
                + ", but here it is committed with term "
                + raft.log().termAt(index) + " (commitIndex " + raft.commitIndex() + ")");
    }

    /**
     * Only a conflict drops entries, never the end of a message: a late one may be shorter than the log (paper 5.3). Without
     * room in the ring the entries are as good as lost, and the rest of the message is not: it is answered as a heartbeat is.
     * The leader notices what is missing by the next one, and by then there may be room.
     */
    private boolean append(EntryRun entries, long firstNew) {
        if (firstNew <= raft.log().lastIndex()) {
            raft.truncate(firstNew);
        }
        if (!raft.makeRoomFor(entries, firstNew)) {
            return false;
        }
        int run = 0;
        for (long index = firstNew; index <= entries.lastIndex(); index++) {
            while (run + 1 < entries.runs() && entries.runFirst(run + 1) <= index) {
                run++;
            }
            raft.log().append(entries.runTerm(run), entries.recordBytes(index));
        }
        for (MembershipAt at : entries.memberships()) {
            if (at.index() >= firstNew) {
                raft.addMembership(at.index(), at.membership());
            }
        }
        raft.kept(firstNew);
        return true;
    }

    /** What persisted may be news to the leader: commit moves by durable indexes. */
    @Override
    public void persisted() {
        answerDue |= verifiedIndex > 0 && Math.min(raft.persistedIndex(), verifiedIndex) > toldDurableIndex;
    }

    // ---- the end of a turn

    @Override
    public void drain() {
        if (raft.leader() == 0) {
            return;
        }
        if (answerDue) {
            answer();
        }
        boolean overdue = lastReadNumber != 0
                && raft.reads().isWaiting()
                && raft.now() - readAskedAt >= raft.config().heartbeatTicks();
        if (raft.reads().hasUnasked() || overdue) {
            askForReads();
        }
    }

    private void answer() {
        LogCursor log = raft.log();
        long durableIndex = Math.min(raft.persistedIndex(), verifiedIndex);
        boolean rejects = rejectedIndex > verifiedIndex;
        // Paper 5.3: no entry of a later term than prevLogTerm can be the leader's at or before prevLogIndex. Asked
        // now, of the
        // log as the turn left it: a later message may have cut it, or what was retained may have become less.
        long conflictIndex = Math.max(log.prevIndex(), log.lastAtOrBelow(rejectedIndex, rejectedTerm));
        raft.effects()
                .send(new AppendAnswer(
                        raft.config().group(),
                        raft.config().self(),
                        raft.leader(),
                        raft.currentTerm(),
                        verifiedIndex,
                        durableIndex,
                        readRound,
                        rejects ? rejectedIndex : 0,
                        rejects ? conflictIndex : 0,
                        rejects ? log.termAt(conflictIndex) : 0,
                        raft.fitness() == Fitness.SICK,
                        raft.isDamaged()));
        toldDurableIndex = durableIndex;
        answerDue = false;
        rejectedIndex = 0;
    }

    private void askForReads() {
        lastReadNumber = raft.nextReadNumber();
        if (firstReadNumber == 0) {
            firstReadNumber = lastReadNumber;
        }
        raft.reads().ask(lastReadNumber);
        readAskedAt = raft.now();
        raft.effects()
                .send(new Message.ReadIndexRequest(
                        raft.config().group(),
                        raft.config().self(),
                        raft.leader(),
                        raft.currentTerm(),
                        raft.config().incarnation(),
                        lastReadNumber));
    }

    // ---- reads

    @Override
    public void appendAnswer(AppendAnswer message) {
        // This member leads no more: what an old follower verified means nothing now.
    }

    @Override
    public void readIndexRequest(Message.ReadIndexRequest message) {
        // The asker is behind; it asks the leader again when it learns of it.
    }

    /**
     * The leader's commitIndex of a moment after the question, confirmed by a quorum (thesis 6.4). An answer to another
     * life, another leader or an older question is none.
     */
    @Override
    public void readIndexAnswer(Message.ReadIndexAnswer message) {
        boolean asked =
                firstReadNumber != 0 && message.number() >= firstReadNumber && message.number() <= lastReadNumber;
        if (message.from() != raft.leader()
                || message.incarnation() != raft.config().incarnation()
                || !asked) {
            return;
        }
        leaderHeardAt = raft.now();
        raft.reads().confirm(message.number(), message.readIndex());
        raft.commitTo(Math.min(message.readIndex(), verifiedIndex));
    }

    @Override
    public Role copy(Raft target) {
        return new Follower(this, target);
    }

    @Override
    public void writeTo(CanonicalForm out) {
        long now = raft.now();
        out.timed(electionAt - now)
                .timed(hintAt == NEVER ? NEVER : hintAt - now)
                .timed(hint.name())
                .timed(hasVoted ? 1 : 0);
        out.number(raft.leader() == 0 ? 0 : now - leaderHeardAt);
        out.number(verifiedIndex).number(toldDurableIndex).number(readRound).flag(answerDue);
        out.number(rejectedIndex).number(rejectedIndex == 0 ? 0 : rejectedTerm);
        out.number(firstReadNumber).number(lastReadNumber).number(lastReadNumber == 0 ? 0 : now - readAskedAt);
    }
}
