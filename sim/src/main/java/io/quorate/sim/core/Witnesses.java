package io.quorate.sim.core;

import io.quorate.raft.membership.Membership;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import java.util.List;

/**
 * Which processes of a run are witnesses: the last member of the first set, the first spare, or both, in one run of eight in which that
 * leaves enough copies. A core never sees what a command says, so the records of a witness are whole here: it is the driver that
 * withholds them. Nothing is read from a witness, no client is answered by it, and its disk is no copy.
 */
final class Witnesses {
    private static final int FEWEST_WITH_ONE = 4;

    private final boolean lastMember;
    private final boolean firstSpare;
    private final int members;

    Witnesses(Script script) {
        Stream draws = new KeyedRandom(script.seed()).stream(Purpose.WITNESS, 0);
        boolean isOn = draws.below(8) == 0 && script.profile() == Profile.CORE;
        int which = draws.below(4);
        this.members = script.members();
        this.lastMember = isOn && which != 0 && members >= FEWEST_WITH_ONE;
        this.firstSpare = isOn && which < 2;
    }

    boolean is(long id) {
        return (lastMember && id == members) || (firstSpare && id == members + 1);
    }

    /** Of that half those that have started and hold what they vote on. */
    static List<Long> holding(Membership membership, List<Long> half) {
        return half.stream()
                .filter(id -> isStarted(membership, id) && !membership.isWitness(id))
                .toList();
    }

    private static boolean isStarted(Membership membership, long id) {
        return membership.members().stream().anyMatch(member -> member.id() == id && member.incarnation() != 0);
    }
}
