package io.quorate.cli.log;

import com.google.gson.stream.JsonWriter;
import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.FileProblem;
import io.quorate.kv.Commands;
import io.quorate.node.port.MembershipCodec;
import io.quorate.node.port.RecordKind;
import io.quorate.node.port.StateHashCodec;
import io.quorate.storage.FileDisk;
import io.quorate.storage.LogReader;
import io.quorate.storage.LogReader.Item;
import io.quorate.storage.LogReader.Status;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints every record of a member's log. */
@Command(
        name = "dump",
        sortOptions = false,
        footer = {"  quorate log dump n1.etcd", "  quorate log dump n1.etcd -w json | python3 -m json.tool"},
        description =
                "Prints every record in the log of a stopped or running member. Takes no lock and changes nothing.")
public final class LogDumpCommand implements Runnable {
    private enum Format {
        SIMPLE,
        JSON
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "DIR", description = "The member's data directory.")
    private Path directory = Path.of("");

    @Option(
            names = {"-w", "--write-out"},
            paramLabel = "FORMAT",
            defaultValue = "simple",
            description = "simple or json (one document). Default: ${DEFAULT-VALUE}.")
    private Format format = Format.SIMPLE;

    @Override
    public void run() {
        if (!Files.isDirectory(directory)) {
            throw new CommandFailure((Files.exists(directory) ? directory + " is a file" : "there is no " + directory)
                    + ": name a member's --data-dir");
        }
        PrintWriter out = spec.commandLine().getOut();
        int unreadable;
        try (FileDisk disk = FileDisk.readOnly(directory)) {
            LogReader reader = new LogReader(disk);
            unreadable = format == Format.JSON ? json(reader, out) : lines(reader, out);
        } catch (IOException failed) {
            throw new CommandFailure("the log in " + directory + " cannot be read: " + FileProblem.of(failed)
                    + (failed instanceof AccessDeniedException ? ". Ask as the user who runs the member" : ""));
        }
        if (unreadable > 0) {
            throw new CommandFailure("the log has damage in " + unreadable + (unreadable == 1 ? " place" : " places")
                    + ", named above. Keep a copy of the directory before anything else.");
        }
    }

    private static int lines(LogReader reader, PrintWriter out) throws IOException {
        int[] unreadable = {0};
        reader.read(new LogReader.Visitor() {
            @Override
            public void record(Item item) {
                out.println(line(item));
            }

            @Override
            public void unreadable(String file, long offset, String what) {
                unreadable[0]++;
                out.println("UNREADABLE " + file + " from offset " + offset + ": " + what);
            }
        });
        out.flush();
        return unreadable[0];
    }

    private static String line(Item item) {
        String place = Path.of(item.file()).getFileName() + "@" + item.offset();
        String position = item.kind().isLogEntry()
                ? "index " + item.index() + " term " + item.term() + "  " + word(item.status())
                : "";
        return String.format(
                        Locale.ROOT,
                        "%-28s %5d bytes  %-13s %-40s %s",
                        place,
                        item.recordBytes(),
                        word(item.kind()),
                        position,
                        content(item))
                .stripTrailing();
    }

    private static int json(LogReader reader, PrintWriter out) throws IOException {
        int[] unreadable = {0};
        // The writer is not closed: it would close the output, which is not its own.
        @SuppressWarnings("resource")
        JsonWriter json = new JsonWriter(out);
        json.setIndent("  ");
        json.beginObject().name("records").beginArray();
        reader.read(new LogReader.Visitor() {
            @Override
            public void record(Item item) {
                written(() -> write(json, item));
            }

            @Override
            public void unreadable(String file, long offset, String what) {
                unreadable[0]++;
                written(() -> json.beginObject()
                        .name("file")
                        .value(file)
                        .name("offset")
                        .value(offset)
                        .name("unreadable")
                        .value(what)
                        .endObject());
            }
        });
        json.endArray().endObject().flush();
        out.println();
        out.flush();
        return unreadable[0];
    }

    private interface Writing {
        Object write() throws IOException;
    }

    private static void written(Writing writing) {
        try {
            writing.write();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private static JsonWriter write(JsonWriter json, Item item) throws IOException {
        json.beginObject();
        json.name("file").value(Path.of(item.file()).getFileName().toString());
        json.name("offset").value(item.offset());
        json.name("batch").value(item.batch());
        json.name("group").value(Integer.toUnsignedLong(item.group()));
        json.name("kind").value(word(item.kind()));
        json.name("index").value(item.index());
        json.name("term").value(item.term());
        json.name("bytes").value(item.recordBytes());
        String content = content(item);
        if (!content.isEmpty()) {
            json.name(item.kind() == RecordKind.ENTRY ? "command" : "content").value(content);
        }
        if (item.kind().isLogEntry()) {
            json.name("status").value(word(item.status()));
            json.name("committed").value(item.status() == Status.COMMITTED);
        }
        return json.endObject();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String content(Item item) {
        return switch (item.kind()) {
            case ENTRY -> Commands.describe(bytes(item.command()));
            case MEMBERSHIP -> membership(item.payload());
            case HARD_STATE ->
                "term " + item.term() + ", voted for "
                        + who(item.payload().remaining() >= 8 ? item.payload().getLong(0) : 0)
                        + ", committed at least " + item.index();
            case TRUNCATE_FROM -> "drops " + item.index() + " and all behind it";
            case SNAPSHOT_MARK ->
                "up to " + item.index() + " of term " + item.term() + ": " + membership(item.payload());
            case DAMAGE -> "damaged: entries up to " + item.index() + " were lost and may have been acknowledged";
            case GROUP -> "log ends at " + item.index() + " of term " + item.term();
            case NO_OP -> "";
            case STATE_HASH -> stateHash(item.payload(), item.index());
        };
    }

    private static String stateHash(ByteBuffer payload, long index) {
        if (StateHashCodec.flaw(payload, index) == null && StateHashCodec.index(payload) == 0) {
            return "states are compared anew from here";
        }
        return StateHashCodec.flaw(payload, index) != null
                ? "unreadable"
                : "a majority had " + Long.toHexString(StateHashCodec.hash(payload)) + " at "
                        + StateHashCodec.index(payload);
    }

    private static String who(long memberId) {
        return memberId == 0 ? "nobody" : Long.toHexString(memberId);
    }

    private static String membership(ByteBuffer payload) {
        try {
            return String.join(
                    ", ",
                    MembershipCodec.decode(payload).members().stream()
                            .map(member -> member.name() + "=" + String.join("+", member.peerUrls()))
                            .toList());
        } catch (IllegalArgumentException unreadable) {
            return "unreadable membership: " + unreadable.getMessage();
        }
    }

    private static byte[] bytes(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        return bytes;
    }
}
