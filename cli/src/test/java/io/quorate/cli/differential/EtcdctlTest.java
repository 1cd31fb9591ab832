package io.quorate.cli.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.support.Checkout;
import io.quorate.cli.support.EtcdTools;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * etcdctl asked the same of a real etcd and of one member of this checkout, verb by verb: what it prints and its exit code
 * are the same. Ids, ports and times are masked everywhere; of a status also version, size, term and indexes.
 */
@Tag("process")
@Tag("slow")
class EtcdctlTest {
    @TempDir
    private Path folder = Path.of("");

    private int commands;

    /** One command, and what etcdctl reads as its input. */
    private record Command(String input, String... arguments) {
        @Override
        public String toString() {
            return "etcdctl " + String.join(" ", arguments) + (input.isEmpty() ? "" : " <<< " + input);
        }
    }

    /** @param output of both streams, masked */
    private record Outcome(int exitCode, String output, String errors) {}

    private static final List<Command> COMMANDS = List.of(
            command("put", "a", "1"),
            command("put", "a", "2", "--prev-kv"),
            command("put", "b", "", "-w", "fields"),
            command("put", "c", "3", "-w", "json"),
            command("put", "", "3"),
            command("put", "a", "--ignore-value", "--prev-kv"),
            command("put", "none", "--ignore-value"),
            command("put", "a", "x", "--lease", "7b"),
            command("put", "d"),
            command("get", "a"),
            command("get", "none"),
            command("get", "a", "-w", "json"),
            command("get", "a", "-w", "fields"),
            command("get", "a", "-w", "protobuf", "--print-value-only"),
            command("get", "a", "--print-value-only"),
            command("get", "a", "c", "--keys-only"),
            command("get", "--prefix", "", "--order", "DESCEND", "--sort-by", "MODIFY"),
            command("get", "--prefix", "", "--limit", "2", "-w", "json"),
            command("get", "--from-key", "b", "--hex"),
            command("get", "a", "--rev", "2"),
            command("get", "a", "--rev", "100"),
            command("get", "a", "--consistency", "s"),
            command("get", ""),
            command("get", "a", "--order", "UP"),
            new Command("mod(\"a\") > \"1\"\n\nput a 9\nget a\n\nget b\n\n", "txn"),
            new Command("val(\"a\") = \"no\"\n\nput a 10\n\ndel b\nget b\n\n", "txn"),
            new Command("ver(\"b\") = \"0\"\ncreate(\"b\") = \"0\"\n\nput b 11\n\n\n", "txn", "-w", "json"),
            new Command("\nput a 1\nput a 2\n\n\n", "txn"),
            new Command("nonsense\n\n\n\n", "txn"),
            command("del", "a", "--prev-kv"),
            command("del", "none"),
            command("del", "--prefix", "b", "-w", "json"),
            command("del", "--from-key", "zz", "-w", "fields"),
            command("del", ""),
            command("compaction", "4"),
            command("compaction", "4"),
            command("compaction", "100"),
            command("compaction", "6", "--physical"),
            command("compaction", "x"),
            command("get", "a", "--rev", "3"),
            command("member", "list"),
            command("member", "list", "-w", "json"),
            command("member", "list", "-w", "fields"),
            command("member", "list", "-w", "table"),
            command("endpoint", "hashkv"),
            command("endpoint", "hashkv", "-w", "json"),
            command("endpoint", "hashkv", "--rev", "7"),
            command("endpoint", "hashkv", "--rev", "100"),
            command("endpoint", "health"),
            command("endpoint", "health", "-w", "json"),
            command("endpoint", "health", "--cluster"),
            command("endpoint", "status"),
            command("endpoint", "status", "-w", "json"),
            command("endpoint", "status", "-w", "fields"),
            command("endpoint", "status", "--cluster"));

    private static Command command(String... arguments) {
        return new Command("", arguments);
    }

    @Test
    void etcdctlPrintsTheSameOfBoth() {
        try (EtcdServer etcd = EtcdServer.start("n1", folder.resolve("etcd"))) {
            int port = Ports.run(2);
            try (Running ours = startOurs(port)) {
                ours.awaitLine("ready to serve client requests");
                List<String> differences = new ArrayList<>();
                for (Command command : COMMANDS) {
                    Outcome expected = run(command, etcd.clientPort());
                    Outcome actual = run(command, port);
                    if (!actual.equals(expected)) {
                        differences.add(command + "\n  of etcd: " + expected + "\n  of ours: " + actual);
                    }
                }
                assertThat(differences).isEmpty();
            }
        }
    }

    private Running startOurs(int port) {
        String client = "http://127.0.0.1:" + port;
        String peer = "http://127.0.0.1:" + (port + 1);
        return Running.start(Checkout.quorate(
                "server",
                "--name=n1",
                "--data-dir=" + folder.resolve("ours"),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=n1=" + peer));
    }

    private Outcome run(Command command, int port) {
        List<String> line = new ArrayList<>(List.of(EtcdTools.etcdctl().toString()));
        line.addAll(List.of(command.arguments));
        line.add("--endpoints=127.0.0.1:" + port);
        try {
            Path input = Files.writeString(folder.resolve("in"), command.input, StandardCharsets.UTF_8);
            Path output = folder.resolve("out-" + ++commands);
            Path errors = folder.resolve("err-" + commands);
            ProcessBuilder builder = new ProcessBuilder(line)
                    .redirectInput(input.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("ETCD"));
            builder.environment().put("ETCDCTL_API", "3");
            Process process = builder.start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " does not end");
            }
            boolean isStatus = List.of(command.arguments).contains("status");
            return new Outcome(process.exitValue(), mask(output, port, isStatus), mask(errors, port, isStatus));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    private static String mask(Path file, int port, boolean isStatus) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8)
                .replace(":" + port, ":CLIENT")
                .replace(":" + (port + 1), ":PEER")
                .replaceAll("endpoint://client-[0-9a-f-]+/", "endpoint://client/")
                .replaceAll("\\b[0-9a-f]{12,16}\\b", "ID")
                .replaceAll(
                        "(\"(?:cluster_id|member_id|ID|leader)\":|\"(?:ClusterID|MemberID|ID|Leader)\" : )\\d+", "$1ID")
                .replaceAll("(\"raft_term\":|\"(?:RaftTerm)\" : )\\d+", "$1TERM")
                .replaceAll("(took = |\"took\":\")[0-9.µmns]+", "$1TIME")
                .replaceAll("\"ts\":\"[^\"]*\"", "\"ts\"");
        if (text.startsWith("+--")) {
            // A table is as wide as an id has digits.
            text = text.replaceAll("-+", "-").replaceAll(" +", " ");
        }
        return isStatus ? maskStatus(text) : text;
    }

    private static String maskStatus(String text) {
        return text.replaceAll("(\"version\":|\"Version\" : )\"[0-9.]+\"", "$1VERSION")
                .replaceAll("(\"(?:dbSize|dbSizeInUse)\":|\"(?:DBSize|DBSizeInUse)\" : )\\d+", "$1SIZE")
                .replaceAll("(\"(?:raftIndex|raftTerm|raftAppliedIndex)\":|\"Raft\\w*\" : )\\d+", "$1NUMBER")
                .replaceAll(
                        "ID, [0-9.]+, [0-9.]+ k?M?B, (true|false), (true|false), \\d+, \\d+, \\d+,",
                        "ID, …, $1, $2, …,");
    }
}
