package io.quorate.sim.core;

import io.quorate.raft.Message;
import java.util.List;

/**
 * A message on its way, with the entries that the driver carries beside it.
 *
 * @param toLife the life of the receiver that it was sent to
 */
record Parcel(int from, int to, int toLife, Message message, List<Entry> entries) {
    /** Rough size on the wire, for links that are slow. */
    int bytes() {
        int sum = 100;
        for (Entry entry : entries) {
            sum += entry.bytes();
        }
        return sum;
    }
}
