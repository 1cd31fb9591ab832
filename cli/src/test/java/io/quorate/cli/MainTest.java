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
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @ValueSource(strings = {"", "help", "--help"})
    void whoAsksForNothingOrForHelpGetsHelp(String line) {
        assertThat(run(line.isEmpty() ? new String[0] : new String[] {line})).isZero();
        assertThat(out.toString()).startsWith("Examples:").contains("quorate demo", "Commands:");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpOnTheSimulatorHasWholeExamplesAndTheExitCodes() {
        assertThat(run("sim", "--help")).isZero();
        assertThat(out.toString().lines())
                .contains("  quorate sim                         seeds that nobody tried, for a minute")
                .contains("Exit codes:")
                .filteredOn(line -> line.startsWith("  quorate sim"))
                .hasSize(9);
        assertThat(out.toString()).contains("  130   ended by Ctrl-C");
    }

    @Test
    void helpTellsAboutOneCommand() {
        assertThat(run("help", "endpoint", "status")).isZero();
        assertThat(out.toString()).contains("Usage: quorate endpoint status");
        assertThat(run("help", "frob")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no command 'frob'");
    }

    @Test
    void versionIsACommandToo() {
        assertThat(run("version")).isZero();
        assertThat(out.toString()).startsWith("quorate ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"watch x", "lease grant 5", "alarm list", "user list"})
    void aVerbOfEtcdctlThatIsNotThereYetIsNoMistypedOne(String line) {
        assertThat(run(line.split(" ", -1))).isNotZero();
        assertThat(err.toString()).contains("is not supported yet").doesNotContain("Did you mean");
    }

    @Test
    void aGuessIsMadeOnlyWhereItIsClose() {
        assertThat(run("frobnicate")).isEqualTo(2);
        assertThat(err.toString()).contains("there is no command 'frobnicate'").doesNotContain("Did you mean");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "put x --foo | there is no option --foo",
                "put x --foo | quorate put … -- --foo",
                "get x y z | 'z' is a word too many",
                "get x --limit abc | --limit takes a whole number, not 'abc'",
                "sim --seed 99999999999999999999 | --seed: 99999999999999999999 has more digits than a number here may have",
                "sim --bugs=9,x | --bugs takes a whole number, not 'x'",
                "sim --minutes x | --minutes takes a number, not 'x'",
                "get x --limit | --limit needs a value",
                "get x -w tabel | --write-out takes simple or json, not 'tabel'",
                "status -w tabel | --write-out takes simple or json or table, not 'tabel'",
                "get x --command-timeout soon | --command-timeout: 'soon' is no time; write e.g. 500ms, 5s or 1m30s",
                "get x --prefix=maybe | --prefix takes true or false, not 'maybe'",
                "del | KEY is missing",
                "log read x | INDEX takes a whole number, not 'x'",
                "get x --limit 1 --limit 2 | --limit is given twice",
            })
    void whatIsWrongIsSaidInPlainWords(String line, String said) {
        assertThat(run(line.split(" ", -1))).isNotZero();
        assertThat(err.toString())
                .contains(said)
                .contains("See: quorate ")
                .doesNotContain("Unmatched", "Invalid value");
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
        assertThat(out.toString())
                .startsWith("autoload")
                .contains("completion", "format", "'--quick'")
                .contains("'--name'", "'--initial-cluster-token'")
                .contains("\"simple\" \"json\"", "\"simple\" \"json\" \"table\"");
    }
}
