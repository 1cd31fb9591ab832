package io.quorate.cli.snapshot;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.quorate.kv.HashKvResponse;
import io.quorate.kv.View;
import io.quorate.kv.replicated.KvStateMachine;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.StateRestore;
import io.quorate.raft.membership.Member;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a saved snapshot holds, proved by restoring it in memory. */
@Command(
        name = "status",
        sortOptions = false,
        footer = {"  quorate snapshot status backup.snapshot", "  quorate snapshot status backup.snapshot -w json"},
        description = "Checks every byte of FILE, restores it in memory, and says what is in it. The hash is that of"
                + " endpoint hashkv at the same revision.")
public final class SnapshotStatusCommand implements Runnable {
    private enum Format {
        SIMPLE,
        JSON
    }

    /** The part of a snapshot that is the store's; the others are the node's. */
    private static final int STORE = 0;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "FILE", description = "The saved snapshot.")
    private Path file = Path.of("");

    @Option(
            names = {"-w", "--write-out"},
            paramLabel = "FORMAT",
            defaultValue = "simple",
            description = "simple or json. Default: ${DEFAULT-VALUE}.")
    private Format format = Format.SIMPLE;

    private record Status(SnapshotInfo info, long clusterId, boolean hasTrailer, View view, HashKvResponse hash) {}

    @Override
    public void run() {
        Status status = SnapshotFile.open(file, saved -> {
            KvStateMachine machine = new KvStateMachine();
            StateRestore restore = machine.restore();
            saved.check((part, payload) -> {
                if (part == STORE) {
                    restore.block(payload);
                }
            });
            restore.finish();
            View view = machine.store().view();
            HashKvResponse hash = (HashKvResponse) view.hashKv(0);
            return new Status(saved.reader().info(), saved.reader().clusterId(), saved.hasTrailer(), view, hash);
        });
        PrintWriter out = spec.commandLine().getOut();
        if (format == Format.JSON) {
            out.println(new GsonBuilder().disableHtmlEscaping().create().toJson(json(status)));
        } else {
            words(out, status);
        }
        out.flush();
    }

    private static void words(PrintWriter out, Status status) {
        SnapshotInfo info = status.info;
        out.println("revision " + status.view.revision() + ", "
                + SnapshotFile.keys(status.view.keyCount()) + ", hash "
                + Integer.toUnsignedString(status.hash.hash()) + ", " + megabytes(info.bytes()));
        out.println(
                "log index " + info.mark().index() + " of term " + info.mark().term() + ", cluster "
                        + Long.toHexString(status.clusterId) + ", members "
                        + names(info).collect(Collectors.joining(" ")));
        out.println(
                status.hasTrailer
                        ? "every checksum holds"
                        : "every checksum holds; it has no SHA-256 at its end, so it was copied from a data directory");
    }

    private static Stream<String> names(SnapshotInfo info) {
        return info.mark().membership().members().stream().map(Member::name).sorted();
    }

    private static String megabytes(long bytes) {
        return bytes < 1_000_000 ? bytes + " bytes" : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    /** The first four names are etcdutl's. */
    private static JsonObject json(Status status) {
        SnapshotInfo info = status.info;
        JsonObject object = new JsonObject();
        object.addProperty("hash", Integer.toUnsignedLong(status.hash.hash()));
        object.addProperty("revision", status.view.revision());
        object.addProperty("totalKey", status.view.keyCount());
        object.addProperty("totalSize", info.bytes());
        object.addProperty("index", info.mark().index());
        object.addProperty("term", info.mark().term());
        object.addProperty("clusterId", Long.toHexString(status.clusterId));
        JsonArray members = new JsonArray();
        names(info).forEach(members::add);
        object.add("members", members);
        return object;
    }
}
