package io.quorate.sim.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.Mark;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.Rule;
import io.quorate.sim.core.Script;
import io.quorate.sim.node.NodeRule;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the fixed list stands for, told by its scripts: nothing is run. */
final class FixedListTest {
    static Stream<Simulator> simulators() {
        return Simulator.ALL.stream();
    }

    @ParameterizedTest
    @MethodSource("simulators")
    void everySizeOfAClusterIsInTheListOfEachProfile(Simulator simulator) {
        TreeSet<Integer> sizes = new TreeSet<>();
        for (long seed : FixedSeeds.of(simulator.profile())) {
            sizes.add(simulator.swarm().apply(seed).members());
        }
        List<Integer> all = IntStream.rangeClosed(1, Script.MAX_MEMBERS).boxed().toList();
        assertThat(sizes).containsExactlyElementsOf(all);
    }

    /** So many that a change which blinds the simulator somewhere shows in one of them. */
    @Test
    void thereAreManyRulesAndRareStates() {
        assertThat(Rule.values().length + NodeRule.values().length).isGreaterThanOrEqualTo(30);
        assertThat(Mark.of(Profile.CORE)).hasSizeGreaterThanOrEqualTo(60);
        assertThat(Mark.of(Profile.NODE)).isNotEmpty().doesNotContainAnyElementsOf(Mark.of(Profile.CORE));
    }

    @ParameterizedTest
    @MethodSource("simulators")
    void noSeedIsInTheListTwice(Simulator simulator) {
        List<Long> seeds = FixedSeeds.of(simulator.profile());
        assertThat(seeds).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(FixedSeeds.size(simulator.profile()));
    }
}
