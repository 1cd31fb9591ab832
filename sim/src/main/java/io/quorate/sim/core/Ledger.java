package io.quorate.sim.core;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;

/** What runs did, in numbers that add up: over one run, a campaign, a release. */
public final class Ledger {
    private final Counts<FaultKind> planned = new Counts<>(FaultKind.class);
    private final Counts<FaultKind> fired = new Counts<>(FaultKind.class);
    private final Counts<Mark> marks = new Counts<>(Mark.class);
    private final Counts<Unseen> unseen = new Counts<>(Unseen.class);

    /** Runs in which a kind was planned and did nothing. */
    private final Counts<FaultKind> idle = new Counts<>(FaultKind.class);

    private long runs;
    private long events;
    private long virtualNanos;
    private long countedNanos;
    private long operations;

    /** All numbers 0. */
    public Ledger() {}

    /** A fault is in a script. */
    public void planned(FaultKind kind) {
        planned.count(kind);
    }

    /** A fault did something: a message was lost, a call failed, a process ended. */
    public void fired(FaultKind kind) {
        fired.count(kind);
    }

    public void hit(Mark mark) {
        marks.count(mark);
    }

    /** Damage happened that nobody can see. */
    public void unseen(Unseen damage) {
        unseen.count(damage);
    }

    public void operationDone() {
        operations++;
    }

    /**
     * The run that this ledger counted alone is over; called once, before it is added to others.
     *
     * @param counted the part of its time in which clients finished at least one operation a second, planned outages aside; in
     *     whole seconds, of which the last may have been cut short
     */
    public void ran(long runEvents, long nanos, long counted) {
        runs++;
        events += runEvents;
        virtualNanos += nanos;
        countedNanos += Math.min(counted, nanos);
        neverFired().forEach(idle::count);
    }

    public void add(Ledger other) {
        planned.add(other.planned);
        fired.add(other.fired);
        marks.add(other.marks);
        unseen.add(other.unseen);
        idle.add(other.idle);
        runs += other.runs;
        events += other.events;
        virtualNanos += other.virtualNanos;
        countedNanos += other.countedNanos;
        operations += other.operations;
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
        return planned.of(kind);
    }

    public long timesFired(FaultKind kind) {
        return fired.of(kind);
    }

    public long timesHit(Mark mark) {
        return marks.of(mark);
    }

    public long timesUnseen(Unseen damage) {
        return unseen.of(damage);
    }

    /** Of all classes together. */
    public long timesUnseen() {
        long times = 0;
        for (Unseen damage : Unseen.values()) {
            times += unseen.of(damage);
        }
        return times;
    }

    /** Of all kinds together. */
    public long timesFired() {
        long times = 0;
        for (FaultKind kind : FaultKind.values()) {
            times += fired.of(kind);
        }
        return times;
    }

    /** Runs in which a kind was planned and did nothing: one run may be too short for every fault to find its victim. */
    public long timesIdle(FaultKind kind) {
        return idle.of(kind);
    }

    /** Kinds that scripts planned and that never did anything: a simulator that only claims to try them. */
    public List<FaultKind> neverFired() {
        List<FaultKind> kinds = new ArrayList<>();
        for (FaultKind kind : FaultKind.values()) {
            if (planned.of(kind) > 0 && fired.of(kind) == 0) {
                kinds.add(kind);
            }
        }
        return kinds;
    }

    public List<Mark> neverHit() {
        return neverHitOf(List.of(Mark.values()));
    }

    /** Those of a few that were never hit. */
    public List<Mark> neverHitOf(List<Mark> wanted) {
        List<Mark> missing = new ArrayList<>(wanted);
        missing.removeIf(mark -> marks.of(mark) > 0);
        return missing;
    }

    /** A number for each of a few names. */
    private static final class Counts<E extends Enum<E>> {
        private final EnumMap<E, long[]> counts;

        Counts(Class<E> names) {
            counts = new EnumMap<>(names);
        }

        void count(E name) {
            counts.computeIfAbsent(name, none -> new long[1])[0]++;
        }

        long of(E name) {
            long[] count = counts.get(name);
            return count == null ? 0 : count[0];
        }

        void add(Counts<E> other) {
            other.counts.forEach((name, count) -> counts.computeIfAbsent(name, none -> new long[1])[0] += count[0]);
        }
    }
}
