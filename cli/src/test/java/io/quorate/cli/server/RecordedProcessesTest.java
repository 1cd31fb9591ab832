package io.quorate.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.quorate.cli.support.Checkout;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import io.quorate.raft.Raft;
import io.quorate.raft.Recording;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What three real processes told their cores is lived again: the same inputs must give the same effects, byte for byte. */
@Tag("process")
@Tag("slow")
final class RecordedProcessesTest {
    private static final int MEMBERS = 3;

    @Test
    void threeProcessesAreReplayedToTheSameEffects(@TempDir Path folder) throws IOException {
        int port = Ports.run(2 * MEMBERS);
        List<Running> members = new ArrayList<>();
        try {
            for (int member = 0; member < MEMBERS; member++) {
                members.add(start(folder, port, member));
            }
            members.forEach(member -> member.awaitLine("ready to serve client requests"));
            String endpoints = "--endpoints=127.0.0.1:" + (port + 2) + ",127.0.0.1:" + port;
            for (int write = 0; write < 5; write++) {
                assertThat(Running.run(Checkout.quorate("put", "k" + write, "v", endpoints))
                                .output())
                        .isEqualTo("OK");
            }
            List<Entry> whileRunning = dumped(folder.resolve("n0"));
            assertThat(whileRunning).extracting(Entry::command).contains("put k0 v", "put k4 v");
            for (Running member : members) {
                member.terminate();
                assertThat(member.awaitEnd()).isZero();
            }
            stoppedMembersShowTheSameLog(folder, whileRunning);
        } finally {
            members.forEach(Running::close);
        }
        long committed = 0;
        for (int member = 0; member < MEMBERS; member++) {
            // Throws at the first turn whose effects differ from the recorded ones.
            Raft end = Recording.replay(Files.readAllBytes(recording(folder, member)));
            committed = Math.max(committed, end.commitIndex());
        }
        assertThat(committed).isGreaterThanOrEqualTo(5);
    }

    /** An entry as a dump shows it, but for whether it is known to be committed: that a log learns later. */
    private record Entry(long index, long term, String command) {}

    private static void stoppedMembersShowTheSameLog(Path folder, List<Entry> whileRunning) throws IOException {
        Map<String, String> before = contents(folder.resolve("n0"));
        List<Entry> stopped = dumped(folder.resolve("n0"));
        assertThat(stopped).startsWith(whileRunning.toArray(Entry[]::new));
        assertThat(dumped(folder.resolve("n1"))).containsAll(whileRunning);
        Running.Finished lines =
                Running.run(Checkout.quorate("log", "dump", folder.resolve("n0").toString()));
        assertThat(lines.exitCode()).as(lines.output()).isZero();
        for (Entry entry : stopped) {
            assertThat(lines.output())
                    .containsPattern("index " + entry.index() + " term " + entry.term() + " +[a-z-]+ +"
                            + Pattern.quote(entry.command()));
        }
        assertThat(lines.output()).contains("bytes  hard-state");
        assertThat(contents(folder.resolve("n0"))).as("a dump changes nothing").isEqualTo(before);
    }

    /** The log's entries out of {@code log dump -w json}, which must be one document. */
    private static List<Entry> dumped(Path directory) {
        Running.Finished dump = Running.run(Checkout.quorate("log", "dump", directory.toString(), "-w", "json"));
        assertThat(dump.exitCode()).as(dump.output()).isZero();
        List<Entry> entries = new ArrayList<>();
        for (JsonElement each : whole(dump.output()).getAsJsonArray("records")) {
            JsonObject record = each.getAsJsonObject();
            assertThat(record.keySet()).contains("file", "offset", "kind", "index", "term", "bytes");
            if (record.get("kind").getAsString().equals("entry")) {
                assertThat(record.get("committed").getAsBoolean())
                        .isEqualTo(record.get("status").getAsString().equals("committed"));
                entries.add(new Entry(
                        record.get("index").getAsLong(),
                        record.get("term").getAsLong(),
                        record.get("command").getAsString()));
            }
        }
        return entries;
    }

    /** As strict as Python's {@code json.tool}: nothing before the document, nothing behind it, no comments. */
    private static JsonObject whole(String text) {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        try {
            JsonObject document = new Gson().getAdapter(JsonObject.class).read(reader);
            assertThat(reader.peek()).isEqualTo(JsonToken.END_DOCUMENT);
            return document;
        } catch (IOException unreadable) {
            throw new AssertionError(text, unreadable);
        }
    }

    /** Hash and size of every file by its name. */
    private static Map<String, String> contents(Path directory) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(file.toString(), Arrays.hashCode(Files.readAllBytes(file)) + " " + Files.size(file));
            }
        }
        return contents;
    }

    private static Path recording(Path folder, int member) {
        return folder.resolve("inputs-" + member);
    }

    private static Running start(Path folder, int port, int member) {
        List<String> cluster = new ArrayList<>();
        for (int each = 0; each < MEMBERS; each++) {
            cluster.add("n" + each + "=http://127.0.0.1:" + (port + 2 * each + 1));
        }
        String clients = "http://127.0.0.1:" + (port + 2 * member);
        String peers = "http://127.0.0.1:" + (port + 2 * member + 1);
        ProcessBuilder builder = Checkout.quorate(
                "server",
                "--name=n" + member,
                "--data-dir=" + folder.resolve("n" + member),
                "--initial-cluster=" + String.join(",", cluster),
                "--listen-client-urls=" + clients,
                "--advertise-client-urls=" + clients,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--segment-bytes=8388608",
                "--record-inputs=" + recording(folder, member));
        builder.environment().put("QUORATE_JAVA_OPTS", "-Xmx256m -XX:+UseSerialGC");
        return Running.start(builder);
    }
}
