package io.quorate.sim.trace;

import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Intervention;
import io.quorate.sim.core.Limits;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.Script;
import java.util.ArrayList;
import java.util.List;

/** A script as bytes: all that a run depends on, in the order of the records' fields, kinds by name. */
final class ScriptForm {
    private ScriptForm() {}

    static void write(Script script, Bytes out) {
        out.number(script.seed());
        out.text(script.profile().name());
        out.number(script.members());
        out.number(script.spares());
        out.number(script.clients());
        out.number(script.keys());
        write(script.limits(), out);
        out.number(script.endNanos());
        out.count(script.faults().size());
        for (Fault fault : script.faults()) {
            out.number(fault.number());
            out.text(fault.kind().name());
            out.number(fault.atNanos());
            out.number(fault.forNanos());
            out.number(fault.member());
            out.number(fault.peer());
            out.number(fault.strength());
        }
        out.count(script.workload().size());
        for (Operation one : script.workload()) {
            out.number(one.number());
            out.text(one.kind().name());
            out.number(one.atNanos());
            out.number(one.client());
            out.number(one.key());
            out.number(one.expected());
        }
        out.count(script.interventions().size());
        for (Intervention one : script.interventions()) {
            out.number(one.number());
            out.text(one.kind().name());
            out.number(one.atNanos());
            out.number(one.member());
            out.number(one.other());
            out.number(one.strength());
        }
    }

    private static void write(Limits limits, Bytes out) {
        out.number(limits.heartbeatTicks());
        out.number(limits.electionTicks());
        out.number(limits.preVote() ? 1 : 0);
        out.number(limits.checkQuorum() ? 1 : 0);
        out.number(limits.ringBytes());
        out.number(limits.frameBytes());
        out.number(limits.windowBytes());
        out.number(limits.windowFrames());
        out.number(limits.pendingReads());
        out.number(limits.appliesFromMemory() ? 1 : 0);
        out.number(limits.segmentBytes());
        out.number(limits.turnBytes());
        out.number(limits.caughtUpEntries());
        out.number(limits.snapshotEntries());
        out.number(limits.tailEntries());
    }

    static Script read(BytesReader in) {
        long seed = in.number();
        Profile profile = in.name(Profile.class);
        int members = in.smallNumber();
        int spares = in.smallNumber();
        int clients = in.smallNumber();
        int keys = in.smallNumber();
        Limits limits = readLimits(in);
        long endNanos = in.number();
        try {
            return new Script(
                    seed,
                    profile,
                    members,
                    spares,
                    clients,
                    keys,
                    limits,
                    endNanos,
                    readFaults(in),
                    readWorkload(in),
                    readInterventions(in));
        } catch (IllegalArgumentException impossible) {
            throw new TraceFormatException("its script is none: " + impossible.getMessage());
        }
    }

    private static Limits readLimits(BytesReader in) {
        return new Limits(
                in.smallNumber(),
                in.smallNumber(),
                in.number() != 0,
                in.number() != 0,
                in.number(),
                in.smallNumber(),
                in.number(),
                in.smallNumber(),
                in.smallNumber(),
                in.number() != 0,
                in.smallNumber(),
                in.smallNumber(),
                in.smallNumber(),
                in.smallNumber(),
                in.smallNumber());
    }

    private static List<Fault> readFaults(BytesReader in) {
        List<Fault> faults = new ArrayList<>();
        for (long left = in.count(); left > 0; left--) {
            faults.add(new Fault(
                    in.smallNumber(),
                    in.name(FaultKind.class),
                    in.number(),
                    in.number(),
                    in.smallNumber(),
                    in.smallNumber(),
                    in.number()));
        }
        return faults;
    }

    private static List<Operation> readWorkload(BytesReader in) {
        List<Operation> workload = new ArrayList<>();
        for (long left = in.count(); left > 0; left--) {
            workload.add(new Operation(
                    in.smallNumber(),
                    in.name(Operation.Kind.class),
                    in.number(),
                    in.smallNumber(),
                    in.smallNumber(),
                    in.smallNumber()));
        }
        return workload;
    }

    private static List<Intervention> readInterventions(BytesReader in) {
        List<Intervention> interventions = new ArrayList<>();
        for (long left = in.count(); left > 0; left--) {
            interventions.add(new Intervention(
                    in.smallNumber(),
                    in.name(Intervention.Kind.class),
                    in.number(),
                    in.smallNumber(),
                    in.smallNumber(),
                    in.number()));
        }
        return interventions;
    }
}
