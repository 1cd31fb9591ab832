package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.quorate.cli.support.Checkout;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import io.quorate.cli.support.Running.Finished;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that {@code docs/operations.md} names for whoever debugs a member, run as they stand there. */
@Tag("process")
@Tag("slow")
final class OperationsTest {
    private static final Pattern COMMAND = Pattern.compile("`(\\./quorate [^`]*)`");
    private static final Pattern ENTRY = Pattern.compile("entry: index (\\d+), term (\\d+)");

    @TempDir
    private Path folder;

    private List<RealMember> members = List.of();

    @BeforeEach
    void startThree() {
        members = RealMember.three(Ports.run(6), folder);
        members.forEach(RealMember::start);
        members.forEach(RealMember::awaitReady);
        for (int write = 0; write < 5; write++) {
            members.get(0).put("k" + write, "v");
        }
    }

    @AfterEach
    void endThem() {
        members.forEach(RealMember::close);
    }

    /** What each command of the page's table must print; a command without a check here fails, and so does a check too many. */
    private static Map<String, Consumer<String>> checks() {
        Map<String, Consumer<String>> checks = new LinkedHashMap<>();
        checks.put("./quorate status", text -> assertThat(text)
                .containsPattern("n[123] leads term \\d+")
                .contains("3 of 3 voters answer", "1 failure can still be survived"));
        checks.put("./quorate status -w json", text -> {
            assertThat(JsonParser.parseString(text).isJsonNull()).isFalse();
            assertThat(text)
                    .contains("\"currentTerm\"", "\"votedFor\"", "\"role\"", "\"commitIndex\"", "\"lastApplied\"")
                    .contains("\"nextIndex\"", "\"matchIndex\"");
        });
        checks.put(
                "./quorate demo 2>&1 | grep '^\\[n1\\]'",
                text -> assertThat(text.lines()).isNotEmpty().allMatch(line -> line.startsWith("[n1]")));
        checks.put("./quorate log read 5", text -> assertThat(text)
                .matches("\\{\"success\":true,\"entry\":\\{\"index\":5,\"term\":\\d+,\"command\":\"[^\"]+\"},"
                        + "\"committed\":true}"));
        checks.put("./quorate log dump DIR", text -> assertThat(text)
                .containsPattern("index \\d+ term \\d+ .*put k0 v")
                .containsPattern("index \\d+ term \\d+ .*put k4 v"));
        checks.put("./quorate log dump DIR -w json", text -> assertThat(
                        JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("records"))
                .anyMatch(record -> isPut(record.getAsJsonObject(), "put k4 v")));
        checks.put("./quorate log history k0", text -> assertThat(text)
                .containsPattern("index \\d+ term \\d+  revision \\d+  put k0 v")
                .contains("the log holds every entry from the first on"));
        checks.put("./quorate log verify DIR", text -> assertThat(text)
                .containsPattern("read: \\d+ segments? with \\d+ records")
                .contains("every checksum holds, and a start would take it"));
        checks.put("./quorate snapshot save FILE", text -> assertThat(text)
                .containsPattern("Snapshot saved at .*: revision 6, 5 keys, log index \\d+"));
        checks.put("./quorate snapshot status FILE", text -> assertThat(text)
                .containsPattern("revision 6, 5 keys, hash \\d+")
                .contains("members n1 n2 n3", "every checksum holds"));
        checks.put(
                "./quorate snapshot get k0 FILE -v",
                text -> assertThat(text).contains("k0\nv").containsPattern("blocks read: 1 of \\d+"));
        checks.put("./quorate endpoint hashkv --cluster", text -> assertThat(
                        text.lines().map(line -> line.replaceFirst(".*, ", "")).toList())
                .hasSize(3)
                .allMatch(
                        hash -> hash.equals(text.lines().findFirst().orElse("").replaceFirst(".*, ", ""))));
        checks.put(
                "./quorate endpoint health --cluster",
                text -> assertThat(text.lines()).hasSize(3).allMatch(line -> line.contains(" is healthy: ")));
        return checks;
    }

    /** Not our own reader: the one that people have at hand. */
    @Test
    void pythonReadsTheLogAsOneDocument() {
        Finished python = Running.run(shell("command -v python3 && python3 --version"));
        if (python.exitCode() != 0) {
            String missing = "no python3 is on the PATH; to mend: install it (on Debian: apt install python3-minimal)"
                    + " and run ./quorate test";
            Assertions.assertNotEquals("true", System.getenv("CI"), missing);
            Assumptions.abort(missing);
        }
        String pretty = whole("./quorate log dump DIR -w json | python3 -m json.tool");
        JsonArray records = JsonParser.parseString(pretty).getAsJsonObject().getAsJsonArray("records");
        assertThat(records).anyMatch(record -> isPut(record.getAsJsonObject(), "put k4 v"));
        for (String field : List.of("index", "term", "kind", "bytes")) {
            assertThat(records).allMatch(record -> record.getAsJsonObject().has(field), field);
        }
    }

    private static boolean isPut(JsonObject record, String command) {
        return record.has("command") && record.get("command").getAsString().equals(command);
    }

    @Test
    void everyCommandOfThePageDoesWhatItSays() throws IOException {
        Map<String, Consumer<String>> checks = checks();
        List<String> commands = commandsOfThePage();
        assertThat(commands).containsExactlyInAnyOrderElementsOf(checks.keySet());
        members.forEach(member -> assertThat(member.get("k4")).isEqualTo("v")); // so that each has applied them all
        for (String command : commands) {
            String printed = command.contains(" demo ") ? firstLines(command) : whole(command);
            checks.getOrDefault(command, text -> {}).accept(printed);
        }
    }

    private static List<String> commandsOfThePage() throws IOException {
        List<String> commands = new ArrayList<>();
        for (String line : Files.readAllLines(Checkout.root().resolve("docs/operations.md"))) {
            Matcher command = COMMAND.matcher(line.replace("\\|", "|"));
            if (line.startsWith("| ") && command.find()) {
                commands.add(command.group(1));
            }
        }
        return commands;
    }

    private String whole(String command) {
        Finished finished = Running.run(shell(command));
        assertThat(finished.exitCode()).as(command + "\n" + finished.output()).isZero();
        return finished.output();
    }

    /** Of a command that goes on: until a leader is known. On a terminal grep prints each line at once; here it must be told. */
    private String firstLines(String command) {
        String free = command.replace(" demo ", " demo --client-port " + Ports.run(22) + " ")
                .replace("grep ", "grep --line-buffered ");
        try (Running running = Running.start(shell(free))) {
            running.awaitLine("^\\[n1\\] .*leader-(elected|followed)");
            return running.output();
        }
    }

    private ProcessBuilder shell(String command) {
        ProcessBuilder quorate = RealMember.quorate();
        String launcher = "'" + quorate.command().get(0) + "'";
        quorate.command(
                "sh",
                "-c",
                command.replace("./quorate", launcher)
                        .replace("DIR", "'" + members.get(0).data() + "'")
                        .replace("FILE", "'" + folder.resolve("backup.snapshot") + "'"));
        quorate.environment().put("ETCDCTL_ENDPOINTS", endpoints());
        return quorate;
    }

    private String endpoints() {
        return members.stream().map(RealMember::endpoint).collect(Collectors.joining(","));
    }

    @Test
    void aMemberThatIsLeftAloneStillTellsItsStateAndItsLog() {
        members.get(1).kill();
        members.get(2).kill();
        String read = whole("./quorate log read 5");
        assertThat(read).contains("\"index\":5");
        Finished status = Running.run(shell("./quorate status"));
        assertThat(status.output())
                .contains("1 of 3 voters answer", "n2  does not answer", "n3  does not answer")
                .contains("n1  ", "cannot decide anything now");
        assertThat(status.exitCode()).isEqualTo(1);
        assertThat(whole("./quorate log dump DIR")).contains("put k4 v");
    }

    @Test
    void whoWritesWithVIsToldWhereTheLogHasIt() {
        assertTold("./quorate put x 100 -v", "OK\n", "put x 100");
        assertTold("./quorate del x -v", "1\n", "del x");
        assertTold("printf '\\n\\nput y 1\\n\\n' | ./quorate txn -v", "SUCCESS\n", "txn ");
        assertThat(whole("printf '\\n\\nget y\\n\\n' | ./quorate txn -v"))
                .as("a transaction that only reads makes no entry")
                .contains("no entry was made");
    }

    private void assertTold(String command, String answer, String inTheLog) {
        String told = whole(command);
        assertThat(told).startsWith(answer);
        Matcher entry = ENTRY.matcher(told);
        assertThat(entry.find()).as(told).isTrue();
        assertThat(whole("./quorate log read " + entry.group(1)))
                .startsWith("{\"success\":true,\"entry\":{\"index\":" + entry.group(1) + ",\"term\":" + entry.group(2)
                        + ",\"command\":\"" + inTheLog)
                .endsWith("},\"committed\":true}");
    }
}
