package io.quorate.sim.shrink;

import io.quorate.sim.core.Fault;
import io.quorate.sim.core.Intervention;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import io.quorate.sim.core.Simulation;
import io.quorate.sim.core.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Reduces one failing run. Goes round: time, faults, what an operator does, requests, members, clients, how long each fault lasts and when it begins; until a round
 * takes nothing out. What is large goes first, since every run after it is shorter.
 */
public final class Shrinker {
    private static final long MILLI = 1_000_000;

    private final Simulation simulation;
    private final int mostRuns;
    private final String rule;
    private RunResult smallest;
    private int runs;
    private boolean isSpent;

    private Shrinker(Simulation simulation, int mostRuns, RunResult failing, String rule) {
        this.simulation = simulation;
        this.mostRuns = mostRuns;
        this.rule = rule;
        this.smallest = failing;
    }

    /**
     * @param failing has a violation
     * @param mostRuns a bound on the runs that it may take
     */
    public static Shrunk shrink(Simulation simulation, RunResult failing, int mostRuns) {
        Violation violation = Objects.requireNonNull(failing.violation(), "a run that passed cannot be reduced");
        return new Shrinker(simulation, mostRuns, failing, violation.rule()).shrink();
    }

    private Shrunk shrink() {
        Script before;
        do {
            before = script();
            endEarlier();
            Deltas.reduce(script().faults(), fewer -> fails(script().withFaults(fewer)));
            Deltas.reduce(script().interventions(), fewer -> fails(script().withInterventions(fewer)));
            Deltas.reduce(script().workload(), fewer -> fails(script().withWorkload(fewer)));
            Deltas.least(0, script().spares(), fewer -> fails(script().withSpares((int) fewer)));
            Deltas.least(1, script().members(), fewer -> fails(script().withMembers((int) fewer)));
            Deltas.least(1, script().clients(), fewer -> fails(withClients((int) fewer)));
            shortenFaults();
            beginEarlier();
        } while (!isSpent && !before.equals(script()));
        return new Shrunk(smallest, runs, !isSpent);
    }

    private Script script() {
        return smallest.script();
    }

    /** Runs it, and keeps it when it breaks the same rule. */
    private boolean fails(Script candidate) {
        if (candidate.equals(script())) {
            return true;
        }
        isSpent |= runs >= mostRuns;
        if (isSpent) {
            return false;
        }
        runs++;
        RunResult result = simulation.run(candidate, RunListener.NONE);
        Violation violation = result.violation();
        boolean isSame = violation != null && violation.rule().equals(rule);
        if (isSame) {
            smallest = result;
        }
        return isSame;
    }

    /** In whole milliseconds. */
    private void endEarlier() {
        long now = script().endNanos() / MILLI;
        Deltas.least(1, now, millis -> fails(script().withEnd(millis * MILLI)));
    }

    /** Requests of the clients that go are sent by the last one that stays. */
    private Script withClients(int fewer) {
        List<Operation> workload = new ArrayList<>();
        for (Operation one : script().workload()) {
            int client = Math.min(one.client(), fewer - 1);
            workload.add(new Operation(one.number(), one.kind(), one.atNanos(), client, one.key(), one.expected()));
        }
        return script().withWorkload(workload).withClients(fewer);
    }

    private void shortenFaults() {
        for (int place = 0; place < script().faults().size(); place++) {
            int at = place;
            long lasts = script().faults().get(place).forNanos() / MILLI;
            Deltas.least(0, lasts, millis -> fails(withFaultFor(at, millis * MILLI)));
        }
    }

    /** Nothing is waited for that need not come: what the run does before its first fault is seldom of interest. */
    private void beginEarlier() {
        for (int place = 0; place < script().faults().size(); place++) {
            int at = place;
            long begins = script().faults().get(place).atNanos() / MILLI;
            Deltas.least(0, begins, millis -> fails(withFaultAt(at, millis * MILLI)));
        }
        for (int place = 0; place < script().workload().size(); place++) {
            int at = place;
            long begins = script().workload().get(place).atNanos() / MILLI;
            Deltas.least(0, begins, millis -> fails(withOperationAt(at, millis * MILLI)));
        }
        for (int place = 0; place < script().interventions().size(); place++) {
            int at = place;
            long begins = script().interventions().get(place).atNanos() / MILLI;
            Deltas.least(0, begins, millis -> fails(withInterventionAt(at, millis * MILLI)));
        }
    }

    private Script withFaultFor(int place, long nanos) {
        Fault f = script().faults().get(place);
        return withFault(
                place, new Fault(f.number(), f.kind(), f.atNanos(), nanos, f.member(), f.peer(), f.strength()));
    }

    private Script withFaultAt(int place, long nanos) {
        Fault f = script().faults().get(place);
        return withFault(
                place, new Fault(f.number(), f.kind(), nanos, f.forNanos(), f.member(), f.peer(), f.strength()));
    }

    private Script withFault(int place, Fault fault) {
        List<Fault> faults = new ArrayList<>(script().faults());
        faults.set(place, fault);
        return script().withFaults(faults);
    }

    private Script withOperationAt(int place, long nanos) {
        List<Operation> workload = new ArrayList<>(script().workload());
        Operation one = workload.get(place);
        workload.set(place, new Operation(one.number(), one.kind(), nanos, one.client(), one.key(), one.expected()));
        return script().withWorkload(workload);
    }

    private Script withInterventionAt(int place, long nanos) {
        List<Intervention> interventions = new ArrayList<>(script().interventions());
        Intervention one = interventions.get(place);
        interventions.set(
                place, new Intervention(one.number(), one.kind(), nanos, one.member(), one.other(), one.strength()));
        return script().withInterventions(interventions);
    }
}
