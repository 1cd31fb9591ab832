package io.quorate.cli.processes;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks again and again for something that no line and no answer announces. */
final class Until {
    private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(90);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Until() {}

    /** The first answer that is not null. */
    static <T> T found(String what, Supplier<@Nullable T> question) {
        long deadline = System.nanoTime() + BOUND_NANOS;
        while (deadline - System.nanoTime() > 0) {
            @Nullable T answer = question.get();
            if (answer != null) {
                return answer;
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        throw new AssertionError("within the bound there was never " + what);
    }
}
