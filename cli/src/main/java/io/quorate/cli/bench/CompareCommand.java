package io.quorate.cli.bench;

import io.quorate.bench.BenchException;
import io.quorate.bench.cluster.Contender;
import io.quorate.bench.compare.Comparison;
import io.quorate.bench.compare.Plan;
import io.quorate.bench.compare.RunReport;
import io.quorate.bench.compare.Tables;
import io.quorate.bench.host.Proc;
import io.quorate.bench.load.Operation;
import io.quorate.bench.report.Commit;
import io.quorate.bench.report.Json;
import io.quorate.bench.report.MarkedSection;
import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.Silence;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares ours with etcd, and writes the tables. */
@Command(
        name = "compare",
        sortOptions = false,
        footer = {
            "  quorate bench compare --etcd /usr/bin/etcd",
            "  quorate bench compare --runs 3 --kills 10 --starts 5 --write docs/benchmarks.md",
            "  quorate bench compare --runs 1 --seconds 2 --warmup 1   a short look, not to be believed"
        },
        description = {
            "Starts three local members of etcd and three of ours, one after the other, in new directories on the same",
            "file system, and puts the same loads on them. Nothing else should run on the computer meanwhile."
        })
final class CompareCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--etcd",
            paramLabel = "FILE",
            description = "etcd's program. Default: the one that the tests use," + " else etcd on the PATH.")
    private @Nullable String etcd;

    @Option(names = "--quorate", paramLabel = "FILE", description = "Our launcher. Default: the one that started this.")
    private @Nullable String quorate;

    @Option(names = "--only", paramLabel = "NAME", description = "etcd or quorate: measures that one alone.")
    private @Nullable String only;

    @Mixin
    private WorkloadOptions options = new WorkloadOptions();

    @Option(
            names = "--first-warmup",
            paramLabel = "SECONDS",
            defaultValue = "40",
            description = "Time before the first"
                    + " load on each new cluster, not measured: a JVM compiles for long while it serves already. Default:"
                    + " ${DEFAULT-VALUE}.")
    private int firstWarmupSeconds;

    @Option(names = "--runs", defaultValue = "2", description = "Of each, in turn. Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Option(
            names = "--kills",
            defaultValue = "5",
            description = "Of the leader, in each run. Default: ${DEFAULT-VALUE}.")
    private int kills;

    @Option(
            names = "--starts",
            defaultValue = "3",
            description = "In empty directories, in each run. Default:" + " ${DEFAULT-VALUE}.")
    private int starts;

    @Option(
            names = "--work-dir",
            paramLabel = "DIR",
            description = "Where directories for the data are made, and removed." + " Default: ${DEFAULT-VALUE}.",
            defaultValue = "${sys:java.io.tmpdir}")
    private Path workDirectory = Path.of("");

    @Option(
            names = "--json",
            paramLabel = "DIR",
            description = "Where each run's raw figures go. Default with --write:"
                    + " the folder beside the document with its name.")
    private @Nullable Path jsonDirectory;

    @Option(names = "--write", paramLabel = "FILE", description = "The document whose marked part gets the tables.")
    private @Nullable Path document;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        Silence.begin();
        try {
            Plan plan = new Plan(
                    options.workload(Operation.PUT, false, 3), firstWarmupSeconds, runs, kills, starts, workDirectory);
            List<Contender> contenders = contenders();
            List<RunReport> reports = new Comparison(plan, Proc.ofThisComputer(), line -> {
                        err.println(line);
                        err.flush();
                    })
                    .run(contenders);
            String tables = new Tables(reports).markdown();
            write(reports, tables);
            spec.commandLine().getOut().print(tables);
            spec.commandLine().getOut().flush();
        } catch (BenchException impossible) {
            throw new CommandFailure(String.valueOf(impossible.getMessage()));
        } catch (IOException failed) {
            throw new CommandFailure("cannot write the results: " + failed.getMessage());
        }
    }

    private List<Contender> contenders() {
        if (only != null && !only.equals("etcd") && !only.equals("quorate")) {
            throw new CommandFailure("--only is etcd or quorate, not " + only);
        }
        List<Contender> all = new ArrayList<>();
        if (!"quorate".equals(only)) {
            String program = etcdProgram();
            all.add(new Contender("etcd", etcdVersion(program), List.of(program), false));
        }
        if (!"etcd".equals(only)) {
            all.add(new Contender("Quorate", Commit.ofThisBuild(), List.of(Launcher.path(quorate), "server"), true));
        }
        return all;
    }

    private String etcdProgram() {
        if (etcd != null) {
            return etcd;
        }
        @Nullable String launcher = System.getProperty("quorate.launcher");
        if (launcher != null) {
            Path unpacked = Path.of(launcher).resolveSibling("target/tools/usr/bin/etcd");
            if (Files.isExecutable(unpacked)) {
                return unpacked.toString();
            }
        }
        return "etcd";
    }

    private static String etcdVersion(String program) {
        try {
            Process asked = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return said.lines()
                    .filter(line -> line.startsWith("etcd Version: "))
                    .map(line -> line.substring("etcd Version: ".length()).strip())
                    .findFirst()
                    .orElseThrow(() -> new CommandFailure(program + " --version says no version of etcd: " + said));
        } catch (IOException missing) {
            throw new CommandFailure("cannot start etcd: " + missing.getMessage()
                    + ". Name its program with --etcd, or measure ours alone with --only quorate.");
        }
    }

    private void write(List<RunReport> reports, String tables) throws IOException {
        @Nullable Path folder = jsonDirectory;
        if (folder == null && document != null) {
            folder = folderBeside(document);
        }
        if (folder != null) {
            Files.createDirectories(folder);
            removeOldRuns(folder);
            for (RunReport report : reports) {
                String name = String.format(
                        Locale.ROOT,
                        "run-%02d-%s.json",
                        report.run(),
                        report.contender().toLowerCase(Locale.ROOT));
                Files.writeString(folder.resolve(name), Json.write(report) + "\n");
            }
        }
        if (document != null) {
            Files.writeString(document, new MarkedSection("bench compare").replace(Files.readString(document), tables));
        }
    }

    /** {@code docs/benchmarks} for {@code docs/benchmarks.md}. */
    static Path folderBeside(Path file) {
        return file.resolveSibling(file.getFileName().toString().replaceFirst("\\.md$", ""));
    }

    /** Files of a longer comparison before this one would look as if they belonged to it. */
    private static void removeOldRuns(Path folder) throws IOException {
        try (DirectoryStream<Path> old = Files.newDirectoryStream(folder, "run-*.json")) {
            for (Path file : old) {
                Files.delete(file);
            }
        }
    }
}
