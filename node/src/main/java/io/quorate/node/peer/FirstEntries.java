package io.quorate.node.peer;

import io.quorate.raft.EntryRun;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * As many of a message's entries, from the first, as a peer takes in one frame that takes less than this member sends at
 * once. The first one always fits: the handshake has asked for that. Without a cut such a message would be lost each time.
 *
 * @param records the bytes of these entries, whole records
 */
record FirstEntries(int count, int bytes, List<ByteBuffer> records) {
    /** @param bound bytes of records that fit */
    static FirstEntries of(EntryRun entries, List<ByteBuffer> records, int bound) {
        int count = 0;
        int bytes = 0;
        for (long index = entries.firstIndex(); index <= entries.lastIndex(); index++) {
            int next = entries.recordBytes(index);
            if (count > 0 && next > bound - bytes) {
                break;
            }
            count++;
            bytes += next;
        }
        return new FirstEntries(count, bytes, firstBytes(records, bytes));
    }

    private static List<ByteBuffer> firstBytes(List<ByteBuffer> records, int bytes) {
        List<ByteBuffer> first = new ArrayList<>();
        int left = bytes;
        for (ByteBuffer part : records) {
            if (left == 0) {
                break;
            }
            int taken = Math.min(left, part.remaining());
            first.add(part.duplicate().limit(part.position() + taken));
            left -= taken;
        }
        return first;
    }
}
