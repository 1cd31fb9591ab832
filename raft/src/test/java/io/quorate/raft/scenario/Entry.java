package io.quorate.raft.scenario;

import io.quorate.raft.EntryKind;
import io.quorate.raft.Notation;
import io.quorate.raft.membership.Membership;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One entry with its payload, which the core never holds. An entry set up by {@code cluster} has the empty payload. */
record Entry(
        long index,
        long term,
        EntryKind kind,
        String payload,
        @Nullable Membership membership) implements Notation.Item {
    private static final int HEADER_BYTES = 32;

    static Entry command(long index, long term, String payload) {
        return new Entry(index, term, EntryKind.COMMAND, payload, null);
    }

    /** The first entry of a log. */
    static Entry membership(long term, Membership membership) {
        return new Entry(1, term, EntryKind.MEMBERSHIP, "", membership);
    }

    static int recordBytes(String payload) {
        return HEADER_BYTES + (payload.length() + 7) / 8 * 8;
    }

    /** The state machine of the stories: {@code put key value}; other commands change nothing. */
    void applyTo(Map<String, String> values) {
        String[] words = payload.split(" ", 3);
        if (kind == EntryKind.COMMAND && words.length == 3 && words[0].equals("put")) {
            values.put(words[1], words[2]);
        }
    }

    int recordBytes() {
        return recordBytes(payload);
    }

    @Override
    public String toString() {
        return index + "@" + term + words();
    }

    private String words() {
        return switch (kind) {
            case NO_OP -> " no-op";
            case STATE_HASH -> " state-hash";
            case MEMBERSHIP -> membership == null || index == 1 ? " membership" : " " + Notation.membership(membership);
            case COMMAND -> payload.isEmpty() ? "" : " \"" + payload + "\"";
        };
    }
}
