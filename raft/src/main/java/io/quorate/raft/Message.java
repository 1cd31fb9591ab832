package io.quorate.raft;

/**
 * What members of one group tell each other: the paper's remote procedure calls, each answer a message of its own. A message
 * may be lost, repeated, delayed and reordered. {@code group} says which group of the process it belongs to, {@code from}
 * and {@code to} are member ids, {@code term} is the sender's current term but for {@link RequestPreVote} and its answer.
 */
public sealed interface Message {
    int group();

    long from();

    long to();

    long term();

    /** Hands the message to the method of the role that answers it. */
    void deliverTo(Role role);

    /**
     * Would you vote for me in that term? Nobody takes a term or gives a vote by it (thesis 9.6).
     *
     * @param term the term that the sender would campaign in: its current term + 1
     */
    record RequestPreVote(int group, long from, long to, long term, long lastLogIndex, long lastLogTerm)
            implements Message {
        @Override
        public void deliverTo(Role role) {
            role.requestPreVote(this);
        }
    }

    /**
     * @param term the term asked about, or, when refused because the voter has seen a later one, the voter's current term
     * @param refusal why not; {@link VoteRefusal#NONE} when granted
     */
    record PreVoteAnswer(int group, long from, long to, long term, VoteRefusal refusal) implements Message {
        @Override
        public void deliverTo(Role role) {
            role.preVoteAnswer(this);
        }
    }

    /**
     * Paper figure 2, RequestVote RPC.
     *
     * @param transfer the leader itself asked the sender to campaign: voters do not keep their promise to it (thesis 4.2.3)
     */
    record RequestVote(int group, long from, long to, long term, long lastLogIndex, long lastLogTerm, boolean transfer)
            implements Message {
        /** A campaign that no leader asked for. */
        public RequestVote(int group, long from, long to, long term, long lastLogIndex, long lastLogTerm) {
            this(group, from, to, term, lastLogIndex, lastLogTerm, false);
        }

        @Override
        public void deliverTo(Role role) {
            role.requestVote(this);
        }
    }

    /** @param refusal why not; {@link VoteRefusal#NONE} when granted */
    record VoteAnswer(int group, long from, long to, long term, VoteRefusal refusal) implements Message {
        @Override
        public void deliverTo(Role role) {
            role.voteAnswer(this);
        }
    }

    /**
     * Paper figure 2, AppendEntries RPC; a heartbeat is one without entries.
     *
     * @param leaderCommit the leader's commitIndex
     * @param readRound number of the leader's latest read round, repeated in the answer (thesis 6.4)
     * @param entries what to append after prevLogIndex; without payloads, which the driver carries beside the message
     */
    record AppendEntries(
            int group,
            long from,
            long to,
            long term,
            long prevLogIndex,
            long prevLogTerm,
            long leaderCommit,
            long readRound,
            EntryRun entries)
            implements Message {
        @Override
        public void deliverTo(Role role) {
            role.appendEntries(this);
        }

        /** The heartbeat in it: what a follower that has no room for entries still hears. */
        public AppendEntries withoutEntries() {
            EntryRun none = EntryRun.empty(prevLogIndex + 1);
            return new AppendEntries(group, from, to, term, prevLogIndex, prevLogTerm, leaderCommit, readRound, none);
        }
    }

    /**
     * Paper figure 13, without the bytes: the follower lacks entries that the leader does not retain any more, and is to get a
     * snapshot, from whoever has one, on a connection of its own. Meanwhile this is the leader's heartbeat.
     *
     * @param lastIncludedIndex what the leader's newest snapshot covers; committed
     * @param lastIncludedTerm term of that entry
     * @param readRound as in AppendEntries
     */
    record InstallSnapshot(
            int group, long from, long to, long term, long lastIncludedIndex, long lastIncludedTerm, long readRound)
            implements Message {
        @Override
        public void deliverTo(Role role) {
            role.installSnapshot(this);
        }

        /** The heartbeat in it, right behind the snapshot: who holds its last entry needs no more. */
        AppendEntries heartbeat() {
            EntryRun none = EntryRun.empty(lastIncludedIndex + 1);
            return new AppendEntries(
                    group, from, to, term, lastIncludedIndex, lastIncludedTerm, lastIncludedIndex, readRound, none);
        }
    }

    /**
     * Answer to AppendEntries and to InstallSnapshot.
     *
     * @param verifiedIndex the follower's log equals this leader's, in this term, up to here; drives flow control
     * @param durableIndex min(verifiedIndex, what the follower's disk holds for good); drives commit
     * @param readRound the round answered
     * @param rejectedIndex the prevLogIndex, or lastIncludedIndex, that did not match, or 0 when the consistency check passed
     * @param conflictIndex hint when rejected: no index after this one can match at {@code conflictTerm} or below
     * @param conflictTerm the follower's term at conflictIndex, 0 when it has none there
     * @param sick it should not be handed the leadership: it is not {@link Fitness#FIT}
     * @param damaged it lost to damage what it may have acknowledged before, and has not got all of it back: what it says now is all
     *     that it holds
     */
    record AppendAnswer(
            int group,
            long from,
            long to,
            long term,
            long verifiedIndex,
            long durableIndex,
            long readRound,
            long rejectedIndex,
            long conflictIndex,
            long conflictTerm,
            boolean sick,
            boolean damaged)
            implements Message {
        /** From a member that is fit and whole. */
        public AppendAnswer(
                int group,
                long from,
                long to,
                long term,
                long verifiedIndex,
                long durableIndex,
                long readRound,
                long rejectedIndex,
                long conflictIndex,
                long conflictTerm) {
            this(
                    group,
                    from,
                    to,
                    term,
                    verifiedIndex,
                    durableIndex,
                    readRound,
                    rejectedIndex,
                    conflictIndex,
                    conflictTerm,
                    false,
                    false);
        }

        @Override
        public void deliverTo(Role role) {
            role.appendAnswer(this);
        }
    }

    /** The leader to the member that is to lead next, whose log holds all of its own: campaign now (thesis 3.10). */
    record TimeoutNow(int group, long from, long to, long term) implements Message {
        @Override
        public void deliverTo(Role role) {
            role.timeoutNow(this);
        }
    }

    /**
     * A follower asks the leader for a read index (thesis 6.4).
     *
     * @param incarnation the asker's: an answer to an earlier life of it must not be taken for its own
     * @param number the asker's number of this question, rising within an incarnation
     */
    record ReadIndexRequest(int group, long from, long to, long term, long incarnation, long number)
            implements Message {
        @Override
        public void deliverTo(Role role) {
            role.readIndexRequest(this);
        }
    }

    /** @param readIndex a read is fresh where this index is applied; also the leader's commitIndex of that moment */
    record ReadIndexAnswer(int group, long from, long to, long term, long incarnation, long number, long readIndex)
            implements Message {
        @Override
        public void deliverTo(Role role) {
            role.readIndexAnswer(this);
        }
    }
}
