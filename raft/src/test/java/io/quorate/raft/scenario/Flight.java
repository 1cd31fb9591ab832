package io.quorate.raft.scenario;

import io.quorate.raft.Message;
import java.util.List;

/** A message with the entries that its driver sends beside it. */
record Flight(Message message, List<Entry> entries) {
    boolean goes(long from, long to) {
        return message.from() == from && message.to() == to;
    }
}
