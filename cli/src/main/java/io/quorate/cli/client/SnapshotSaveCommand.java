package io.quorate.cli.client;

import io.grpc.StatusRuntimeException;
import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.FileProblem;
import io.quorate.cli.snapshot.SnapshotFile;
import io.quorate.etcd.etcdserverpb.MaintenanceGrpc;
import io.quorate.etcd.etcdserverpb.SnapshotRequest;
import io.quorate.etcd.etcdserverpb.SnapshotResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies a snapshot of one member into a file. */
@Command(
        name = "save",
        sortOptions = false,
        footer = {
            "  quorate snapshot save backup.snapshot",
            "  quorate snapshot save backup.snapshot --endpoints 10.0.0.2:2379"
        },
        description =
                "Saves what one member holds, while it serves: every write that it had applied when it was asked. It needs"
                        + " no leader. FILE appears, readable by you alone, when all of it is on the disk and checked; --command-timeout does not count for it.")
public final class SnapshotSaveCommand implements Runnable {
    private static final String PART = ".part";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithoutTable client = new ClientOptions.WithoutTable();

    @Parameters(index = "0", paramLabel = "FILE", description = "Where to save it; one that is there is replaced.")
    private Path file = Path.of("");

    @Override
    public void run() {
        var unused = client.format();
        Path folder = folder();
        if (!Files.isDirectory(folder)) {
            throw new CommandFailure("the snapshot cannot be saved: there is no directory " + folder);
        }
        try {
            save(folder, newPart(folder));
        } catch (IOException failed) {
            throw new CommandFailure("the snapshot cannot be saved: " + FileProblem.of(failed));
        }
    }

    private Path folder() {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    /** Of this run alone, and for its user alone, as all the cluster's keys are in it. */
    private Path newPart(Path folder) throws IOException {
        return Files.createTempFile(folder, file.getFileName() + ".", PART);
    }

    private void save(Path folder, Path part) throws IOException {
        try {
            try (Cluster cluster = client.open()) {
                Iterator<SnapshotResponse> pieces = cluster.stream(
                        MaintenanceGrpc::newBlockingStub, stub -> stub.snapshot(SnapshotRequest.getDefaultInstance()));
                receive(pieces, part);
            } catch (StatusRuntimeException failure) {
                throw Cluster.explain(failure, Effect.NONE);
            }
            String saved = SnapshotFile.checked(part);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            force(folder);
            spec.commandLine().getOut().println("Snapshot saved at " + file + ": " + saved);
            spec.commandLine().getOut().flush();
        } finally {
            forget(part);
        }
    }

    private static void receive(Iterator<SnapshotResponse> pieces, Path part) throws IOException {
        long remaining = -1;
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
            while (pieces.hasNext()) {
                SnapshotResponse piece = pieces.next();
                ByteBuffer blob = piece.getBlob().asReadOnlyByteBuffer();
                while (blob.hasRemaining()) {
                    channel.write(blob);
                }
                remaining = piece.getRemainingBytes();
            }
            channel.force(true);
        }
        if (remaining != 0) {
            throw new CommandFailure("the member ended the snapshot before its end: ask again, or another one");
        }
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static void forget(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException stays) {
            // The sentence that is on its way names what went wrong; what is left has a name that says what it is.
            return;
        }
    }
}
