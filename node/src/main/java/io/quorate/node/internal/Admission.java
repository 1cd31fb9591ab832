package io.quorate.node.internal;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The bounds that hold before the loop hears of a request: bytes of proposals that wait or are under way, and reads that wait.
 * Any thread asks; the loop publishes once in each turn what its ring holds. A proposal counts with the size of its record,
 * in the inbox until the turn that took it has ended and in the ring from that moment on, so the sum never falls short.
 */
final class Admission {
    /** Reads of log entries are for people and their tools, and are answered one at a time: more would only wait longer. */
    static final int MAX_LOG_READS = 64;

    private final long maxBytes;
    private final int maxReads;
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger logReads = new AtomicInteger();
    private volatile long loopBytes;

    Admission(long maxBytes, int maxReads) {
        this.maxBytes = maxBytes;
        this.maxReads = maxReads;
    }

    boolean enter(int bytes) {
        if (waitingBytes.addAndGet(bytes) + loopBytes <= maxBytes) {
            return true;
        }
        waitingBytes.addAndGet(-bytes);
        return false;
    }

    /** Loop: what a turn took from the inbox, and what the loop holds now. */
    void taken(long bytes, long nowHeld) {
        loopBytes = nowHeld;
        if (bytes != 0) {
            waitingBytes.addAndGet(-bytes);
        }
    }

    long bytes() {
        return waitingBytes.get() + loopBytes;
    }

    boolean enterRead() {
        if (reads.incrementAndGet() <= maxReads) {
            return true;
        }
        reads.decrementAndGet();
        return false;
    }

    void readsEnded(int count) {
        reads.addAndGet(-count);
    }

    boolean enterLogRead() {
        if (logReads.incrementAndGet() <= MAX_LOG_READS) {
            return true;
        }
        logReads.decrementAndGet();
        return false;
    }

    void logReadEnded() {
        logReads.decrementAndGet();
    }

    int reads() {
        return reads.get();
    }
}
