package io.quorate.cli.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.support.Checkout;
import io.quorate.sim.campaign.FailureFiles;
import io.quorate.sim.campaign.Simulator;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.Swarm;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class SimCommandTest {
    private static final String LINE = "seed=\\d+ profile=core events=\\d+ hash=[0-9a-f]{16}";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        PrintWriter errors = new PrintWriter(err, true);
        return new CommandLine(new SimCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .setErr(errors)
                .setParameterExceptionHandler((misuse, words) -> {
                    errors.println(misuse.getMessage());
                    return 2;
                })
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    errors.println(failure.getMessage());
                    return failure instanceof CommandFailure known ? known.exitCode() : 1;
                })
                .execute(arguments);
    }

    private List<String> lines() {
        return out.toString().lines().toList();
    }

    @Test
    void oneSeedEndsWithOneLineTheSameEachTime() {
        assertThat(run("--seed", "3")).isZero();
        List<String> first = lines();
        assertThat(first).hasSize(1).allMatch(line -> line.matches(LINE));
        assertThat(run("--seed", "3", "--profile", "CORE")).isZero();
        assertThat(lines()).isEqualTo(first);
        assertThat(run("--seed", "4")).isZero();
        assertThat(lines()).isNotEqualTo(first);
    }

    @Test
    void aStoryComesBeforeTheLine() {
        assertThat(run("--seed", "3", "--story")).isZero();
        assertThat(lines().get(0)).startsWith("# Seed 3 of profile core");
        assertThat(lines().get(lines().size() - 1)).matches(LINE);
    }

    @Test
    void manySeedsEndWithTheirLedger() {
        int code = run("--seed", "1", "--seeds", "3", "--threads", "2");
        String text = out.toString();
        assertThat(text)
                .contains("profile core, seeds 1–3: 3 runs, ")
                .contains("simulated ")
                .contains("faults that did something: ")
                .containsPattern("marks hit: \\d+ of 123");
        assertThat(code).isEqualTo(text.contains("INCONCLUSIVE") ? 1 : 0);
        assertThat(err.toString()).startsWith("simulating; Ctrl-C ends it");
    }

    @Test
    void timeEndsACampaignToo() {
        run("--seed", "1", "--minutes", "0.001");
        assertThat(out.toString()).contains("profile core, seeds ");
    }

    @Test
    void theLedgerGetsARowForEachRun(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("ledger.md");
        run("--seed", "1", "--ledger=" + file);
        run("--seed", "2", "--seeds", "2", "--ledger=" + file);
        List<String> text = Files.readAllLines(file);
        assertThat(text.get(0)).isEqualTo("# What was simulated");
        assertThat(text.subList(text.size() - 4, text.size()))
                .satisfiesExactly(
                        head -> assertThat(head).startsWith("| commit | profile | seeds | simulated h |"),
                        rule -> assertThat(rule).startsWith("| --- "),
                        row -> assertThat(row).startsWith("| unknown | core | 1–1 | 0.0"),
                        row -> assertThat(row).startsWith("| unknown | core | 2–3 | 0.0"));
    }

    @Test
    void aLedgerThatCannotBeWrittenIsSaidBeforeTheRun(@TempDir Path folder) {
        assertThat(run("--seed", "1", "--ledger=" + folder.resolve("none/ledger.md")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("there is no folder " + folder.resolve("none"));
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--seeds 0                   | --seeds must be from 1",
                "--minutes 0                 | --minutes must be more than 0",
                "--minutes -1                | --minutes must be more than 0",
                "--threads 0                 | --threads must be from 1",
                "--seed x                    | '--seed'",
                "--profile nothing           | nothing",
                "--search --states 0         | --states must be from 1",
                "--search --seed 1           | --search draws nothing",
                "--search=all                | all",
                "--bugs --seed 1             | --bugs tries the seeds from 1 on",
                "--bugs=12                   | there is no bug 12",
                "--bugs --bug-seeds 0        | --bug-seeds must be from 1",
                "--story                     | --story is for one seed",
                "--story --seed 1 --seeds 2  | --story is for one seed",
            })
    void badInputIsRefusedWithASentence(String arguments, String sentence) {
        assertThat(run(arguments.split(" +", -1))).isEqualTo(2);
        assertThat(err.toString()).contains(sentence);
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"--search, that never ran", "--search=usual, that never ran", "--search=leader, of which one leads"})
    void aSearchEndsWithItsNumbers(String search, String from) {
        assertThat(run(search, "--states", "3000")).isZero();
        assertThat(lines().get(0))
                .startsWith("searching the core, up to 3000 states: three members " + from + ", 3 terms, ")
                .contains("; of each at most: ", "2 proposals", "1 read,");
        assertThat(lines().get(1)).startsWith("3000 distinct states, ").contains("complete to depth");
        assertThat(lines().get(2))
                .matches("in [0-9.]+ s, \\d+ states a second on one processor, heap \\d+ MiB of \\d+");
    }

    @Test
    void smallBoundsMustBeExploredToTheEnd() {
        assertThat(run("--search=small")).isZero();
        assertThat(lines().stream().filter(line -> line.endsWith("explored to the end")))
                .hasSize(6);
        assertThat(run("--search=small", "--states", "100")).isEqualTo(1);
        assertThat(out.toString())
                .contains("stopped at 100")
                .contains("FAILED: these bounds are to be explored to the end, and 100 states were reached before it");
    }

    /** A node logs each connection that comes and goes. */
    @ParameterizedTest
    @CsvSource({"node", "unbounded"})
    void membersSayNothingOnStandardError(String profile) {
        List<String> said = new CopyOnWriteArrayList<>();
        Handler listens = new Handler() {
            @Override
            public void publish(LogRecord line) {
                said.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger root = Logger.getLogger("");
        root.addHandler(listens);
        run("--seed", "1", "--profile", profile);
        assertThat(said).isEmpty();
        assertThat(root.getHandlers()).isEmpty();
        assertThat(root.isLoggable(Level.SEVERE)).isFalse();
    }

    // ---- replay

    @Test
    void aTraceIsRunAgain(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("three.trace");
        Files.write(file, FailureFiles.traceOf(Simulator.of(Profile.CORE), Swarm.core(3)));
        run("--seed", "3");
        List<String> line = lines();
        assertThat(run("replay", file.toString())).isZero();
        assertThat(lines())
                .startsWith("replayed: the recorded run, with the same hash; every rule held")
                .endsWith(line.toArray(new String[0]));
        assertThat(run("replay", "--story", file.toString())).isZero();
        assertThat(lines().get(0)).startsWith("# Seed 3 of profile core");
        assertThat(lines()).contains("# Again: ./quorate sim replay " + file);
    }

    @Test
    void aReplayThatComesToSomethingElseSaysSo(@TempDir Path folder) throws IOException {
        byte[] trace = FailureFiles.traceOf(Simulator.of(Profile.CORE), Swarm.core(3));
        trace[trace.length - 2] ^= 1; // in the hash, with which it ends
        Path file = Files.write(folder.resolve("other.trace"), trace);
        assertThat(run("replay", file.toString())).isEqualTo(3);
        assertThat(lines().get(0))
                .startsWith("not the run that was recorded: every rule held in that one, every rule held in this one.");
    }

    /** A trace of code that was mended since. */
    @Test
    void aReplayOfWhatIsMendedNamesTheRuleOfThen(@TempDir Path folder) throws IOException {
        FailureFiles files = FailureFiles.write(ReportTest.PLANTED, ReportTest.PLANTED.run(7), folder, 500);
        assertThat(run("replay", files.trace().toString())).isEqualTo(3);
        assertThat(lines().get(0))
                .startsWith(
                        "not the run that was recorded: that one broke PLANTED, every rule held in this one. The code has"
                                + " changed since");
    }

    @Test
    void whatIsNoTraceIsSaid(@TempDir Path folder) throws IOException {
        assertThat(run("replay", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("there is no file");
        Path text = Files.writeString(folder.resolve("text"), "hello");
        assertThat(run("replay", text.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("cannot read " + text).contains("it is no trace");
    }

    @Test
    void aFolderThatCannotBeMadeIsRefusedBeforeAnythingRuns(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "hello");
        assertThat(run("--bugs=1", "--out", file.resolve("in").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--out " + file.resolve("in")).contains("cannot be made");
        assertThat(out.toString()).isEmpty();
    }

    /** Who reads it has a failed run to think about. */
    @Test
    void howToReadAFailedRunIsOnePage() throws IOException {
        assertThat(Files.readAllLines(Checkout.root().resolve("docs/simulation.md")))
                .hasSizeLessThanOrEqualTo(60)
                .contains("## Reading a failed run")
                .allMatch(line -> line.length() <= 200);
    }

    @Test
    void everyCommandOfTheDocumentsIsUnderstood() throws IOException {
        List<String> commands = new ArrayList<>();
        for (String page : List.of("docs/simulation.md", "docs/simulation-reference.md")) {
            Files.readAllLines(Checkout.root().resolve(page)).stream()
                    .filter(line -> line.startsWith("    ./quorate sim"))
                    .map(line -> line.strip().replaceFirst(" {2,}.*", ""))
                    .forEach(commands::add);
        }
        assertThat(commands).hasSizeGreaterThan(10);
        for (String command : commands) {
            String[] words = command.substring("./quorate sim".length()).strip().split(" ", -1);
            CommandLine sim = new CommandLine(new SimCommand()).setCaseInsensitiveEnumValuesAllowed(true);
            assertThat(sim.parseArgs(command.endsWith(" sim") ? new String[0] : words)
                            .errors())
                    .as(command)
                    .isEmpty();
        }
    }
}
