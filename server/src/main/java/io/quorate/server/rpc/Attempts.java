package io.quorate.server.rpc;

import io.quorate.node.Refused;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The attempts at one request. A refusal says that it did not happen, so while nobody leads it is tried again until its time
 * is up or its client has gone, as etcd waits for a leader.
 */
final class Attempts {
    private static final int LEAST_WAIT_MILLIS = 5;

    private final UnaryCall<?> call;
    private final Limit limit;
    private final long bytes;
    private final long deadlineNanos;

    private Attempts(UnaryCall<?> call, Limit limit, long bytes) {
        this.call = call;
        this.limit = limit;
        this.bytes = bytes;
        this.deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limit.timeoutMillis);
    }

    /**
     * How long the attempts at each request may take together, and how many bytes all requests together may keep that wait for
     * their next attempt: the node counts a request only while it has it, and while nobody leads it has none.
     */
    static final class Limit {
        /** What a waiting request keeps beside its command: the call, its buffers, its place in the timer. */
        private static final int CALL_BYTES = 1 << 10;

        private final ScheduledExecutorService timer;
        private final long timeoutMillis;
        private final long maxWaitingBytes;
        private final AtomicLong waitingBytes = new AtomicLong();

        /** @param timer must not run what it is given at once */
        Limit(ScheduledExecutorService timer, long timeoutMillis, long maxWaitingBytes) {
            this.timer = timer;
            this.timeoutMillis = timeoutMillis;
            this.maxWaitingBytes = maxWaitingBytes;
        }

        /** @param commandBytes what the request keeps while it waits, 0 for a read */
        Attempts at(UnaryCall<?> call, int commandBytes) {
            return new Attempts(call, this, CALL_BYTES + (long) commandBytes);
        }

        /** What all that wait keep now; for tests. */
        long waitingBytes() {
            return waitingBytes.get();
        }

        private boolean reserve(long bytes) {
            if (waitingBytes.addAndGet(bytes) > maxWaitingBytes) {
                waitingBytes.addAndGet(-bytes);
                return false;
            }
            return true;
        }

        private void release(long bytes) {
            waitingBytes.addAndGet(-bytes);
        }
    }

    /** Ends the call with the refusal, or tries again later. */
    void refused(Refused<?> refused, Runnable again) {
        if (!Outcomes.mayBeRepeated(refused.reason())) {
            call.refuse(Outcomes.refused(refused.reason()));
        } else if (call.isCancelled() || System.nanoTime() - deadlineNanos >= 0) {
            call.refuse(EtcdError.TIMEOUT);
        } else if (limit.reserve(bytes)) {
            schedule(again, Math.max(LEAST_WAIT_MILLIS, refused.retryAfterMillis()));
        } else {
            call.refuse(EtcdError.TOO_MANY_REQUESTS);
        }
    }

    private void schedule(Runnable again, int waitMillis) {
        try {
            var unused = limit.timer.schedule(() -> attempt(again), waitMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopped) {
            limit.release(bytes);
            call.refuse(EtcdError.STOPPED);
        }
    }

    private void attempt(Runnable again) {
        limit.release(bytes); // the node counts it from here on
        if (call.isCancelled()) {
            call.refuse(EtcdError.TIMEOUT); // nobody hears it
        } else {
            again.run();
        }
    }
}
