package io.quorate.sim.core;

import java.util.ArrayList;
import java.util.List;

/** What runs did, in numbers that add up: over one run, a campaign, a release. */
public final class Ledger {
    private final long[] planned = new long[FaultKind.values().length];
    private final long[] fired = new long[FaultKind.values().length];
    private final long[] marks = new long[Mark.values().length];
    private long runs;
    private long events;
    private long virtualNanos;
    private long countedNanos;
    private long operations;

    /** All numbers 0. */
    public Ledger() {}

    /** A fault is in a script. */
    public void planned(FaultKind kind) {
        planned[kind.ordinal()]++;
    }

    /** A fault did something: a message was lost, a call failed, a process ended. */
    public void fired(FaultKind kind) {
        fired[kind.ordinal()]++;
    }

    public void hit(Mark mark) {
        marks[mark.ordinal()]++;
    }

    public void operationDone() {
        operations++;
    }

    /**
     * A run is over.
     *
     * @param counted the part of its time in which clients finished at least one operation a second, planned outages aside
     */
    public void ran(long runEvents, long nanos, long counted) {
        runs++;
        events += runEvents;
        virtualNanos += nanos;
        countedNanos += counted;
    }

    public void add(Ledger other) {
        add(planned, other.planned);
        add(fired, other.fired);
        add(marks, other.marks);
        runs += other.runs;
        events += other.events;
        virtualNanos += other.virtualNanos;
        countedNanos += other.countedNanos;
        operations += other.operations;
    }

    private static void add(long[] sums, long[] numbers) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += numbers[i];
        }
    }

    public long runs() {
        return runs;
    }

    public long events() {
        return events;
    }

    public long virtualNanos() {
        return virtualNanos;
    }

    public long countedNanos() {
        return countedNanos;
    }

    public long operations() {
        return operations;
    }

    public long timesPlanned(FaultKind kind) {
        return planned[kind.ordinal()];
    }

    public long timesFired(FaultKind kind) {
        return fired[kind.ordinal()];
    }

    public long timesHit(Mark mark) {
        return marks[mark.ordinal()];
    }

    /** Kinds that scripts planned and that never did anything: a simulator that only claims to try them. */
    public List<FaultKind> neverFired() {
        List<FaultKind> kinds = new ArrayList<>();
        for (FaultKind kind : FaultKind.values()) {
            if (planned[kind.ordinal()] > 0 && fired[kind.ordinal()] == 0) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    public List<Mark> neverHit() {
        List<Mark> missing = new ArrayList<>();
        for (Mark mark : Mark.values()) {
            if (marks[mark.ordinal()] == 0) {
                missing.add(mark);
            }
        }
        return missing;
    }
}
