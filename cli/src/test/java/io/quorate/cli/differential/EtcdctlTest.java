package io.quorate.cli.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.differential.VerbRuns.Command;
import io.quorate.cli.differential.VerbRuns.Outcome;
import io.quorate.cli.processes.RealMember;
import io.quorate.cli.support.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * etcdctl asked the same of a follower of a real etcd and of a follower of three members of this checkout, verb by verb:
 * what it prints and its exit code are the same. Then {@code ./quorate} in etcdctl's place. Ids, ports and times are masked
 * everywhere; of a status also version, size, term and indexes.
 */
@Tag("process")
@Tag("slow")
final class EtcdctlTest {
    @TempDir
    private Path folder;

    private List<EtcdServer> etcd = List.of();
    private List<RealMember> ours = List.of();

    private static final List<Command> COMMANDS = List.of(
            command("put", "a", "1"),
            command("put", "a", "2", "--prev-kv"),
            command("put", "b", "", "-w", "fields"),
            command("put", "c", "3", "-w", "json"),
            command("put", "", "3"),
            command("put", "a", "--ignore-value", "--prev-kv"),
            command("put", "none", "--ignore-value"),
            command("put", "a", "x", "--lease", "7b"),
            new Command("from\nstandard input", "put", "d"),
            command("put", "a", "x", "--lease", "no"),
            command("put", "a", "x", "--ignore-value"),
            command("put"),
            command("put", "a", "1", "--nonsense"),
            command("put", "a", "1", "--endpoints=127.0.0.1:1", "--command-timeout=500ms"),
            command("get", "a"),
            command("get", "none"),
            command("get", "a", "-w", "json"),
            command("get", "a", "-w", "fields"),
            command("get", "a", "-w", "protobuf", "--print-value-only"),
            command("get", "a", "--print-value-only"),
            command("get", "a", "-w", "table"),
            command("get", "none", "-w", "json"),
            command("get", "a", "-w", "json", "--print-value-only"),
            command("get", "a", "c", "--keys-only"),
            command("get", "--prefix", "", "--order", "DESCEND", "--sort-by", "MODIFY"),
            command("get", "--prefix", "", "--limit", "2", "-w", "json"),
            command("get", "--from-key", "b", "--hex"),
            command("get", "a", "--rev", "2"),
            command("get", "a", "--rev", "100"),
            command("get", "a", "--consistency", "s"),
            command("get", ""),
            command("get"),
            command("get", "a", "--limit", "x"),
            command("get", "a", "--consistency", "x"),
            command("get", "a", "-w", "nonsense"),
            command("get", "a", "b", "--prefix"),
            command("get", "a", "--prefix", "--from-key"),
            command("get", "a", "--order", "UP"),
            new Command("mod(\"a\") > \"1\"\n\nput a 9\nget a\n\nget b\n\n", "txn"),
            new Command("val(\"a\") = \"no\"\n\nput a 10\n\ndel b\nget b\n\n", "txn"),
            new Command("ver(\"b\") = \"0\"\ncreate(\"b\") = \"0\"\n\nput b 11\n\n\n", "txn", "-w", "json"),
            new Command("\nput a 1\nput a 2\n\n\n", "txn"),
            new Command("\nput a 5\ndel b\nget d\n\n\n", "txn", "-w", "json"),
            new Command("\nget a\n\n\n", "txn", "-w", "table"),
            command("txn", "x"),
            new Command("nonsense\n\n\n\n", "txn"),
            command("del", "a", "--prev-kv"),
            command("del", "none"),
            command("del", "none", "-w", "table"),
            command("del", "none", "-w", "json"),
            command("del", "--prefix", "b", "-w", "json"),
            command("del", "--from-key", "zz", "-w", "fields"),
            command("del", ""),
            command("del"),
            command("del", "--prefix"),
            command("compaction", "4"),
            command("compaction", "4"),
            command("compaction", "100"),
            command("compaction", "6", "--physical"),
            command("compaction", "x"),
            command("compaction"),
            command("compaction", "1", "2"),
            command("compaction", "7", "-w", "json"),
            command("get", "a", "--rev", "3"),
            command("member", "list"),
            command("member", "list", "-w", "json"),
            command("member", "list", "-w", "fields"),
            command("member", "list", "-w", "table"),
            command("endpoint", "hashkv"),
            command("endpoint", "hashkv", "-w", "json"),
            command("endpoint", "hashkv", "-w", "table"),
            command("endpoint", "hashkv", "--cluster"),
            command("endpoint", "hashkv", "--rev", "8"),
            command("endpoint", "hashkv", "--rev", "100"),
            command("endpoint", "health"),
            command("endpoint", "health", "-w", "json"),
            command("endpoint", "health", "-w", "table"),
            command("endpoint", "health", "--cluster"),
            command("endpoint", "health", "--endpoints=127.0.0.1:1", "--command-timeout=500ms"),
            command("endpoint", "status"),
            command("endpoint", "status", "-w", "json"),
            command("endpoint", "status", "-w", "fields"),
            command("endpoint", "status", "-w", "table"),
            command("endpoint", "status", "--cluster"),
            command("endpoint", "status", "--endpoints=127.0.0.1:1", "--command-timeout=500ms"));

    private static Command command(String... arguments) {
        return new Command("", arguments);
    }

    @BeforeEach
    void startBoth() {
        ours = RealMember.three(Ports.run(6), folder.resolve("ours"));
        ours.forEach(RealMember::start);
        etcd = EtcdServer.three(folder.resolve("etcd"));
        ours.forEach(RealMember::awaitReady);
    }

    @AfterEach
    void stopBoth() {
        ours.forEach(RealMember::close);
        etcd.forEach(EtcdServer::close);
    }

    private VerbRuns againstEtcd() {
        int follower = etcd.stream()
                .filter(member -> !member.leads())
                .findFirst()
                .orElseThrow()
                .clientPort();
        return new VerbRuns(folder, etcd.stream().map(EtcdServer::clientPort).toList(), follower);
    }

    private VerbRuns againstOurs() {
        int follower = ours.stream()
                .filter(member -> !member.leads())
                .findFirst()
                .orElseThrow()
                .clientPort();
        return new VerbRuns(folder, ours.stream().map(RealMember::clientPort).toList(), follower);
    }

    @Test
    void etcdctlPrintsTheSameOfBoth() {
        VerbRuns atEtcd = againstEtcd();
        VerbRuns atOurs = againstOurs();
        List<String> differences = new ArrayList<>();
        for (Command command : COMMANDS) {
            Outcome expected = atEtcd.etcdctl(command);
            Outcome actual = atOurs.etcdctl(command);
            if (!actual.equals(expected)) {
                differences.add("etcdctl " + command + "\n  of etcd: " + expected + "\n  of ours: " + actual);
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void quoratePrintsWhatEtcdctlDoes() {
        VerbRuns atEtcd = againstEtcd();
        VerbRuns atOurs = againstOurs();
        List<String> differences = new ArrayList<>();
        for (Command command : COMMANDS) {
            if (EtcdctlFormats.NOT_OURS.keySet().stream().anyMatch(command::has)) {
                continue;
            }
            Outcome expected = asIn36(command, atEtcd.etcdctl(command));
            Outcome actual = asIn34(atOurs.run(RealMember.quorate(), command));
            if (actual.exitCode() != expected.exitCode() || !actual.output().equals(expected.output())) {
                differences.add(command + "\n  etcdctl: " + expected + "\n  quorate: " + actual);
            }
            if (actual.errors().isEmpty() != (actual.exitCode() == 0)) {
                differences.add(command + " ends with " + actual.exitCode() + " and says on standard error: "
                        + actual.errors());
            }
        }
        assertThat(differences).isEmpty();
    }

    @Test
    void whatQuorateDoesNotPrintItRefusesByName() {
        VerbRuns atOurs = againstOurs();
        EtcdctlFormats.NOT_OURS.keySet().forEach(word -> {
            Command command = word.startsWith("-") ? command("get", "a", word) : command("put", "a", "1", "-w", word);
            Outcome refused = atOurs.run(RealMember.quorate(), command);
            assertThat(refused.exitCode()).as(word).isPositive();
            assertThat(refused.errors()).contains(word);
        });
        Outcome table = atOurs.run(RealMember.quorate(), command("put", "a", "1", "-w", "table"));
        assertThat(table.exitCode()).isEqualTo(4);
        assertThat(atOurs.etcdctl(command("get", "a")).output())
                .as("etcdctl writes first and then says that it has no table; here nothing is written")
                .isEmpty();
    }

    /** Where etcdctl 3.6 prints something else than 3.4, ours prints what 3.6 does. */
    private static Outcome asIn36(Command command, Outcome of34) {
        // 3.6 writes the members of a oneof as the interface names them.
        String output = of34.output()
                .replace("\"ResponsePut\"", "\"response_put\"")
                .replace("\"ResponseRange\"", "\"response_range\"")
                .replace("\"ResponseDeleteRange\"", "\"response_delete_range\"");
        // 3.6 says that an endpoint is healthy on standard output; 3.4 on standard error.
        if (command.has("health") && of34.exitCode() == 0) {
            return new Outcome(0, output + of34.errors(), "");
        }
        boolean isHelp = of34.exitCode() != 0 && output.startsWith("NAME:\n");
        return new Outcome(of34.exitCode(), isHelp ? "" : output, of34.errors());
    }

    /** Without the fields that are new in 3.6. */
    private static Outcome asIn34(Outcome ours) {
        String output = ours.output()
                .replaceAll(",\"hash_revision\":\\d+", "")
                .replaceAll(",\"storageVersion\":\"3.6.0\",\"dbSizeQuota\":\\d+,\"downgradeInfo\":\\{}", "");
        if (output.contains("| HASH REVISION |")) {
            output = output.replace(" HASH REVISION |", "")
                    .replaceAll("(\\| \\d+ \\|) \\d+ \\|", "$1")
                    .replace("+-+-+-+", "+-+-+");
        }
        return new Outcome(ours.exitCode(), output, ours.errors());
    }
}
