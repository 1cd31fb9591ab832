package io.quorate.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.server.Flag.Standing;
import io.quorate.server.options.InitialMember;
import io.quorate.server.options.ServerOptions;
import io.quorate.server.options.ServerOptions.ClusterState;
import io.quorate.server.options.SnapshotOptions;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each flag that works, from the command line to the record that the server is started with. */
final class ServerFlagsTest {
    /** No two of these are equal, so that a flag which arrives in another's place is seen. */
    private static final Map<String, String> VALUES = new TreeMap<>(Map.ofEntries(
            Map.entry("name", "n7"),
            Map.entry("data-dir", "elsewhere"),
            Map.entry("listen-client-urls", "http://10.0.0.1:1,http://10.0.0.1:2"),
            Map.entry("advertise-client-urls", "http://10.0.0.1:3"),
            Map.entry("listen-peer-urls", "http://10.0.0.1:4"),
            Map.entry("initial-advertise-peer-urls", "http://10.0.0.1:5"),
            Map.entry("initial-cluster", "n7=http://10.0.0.1:5,n8=http://10.0.0.2:6"),
            Map.entry("initial-cluster-state", "existing"),
            Map.entry("initial-cluster-token", "token"),
            Map.entry("heartbeat-interval", "107"),
            Map.entry("election-timeout", "1008"),
            Map.entry("pre-vote", "false"),
            Map.entry("strict-reconfig-check", "false"),
            Map.entry("max-txn-ops", "109"),
            Map.entry("max-request-bytes", "1110"),
            Map.entry("max-concurrent-streams", "111"),
            Map.entry("grpc-keepalive-min-time", "12s"),
            Map.entry("grpc-keepalive-interval", "13m"),
            Map.entry("grpc-keepalive-timeout", "14s"),
            Map.entry("segment-bytes", "1048576"),
            Map.entry("snapshot-count", "20000"),
            Map.entry("snapshot-bytes", "2100000"),
            Map.entry("snapshot-interval", "22m"),
            Map.entry("snapshot-catchup-entries", "2300"),
            Map.entry("experimental-snapshot-catchup-entries", "2400"),
            Map.entry("snapshot-catchup-bytes", "250000"),
            Map.entry("slow-work-millis", "260"),
            Map.entry("state-hash-entries", "270"),
            Map.entry("record-inputs", "inputs")));

    private static final ServerOptions EXPECTED = new ServerOptions(
            "n7",
            Path.of("elsewhere"),
            List.of(
                    new InitialMember("n7", List.of(URI.create("http://10.0.0.1:5"))),
                    new InitialMember("n8", List.of(URI.create("http://10.0.0.2:6")))),
            ClusterState.EXISTING,
            "token",
            List.of(URI.create("http://10.0.0.1:1"), URI.create("http://10.0.0.1:2")),
            List.of(URI.create("http://10.0.0.1:3")),
            List.of(URI.create("http://10.0.0.1:4")),
            List.of(URI.create("http://10.0.0.1:5")),
            107,
            1008,
            false,
            1110,
            109,
            111,
            12_000,
            780_000,
            14_000,
            0,
            1 << 20,
            new SnapshotOptions(20_000, 2_100_000, 1_320_000, 2300, 250_000),
            64 << 20,
            64 << 20,
            false,
            260,
            270,
            Path.of("inputs"));

    /** They go to the log and not to the server; {@code LogLinesTest} has them. */
    private static final List<String> OF_THE_LOG = List.of("log-level", "log-format");

    @Test
    void everyFlagThatWorksReachesTheServer() {
        List<String> arguments = new ArrayList<>();
        VALUES.forEach((name, value) -> arguments.add("--" + name + "=" + value));
        assertThat(ServerCommand.options(FlagValues.parse(arguments, Map.of()))).isEqualTo(EXPECTED);
    }

    @Test
    void everyVariableDoesToo() {
        Map<String, String> environment = new TreeMap<>();
        Flags.all().forEach((name, flag) -> {
            if (VALUES.containsKey(name)) {
                environment.put(flag.variable(), VALUES.getOrDefault(name, ""));
            }
        });
        assertThat(ServerCommand.options(FlagValues.parse(List.of(), environment)))
                .isEqualTo(EXPECTED);
    }

    @Test
    void noFlagThatWorksIsForgottenHere() {
        List<String> working = Stream.of(Standing.WORKS, Standing.OURS)
                .flatMap(standing -> Flags.of(standing).stream())
                .map(Flag::name)
                .filter(name -> !OF_THE_LOG.contains(name))
                .toList();
        assertThat(VALUES.keySet()).containsExactlyInAnyOrderElementsOf(working);
        assertThat(VALUES.values())
                .filteredOn(value -> !value.equals("false")) // all that another value of a switch can be
                .doesNotHaveDuplicates();
    }

    @Test
    void withoutFlagsTheServerHasItsOwnDefaults() {
        assertThat(ServerCommand.options(FlagValues.parse(List.of(), Map.of())))
                .isEqualTo(ServerOptions.builder().build());
    }

    @Test
    void theOldNameOfAFlagCountsWhereTheNewOneIsNotGiven() {
        ServerOptions options =
                ServerCommand.options(FlagValues.parse(List.of("--experimental-snapshot-catchup-entries=7"), Map.of()));
        assertThat(options.snapshots().tailEntries()).isEqualTo(7);
    }

    @Test
    void whatNoSnapshotCanBeTakenByIsRefusedAllAtOnce() {
        List<String> wrong = List.of(
                "--snapshot-count=0",
                "--snapshot-bytes=1023",
                "--snapshot-interval=600h",
                "--snapshot-catchup-entries=-1",
                "--snapshot-catchup-bytes=1099511627777");
        assertThatThrownBy(() -> ServerCommand.options(FlagValues.parse(wrong, Map.of())))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("--snapshot-count is 0: it must be at least 1")
                .hasMessageContaining("--snapshot-bytes is 1023: it must be at least 1024")
                .hasMessageContaining("--snapshot-interval (ms) is 2160000000: it must be at most 2000000000")
                .hasMessageContaining("--snapshot-catchup-entries is -1: it must be at least 0")
                .hasMessageContaining("--snapshot-catchup-bytes is 1099511627777: it must be at most 1099511627776");
    }

    @Test
    void whereOneListensIsWhatClientsAreTold() {
        ServerOptions options =
                ServerCommand.options(FlagValues.parse(List.of("--listen-client-urls=http://10.0.0.1:1"), Map.of()));
        assertThat(options.advertiseClientUrls()).containsExactly(URI.create("http://10.0.0.1:1"));
    }
}
