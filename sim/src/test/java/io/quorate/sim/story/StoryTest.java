package io.quorate.sim.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.RoleName;
import io.quorate.sim.core.CoreSimulation;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.Rule;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import io.quorate.sim.core.Simulation;
import io.quorate.sim.core.Swarm;
import io.quorate.sim.core.Violation;
import io.quorate.sim.node.NodeSimulation;
import io.quorate.sim.node.NodeSwarm;
import io.quorate.sim.shrink.Shrinker;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StoryTest {
    /** Those of the scenarios that a story uses. */
    private static final Set<String> COMMANDS = Set.of(
            "cluster",
            "tick",
            "deliver",
            "drop",
            "propose",
            "read",
            "hint",
            "fitness",
            "transfer",
            "change",
            "snapshot",
            "persist",
            "crash",
            "restart");

    /** Real runs, in which it counts as a broken rule that somebody leads a second term and commits in it. */
    private static final Simulation PLANTED = (script, listener) -> CoreSimulation.run(script, happening -> {
        listener.happened(happening);
        if (happening instanceof Happening.Drained drained
                && drained.raft().role() == RoleName.LEADER
                && drained.raft().currentTerm() > 1
                && drained.raft().commitIndex() > 1) {
            throw new Violation(Rule.LEADER_COMPLETENESS.name(), "planted");
        }
    });

    private static List<String> story(Simulation simulation, Script script) {
        return Story.of(simulation, script, List.of("first line", "second line"));
    }

    private static Script reduced() {
        RunResult failing = LongStream.range(1, 1000)
                .mapToObj(seed -> PLANTED.run(Swarm.core(seed), RunListener.NONE))
                .filter(result -> !result.passed() && result.script().members() == 3)
                .findFirst()
                .orElseThrow();
        return Shrinker.shrink(PLANTED, failing, 2_000).smallest().script();
    }

    @Test
    void aFailedRunIsToldToItsBrokenRuleAndHowToRunItAgain() {
        List<String> lines = story(PLANTED, reduced());
        assertThat(lines.get(0)).startsWith("# Seed ").endsWith("a rule is broken at the end.");
        assertThat(lines.subList(lines.size() - 2, lines.size()))
                .containsExactly("# Again: first line", "# Again: second line");
        assertThat(lines)
                .anyMatch(
                        line -> line.endsWith("broken is LEADER_COMPLETENESS: " + Rule.LEADER_COMPLETENESS.sentence()))
                .contains("#   LEADER_COMPLETENESS: planted")
                .anyMatch(line -> line.matches("n[123] t\\d+ is elected by n.*"))
                .anyMatch(line -> line.matches("#   n[123] t\\d+ leader .* commit [2-9].*"));
        // The last step is the turn that broke the rule: somebody commits.
        String last = lines.stream()
                .filter(line -> line.matches("n[123] commits \\d+"))
                .reduce((before, after) -> after)
                .orElseThrow();
        assertThat(last).isNotEqualTo("commits 1");
    }

    @Test
    void everyStepHasTheFormOfAScenario() {
        for (long seed = 1; seed <= 6; seed++) {
            assertForm(story(CoreSimulation::run, Swarm.core(seed)));
        }
    }

    /** Narration, commands, a rule, output, an empty line. */
    private static void assertForm(List<String> lines) {
        boolean isNarrated = false;
        for (int at = 0; at < lines.size(); at++) {
            String line = lines.get(at);
            if (line.startsWith("#")) {
                isNarrated = true;
            } else if (!line.isEmpty()) {
                assertThat(isNarrated)
                        .as("narration before line %s: %s", at, line)
                        .isTrue();
                at = assertStep(lines, at);
                isNarrated = false;
            }
        }
    }

    private static int assertStep(List<String> lines, int from) {
        int at = from;
        for (; !lines.get(at).equals("----"); at++) {
            String command = lines.get(at).replaceFirst("^\\(", "").split(" ", 2)[0];
            assertThat(COMMANDS).as(lines.get(at)).contains(command);
        }
        while (!lines.get(at).isEmpty()) {
            at++;
        }
        return at;
    }

    @Test
    void nothingArrivesThatWasNotSent() {
        for (long seed = 1; seed <= 6; seed++) {
            List<String> sent = new ArrayList<>();
            for (String line : story(CoreSimulation::run, Swarm.core(seed))) {
                if (line.startsWith("# …")) {
                    break; // the middle of a long one is left out
                } else if (line.startsWith("deliver ") || line.startsWith("drop ")) {
                    String[] words = line.split(" ", -1);
                    assertThat(sent).as(line).contains(words[1] + " → " + words[3] + " " + words[4]);
                } else if (line.contains(" → ")) {
                    String[] words = line.replaceFirst("^# [^:]*: (will arrive twice .duplicate.: )?", "")
                            .split(" ", -1);
                    sent.add(words[0] + " → " + words[2] + " " + words[3]);
                }
            }
            assertThat(sent).isNotEmpty();
        }
    }

    @Test
    void theSameRunIsToldTheSame() {
        assertThat(story(CoreSimulation::run, Swarm.core(5))).isEqualTo(story(CoreSimulation::run, Swarm.core(5)));
    }

    @Test
    void wholeMembersAreToldWithTheirCores() {
        Script script = NodeSwarm.script(2, Profile.NODE);
        List<String> lines = story(NodeSimulation::run, script);
        assertForm(lines);
        assertThat(lines)
                .anyMatch(line -> line.matches("# .* ms: n\\d applies \\d+@\\d+ \"put k\\d+ \\d+\""))
                .anyMatch(line -> line.matches("# .* ms: client \\d has operation \\d+ answered: done .*"))
                .anyMatch(line -> line.matches("deliver n\\d → n\\d AppendEntries"))
                .anyMatch(line -> line.matches("n\\d commits \\d+"))
                .contains("# What each member knew last:");
    }

    @Test
    void aLongStoryLosesItsMiddleNotItsEnd() {
        Script longest = LongStream.range(1, 40)
                .mapToObj(Swarm::core)
                .max((one, other) -> Integer.compare(
                        one.workload().size() * one.members(), other.workload().size() * other.members()))
                .orElseThrow();
        List<String> lines = story(CoreSimulation::run, longest);
        assertThat(lines).anyMatch(line -> line.matches("# … \\d+ lines are left out here …"));
        assertThat(lines.size()).isLessThan(5_000);
        assertThat(lines.get(lines.size() - 1)).isEqualTo("# Again: second line");
    }
}
