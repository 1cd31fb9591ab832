package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.StandardOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine quorate = Main.commandLine();
        quorate.setOut(new PrintWriter(out));
        quorate.setErr(new PrintWriter(err));
        return quorate.execute(arguments);
    }

    @Test
    void versionNamesQuorateTheJdkAndTheEtcdApi() {
        assertThat(run("--version")).isZero();
        assertThat(out.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("quorate "),
                        line -> assertThat(line).startsWith("JDK " + System.getProperty("java.version")),
                        line -> assertThat(line).isEqualTo("etcd API " + BuildInfo.ETCD_VERSION));
    }

    @Test
    void everyHelpBeginsWithExamplesThatCallTheCommand() {
        assertExamplesFirst(Main.commandLine());
    }

    private static void assertExamplesFirst(CommandLine command) {
        String name = command.getCommandSpec().qualifiedName();
        assertThat(command.getUsageMessage())
                .as(name)
                .startsWith("Examples:\n  ")
                .containsPattern("\n  .*" + name)
                .doesNotContain("Example:");
        command.getSubcommands().values().forEach(MainTest::assertExamplesFirst);
    }

    @Test
    void aMisspeltCommandIsAnsweredWithTheNearest() {
        assertThat(run("completoin")).isEqualTo(2);
        assertThat(err.toString()).contains("completoin").contains("Did you mean: completion");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aMisspeltOptionIsAnsweredWithTheNearest() {
        assertThat(run("--verison")).isEqualTo(2);
        assertThat(err.toString()).contains("--verison").contains("Did you mean: --version?");
    }

    @Test
    void withoutACommandItSaysWhereHelpIs() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("A command is missing").contains("quorate --help");
    }

    @Test
    void aFailureIsASentenceAndItsExitCode() {
        CommandLine quorate = Main.commandLine();
        quorate.addSubcommand("fails", CommandLine.Model.CommandSpec.wrapWithoutInspection((Runnable) () -> {
            throw new CommandFailure(5, "no member answers");
        }));
        quorate.setErr(new PrintWriter(err));
        quorate.setExecutionExceptionHandler(quorate.getExecutionExceptionHandler()); // also for the command just added
        assertThat(quorate.execute("fails")).isEqualTo(5);
        assertThat(err.toString()).isEqualTo("quorate: no member answers" + System.lineSeparator());
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "--help", "completion", "put --help", "server flags"})
    void outputThatCannotBeWrittenIsNoSuccess(String line) {
        CommandLine quorate = Main.commandLine();
        quorate.setErr(new PrintWriter(err));
        quorate.setOut(failing("No space left on device"));
        assertThat(quorate.execute(line.split(" ", -1))).isEqualTo(1);
        assertThat(err.toString())
                .isEqualTo(
                        "quorate: standard output cannot be written: No space left on device" + System.lineSeparator());
    }

    @Test
    void aReaderThatHasSeenEnoughIsNoMistake() {
        CommandLine quorate = Main.commandLine();
        quorate.setErr(new PrintWriter(err));
        quorate.setOut(failing("Broken pipe"));
        assertThat(quorate.execute("completion")).isEqualTo(141);
        assertThat(err.toString()).isEmpty();
    }

    private static StandardOutput failing(String reason) {
        return new StandardOutput(new OutputStream() {
            @Override
            public void write(int single) throws IOException {
                throw new IOException(reason);
            }
        });
    }

    @Test
    void theServerKnowsItsVersionAsEtcdDoes() {
        assertThat(run("server", "--version")).isZero();
        assertThat(out.toString()).startsWith("quorate ").contains("etcd API " + BuildInfo.ETCD_VERSION);
    }

    @Test
    void completionKnowsTheCommandsOfTheMoment() {
        assertThat(run("completion", "zsh")).isZero();
        assertThat(out.toString()).startsWith("autoload").contains("completion");
    }
}
