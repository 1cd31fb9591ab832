package io.quorate.server.rpc;

import io.quorate.node.Refused;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The attempts at one request. A refusal says that it did not happen, so while nobody leads it is tried again until its time
 * is up or its client has gone, as etcd waits for a leader.
 */
final class Attempts {
    private static final int LEAST_WAIT_MILLIS = 5;

    private final UnaryCall<?> call;
    private final ScheduledExecutorService timer;
    private final long deadlineNanos;

    private Attempts(UnaryCall<?> call, ScheduledExecutorService timer, long deadlineNanos) {
        this.call = call;
        this.timer = timer;
        this.deadlineNanos = deadlineNanos;
    }

    /** How long the attempts at each request may take together. */
    record Limit(ScheduledExecutorService timer, long timeoutMillis) {
        Attempts at(UnaryCall<?> call) {
            return new Attempts(call, timer, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
        }
    }

    /** Ends the call with the refusal, or tries again later. */
    void refused(Refused<?> refused, Runnable again) {
        if (!Outcomes.mayBeRepeated(refused.reason())) {
            call.refuse(Outcomes.refused(refused.reason()));
        } else if (call.isCancelled() || System.nanoTime() - deadlineNanos >= 0) {
            call.refuse(EtcdError.TIMEOUT);
        } else {
            int wait = Math.max(LEAST_WAIT_MILLIS, refused.retryAfterMillis());
            var unused = timer.schedule(again, wait, TimeUnit.MILLISECONDS);
        }
    }
}
