package io.quorate.cli.sim;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.Commit;
import io.quorate.cli.common.Silence;
import io.quorate.sim.bugs.BugCatalogue;
import io.quorate.sim.bugs.BugHunt;
import io.quorate.sim.bugs.PlantedBug;
import io.quorate.sim.campaign.Campaign;
import io.quorate.sim.campaign.FailureFiles;
import io.quorate.sim.campaign.Outcome;
import io.quorate.sim.campaign.Simulator;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.story.Story;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Simulates clusters under every fault: one seed, so many, or for so long. */
@Command(
        name = "sim",
        sortOptions = false,
        footer = {
            "  quorate sim                         seeds that nobody tried, for a minute",
            "  quorate sim --seed 7                one run, the same each time",
            "  quorate sim --seed 1 --seeds 1000   a thousand runs, on all processors",
            "  quorate sim --minutes 30 --ledger   noted in docs/sim-ledger.md",
            "  quorate sim --search                all interleavings of a small cluster",
            "  quorate sim --search=small          of a smaller one, to the very end",
            "  quorate sim --bugs                  known bugs, planted: each must be found",
            "  quorate sim --bugs=9,64             two of them",
            "  quorate sim replay core-7.trace     a failed run again, reduced"
        },
        description = {
            "Simulates clusters of the real classes in virtual time, under faults drawn",
            "from a seed, and checks them."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every rule held; every bug was found",
            "1:a rule was broken, a bug not found, or too few runs: a kind of fault that was planned never did anything",
            "2:the command was not understood",
            "130:ended by Ctrl-C, with nothing broken until then"
        },
        subcommands = {ReplayCommand.class})
public final class SimCommand implements Callable<Integer> {
    static final int FAILED = 1;
    static final int NOT_UNDERSTOOD = 2;
    static final int OTHER_RUN = 3;
    static final int INTERRUPTED = 130;
    private static final double DEFAULT_MINUTES = 1;
    private static final long MOST_SEEDS = 1L << 40;
    private static final long MOST_STATES = 100_000_000;
    /** No bug's number. */
    private static final String ALL_BUGS = "0";

    private static final String LEDGER = "docs/sim-ledger.md";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--seed", paramLabel = "S", description = "The seed, or the first of many. Default: drawn anew.")
    private @Nullable Long seed;

    @Option(names = "--seeds", paramLabel = "N", description = "So many runs, of seeds that follow each other.")
    private @Nullable Long seeds;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "Runs for so long, e.g. 0.5. Default: 1, where neither --seed nor --seeds is given.")
    private @Nullable Double minutes;

    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            defaultValue = "core",
            description = "core, node or unbounded. Default: ${DEFAULT-VALUE}.")
    private Profile profile = Profile.CORE;

    @Option(
            names = "--bug-seeds",
            paramLabel = "N",
            defaultValue = "" + BugHunt.MOST_SEEDS,
            description =
                    "With --bugs: tries so many seeds before a bug counts as not found. Default: ${DEFAULT-VALUE}.")
    private long bugSeeds;

    @Option(names = "--threads", paramLabel = "N", description = "Runs at once. Default: one for each processor.")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Option(
            names = "--ledger",
            paramLabel = "FILE",
            arity = "0..1",
            fallbackValue = LEDGER,
            description = "Adds a row about this run to a table, " + LEDGER + " if none is named.")
    private @Nullable Path ledger;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "target/sim",
            description = {
                "Where story and trace of a failed run go. Default: ${DEFAULT-VALUE}.",
                "With --bugs: where those of each bug that is found go; without it, nowhere."
            })
    private Path folder = Path.of("");

    @Option(
            names = "--story",
            description = "With --seed alone: tells the run step by step, in the form of a scenario.")
    private boolean tellsStory;

    @Option(
            names = "--search",
            paramLabel = "KIND",
            arity = "0..1",
            fallbackValue = "usual",
            description = {
                "Tries all interleavings of a small cluster of cores instead, without any chance:",
                "usual (from nothing), leader (from a cluster that has one), small (bounds explored to the end)."
            })
    private @Nullable SearchKind search;

    @Option(
            names = "--states",
            paramLabel = "N",
            defaultValue = "2000000",
            description = "With --search: stops at so many distinct states. Default: ${DEFAULT-VALUE}.")
    private long states;

    @Option(
            names = "--bugs",
            paramLabel = "N,…",
            arity = "0..1",
            split = ",",
            fallbackValue = ALL_BUGS,
            description = {
                "Plants known bugs into copies of the sources instead, one at a time, and looks for each.",
                "With numbers of docs/planted-bugs.md: for these alone."
            })
    private @Nullable List<Integer> bugs;

    @Override
    public Integer call() throws InterruptedException {
        check();
        Silence.begin();
        if (bugs != null) {
            List<PlantedBug> wanted = plantedBugs(bugs);
            return new BugsRun(spec.commandLine().getOut(), BugsRun.ownCheckout())
                    .run(wanted, bugSeeds, threads, isGiven("--out") ? folder : null);
        }
        if (search != null) {
            return new SearchRun(spec.commandLine().getOut(), spec.commandLine().getErr()).run(search, states);
        }
        Simulator simulator = Simulator.of(profile);
        LedgerFile rows = ledger == null ? null : LedgerFile.at(ledger);
        return isOne() ? runOne(simulator, rows) : runMany(simulator, rows);
    }

    private boolean isGiven(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
    }

    /** Those of the catalogue with these numbers. */
    private List<PlantedBug> plantedBugs(List<Integer> numbers) {
        List<PlantedBug> all = BugCatalogue.load();
        if (numbers.equals(List.of(Integer.valueOf(ALL_BUGS)))) {
            return all;
        }
        for (int number : numbers) {
            require(
                    all.stream().anyMatch(bug -> bug.number() == number),
                    "--bugs: there is no bug " + number + "; docs/planted-bugs.md lists them");
        }
        return all.stream().filter(bug -> numbers.contains(bug.number())).toList();
    }

    private boolean isOne() {
        return seed != null && seeds == null && minutes == null;
    }

    private int runOne(Simulator simulator, @Nullable LedgerFile rows) {
        long began = System.nanoTime();
        RunResult result = simulator.run(firstSeed());
        RunResult failure = result.passed() ? null : result;
        Outcome outcome = new Outcome(profile, firstSeed(), 1, result.ledger(), failure);
        PrintWriter out = spec.commandLine().getOut();
        if (tellsStory) {
            Story.of(simulator::run, result.script(), List.of(result.script().replayLine()))
                    .forEach(out::println);
        }
        report().tellVerdictOfOne(outcome);
        finish(simulator, Done.ofOneSeed(outcome, System.nanoTime() - began), rows);
        out.println(result.line());
        out.flush();
        return result.passed() ? 0 : FAILED;
    }

    private int runMany(Simulator simulator, @Nullable LedgerFile rows) throws InterruptedException {
        Campaign campaign = new Campaign(simulator, firstSeed(), seeds == null ? MOST_SEEDS : seeds, threads);
        double most = minutes != null ? minutes : seeds != null ? Double.MAX_VALUE : DEFAULT_MINUTES;
        Done done = new Watch(campaign, threads, Progress.on(spec.commandLine().getErr()), most).untilItEnds();
        report().tell(done);
        finish(simulator, done, rows);
        if (done.outcome().failure() != null) {
            return FAILED;
        }
        if (done.isInterrupted()) {
            return INTERRUPTED;
        }
        return done.outcome().passed() ? 0 : FAILED;
    }

    private void finish(Simulator simulator, Done done, @Nullable LedgerFile rows) {
        RunResult failure = done.outcome().failure();
        if (failure != null) {
            report().tellFailure(failure);
            report().tellFiles(failure, reduce(simulator, failure));
        }
        if (rows != null) {
            rows.add(Commit.ofThisBuild().orElse("unknown"), done);
        }
    }

    private FailureFiles reduce(Simulator simulator, RunResult failure) {
        try {
            return FailureFiles.write(simulator, failure, folder, FailureFiles.MOST_RUNS);
        } catch (IOException failed) {
            throw new CommandFailure("cannot write into " + folder + ": " + failed.getMessage()
                    + ". The run is not lost: " + failure.script().replayLine());
        }
    }

    private Report report() {
        return new Report(spec.commandLine().getOut(), spec.commandLine().getErr());
    }

    private long firstSeed() {
        if (seed == null) {
            seed = ThreadLocalRandom.current().nextLong(1, MOST_SEEDS);
        }
        return seed;
    }

    private void check() {
        require(seeds == null || (seeds >= 1 && seeds <= MOST_SEEDS), "--seeds must be from 1 to " + MOST_SEEDS);
        require(
                minutes == null || (minutes > 0 && minutes <= 100_000),
                "--minutes must be more than 0, at most 100000");
        require(states >= 1 && states <= MOST_STATES, "--states must be from 1 to " + MOST_STATES);
        require(
                search == null || (seed == null && seeds == null && minutes == null),
                "--search draws nothing: no --seed here");
        require(
                bugs == null || (search == null && seed == null && seeds == null && minutes == null),
                "--bugs tries the seeds from 1 on: no --seed here");
        require(!tellsStory || isOne(), "--story is for one seed: --seed S without --seeds and --minutes");
        require(bugSeeds >= 1 && bugSeeds <= MOST_SEEDS, "--bug-seeds must be from 1 to " + MOST_SEEDS);
        require(threads >= 1 && threads <= 1024, "--threads must be from 1 to 1024");
        if (isGiven("--out")) {
            checkFolder();
        }
    }

    /** Before an hour of simulation rather than after it. */
    private void checkFolder() {
        try {
            Files.createDirectories(folder);
        } catch (IOException failed) {
            throw new ParameterException(
                    spec.commandLine(), "--out " + folder + ": the folder cannot be made: " + failed + ".");
        }
        require(Files.isWritable(folder), "--out " + folder + ": the folder cannot be written to");
    }

    private void require(boolean holds, String sentence) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), sentence + ".");
        }
    }
}
