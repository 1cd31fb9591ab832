package io.quorate.node.once;

import io.quorate.node.Applied;
import io.quorate.node.IdempotencyKey;
import io.quorate.node.Outcome;
import io.quorate.node.Refused;
import io.quorate.node.Unknown;
import io.quorate.node.port.KeyHash;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateMachine;
import io.quorate.node.port.StateRestore;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys of commands that were applied, with what each gave: the session table of Raft (thesis 6.3), and as replicated as the state
 * machine beside which it stands. It changes by committed commands alone, so every member has the same.
 *
 * <p><em>Log time</em> is the highest time that a leader has stamped into a command with a key. Behind it the <em>horizon</em> rises: of
 * keys that were made at it or before nothing is remembered, and no command of such a key is ever applied. A key is in the table from when
 * it was applied until the horizon has passed the moment at which it was made; so no key is applied twice, whatever the clocks of
 * clients and members show. The horizon rises with log time, and, where the table is full, past the oldest key in it.
 *
 * <p>Touched only where commands are applied, but for what an image or a restore does by itself.
 *
 * @param <R> what the state machine gives for a command
 */
public final class KnownKeys<R> {
    /**
     * How much is remembered. All members must have the same: they would not apply the same commands else.
     *
     * @param keptMillis for so long in log time behind the moment at which a key was made
     * @param aheadMillis a key that was made later than so much ahead of log time is refused: it would stay for long
     * @param maxKeys the oldest key goes where there would be more
     * @param maxBytes of keys and answers, with {@link #ENTRY_BYTES} for each; the oldest keys go where there would be more
     * @param maxAnswerBytes a longer answer is not kept, and a retry is told just that
     */
    public record Limits(long keptMillis, long aheadMillis, int maxKeys, long maxBytes, int maxAnswerBytes) {
        /** An hour, ten minutes, 65,536 keys, 32 MiB, 64 KiB. */
        public static final Limits DEFAULTS = new Limits(3_600_000, 600_000, 1 << 16, 32 << 20, 64 << 10);
    }

    /** About what an entry costs beside its key and answer. */
    static final int ENTRY_BYTES = 128;

    /** @param answer as the state machine saves it; null where it is not kept */
    record Entry(IdempotencyKey key, long commandHash, long index, long term, byte @Nullable [] answer) {
        int bytes() {
            return ENTRY_BYTES + key.text().length() + (answer == null ? 0 : answer.length);
        }
    }

    /** All that is remembered, and what changes it. */
    static final class Table {
        final TreeMap<IdempotencyKey, Entry> entries = new TreeMap<>();
        long logTime;
        long horizon = -1;
        private long bytes;

        void add(Entry entry) {
            entries.put(entry.key, entry);
            bytes += entry.bytes();
        }

        private void removeOldest() {
            Entry oldest = Objects.requireNonNull(entries.pollFirstEntry()).getValue();
            bytes -= oldest.bytes();
            horizon = Math.max(horizon, oldest.key.bornMillis());
        }

        private void forgetBehindHorizon() {
            while (!entries.isEmpty() && entries.firstKey().bornMillis() <= horizon) {
                removeOldest();
            }
        }

        private void stamped(long time, Limits limits) {
            logTime = Math.max(logTime, time);
            horizon = Math.max(horizon, logTime - limits.keptMillis);
            forgetBehindHorizon();
        }

        private void keepWithin(Limits limits) {
            while (entries.size() > limits.maxKeys || bytes > limits.maxBytes) {
                removeOldest();
            }
            forgetBehindHorizon();
        }
    }

    private final StateMachine<R> machine;
    private final Limits limits;
    private Table table = new Table();

    // The command that has begun.
    private @Nullable IdempotencyKey begun;
    private long begunHash;

    public KnownKeys(StateMachine<R> machine, Limits limits) {
        this.machine = machine;
        this.limits = limits;
    }

    /**
     * A command with a key comes to be applied.
     *
     * @param command what the state machine would see; its position stays
     * @return null: it is to be applied, then {@link #applied} told. Else its end, and it must not be applied
     */
    public @Nullable Outcome<R> begin(Extension extension, ByteBuffer command) {
        IdempotencyKey key = extension.key();
        table.stamped(extension.logTimeMillis(), limits);
        if (key.bornMillis() <= table.horizon) {
            return new Unknown<>(Unknown.Reason.KEY_FORGOTTEN);
        }
        if (key.bornMillis() > table.logTime + limits.aheadMillis) {
            return new Refused<>(Refused.Reason.KEY_AHEAD, null, 0);
        }
        long hash = KeyHash.of(command);
        Entry known = table.entries.get(key);
        if (known == null) {
            begun = key;
            begunHash = hash;
            return null;
        }
        return known.commandHash == hash ? again(known) : new Refused<>(Refused.Reason.KEY_REUSED, null, 0);
    }

    private Outcome<R> again(Entry known) {
        return known.answer == null
                ? new Unknown<>(Unknown.Reason.ANSWER_NOT_KEPT)
                : new Applied<>(machine.loadResult(known.answer), known.index, known.term);
    }

    /** The command that has begun was applied. */
    public void applied(long index, long term, R result) {
        IdempotencyKey key = Objects.requireNonNull(begun, "no command with a key has begun");
        begun = null;
        byte[] answer = machine.saveResult(result, limits.maxAnswerBytes);
        boolean isKept = answer != null && answer.length <= limits.maxAnswerBytes;
        table.add(new Entry(key, begunHash, index, term, isKept ? answer : null));
        table.keepWithin(limits);
    }

    /**
     * Applies a command with a key, all at once, unless it must not be.
     *
     * @return what whoever proposed it is told
     */
    public Outcome<R> apply(Extension extension, long index, long term, ByteBuffer command) {
        Outcome<R> known = begin(extension, command);
        if (known != null) {
            return known;
        }
        R result = machine.apply(index, term, command);
        applied(index, term, result);
        return new Applied<>(result, index, term);
    }

    /** Whether no command had a key, ever: there is nothing to save. */
    public boolean isUnused() {
        return table.logTime == 0;
    }

    /** As that of a state machine. Costs a walk over the keys at once. */
    public StateImage image() {
        return new KnownKeysImage(
                table.logTime, table.horizon, table.entries.values().toArray(new Entry[0]));
    }

    /** As that of a state machine; with no block at all the table is unused. */
    public StateRestore restore() {
        return new KnownKeysRestore(restored -> table = restored);
    }
}
