package io.quorate.cli.bench;

import io.quorate.bench.BenchException;
import io.quorate.bench.host.Proc;
import io.quorate.bench.host.Storage;
import io.quorate.bench.load.Operation;
import io.quorate.bench.report.Json;
import io.quorate.bench.report.LoadReport;
import io.quorate.bench.report.LoadRun;
import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.DemoFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a load on a cluster and says how fast it was and what it cost. */
@Command(
        name = "bench",
        sortOptions = false,
        footer = {
            "  quorate bench put                                      256 clients write for 10 s",
            "  quorate bench get --serializable                       read, from each member's own state",
            "  quorate bench mixed --read-percent 50 -w json          raw figures",
            "  quorate bench put --endpoints 127.0.0.1:2379 --seconds 60 --clients 64",
            "  quorate bench compare --etcd /usr/bin/etcd             three members of etcd, three of ours, in turn",
            "  quorate bench life --parts failover                    what a kill of the leader costs; and more"
        },
        description = {
            "Measures a cluster that speaks etcd's API: throughput, latency, CPU time per operation.",
            "It writes keys that begin with bench/."
        },
        subcommands = {CompareCommand.class, LifeCommand.class})
public final class BenchCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", arity = "0..1", paramLabel = "LOAD", description = "put, get or mixed.")
    private @Nullable Operation operation;

    @Option(
            names = "--endpoints",
            split = ",",
            paramLabel = "HOST:PORT",
            description = "Members to load, evenly. Default: the running demo, else 127.0.0.1:2379.")
    private @Nullable List<String> endpoints;

    @Mixin
    private WorkloadOptions options = new WorkloadOptions();

    @Option(names = "--serializable", description = "Reads from each member's own state; else they are linearizable.")
    private boolean serializable;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where the servers' data lies, to name the file"
                    + " system. Default: where the servers on this computer have files open.")
    private @Nullable Path dataDirectory;

    @Option(names = "--require-durable", description = "Fail when the data lies in memory or that cannot be told.")
    private boolean requireDurable;

    @Option(names = "--label", defaultValue = "", description = "A name for this run, in the JSON.")
    private String label = "";

    @Option(
            names = {"-w", "--write-out"},
            paramLabel = "FORMAT",
            defaultValue = "simple",
            description = "simple or json. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format = OutputFormat.SIMPLE;

    /** What is printed. */
    enum OutputFormat {
        SIMPLE,
        JSON
    }

    @Override
    public void run() {
        if (operation == null) {
            throw new ParameterException(
                    spec.commandLine(), "A word is missing: bench put, get, mixed, compare or life.");
        }
        LoadReport report = measure(operation);
        PrintWriter out = spec.commandLine().getOut();
        out.print(format == OutputFormat.JSON ? Json.write(report) + System.lineSeparator() : report.text());
        out.flush();
        if (requireDurable && report.storage().verdict() != Storage.Verdict.DURABLE) {
            throw new CommandFailure(report.storage().sentence());
        }
    }

    private LoadReport measure(Operation what) {
        List<String> targets = Endpoints.parse(endpoints == null ? defaultEndpoints() : endpoints);
        try {
            return new LoadRun(Proc.ofThisComputer(), label, targets, dataDirectory)
                    .measure(options.workload(what, serializable, targets.size()));
        } catch (BenchException impossible) {
            throw new CommandFailure(String.valueOf(impossible.getMessage()));
        }
    }

    private static List<String> defaultEndpoints() {
        List<String> demo = DemoFile.runningEndpoints();
        return demo.isEmpty() ? List.of("127.0.0.1:2379") : demo;
    }
}
