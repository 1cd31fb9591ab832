package io.quorate.server.rpc;

import io.quorate.kv.DeleteRangeResponse;
import io.quorate.kv.KeyValue;
import io.quorate.kv.PutResponse;
import io.quorate.kv.RangeResponse;
import io.quorate.kv.ResponseOp;
import io.quorate.kv.Result;
import io.quorate.kv.TxnResponse;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Threads for reads that would hold up a loop, and a bound on the answers that clients have not taken yet: a client that
 * asks for everything and reads slowly costs its share of memory and no more. Beyond either bound a read is refused with
 * {@code too many requests}.
 */
final class LargeReads implements AutoCloseable {
    private static final int THREADS = 2;
    private static final int MAX_WAITING = 256;
    /** An answer up to this size is not counted: the call itself costs about as much. */
    private static final int UNCOUNTED_ANSWER_BYTES = 4 << 10;
    /** An answer up to this size is encoded where it is ready; a larger one is never encoded on a loop. */
    private static final int SMALL_ANSWER_BYTES = 256 << 10;

    private static final long IDLE_SECONDS = 30;
    /** What a pair costs beside its key and value: numbers, tags and lengths. */
    private static final int PAIR_OVERHEAD_BYTES = 32;

    private final ThreadPoolExecutor threads;
    private final long maxPendingBytes;
    private final AtomicLong pendingBytes = new AtomicLong();

    LargeReads(long maxPendingBytes) {
        this.maxPendingBytes = maxPendingBytes;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), task -> {
                    Thread thread = new Thread(task, "large-reads");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Runs a read on one of the threads; it ends the call, and reserves memory for the answer before. */
    void submit(UnaryCall<?> call, Consumer<Reservation> read) {
        Reservation reservation = reservation(call);
        try {
            threads.execute(() -> run(call, () -> read.accept(reservation)));
        } catch (RejectedExecutionException full) {
            call.refuse(EtcdError.TOO_MANY_REQUESTS);
        }
    }

    /** Ends the call of a read with an answer that is ready: at once if it is small, else on one of the threads. */
    void answer(UnaryCall<?> call, Result result, Runnable answering) {
        if (!answerWithin(call, result, () -> run(call, answering), answering)) {
            call.refuse(EtcdError.TOO_MANY_REQUESTS);
        }
    }

    /**
     * As {@link #answer}, of a write that is done: where its answer finds no room or breaks, the client must not take the write
     * for refused.
     */
    void answerApplied(UnaryCall<?> call, Result result, Runnable answering) {
        if (!answerWithin(call, result, () -> runApplied(call, answering), answering)) {
            call.refuse(EtcdError.TIMEOUT);
        }
    }

    /** False: there is no room. An answer is counted from here on, since it is in memory while it waits for a thread too. */
    private boolean answerWithin(UnaryCall<?> call, Result result, Runnable later, Runnable now) {
        long size = size(result);
        if (size > UNCOUNTED_ANSWER_BYTES && !reservation(call).reserve(size)) {
            return false;
        }
        if (size <= SMALL_ANSWER_BYTES) {
            now.run();
            return true;
        }
        try {
            threads.execute(later);
            return true;
        } catch (RejectedExecutionException full) {
            return false; // the reservation goes with the call
        }
    }

    private Reservation reservation(UnaryCall<?> call) {
        Reservation reservation = new Reservation(this, call);
        call.whenClosed(reservation::release);
        return reservation;
    }

    /** Computes something that takes long but gives little. */
    <T> CompletableFuture<T> submit(Supplier<T> read) {
        try {
            return CompletableFuture.supplyAsync(read, threads);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.failedFuture(EtcdError.TOO_MANY_REQUESTS.exception());
        }
    }

    /** The threads themselves, for pieces of work that are short but not for a loop. A full queue rejects. */
    Executor threads() {
        return threads;
    }

    private static void run(UnaryCall<?> call, Runnable answering) {
        if (!call.isCancelled()) {
            Defects.guard(call, answering);
        }
    }

    private static void runApplied(UnaryCall<?> call, Runnable answering) {
        if (!call.isCancelled()) {
            Defects.guardApplied(call, answering);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** What one answer takes of the bound, until its call is closed. */
    static final class Reservation {
        private final LargeReads bound;
        private final UnaryCall<?> call;
        private final AtomicLong bytes = new AtomicLong();

        private Reservation(LargeReads bound, UnaryCall<?> call) {
            this.bound = bound;
            this.call = call;
        }

        /** False: there is no room, and nothing is taken. */
        boolean reserve(Result result) {
            return reserve(size(result));
        }

        private boolean reserve(long size) {
            if (bound.pendingBytes.addAndGet(size) > bound.maxPendingBytes) {
                bound.pendingBytes.addAndGet(-size);
                return false;
            }
            bytes.set(size);
            if (call.isCancelled()) {
                release(); // the client may have gone before there was anything to release
            }
            return true;
        }

        private void release() {
            bound.pendingBytes.addAndGet(-bytes.getAndSet(0));
        }
    }

    /** About how many bytes the answer has on the wire. */
    private static long size(Result result) {
        if (result instanceof RangeResponse range) {
            return size(range.kvs());
        }
        if (result instanceof DeleteRangeResponse delete) {
            return size(delete.prevKvs());
        }
        if (result instanceof PutResponse put) {
            KeyValue before = put.prevKv();
            return PAIR_OVERHEAD_BYTES + (before == null ? 0 : size(List.of(before)));
        }
        long bytes = 0;
        if (result instanceof TxnResponse txn) {
            for (ResponseOp op : txn.responses()) {
                bytes += size(op);
            }
        }
        return bytes;
    }

    private static long size(List<KeyValue> kvs) {
        long bytes = 0;
        for (KeyValue kv : kvs) {
            bytes += PAIR_OVERHEAD_BYTES + kv.key().length + kv.value().length;
        }
        return bytes;
    }
}
