package io.quorate.raft;

/** What every correct peer keeps to. What a peer sends is asked, never trusted: nothing has changed when this throws. */
final class MessageCheck {
    /** Far above what a real cluster reaches, and far enough below the end of a long that no sum overflows. */
    static final long MAX = 1L << 62;

    private MessageCheck() {}

    static void check(Message message, RaftConfig config) {
        require(message.group() == config.group(), message, "is for another group");
        require(message.to() == config.self(), message, "is for another member");
        require(message.from() != 0 && message.from() != config.self(), message, "comes from nobody else");
        require(message.term() >= 1 && message.term() <= MAX, message, "has an impossible term");
        if (message instanceof Message.AppendEntries append) {
            check(append);
        } else if (message instanceof Message.InstallSnapshot install) {
            check(install);
        } else if (message instanceof Message.AppendAnswer answer) {
            check(answer);
        } else if (message instanceof Message.RequestVote vote) {
            checkLast(vote, vote.lastLogIndex(), vote.lastLogTerm());
        } else if (message instanceof Message.RequestPreVote vote) {
            checkLast(vote, vote.lastLogIndex(), vote.lastLogTerm());
        } else if (message instanceof Message.ReadIndexAnswer answer) {
            require(isIndex(answer.readIndex()), message, "has an impossible index");
        }
    }

    private static void check(Message.AppendEntries message) {
        EntryRun entries = message.entries();
        require(isIndex(message.prevLogIndex()), message, "has an impossible prevLogIndex");
        require(isIndex(message.leaderCommit()) && message.readRound() >= 0, message, "has negative numbers");
        require(
                message.prevLogTerm() >= 0 && message.prevLogTerm() <= message.term(),
                message,
                "has a later prevLogTerm");
        require(message.prevLogIndex() > 0 || message.prevLogTerm() == 0, message, "has a term before the first entry");
        require(entries.isWellFormed(), message, "has entries that contradict themselves");
        require(
                entries.firstIndex() == message.prevLogIndex() + 1,
                message,
                "has entries that do not follow prevLogIndex");
        if (!entries.isEmpty()) {
            require(entries.runTerm(0) >= message.prevLogTerm(), message, "has terms that fall");
            require(entries.runTerm(entries.runs() - 1) <= message.term(), message, "has entries of a later term");
        }
        for (long index = entries.firstIndex(); index <= entries.lastIndex(); index++) {
            require(entries.recordBytes(index) > 0, message, "has a record without bytes");
        }
    }

    private static void check(Message.InstallSnapshot message) {
        long index = message.lastIncludedIndex();
        long term = message.lastIncludedTerm();
        require(index >= 1 && isIndex(index), message, "offers a snapshot of nothing");
        require(term >= 1 && term <= message.term(), message, "offers a snapshot of an impossible term");
        require(message.readRound() >= 0, message, "has negative numbers");
    }

    private static void check(Message.AppendAnswer message) {
        require(isIndex(message.verifiedIndex()), message, "has an impossible verifiedIndex");
        require(
                message.durableIndex() >= 0 && message.durableIndex() <= message.verifiedIndex(),
                message,
                "calls durable what it has not verified");
        require(message.readRound() >= 0 && isIndex(message.rejectedIndex()), message, "has negative numbers");
        require(isIndex(message.conflictIndex()), message, "has an impossible conflictIndex");
        require(
                message.conflictTerm() >= 0 && message.conflictTerm() <= MAX,
                message,
                "has an impossible conflictTerm");
    }

    private static void checkLast(Message message, long lastLogIndex, long lastLogTerm) {
        require(isIndex(lastLogIndex), message, "has an impossible lastLogIndex");
        require(lastLogTerm >= 0 && lastLogTerm < message.term(), message, "has a log of the term it asks for");
        require(lastLogIndex > 0 || lastLogTerm == 0, message, "has a term before the first entry");
    }

    static boolean isIndex(long index) {
        return index >= 0 && index <= MAX;
    }

    static void require(boolean holds, Message message, String what) {
        if (!holds) {
            throw new MalformedMessageException(
                    "a message from member " + Long.toUnsignedString(message.from(), 16) + " " + what + ": " + message);
        }
    }
}
