package io.quorate.bench.life;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.quorate.bench.BenchException;
import io.quorate.bench.cluster.Channels;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.PutRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One client that knows all members, on a thread of its own: it writes, waits for the acknowledgement, writes again, each time at the
 * next member that it has a connection to, as etcd's own client does. A write that is refused, or not answered in time, it tries again
 * at the next one. It notes of each write when it was first tried and when acknowledged.
 */
final class Client implements AutoCloseable {
    /** Of one attempt: an election timeout at default settings. */
    private static final long ATTEMPT_MILLIS = 1_000;

    private static final long BETWEEN_ATTEMPTS_NANOS = 2_000_000;
    private static final long PATIENCE_SECONDS = 120;
    private static final int VALUE_BYTES = 256;

    /** A write that was acknowledged, by {@link System#nanoTime()}. */
    private record Written(long begun, long acknowledged) {}

    private final Channels channels;
    private final CopyOnWriteArrayList<String> endpoints;
    private final PutRequest put;
    private final long restNanos;
    private final Thread thread;
    private final List<Written> written = new ArrayList<>();
    private volatile boolean over;
    private @Nullable RuntimeException failure;
    private int turn;

    /**
     * Begins at once.
     *
     * @param endpoints may change meanwhile
     * @param restNanos between an acknowledgement and the next write
     */
    Client(Channels channels, CopyOnWriteArrayList<String> endpoints, int number, long restNanos) {
        this.channels = channels;
        this.endpoints = endpoints;
        this.restNanos = restNanos;
        put = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("bench-client-" + number))
                .setValue(ByteString.copyFrom(new byte[VALUE_BYTES]))
                .build();
        turn = number;
        thread = new Thread(this::writeOn, "bench-client-" + number);
        thread.setDaemon(true);
        thread.start();
    }

    private void writeOn() {
        try {
            while (!over) {
                long begun = System.nanoTime();
                while (!over && !attempt()) {
                    LockSupport.parkNanos(BETWEEN_ATTEMPTS_NANOS);
                }
                note(new Written(begun, System.nanoTime()));
                LockSupport.parkNanos(restNanos);
            }
        } catch (RuntimeException defect) {
            synchronized (written) {
                failure = defect;
                written.notifyAll();
            }
        }
    }

    private void note(Written write) {
        synchronized (written) {
            if (!over) {
                written.add(write);
                written.notifyAll();
            }
        }
    }

    private boolean attempt() {
        try {
            KVGrpc.newBlockingStub(channels.of(next()))
                    .withDeadlineAfter(ATTEMPT_MILLIS, TimeUnit.MILLISECONDS)
                    .put(put);
            return true;
        } catch (StatusRuntimeException refusedOrUnknown) {
            return false;
        }
    }

    /** The next in turn that is connected; the next in turn where none is. */
    private String next() {
        List<String> all = List.copyOf(endpoints);
        for (int step = 1; step <= all.size(); step++) {
            String endpoint = all.get(Math.floorMod(turn + step, all.size()));
            if (channels.isConnected(endpoint)) {
                turn = Math.floorMod(turn + step, all.size());
                return endpoint;
            }
        }
        turn = Math.floorMod(turn + 1, all.size());
        return all.get(turn);
    }

    /** Forgets what it noted. */
    void forget() {
        synchronized (written) {
            written.clear();
        }
    }

    /** Blocks until one more write was acknowledged that it began then or later. */
    void awaitWriteBegunAfter(long nanos) {
        awaitNoted(() -> !written.isEmpty() && written.get(written.size() - 1).begun - nanos >= 0);
    }

    /** Blocks until so many are noted. */
    void awaitWritten(int count) {
        awaitNoted(() -> written.size() >= count);
    }

    private interface Condition {
        boolean holds();
    }

    private void awaitNoted(Condition condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        synchronized (written) {
            while (!condition.holds()) {
                long left = deadline - System.nanoTime();
                if (failure != null) {
                    throw failure;
                }
                if (left <= 0) {
                    throw new BenchException("no write was acknowledged within " + PATIENCE_SECONDS + " s by "
                            + String.join(", ", endpoints));
                }
                await(left);
            }
        }
    }

    private void await(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(written, nanos);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", interrupted);
        }
    }

    /** The longest time that a write of those noted waited, in ns; of one that had been begun before that moment, from there on. */
    long longestWaitSince(long nanos) {
        synchronized (written) {
            return written.stream()
                    .mapToLong(each -> each.acknowledged - (each.begun - nanos < 0 ? nanos : each.begun))
                    .max()
                    .orElse(0);
        }
    }

    int noted() {
        synchronized (written) {
            return written.size();
        }
    }

    @Override
    public void close() {
        over = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) { // at most for one attempt
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
