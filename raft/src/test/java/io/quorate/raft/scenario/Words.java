package io.quorate.raft.scenario;

import io.quorate.raft.Effects.Write;
import io.quorate.raft.HardState;
import io.quorate.raft.Message;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.ReadIndexAnswer;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Message.VoteAnswer;
import io.quorate.raft.Raft;
import io.quorate.raft.RoleName;
import io.quorate.raft.VoteRefusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The vocabulary of recorded output. */
final class Words {
    /** Above this many entries a list is told as ranges of equal term. */
    private static final int ENTRIES_IN_FULL = 3;

    private Words() {}

    static String name(long id) {
        return id == 0 ? "nobody" : "n" + id;
    }

    static String role(Raft raft) {
        String role = raft.role().name().toLowerCase(Locale.ROOT).replace('_', '-');
        boolean knowsLeader = raft.leader() != 0 && raft.role() != RoleName.LEADER;
        return knowsLeader ? role + "(" + name(raft.leader()) + ")" : role;
    }

    /** @param question what to call a read request or the answer to it; their numbers are drawn, and long */
    static String sent(Flight flight, String arrow, String question) {
        Message message = flight.message();
        return name(message.from()) + " " + arrow + " " + name(message.to()) + " " + of(flight) + question;
    }

    private static String of(Flight flight) {
        Message message = flight.message();
        String start = message.getClass().getSimpleName() + " t" + message.term();
        if (message instanceof RequestPreVote ask) {
            return start + " last=" + at(ask.lastLogIndex(), ask.lastLogTerm());
        } else if (message instanceof RequestVote ask) {
            return start + " last=" + at(ask.lastLogIndex(), ask.lastLogTerm());
        } else if (message instanceof PreVoteAnswer answer) {
            return start + granted(answer.refusal());
        } else if (message instanceof VoteAnswer answer) {
            return start + granted(answer.refusal());
        } else if (message instanceof AppendEntries append) {
            return start + " prev=" + at(append.prevLogIndex(), append.prevLogTerm()) + " " + list(flight.entries())
                    + " commit=" + append.leaderCommit() + round(append.readRound());
        } else if (message instanceof AppendAnswer answer) {
            return start + appendAnswer(answer) + round(answer.readRound());
        } else if (message instanceof ReadIndexAnswer answer) {
            return start + " index=" + answer.readIndex();
        }
        return start;
    }

    private static String appendAnswer(AppendAnswer answer) {
        String rejected = answer.rejectedIndex() == 0
                ? ""
                : " rejects prev=" + answer.rejectedIndex() + " conflict="
                        + at(answer.conflictIndex(), answer.conflictTerm());
        return rejected + " verified=" + answer.verifiedIndex() + " durable=" + answer.durableIndex();
    }

    private static String granted(VoteRefusal refusal) {
        return refusal == VoteRefusal.NONE ? " granted" : " refused " + refusal;
    }

    private static String round(long round) {
        return round == 0 ? "" : " round=" + round;
    }

    static String range(long first, long last) {
        return first == last ? Long.toString(first) : first + ".." + last;
    }

    static String at(long index, long term) {
        return index + "@" + term;
    }

    /** {@code write} as the reader wants it: only what differs from {@code before}. */
    static String write(Write write, HardState before, List<Entry> entries) {
        StringBuilder text = new StringBuilder("writes #" + write.number());
        if (write.mark() != null) {
            text.append(" mark=").append(at(write.mark().index(), write.mark().term()));
        }
        if (write.truncateFrom() != 0) {
            text.append(" cut ").append(write.truncateFrom()).append("..");
        }
        HardState after = write.hardState();
        if (after != null && (after.currentTerm() != before.currentTerm() || after.votedFor() != before.votedFor())) {
            text.append(" term=").append(after.currentTerm()).append(" vote=").append(name(after.votedFor()));
        }
        if (after != null && after.commitHint() != before.commitHint()) {
            text.append(" hint=").append(after.commitHint());
        }
        return write.hasEntries() ? text.append(' ').append(list(entries)).toString() : text.toString();
    }

    static String list(List<Entry> entries) {
        List<String> words = new ArrayList<>();
        if (entries.size() <= ENTRIES_IN_FULL) {
            entries.forEach(entry -> words.add(entry.toString()));
            return "[" + String.join(", ", words) + "]";
        }
        for (int from = 0; from < entries.size(); ) {
            int to = from;
            while (to + 1 < entries.size()
                    && entries.get(to + 1).term() == entries.get(from).term()) {
                to++;
            }
            String indexes = range(entries.get(from).index(), entries.get(to).index());
            words.add(indexes + "@" + entries.get(from).term());
            from = to + 1;
        }
        return "[" + String.join(", ", words) + "]";
    }
}
