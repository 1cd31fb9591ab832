package io.quorate.raft;

import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.ReadIndexRequest;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;

/** Replicates its log, commits what a quorum holds, and answers reads (paper 5.3, 5.4; thesis 6.2, 6.4). */
final class Leader implements Role {
    private record RemoteRead(long from, long incarnation, long number) {}

    private final Raft raft;

    /** First entry of this term: nothing is committed by counting, and no read answered, before it is (paper 5.4.2). */
    private final long termStartIndex;

    /** By slot of the membership; this member's own place holds itself, never sent to. */
    private final Progress[] followers;

    private final int selfSlot;
    private final long[] scratch;

    /** Last round begun. A round is begun by telling its number to all; answered by a quorum, it proves leadership. */
    private long readRound;

    private long confirmedRound;

    /** commitIndex when the last round began, not before an entry of this term was committed. */
    private long roundReadIndex;

    /** Of other members: those that wait for a round to begin, and those of the round under way. */
    private final ArrayList<RemoteRead> waitingReads;

    private final ArrayList<RemoteRead> roundReads;

    Leader(Raft raft, long termStartIndex) {
        this.raft = raft;
        this.termStartIndex = termStartIndex;
        Membership membership = raft.membership();
        this.followers = new Progress[membership.size()];
        for (int slot = 0; slot < followers.length; slot++) {
            Member member = membership.members().get(slot);
            followers[slot] = new Progress(member.id(), termStartIndex, raft.now(), raft.config());
        }
        this.selfSlot = membership.slot(raft.config().self());
        this.scratch = new long[followers.length];
        this.waitingReads = new ArrayList<>();
        this.roundReads = new ArrayList<>();
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
        readRound = other.readRound;
        confirmedRound = other.confirmedRound;
        roundReadIndex = other.roundReadIndex;
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

    // ---- time

    @Override
    public void advance() {
        if (raft.config().checkQuorum() && raft.now() >= quorumEndsAt()) {
            raft.becomeFollower(raft.currentTerm());
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
        long due = raft.config().checkQuorum() && followers.length > 1 ? quorumEndsAt() : Follower.NEVER;
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
        beginReadRound();
        for (int slot = 0; slot < followers.length; slot++) {
            if (slot != selfSlot) {
                followers[slot].replicate(raft, readRound);
            }
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
        boolean isWanted = raft.reads().hasUnasked() || !waitingReads.isEmpty();
        if (!isWanted || confirmedRound < readRound || raft.commitIndex() < termStartIndex) {
            return;
        }
        readRound++;
        roundReadIndex = raft.commitIndex();
        raft.reads().ask(readRound);
        roundReads.addAll(waitingReads);
        waitingReads.clear();
        heartbeatDue();
        confirmReads();
    }

    private void confirmReads() {
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
        writeTo(out, waitingReads);
        writeTo(out, roundReads);
    }

    private static void writeTo(CanonicalForm out, List<RemoteRead> reads) {
        out.number(reads.size());
        reads.forEach(read -> out.id(read.from()).id(read.incarnation()).number(read.number()));
    }
}
