package io.quorate.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.quorate.node.port.StateMachine;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The annotation, as JUnit runs it. */
class SimulationTestTest {
    /** Run by the tests below alone. */
    static final class Annotated {
        @SimulationTest(seeds = 120)
        void forgets(Seeds seeds) {
            assertThat(seeds).isNotNull();
        }

        @SimulationTest(seeds = 3)
        void echoes(Seeds seeds) {
            echo(0).run(seeds);
        }

        @SimulationTest(seeds = 2)
        void echoesWrongly(Seeds seeds) {
            echo(1).run(seeds);
        }

        @SimulationTest(seeds = 2, secondJvm = true)
        void isTheSameElsewhere(Seeds seeds) {
            echo(0).run(seeds);
            echo(0).run(seeds);
        }

        /** As if a machine rested on what each JVM salts anew. */
        @SimulationTest(seeds = 2, secondJvm = true)
        void restsOnTheJvm(Seeds seeds) {
            long process = ProcessHandle.current().pid();
            StateMachine<Long> machine = (index, term, command) -> process;
            Simulation.of(() -> machine)
                    .commands(random -> 5, number -> ByteBuffer.allocate(number))
                    .run(seeds);
        }

        private static Simulation<?, ?, ?> echo(int more) {
            StateMachine<Integer> machine = (index, term, command) -> command.get() + more;
            return Simulation.of(() -> machine)
                    .commands(random -> random.below(100), number -> ByteBuffer.wrap(new byte[] {number.byteValue()}))
                    .model("", (state, number) -> state, (state, number) -> number);
        }
    }

    /** How each call ended: its display name, and the message of what it threw. */
    private static List<String> run(String method, Map<String, String> parameters) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectMethod(Annotated.class, method, Seeds.class.getName()))
                .configurationParameters(parameters)
                .build();
        List<String> ends = new ArrayList<>();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
                boolean failed = result.getStatus() == TestExecutionResult.Status.FAILED;
                if (identifier.isTest() || failed) {
                    String message =
                            result.getThrowable().map(Throwable::getMessage).orElse("passed");
                    ends.add(identifier.getDisplayName() + ": " + message);
                }
            }
        });
        return ends;
    }

    @Test
    void aMethodThatRunsNoSeedFails() {
        assertThat(run("forgets", Map.of()))
                .hasSize(3)
                .allMatch(end -> end.endsWith("without a call of Simulation.run with its seeds"))
                .satisfiesExactly(
                        end -> assertThat(end).startsWith("seeds 1 to 50"),
                        end -> assertThat(end).startsWith("seeds 51 to 100"),
                        end -> assertThat(end).startsWith("seeds 101 to 120"));
    }

    @Test
    void seedsPass() {
        assertThat(run("echoes", Map.of())).containsExactly("seeds 1 to 3: passed");
        assertThat(run("echoes", Map.of("quorate.seeds", "1"))).containsExactly("seed 1: passed");
    }

    @Test
    void aFailureSaysHowToRunItAgainAndThatDoes() {
        assertThat(run("echoesWrongly", Map.of()))
                .singleElement()
                .asString()
                .startsWith("seeds 1 to 2: This does not hold:")
                .endsWith("Again: mvn test -Dtest='SimulationTestTest$Annotated#echoesWrongly' -Dquorate.seed=1");
        assertThat(run("echoesWrongly", Map.of("quorate.seed", "17")))
                .singleElement()
                .asString()
                .startsWith("seed 17: This does not hold:")
                .contains("Found by seed 17: ");
    }

    @Test
    @Tag("process")
    void whatDiffersBetweenJvmsIsFound() {
        assertThat(run("isTheSameElsewhere", Map.of())).containsExactly("seeds 1 to 2: passed");
        assertThat(run("restsOnTheJvm", Map.of()))
                .singleElement()
                .asString()
                .contains("SAME_IN_ANOTHER_JVM: the first difference is: 5 at index ")
                .contains(" gives " + ProcessHandle.current().pid() + "; in another JVM: 5 at index ")
                .endsWith("-Dquorate.seed=1");
    }

    @Test
    void aSeedIsANumber() {
        assertThat(run("echoes", Map.of("quorate.seed", "first")))
                .singleElement()
                .asString()
                .contains("quorate.seed");
    }
}
