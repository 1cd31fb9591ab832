package io.quorate.sim.core;

import io.quorate.sim.core.Intervention.Joining;
import io.quorate.sim.core.Intervention.Kind;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import java.util.ArrayList;
import java.util.List;

/** Draws what an operator does in a run: nothing in three of ten, else a few things, sometimes several at the same moment. */
public final class Interventions {
    private static final int MOST = 40;
    private static final long MILLI = 1_000_000;
    private static final int MOMENTS = 8;

    private Interventions() {}

    /**
     * @param members of the first set
     * @param processes of which it may be about
     * @param endNanos nothing is asked for later
     * @param electionTicks of the members
     * @param faults of the run: much is asked for when something goes wrong
     */
    public static List<Intervention> draw(
            KeyedRandom random, int members, int processes, long endNanos, long electionTicks, List<Fault> faults) {
        Stream plan = random.stream(Purpose.INTERVENTION, -1_000);
        boolean isOn = !plan.hits(300);
        long count = plan.logBetween(2, MOST);
        List<Intervention> drawn = new ArrayList<>();
        for (int number = 1; isOn && number <= count; number++) {
            Stream lots = random.stream(Purpose.INTERVENTION, -1_000 - number);
            Kind kind = kind(lots.below(100));
            long at = at(lots, endNanos, electionTicks, faults);
            drawn.add(new Intervention(
                    number,
                    kind,
                    at,
                    member(kind, lots, members, processes),
                    kind == Kind.REPLACE ? joining(lots, members, processes) : -1,
                    strength(kind, lots, electionTicks)));
        }
        return drawn;
    }

    /** Often when a fault begins, or with others at one moment. */
    private static long at(Stream lots, long endNanos, long electionTicks, List<Fault> faults) {
        long at = lots.between(0, endNanos * 9 / 10);
        long moment = endNanos / MOMENTS;
        long dice = lots.below(10);
        if (dice < 4 && !faults.isEmpty()) {
            long near = electionTicks * MILLI / 4;
            long begins = faults.get(lots.below(faults.size())).atNanos();
            return Math.max(0, begins + lots.between(-near, near));
        }
        return dice < 6 ? at / moment * moment : at;
    }

    private static int member(Kind kind, Stream lots, int members, int processes) {
        int any = lots.below(processes);
        int joining = joining(lots, members, processes);
        boolean isOfWhoLeads = lots.hits(300);
        return switch (kind) {
            case ADD, PROMOTE -> joining;
            case REMOVE, REPLACE, SICKEN -> isOfWhoLeads ? -1 : any;
            case TRANSFER -> lots.hits(500) ? -1 : any;
            case CHANGE_ALL -> -1;
            case PRIORITISE -> any;
        };
    }

    /** Mostly one that is no member at first. */
    private static int joining(Stream lots, int members, int processes) {
        int any = lots.below(processes);
        boolean isSpare = processes > members && lots.hits(850);
        return isSpare ? members + lots.below(processes - members) : any;
    }

    private static Kind kind(int dice) {
        if (dice < 20) {
            return Kind.ADD;
        } else if (dice < 30) {
            return Kind.PROMOTE;
        } else if (dice < 37) {
            return Kind.REMOVE;
        } else if (dice < 47) {
            return Kind.REPLACE;
        } else if (dice < 70) {
            return Kind.CHANGE_ALL;
        } else if (dice < 90) {
            return Kind.TRANSFER;
        }
        return dice < 95 ? Kind.PRIORITISE : Kind.SICKEN;
    }

    private static long strength(Kind kind, Stream lots, long electionTicks) {
        return switch (kind) {
            case ADD -> lots.below(Joining.values().length);
            case CHANGE_ALL -> lots.next() >>> 40;
            case PRIORITISE -> lots.below(4);
            case SICKEN -> lots.logBetween(1, 8 * electionTicks);
            default -> 0;
        };
    }
}
