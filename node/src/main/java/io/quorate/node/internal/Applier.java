package io.quorate.node.internal;

import io.quorate.node.Outcome;
import io.quorate.node.once.Extension;
import io.quorate.node.once.KnownKeys;
import io.quorate.node.port.Agent;
import io.quorate.node.port.StateMachine;
import io.quorate.node.port.Wakeup;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Applies for a state machine that is not quick, as an agent of its own that wants a thread of its own: the loop hands it one
 * batch at a time and takes the results back. Reads that may be made go with a batch, behind its commands, so that only one
 * thread ever touches the state machine.
 */
public final class Applier<R> implements Agent {
    /** What is handed over: written by the loop before, by the applier until it is done, read by the loop after. */
    static final class Batch<R> {
        final long firstIndex;
        final List<@Nullable ByteBuffer> commands = new ArrayList<>();
        final List<Long> terms = new ArrayList<>();
        final List<@Nullable R> results = new ArrayList<>();

        /** What each entry did to the state; made by the applier. */
        long[] effects = {};

        /** The payload of the last entry, where that tells what the states of a majority were. */
        @Nullable
        ByteBuffer agreed;

        final List<PendingReads.Batch> reads = new ArrayList<>();

        /** Of the commands with a key, by their place: what comes with them, then, of those that were not applied, their ends. */
        final Map<Integer, Extension> extensions = new HashMap<>(0);

        final Map<Integer, Outcome<R>> known = new HashMap<>(0);

        /** What the commands touched, where the state machine reports it. */
        final KeyHashes touched = new KeyHashes();

        /** Run behind the commands. */
        @Nullable
        Runnable task;

        @Nullable
        Throwable failure;

        Batch(long firstIndex) {
            this.firstIndex = firstIndex;
        }

        void add(long term, @Nullable ByteBuffer command, @Nullable Extension extension) {
            if (extension != null) {
                extensions.put(commands.size(), extension);
            }
            commands.add(command);
            terms.add(term);
        }

        long lastIndex() {
            return firstIndex + commands.size() - 1;
        }

        boolean isEmpty() {
            return commands.isEmpty() && reads.isEmpty() && task == null;
        }
    }

    private final StateMachine<R> machine;
    private final KnownKeys<R> keys;
    private volatile @Nullable Batch<R> handed;
    private volatile @Nullable Batch<R> done;
    private Wakeup applier = () -> {};
    private Wakeup loop = () -> {};

    private KeyHashes touched = new KeyHashes();

    Applier(StateMachine<R> machine, KnownKeys<R> keys) {
        this.machine = machine;
        this.keys = keys;
    }

    /** Whether the state machine tells what it touches; before the first batch. */
    boolean reportsKeys() {
        return machine.reportTo(key -> touched.add(key));
    }

    /** How the driver of this agent, then the loop's, is woken; before the first turn. */
    public void wakeups(Wakeup applierWakeup, Wakeup loopWakeup) {
        applier = applierWakeup;
        loop = loopWakeup;
    }

    /** Loop: hands over a batch; the one before has been taken back. */
    void hand(Batch<R> batch) {
        handed = batch;
        applier.wake();
    }

    /** Loop: the batch that is done, once, or null. */
    @Nullable
    Batch<R> takeDone() {
        Batch<R> batch = done;
        done = null;
        return batch;
    }

    @Override
    public long turn(long nowNanos) {
        Batch<R> batch = handed;
        if (batch != null) {
            handed = null;
            run(batch);
            done = batch;
            loop.wake();
        }
        return NEVER;
    }

    private void run(Batch<R> batch) {
        touched = batch.touched;
        batch.effects = new long[batch.commands.size()];
        try {
            for (int k = 0; k < batch.commands.size(); k++) {
                ByteBuffer command = batch.commands.get(k);
                batch.results.add(command == null ? null : apply(batch, k, command));
            }
            if (batch.task != null) {
                batch.task.run();
            }
            batch.reads.forEach(read -> read.serve(batch.lastIndex()));
        } catch (Throwable e) {
            batch.failure = e;
        }
    }

    private @Nullable R apply(Batch<R> batch, int k, ByteBuffer command) {
        long index = batch.firstIndex + k;
        long term = batch.terms.get(k);
        Extension extension = batch.extensions.get(k);
        Outcome<R> known = extension == null ? null : keys.begin(extension, command);
        if (known != null) {
            batch.known.put(k, known);
            batch.effects[k] = ApplyCursor.NOT_APPLIED;
            return null;
        }
        R result = machine.apply(index, term, command);
        batch.effects[k] = machine.effect(result);
        if (extension != null) {
            keys.applied(index, term, result);
        }
        return result;
    }
}
