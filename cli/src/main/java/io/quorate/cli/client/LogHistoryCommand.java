package io.quorate.cli.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.quorate.DataFiles.Found;
import io.quorate.DataFiles.Range;
import io.quorate.cli.log.OfflineHistory;
import io.quorate.etcd.quoratepb.HistoryRequest;
import io.quorate.etcd.quoratepb.HistoryResponse;
import io.quorate.etcd.quoratepb.HistorySummary;
import io.quorate.etcd.quoratepb.KeyWrite;
import io.quorate.etcd.quoratepb.NodeGrpc;
import io.quorate.kv.Commands;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Every write of a key that a member's log still holds. */
@Command(
        name = "history",
        sortOptions = false,
        footer = {"  quorate log history x", "  quorate log history x --data-dir n1.etcd"},
        description =
                "Prints every write of KEY that a member's log still holds, with index, term and revision, and what is known"
                        + " of those before: never written, for certain, or perhaps written in the discarded part. Files whose filters"
                        + " deny the key are not read.")
public final class LogHistoryCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithoutTable client = new ClientOptions.WithoutTable();

    @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
    private String key = "";

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Read this data directory, of a stopped or running member, instead of asking one.")
    private @Nullable Path directory;

    @Option(names = "--without-filters", hidden = true, description = "For measuring: read every file of --data-dir.")
    private boolean withoutFilters;

    @Option(
            names = {"-v", "--verbose"},
            description = "Also print how many files of the log were read, on standard error.")
    private boolean verbose;

    @Override
    public void run() {
        Format format = client.format();
        List<KeyWrite> writes = new ArrayList<>();
        HistorySummary summary = directory == null ? online(writes) : offline(directory, writes);
        PrintWriter out = spec.commandLine().getOut();
        if (format == Format.JSON) {
            new Printer(out).json(json(writes, summary));
        } else {
            writes.forEach(write -> out.println(line(write)));
            out.println(before(summary, writes.isEmpty()));
        }
        out.flush();
        if (verbose) {
            spec.commandLine()
                    .getErr()
                    .println("segments read: " + summary.getSegmentsRead() + " of " + summary.getSegments());
        }
    }

    private HistorySummary online(List<KeyWrite> writes) {
        return client.with(Effect.NONE, cluster -> {
            Iterator<HistoryResponse> answers = cluster.stream(
                    NodeGrpc::newBlockingStub,
                    stub -> stub.history(
                            HistoryRequest.newBuilder().setKey(Keys.bytes(key)).build()));
            HistorySummary summary = HistorySummary.getDefaultInstance();
            while (answers.hasNext()) {
                HistoryResponse answer = answers.next();
                if (answer.hasWrite()) {
                    writes.add(answer.getWrite());
                } else {
                    summary = answer.getSummary();
                }
            }
            return summary;
        });
    }

    private HistorySummary offline(Path files, List<KeyWrite> writes) {
        OfflineHistory.Answer answer =
                new OfflineHistory(files).read(key.getBytes(StandardCharsets.UTF_8), !withoutFilters);
        answer.writes()
                .forEach(write -> writes.add(KeyWrite.newBuilder()
                        .setIndex(write.index())
                        .setTerm(write.term())
                        .setRevision(write.revision())
                        .setCertain(write.certain())
                        .setCommitted(write.index() <= answer.committedIndex())
                        .setCommand(Commands.describe(write.command()))
                        .build()));
        Found found = answer.found();
        HistorySummary.Builder summary = HistorySummary.newBuilder()
                .setFirstIndex(found.firstIndex())
                .setLastIndex(found.lastIndex())
                .setNeverBefore(found.neverBefore())
                .setSegments(found.segments())
                .setSegmentsRead(found.segmentsRead());
        for (Range range : found.perhaps()) {
            summary.addPerhapsBuilder().setFirst(range.first()).setLast(range.last());
        }
        return summary.build();
    }

    private static String line(KeyWrite write) {
        String revision = write.getRevision() == 0 ? "revision not known" : "revision " + write.getRevision();
        return "index " + write.getIndex() + " term " + write.getTerm() + "  "
                + (write.getCertain() ? revision : "perhaps") + "  " + write.getCommand()
                + (write.getCommitted() ? "" : "  (not known to be committed)");
    }

    /** What is known of the time before the first entry that the log holds. */
    static String before(HistorySummary summary, boolean none) {
        long first = summary.getFirstIndex();
        String retained = none ? "not written in entries " + first + " to " + summary.getLastIndex() + "; " : "";
        if (first <= 1) {
            return retained + "the log holds every entry from the first on";
        }
        if (summary.getNeverBefore() >= first) {
            return retained + "never written before index " + first + ", where the log begins";
        }
        String certain =
                summary.getNeverBefore() > 1 ? "never written before index " + summary.getNeverBefore() + ", " : "";
        return retained + certain + "perhaps written in the discarded part, entries "
                + Math.max(1, summary.getNeverBefore()) + " to " + (first - 1);
    }

    private static JsonObject json(List<KeyWrite> writes, HistorySummary summary) {
        JsonArray all = new JsonArray();
        for (KeyWrite write : writes) {
            JsonObject one = new JsonObject();
            one.add("index", Json.unsigned(write.getIndex()));
            one.add("term", Json.unsigned(write.getTerm()));
            if (write.getRevision() != 0) {
                one.addProperty("revision", write.getRevision());
            }
            one.addProperty("certain", write.getCertain());
            one.addProperty("committed", write.getCommitted());
            one.addProperty("command", write.getCommand());
            all.add(one);
        }
        JsonObject whole = new JsonObject();
        whole.add("writes", all);
        whole.add("firstIndex", Json.unsigned(summary.getFirstIndex()));
        whole.add("lastIndex", Json.unsigned(summary.getLastIndex()));
        whole.add("neverBefore", Json.unsigned(summary.getNeverBefore()));
        whole.addProperty("segments", summary.getSegments());
        whole.addProperty("segmentsRead", summary.getSegmentsRead());
        return whole;
    }
}
