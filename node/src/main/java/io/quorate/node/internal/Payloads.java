package io.quorate.node.internal;

import io.quorate.node.once.Extension;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.MembershipCodec;
import io.quorate.node.port.RecordKind;
import io.quorate.raft.EntryKind;
import io.quorate.raft.EntryRun;
import io.quorate.raft.EntryRun.MembershipAt;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the core and the state machine need to know of records in this member's own log, each checked before it came there. */
final class Payloads {
    private Payloads() {}

    /** The payload that the state machine sees: without the extension block, read-only, big endian as any new buffer is. */
    static ByteBuffer command(ByteBuffer source, int at) {
        ByteBuffer payload = LogRecord.payload(source, at);
        if (isExtended(source, at)) {
            payload.position(LogRecord.extensionBytes(payload));
        }
        return payload.order(ByteOrder.BIG_ENDIAN);
    }

    /** What the node keeps with the command, or null. */
    static @Nullable Extension extension(ByteBuffer source, int at) {
        return isExtended(source, at) ? Extension.of(LogRecord.payload(source, at)) : null;
    }

    private static boolean isExtended(ByteBuffer source, int at) {
        return (LogRecord.flags(source, at) & LogRecord.FLAG_EXTENSION) != 0;
    }

    static RecordKind recordKind(EntryKind kind) {
        return switch (kind) {
            case COMMAND -> RecordKind.ENTRY;
            case MEMBERSHIP -> RecordKind.MEMBERSHIP;
            case NO_OP -> RecordKind.NO_OP;
            case STATE_HASH -> RecordKind.STATE_HASH;
        };
    }

    static EntryKind entryKind(RecordKind kind) {
        return switch (kind) {
            case ENTRY -> EntryKind.COMMAND;
            case MEMBERSHIP -> EntryKind.MEMBERSHIP;
            case NO_OP -> EntryKind.NO_OP;
            case STATE_HASH -> EntryKind.STATE_HASH;
            case HARD_STATE, TRUNCATE_FROM, SNAPSHOT_MARK, GROUP, DAMAGE ->
                throw new IllegalArgumentException(kind + " is no entry");
        };
    }

    /** Describes records read back from the log for an AppendEntries. */
    static EntryRun describe(ByteBuffer records, long firstIndex, int count) {
        long[] runFirst = new long[count];
        long[] runTerm = new long[count];
        int runs = 0;
        int[] sizes = new int[count];
        List<MembershipAt> memberships = new ArrayList<>();
        int at = records.position();
        for (int k = 0; k < count; k++) {
            long term = LogRecord.term(records, at);
            if (runs == 0 || runTerm[runs - 1] != term) {
                runFirst[runs] = firstIndex + k;
                runTerm[runs++] = term;
            }
            if (LogRecord.kind(records, at) == RecordKind.MEMBERSHIP) {
                memberships.add(new MembershipAt(firstIndex + k, MembershipCodec.decode(command(records, at))));
            }
            sizes[k] = LogRecord.sizeAt(records, at);
            at += sizes[k];
        }
        return new EntryRun(
                firstIndex, Arrays.copyOf(runFirst, runs), Arrays.copyOf(runTerm, runs), sizes, memberships);
    }
}
