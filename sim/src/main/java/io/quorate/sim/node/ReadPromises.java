package io.quorate.sim.node;

import io.quorate.node.Consistency;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads that may be old, and how old: by turns whatever the member has, at least what some client was told of, and within a
 * bound by the member's clock. Clocks run at any rate here, since nothing but the bound itself is measured by them.
 */
final class ReadPromises {
    private static final int MOST_KEPT = 1024;

    /** An entry whose command a client was told done, and what each member's clock showed then. */
    private record Acknowledged(long index, long[] shown) {}

    private final NodeWorld world;
    private final List<Acknowledged> acknowledged = new ArrayList<>();
    private long newest;

    ReadPromises(NodeWorld world) {
        this.world = world;
    }

    void acknowledged(long index) {
        if (index > newest && acknowledged.size() < MOST_KEPT) {
            newest = index;
            acknowledged.add(new Acknowledged(
                    index,
                    world.members.stream()
                            .mapToLong(member -> member.clock.nanoTime())
                            .toArray()));
        }
    }

    Consistency consistency(Operation operation) {
        if (operation.kind() == Operation.Kind.READ) {
            return Consistency.LINEARIZABLE;
        }
        return switch (operation.number() % 3) {
            case 0 -> Consistency.LOCAL;
            case 1 -> Consistency.atLeast(newest);
            default -> Consistency.within(Duration.ofMillis(1 + operation.number() * 37L % 500));
        };
    }

    /** The index at or above which a read of that consistency must be served, when a member is asked for it now. */
    long floor(Consistency consistency, SimMember member) {
        return switch (consistency.kind()) {
            case AT_LEAST -> consistency.value();
            case WITHIN -> newestBefore(member.number, member.clock.nanoTime() - consistency.value());
            default -> 0;
        };
    }

    private long newestBefore(int member, long shown) {
        long index = 0;
        for (Acknowledged each : acknowledged) {
            index = each.shown[member] < shown ? Math.max(index, each.index) : index;
        }
        return index;
    }

    void served(Consistency consistency, SimMember member, long appliedIndex, long floor) {
        NodeRule.READ_KEEPS_ITS_BOUND.require(
                appliedIndex >= floor,
                () -> member.member.name() + " served a read " + consistency + " at " + appliedIndex + ", older than "
                        + floor);
    }

    void refused(Consistency consistency) {
        if (consistency.kind() == Consistency.Kind.WITHIN) {
            world.ledger.hit(Mark.BOUNDED_READ_REFUSED);
        }
    }
}
