package io.quorate.sim.spec;

import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Leases;
import io.quorate.sim.core.Limits;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.Script;
import io.quorate.sim.core.Swarm;
import java.util.ArrayList;
import java.util.List;

/**
 * The scripts that seeds stand for, brought into the bounds of {@code TraceRaft.tla}: three members, PreVote and CheckQuorum on,
 * rings that never are full. And made short, since each event costs TLC more than it costs the simulator: the same faults and
 * requests in fewer election timeouts, fewer heartbeats between them, and of many requests every so manieth.
 */
final class ShortScripts {
    static final int MEMBERS = 3;
    private static final long TIMEOUTS = 30;
    private static final int REQUESTS = 24;
    private static final long MILLI = 1_000_000;

    private ShortScripts() {}

    /** Whether the specification covers the run: it knows no leases, nor what a read or a vote that comes by them may do. */
    static boolean covers(long seed) {
        return !Leases.drawn(seed, Swarm.core(seed).limits().electionTicks()).isOn();
    }

    static Script of(long seed) {
        Script script = Swarm.core(seed);
        long end = TIMEOUTS * script.limits().electionTicks() * MILLI;
        return new Script(
                seed,
                script.profile(),
                MEMBERS,
                script.clients(),
                script.keys(),
                limits(script.limits()),
                end,
                faults(script, end),
                workload(script, end));
    }

    private static Limits limits(Limits drawn) {
        return new Limits(
                drawn.electionTicks() / 3,
                drawn.electionTicks(),
                true,
                true,
                1 << 20,
                drawn.frameBytes(),
                drawn.windowBytes(),
                drawn.windowFrames(),
                drawn.pendingReads(),
                drawn.appliesFromMemory(),
                drawn.segmentBytes(),
                drawn.turnBytes());
    }

    private static List<Fault> faults(Script script, long end) {
        List<Fault> faults = new ArrayList<>();
        for (Fault fault : script.faults()) {
            if (fault.kind() == FaultKind.BIT_ROT) {
                continue; // The specification knows no damage.
            }
            faults.add(new Fault(
                    fault.number(),
                    fault.kind(),
                    sooner(fault.atNanos(), script, end),
                    fault.forNanos(),
                    fault.member(),
                    fault.peer(),
                    fault.strength()));
        }
        return faults;
    }

    private static List<Operation> workload(Script script, long end) {
        List<Operation> workload = new ArrayList<>();
        int every = 1 + script.workload().size() / REQUESTS;
        for (int at = 0; at < script.workload().size(); at += every) {
            Operation operation = script.workload().get(at);
            workload.add(new Operation(
                    operation.number(),
                    operation.kind(),
                    sooner(operation.atNanos(), script, end),
                    operation.client(),
                    operation.key(),
                    operation.expected()));
        }
        return workload;
    }

    private static long sooner(long nanos, Script script, long end) {
        return nanos / (script.endNanos() / MILLI) * (end / MILLI);
    }
}
