package io.quorate.cli.snapshot;

import com.google.protobuf.ByteString;
import io.quorate.cli.common.StandardOutput;
import io.quorate.kv.KeyValue;
import io.quorate.kv.KvImageReader;
import io.quorate.storage.SnapshotReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One key of a saved snapshot. */
@Command(
        name = "get",
        sortOptions = false,
        footer = {"  quorate snapshot get x backup.snapshot", "  quorate snapshot get x backup.snapshot -v"},
        description =
                "Prints KEY and its value as of the snapshot; nothing if it was not there. Reads an index page and mostly one"
                        + " block, and checks those; snapshot status checks the whole file.")
public final class SnapshotGetCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
    private String key = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "The saved snapshot.")
    private Path file = Path.of("");

    @Option(names = "--print-value-only", description = "Only the value.")
    private boolean valueOnly;

    @Option(names = "--without-filters", hidden = true, description = "For measuring: read the block in any case.")
    private boolean withoutFilters;

    @Option(
            names = {"-v", "--verbose"},
            description = "Also print how many blocks were read, on standard error.")
    private boolean verbose;

    @Override
    public void run() {
        byte[] wanted = key.getBytes(StandardCharsets.UTF_8);
        PrintWriter out = spec.commandLine().getOut();
        Optional<KeyValue> found = SnapshotFile.open(file, saved -> {
            SnapshotReader reader = saved.reader();
            reader.useFilters(!withoutFilters);
            Optional<KeyValue> newest = Optional.ofNullable(find(reader, wanted));
            if (verbose) {
                spec.commandLine()
                        .getErr()
                        .println("blocks read: " + reader.blocksRead() + " of " + reader.blocks() + ", index pages: "
                                + reader.pagesRead());
            }
            return newest;
        });
        found.ifPresent(pair -> {
            if (!valueOnly) {
                line(out, pair.key());
            }
            line(out, pair.value());
        });
        out.flush();
    }

    private static void line(PrintWriter out, byte[] bytes) {
        StandardOutput.print(out, ByteString.copyFrom(bytes));
        out.println();
    }

    private static @Nullable KeyValue find(SnapshotReader reader, byte[] key) throws java.io.IOException {
        SnapshotReader.Run run = reader.blockOf(0, key);
        if (run == null) {
            return null;
        }
        KvImageReader image = new KvImageReader(key);
        reader.read(run, (part, payload) -> {
            byte[] bytes = SnapshotFile.bytes(payload);
            image.block(bytes, 0, bytes.length);
        });
        return image.newest();
    }
}
