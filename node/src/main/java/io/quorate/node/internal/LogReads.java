package io.quorate.node.internal;

import io.quorate.node.LogEntry;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.Served;
import io.quorate.node.port.LogRecord;
import io.quorate.raft.EntryKind;
import io.quorate.raft.Raft;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Users' reads of single log entries, one at a time: the next begins when the answer of the one before it was taken. So the
 * log has at most one of them between two reads that the group needs, and the node holds one answer, however many wait (their
 * number is bounded by {@link Admission}). Loop only.
 */
final class LogReads {
    private record Asked(long index, Consumer<ReadOutcome<Optional<LogEntry>>> answer) {}

    private final Raft raft;
    private final EntryRing ring;
    private final ApplyCursor.LogReader log;
    private final ArrayDeque<Asked> waiting = new ArrayDeque<>();
    private boolean answering;
    private @Nullable Refused<Optional<LogEntry>> stopped;

    LogReads(Raft raft, EntryRing ring, ApplyCursor.LogReader log) {
        this.raft = raft;
        this.ring = ring;
        this.log = log;
    }

    void ask(long index, Consumer<ReadOutcome<Optional<LogEntry>>> answer) {
        waiting.add(new Asked(index, answer));
        next();
    }

    /** The last answer is out of the node's hands. */
    void taken() {
        answering = false;
        next();
    }

    /** The node stops. The read under way ends when the log's reads do: refused, for it has found nothing out. */
    void stop(Refused<Optional<LogEntry>> refused) {
        stopped = refused;
        waiting.forEach(asked -> asked.answer.accept(refused));
        waiting.clear();
    }

    private void next() {
        Asked asked = answering ? null : waiting.poll();
        if (asked != null) {
            answering = true;
            find(
                    asked.index,
                    found -> asked.answer.accept(stopped == null ? new Served<>(found, raft.lastApplied()) : stopped));
        }
    }

    private void find(long index, Consumer<Optional<LogEntry>> answer) {
        if (index < raft.firstIndex() || index > raft.lastIndex()) {
            answer.accept(Optional.empty());
        } else if (index > raft.commitIndex()) {
            answer.accept(Optional.of(new LogEntry(index, raft.termAt(index), false, null, null)));
        } else if (ring.holds(index)) {
            answer.accept(Optional.of(entry(ring.buffer(index), ring.offset(index))));
        } else {
            log.read(index, index, 1, found -> {
                ByteBuffer records = found.records();
                answer.accept(records == null ? Optional.empty() : Optional.of(entry(records, 0)));
            });
        }
    }

    private static LogEntry entry(ByteBuffer source, int at) {
        if (LogRecord.isWithheld(source, at)) {
            return new LogEntry(
                    LogRecord.index(source, at), LogRecord.term(source, at), true, EntryKind.COMMAND, null);
        }
        ByteBuffer payload = Payloads.command(source, at);
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining()).put(payload).flip();
        return new LogEntry(
                LogRecord.index(source, at),
                LogRecord.term(source, at),
                true,
                Payloads.entryKind(LogRecord.kind(source, at)),
                copy.asReadOnlyBuffer());
    }
}
