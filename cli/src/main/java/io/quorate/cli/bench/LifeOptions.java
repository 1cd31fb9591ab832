package io.quorate.cli.bench;

import io.quorate.bench.life.LifePlan;
import io.quorate.bench.life.LifePlan.Counts;
import io.quorate.bench.life.LifePlan.Place;
import io.quorate.bench.life.LifePlan.Sizes;
import io.quorate.bench.life.LifePlan.Times;
import io.quorate.bench.life.Part;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What is measured, and how large; each default is what the goals ask for. */
final class LifeOptions {
    @Option(
            names = "--parts",
            split = ",",
            paramLabel = "PART",
            defaultValue = "snapshot,log,restart,replace,failover,transfer,history",
            description = "Measures these, in this order. Default: ${DEFAULT-VALUE}.")
    private List<Part> parts = List.of();

    @Option(
            names = "--snapshot-bytes",
            paramLabel = "BYTES",
            defaultValue = "1073741824",
            description = "Size of the store, for snapshot and restart. Default: ${DEFAULT-VALUE}.")
    private long snapshotBytes;

    @Option(
            names = "--value-bytes",
            paramLabel = "BYTES",
            defaultValue = "1024",
            description = "Size of each value in it. Default: ${DEFAULT-VALUE}.")
    private int valueBytes;

    @Option(
            names = "--segment-bytes",
            paramLabel = "BYTES",
            defaultValue = "67108864",
            description =
                    "Of the members' logs: size of a file, and of the log between two snapshots; a quarter of it stays"
                            + " for members that lag. Default: ${DEFAULT-VALUE}, as the server's.")
    private int segmentBytes;

    @Option(
            names = "--clients",
            defaultValue = "16",
            description = "That write meanwhile, for snapshot, log and replace. Default: ${DEFAULT-VALUE}.")
    private int clients;

    @Option(
            names = "--warmup",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "Of load before anything is measured. Default: ${DEFAULT-VALUE}.")
    private int warmupSeconds;

    @Option(
            names = "--pairs",
            defaultValue = "3",
            description = "snapshot: loads with and without one, in turn. Default: ${DEFAULT-VALUE}.")
    private int pairs;

    @Option(
            names = "--seconds",
            defaultValue = "30",
            description = "snapshot: of each load without one. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--log-seconds",
            paramLabel = "SECONDS",
            defaultValue = "600",
            description = "log: how long it is written to. Default: ${DEFAULT-VALUE}.")
    private int logSeconds;

    @Option(
            names = "--rounds",
            defaultValue = "10",
            description =
                    "restart: how often every key is written, and the older version compacted away, before the snapshot."
                            + " Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--tail-entries",
            paramLabel = "COUNT",
            defaultValue = "1000000",
            description = "restart: entries behind the snapshot. Default: ${DEFAULT-VALUE}.")
    private int tailEntries;

    @Option(
            names = "--tail-value-bytes",
            paramLabel = "BYTES",
            defaultValue = "256",
            description = "restart: size of their values. Default: ${DEFAULT-VALUE}.")
    private int tailValueBytes;

    @Option(
            names = "--restarts",
            defaultValue = "3",
            description = "restart: of each kind. Default:" + " ${DEFAULT-VALUE}.")
    private int restarts;

    @Option(
            names = "--replacements",
            defaultValue = "4",
            description = "replace: how many, of the leader and of another in turn. Default: ${DEFAULT-VALUE}.")
    private int replacements;

    @Option(
            names = "--kills",
            defaultValue = "100",
            description = "failover: of the leader. Default: ${DEFAULT-VALUE}.")
    private int kills;

    @Option(
            names = "--transfers",
            defaultValue = "200",
            description = "transfer: of the lead. Default: ${DEFAULT-VALUE}.")
    private int transfers;

    @Option(
            names = "--history-segments",
            paramLabel = "COUNT",
            defaultValue = "16",
            description = "history: full files of the log. Default: ${DEFAULT-VALUE}.")
    private int historySegments;

    @Option(
            names = "--history-tries",
            paramLabel = "COUNT",
            defaultValue = "9",
            description = "history: looks of each kind. Default: ${DEFAULT-VALUE}.")
    private int historyTries;

    @Option(
            names = "--heap-mib",
            paramLabel = "MIB",
            description =
                    "Heap of each server, except where defaults are measured. Default: 1,024, and three times what its"
                            + " store holds.")
    private int heapMiB;

    @Option(
            names = "--first-port",
            paramLabel = "PORT",
            description = "Members listen on free ports of 127.0.0.1 from this one on. Default: anywhere.")
    private int firstPort;

    @Option(
            names = "--work-dir",
            paramLabel = "DIR",
            description = "Where directories for the data are made, and removed." + " Default: ${DEFAULT-VALUE}.",
            defaultValue = "${sys:java.io.tmpdir}")
    private Path workDirectory = Path.of("");

    /** Which parts each of those options changes that do not change all. */
    private static final Map<String, List<Part>> USED_BY = usedBy();

    private static Map<String, List<Part>> usedBy() {
        Map<String, List<Part>> all = new LinkedHashMap<>();
        all.put("--snapshot-bytes", List.of(Part.SNAPSHOT, Part.RESTART));
        all.put("--value-bytes", List.of(Part.SNAPSHOT, Part.LOG, Part.RESTART, Part.REPLACE, Part.HISTORY));
        all.put("--clients", List.of(Part.SNAPSHOT, Part.LOG, Part.REPLACE));
        all.put("--warmup", List.of(Part.SNAPSHOT, Part.REPLACE, Part.FAILOVER, Part.TRANSFER));
        all.put("--pairs", List.of(Part.SNAPSHOT));
        all.put("--seconds", List.of(Part.SNAPSHOT));
        all.put("--log-seconds", List.of(Part.LOG));
        all.put("--rounds", List.of(Part.RESTART));
        all.put("--tail-entries", List.of(Part.RESTART));
        all.put("--tail-value-bytes", List.of(Part.RESTART));
        all.put("--restarts", List.of(Part.RESTART));
        all.put("--replacements", List.of(Part.REPLACE));
        all.put("--kills", List.of(Part.FAILOVER));
        all.put("--transfers", List.of(Part.TRANSFER));
        all.put("--history-segments", List.of(Part.HISTORY));
        all.put("--history-tries", List.of(Part.HISTORY));
        all.put("--heap-mib", List.of(Part.SNAPSHOT, Part.LOG, Part.RESTART, Part.REPLACE, Part.HISTORY));
        return all;
    }

    /** @throws ParameterException where an option was given that changes nothing of what is measured */
    LifePlan plan(CommandSpec spec) {
        List<String> idle = new ArrayList<>();
        USED_BY.forEach((option, users) -> {
            boolean isGiven = spec.commandLine().getParseResult().hasMatchedOption(option);
            if (isGiven && parts.stream().noneMatch(users::contains)) {
                idle.add(option + " is for " + users.stream().map(Part::word).collect(Collectors.joining(", ")));
            }
        });
        if (!idle.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), String.join("; ", idle) + ": not among the --parts to be measured.");
        }
        return new LifePlan(
                parts,
                new Sizes(snapshotBytes, valueBytes, segmentBytes, tailEntries, tailValueBytes),
                new Counts(
                        clients,
                        pairs,
                        rounds,
                        restarts,
                        replacements,
                        kills,
                        transfers,
                        historySegments,
                        historyTries),
                new Times(warmupSeconds, seconds, logSeconds),
                new Place(workDirectory, firstPort, heapMiB));
    }
}
