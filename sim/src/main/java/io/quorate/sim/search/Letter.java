package io.quorate.sim.search;

import io.quorate.raft.Message;
import io.quorate.raft.RoleName;
import io.quorate.raft.TimelessForm;
import java.util.List;

/** A message under way, with the entries that its driver sends beside it. */
final class Letter extends Part {
    private static final int TAG = 2;

    private final Message message;
    private final List<Entry> entries;

    Letter(Message message, List<Entry> entries) {
        this.message = message;
        this.entries = List.copyOf(entries);
    }

    Message message() {
        return message;
    }

    List<Entry> entries() {
        return entries;
    }

    int to() {
        return (int) message.to();
    }

    /**
     * Whether its receiver will ignore it now and for ever, so that worlds with and without it have the same futures. An
     * answer, and a question to a leader, means something only in the role of its own term. Once that term is durable, a
     * crash cannot bring the member to a term before, and nobody campaigns twice in one term: a role that is over is over.
     */
    boolean isDeadFor(Member receiver) {
        if (message.term() > receiver.disk().hardState().currentTerm()) {
            return false;
        }
        boolean isOwnTerm = receiver.raft().currentTerm() == message.term();
        if (message instanceof Message.VoteAnswer) {
            return !(isOwnTerm && receiver.raft().role() == RoleName.CANDIDATE);
        }
        if (message instanceof Message.AppendAnswer || message instanceof Message.ReadIndexRequest) {
            return !receiver.raft().leadsIn(message.term());
        }
        boolean isFromLeader = message instanceof Message.ReadIndexAnswer || message instanceof Message.TimeoutNow;
        return isFromLeader && !isOwnTerm;
    }

    @Override
    void writeTo(Digest out) {
        out.number(TAG).bytes(TimelessForm.of(message, out.names())).entries(entries);
    }

    @Override
    public String toString() {
        return "n" + message.from() + " → n" + message.to() + " " + message + (entries.isEmpty() ? "" : " " + entries);
    }
}
