package io.quorate.sim.story;

import io.quorate.raft.Invariant;
import io.quorate.sim.core.Limits;
import io.quorate.sim.core.Rule;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import io.quorate.sim.core.Simulation;
import io.quorate.sim.core.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A run as text: a head, the steps, the broken rule and how to run it again. */
public final class Story {
    private Story() {}

    /**
     * Plays the run twice, and tells it.
     *
     * @param again lines that run it again
     */
    public static List<String> of(Simulation simulation, Script script, List<String> again) {
        Foreknowledge known = new Foreknowledge(script.workload());
        simulation.run(script, known);
        Teller teller = new Teller(script.processes(), known);
        RunResult result = simulation.run(script, teller);
        List<String> lines = new ArrayList<>(head(script, result.violation() == null));
        lines.addAll(cluster(script));
        lines.addAll(teller.lines());
        lines.addAll(end(result, teller));
        again.forEach(line -> lines.add("# Again: " + line));
        return lines;
    }

    private static List<String> head(Script script, boolean passed) {
        return List.of(
                "# Seed " + script.seed() + " of profile " + script.profile().text() + ", with "
                        + script.faults().size() + " faults and "
                        + script.workload().size() + " requests: "
                        + (passed ? "every rule holds." : "a rule is broken at the end."),
                "# A step is one turn of a member; times are virtual. A scenario gives each command a turn of its own, and its",
                "# members draw other election timeouts: pasted into one, these lines are where to begin, not the same run.",
                "");
    }

    private static List<String> cluster(Script script) {
        Limits limits = script.limits();
        String names = String.join(
                " ",
                IntStream.rangeClosed(1, script.members())
                        .mapToObj(id -> "n" + id)
                        .toList());
        return List.of(
                "# The cluster; its disks finish a write when the story says so.",
                "(cluster " + names + " heartbeat=" + limits.heartbeatTicks() + " election=" + limits.electionTicks()
                        + " preVote=" + onOff(limits.preVote()) + " checkQuorum=" + onOff(limits.checkQuorum())
                        + " ring="
                        + limits.ringBytes() + " frame=" + limits.frameBytes() + " window=" + limits.windowBytes()
                        + " frames=" + limits.windowFrames() + " reads=" + limits.pendingReads() + " memory="
                        + onOff(limits.appliesFromMemory()) + ")",
                "(persist hold " + names + ")",
                "----",
                "");
    }

    private static String onOff(boolean isOn) {
        return isOn ? "on" : "off";
    }

    private static List<String> end(RunResult result, Teller teller) {
        List<String> lines = new ArrayList<>();
        if (!teller.known().isEmpty()) {
            lines.add("# What each member knew last:");
        }
        teller.known().forEach(line -> lines.add("#   " + line));
        Violation violation = result.violation();
        if (violation != null) {
            lines.add(
                    "# " + Steps.time(result.virtualNanos()) + ": broken is " + violation.rule() + sentence(violation));
            String.valueOf(violation.getMessage()).lines().forEach(line -> lines.add("#   " + line));
        }
        return lines;
    }

    private static String sentence(Violation violation) {
        for (Rule rule : Rule.values()) {
            if (rule.name().equals(violation.rule())) {
                return ": " + rule.sentence();
            }
        }
        for (Invariant invariant : Invariant.values()) {
            if (invariant.name().equals(violation.rule())) {
                return ": " + invariant.sentence();
            }
        }
        return "";
    }
}
