package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.replay.OtherJdk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A run depends on its script alone: not on where objects lie, nor on what a JVM draws when it starts. */
@Tag("process")
final class SecondJvmTest {
    private static final long SEEDS = 6;

    /** Prints the line of each run. */
    static final class Other {
        private Other() {}

        public static void main(String[] arguments) {
            System.out.print(lines());
        }
    }

    @Test
    void anotherJvmGivesTheSameHashes() throws IOException, InterruptedException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        assertThat(linesOf(java)).isEqualTo(lines());
    }

    /** Whichever of the two runs the tests: what one computes, the other must. */
    @Test
    void anotherJdkGivesTheSameHashes() throws IOException, InterruptedException {
        assertThat(linesOf(OtherJdk.java())).isEqualTo(lines());
    }

    private static String linesOf(Path java) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:hashCode=2",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Other.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String theirs = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return theirs;
    }

    private static String lines() {
        StringBuilder lines = new StringBuilder();
        for (Profile profile : List.of(Profile.NODE, Profile.UNBOUNDED)) {
            for (long seed = 1; seed <= SEEDS; seed++) {
                lines.append(NodeSimulation.run(NodeSwarm.script(seed, profile), RunListener.NONE)
                                .line())
                        .append('\n');
            }
        }
        return lines.toString();
    }
}
