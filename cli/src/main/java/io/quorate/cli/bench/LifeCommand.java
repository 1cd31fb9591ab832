package io.quorate.cli.bench;

import io.quorate.bench.BenchException;
import io.quorate.bench.cluster.Contender;
import io.quorate.bench.host.Proc;
import io.quorate.bench.life.Life;
import io.quorate.bench.life.LifePlan;
import io.quorate.bench.life.LifeTable;
import io.quorate.bench.life.Part;
import io.quorate.bench.life.PartReport;
import io.quorate.bench.report.Commit;
import io.quorate.bench.report.Json;
import io.quorate.bench.report.MarkedSection;
import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.Silence;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures what a cluster is like over its life, against goals, and writes the table. */
@Command(
        name = "life",
        sortOptions = false,
        footer = {
            "  quorate bench life --write docs/benchmarks.md                    all of it: an hour or so, 20 GiB of disk",
            "  quorate bench life --parts failover,transfer --kills 200",
            "  quorate bench life --parts restart --snapshot-bytes 268435456 --rounds 4   smaller than the goals ask for"
        },
        description = {
            "Starts members of its own in new directories and measures, each part by itself and against a goal: writes while a"
                    + " snapshot is taken and sent (snapshot), the size of the log (log), a restart (restart), the replacement of a member"
                    + " (replace), kills of the leader (failover), moves of the lead (transfer), and the search for a key's writes"
                    + " (history). Nothing else should run on the computer meanwhile."
        })
final class LifeCommand implements Runnable {
    private static final MarkedSection SECTION = new MarkedSection("bench life");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LifeOptions options = new LifeOptions();

    @Option(names = "--quorate", paramLabel = "FILE", description = "Our launcher. Default: the one that started this.")
    private @Nullable String quorate;

    @Option(
            names = "--json",
            paramLabel = "DIR",
            description =
                    "Where each part's raw figures go, as life-PART.json. Default with --write: the folder beside the"
                            + " document with its name.")
    private @Nullable Path jsonDirectory;

    @Option(
            names = "--write",
            paramLabel = "FILE",
            description =
                    "The document whose marked part gets the table. Rows of parts that are not measured now are written again"
                            + " from their raw figures.")
    private @Nullable Path document;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        LifePlan plan = plan();
        Silence.begin();
        Map<Part, PartReport> reports = new EnumMap<>(Part.class);
        try {
            requireMarks();
            Contender ours =
                    new Contender("Quorate", Commit.ofThisBuild(), List.of(Launcher.path(quorate), "server"), true);
            new Life(plan, ours, Proc.ofThisComputer(), line -> {
                        err.println(line);
                        err.flush();
                    })
                    .run(report -> {
                        reports.put(Part.valueOf(report.part().toUpperCase(Locale.ROOT)), report);
                        keep(report);
                    });
            if (document != null) {
                write(document, reports);
            }
        } catch (BenchException impossible) {
            throw new CommandFailure(String.valueOf(impossible.getMessage()));
        } catch (IOException | UncheckedIOException failed) {
            throw new CommandFailure("cannot write the results: " + failed.getMessage());
        }
        spec.commandLine().getOut().print(table(reports));
        spec.commandLine().getOut().flush();
    }

    private LifePlan plan() {
        try {
            return options.plan(spec);
        } catch (BenchException impossible) {
            throw new CommandFailure(String.valueOf(impossible.getMessage()));
        }
    }

    /** Before an hour is spent. */
    private void requireMarks() throws IOException {
        if (document != null) {
            SECTION.replace(Files.readString(document), "");
        }
    }

    private static String table(Map<Part, PartReport> reports) {
        return new LifeTable(List.copyOf(reports.values())).markdown();
    }

    private @Nullable Path folder() {
        return jsonDirectory == null && document != null ? CompareCommand.folderBeside(document) : jsonDirectory;
    }

    /** At once: an hour of measuring is not to be lost because the next part fails. */
    private void keep(PartReport report) {
        @Nullable Path folder = folder();
        if (folder == null) {
            return;
        }
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(fileName(report.part())), Json.write(report) + "\n");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String fileName(String part) {
        return "life-" + part + ".json";
    }

    private void write(Path file, Map<Part, PartReport> reports) throws IOException {
        Map<Part, PartReport> all = new EnumMap<>(reports);
        @Nullable Path folder = folder();
        for (Part part : Part.values()) {
            @Nullable Path earlier = folder == null ? null : folder.resolve(fileName(part.word()));
            if (!all.containsKey(part) && earlier != null && Files.exists(earlier)) {
                all.put(part, Json.read(Files.readString(earlier), PartReport.class));
            }
        }
        Files.writeString(file, SECTION.replace(Files.readString(file), table(all)));
    }
}
