package io.quorate.server.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.server.options.ServerOptions.ClusterState;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerOptionsTest {
    private static final URI CLIENT = URI.create("http://localhost:2379");
    private static final URI PEER = URI.create("http://localhost:2380");

    @Test
    void theDefaultsAreEtcds() {
        assertThat(ServerOptions.builder().build())
                .isEqualTo(new ServerOptions(
                        "default",
                        Path.of("default.etcd"),
                        List.of(new InitialMember("default", List.of(PEER))),
                        ClusterState.NEW,
                        "etcd-cluster",
                        List.of(CLIENT),
                        List.of(CLIENT),
                        List.of(PEER),
                        List.of(PEER),
                        100,
                        1000,
                        true,
                        1_572_864,
                        128,
                        Integer.MAX_VALUE,
                        5_000,
                        7_200_000,
                        20_000,
                        0,
                        67_108_864,
                        new SnapshotOptions(100_000, 67_108_864, 3_600_000, 5000, 16_777_216),
                        67_108_864,
                        67_108_864,
                        true,
                        0,
                        10_000,
                        null));
    }

    @Test
    void everyPropertyOfTheBuilderArrivesInTheRecord() throws ReflectiveOperationException {
        URI peer = URI.create("http://10.0.0.1:1");
        Map<String, Object> values = Map.ofEntries(
                Map.entry("name", "n1"),
                Map.entry("dataDir", Path.of("elsewhere")),
                Map.entry("initialCluster", List.of(new InitialMember("n1", List.of(peer)))),
                Map.entry("initialClusterState", ClusterState.EXISTING),
                Map.entry("initialClusterToken", "other"),
                Map.entry("strictReconfigCheck", false),
                Map.entry("listenClientUrls", List.of(URI.create("http://10.0.0.1:2"))),
                Map.entry("advertiseClientUrls", List.of(URI.create("http://10.0.0.1:3"))),
                Map.entry("listenPeerUrls", List.of(URI.create("http://10.0.0.1:4"))),
                Map.entry("initialAdvertisePeerUrls", List.of(peer)),
                Map.entry("heartbeatIntervalMillis", 11L),
                Map.entry("electionTimeoutMillis", 222L),
                Map.entry("preVote", false),
                Map.entry("maxRequestBytes", 3333),
                Map.entry("maxTxnOps", 44),
                Map.entry("maxConcurrentStreams", 55),
                Map.entry("keepAliveMinTimeMillis", 66L),
                Map.entry("keepAliveIntervalMillis", 77L),
                Map.entry("keepAliveTimeoutMillis", 88L),
                Map.entry("quotaBackendBytes", 99L),
                Map.entry("segmentBytes", 1 << 20),
                Map.entry("snapshots", new SnapshotOptions(1, 2048, 3, 4, 5)),
                Map.entry("pendingProposalBytes", 2L << 20),
                Map.entry("pendingReadBytes", 3L << 20),
                Map.entry("slowWorkMillis", 111L),
                Map.entry("stateHashEntries", 16),
                Map.entry("recordInputs", Path.of("inputs")));
        ServerOptions.Builder builder = ServerOptions.builder();
        for (Method method : ServerOptions.Builder.class.getMethods()) {
            if (values.containsKey(method.getName()) && method.getParameterCount() == 1) {
                method.invoke(builder, values.get(method.getName()));
            }
        }
        ServerOptions options = builder.build();
        for (RecordComponent component : ServerOptions.class.getRecordComponents()) {
            assertThat(component.getAccessor().invoke(options))
                    .as(component.getName())
                    .isEqualTo(values.get(component.getName()));
        }
    }

    @Test
    void everyProblemIsNamedAtOnce() {
        assertThatThrownBy(() -> ServerOptions.builder()
                        .name("n9")
                        .initialCluster(InitialMember.parse("n1=http://10.0.0.1:2380,n2=http://10.0.0.1:2380"))
                        .listenClientUrls(List.of(URI.create("http://example.org:2379")))
                        .listenPeerUrls(List.of(URI.create("https://10.0.0.1:2380/raft")))
                        .heartbeatIntervalMillis(300)
                        .maxTxnOps(0)
                        .build())
                .isInstanceOfSatisfying(InvalidOptionsException.class, invalid -> assertThat(invalid.problems())
                        .satisfiesExactlyInAnyOrder(
                                text -> assertThat(text).contains("http://10.0.0.1:2380 twice"),
                                text -> assertThat(text).contains("does not name this member: add n9="),
                                text -> assertThat(text).contains("give an IP address to listen on"),
                                text -> assertThat(text).contains("TLS is not supported yet"),
                                text -> assertThat(text).contains("has a path"),
                                text -> assertThat(text).contains("five times --heartbeat-interval"),
                                text -> assertThat(text).contains("--max-txn-ops is 0")));
    }

    @Test
    void aMemberMustAdvertiseWhatTheClusterListSays() {
        assertThatThrownBy(() -> ServerOptions.builder()
                        .name("n1")
                        .initialCluster(InitialMember.parse("n1=http://10.0.0.1:2380"))
                        .build())
                .isInstanceOf(InvalidOptionsException.class)
                .hasMessageContaining("--initial-advertise-peer-urls is [http://localhost:2380]: they must be equal");
    }

    @Test
    void anInitialClusterIsReadAsEtcdReadsIt() {
        assertThat(InitialMember.parse("n1=http://a:1,n2=http://b:1,n1=http://c:1"))
                .containsExactly(
                        new InitialMember("n1", List.of(URI.create("http://a:1"), URI.create("http://c:1"))),
                        new InitialMember("n2", List.of(URI.create("http://b:1"))));
        assertThatThrownBy(() -> InitialMember.parse("n1=http://a:1,n2")).hasMessageContaining("\"n2\"");
    }
}
