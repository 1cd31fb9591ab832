package io.quorate.internal;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** What was taken, given back in the opposite order, each once; one that cannot be given back holds up none of the others. */
final class Releases {
    private final ArrayDeque<Runnable> releases = new ArrayDeque<>();

    void push(Runnable release) {
        releases.push(release);
    }

    /** Runs all. Then throws what the first of them threw, if any did, with the others' as suppressed. */
    void run() {
        Throwable first = null;
        for (Runnable next = releases.poll(); next != null; next = releases.poll()) {
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                first = joined(first, e);
            }
        }
        if (first instanceof Error error) {
            throw error;
        }
        if (first instanceof RuntimeException exception) {
            throw exception;
        }
    }

    /** The first with the second as suppressed; what is thrown twice is kept once. */
    static Throwable joined(@Nullable Throwable first, Throwable second) {
        if (first == null) {
            return second;
        }
        if (first != second) {
            first.addSuppressed(second);
        }
        return first;
    }
}
