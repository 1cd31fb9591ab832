package io.quorate.node.port;

/** A monotonic clock. */
public interface Clock {
    /** Nanoseconds since some fixed moment; never falls. */
    long nanoTime();
}
