package io.quorate.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.quorate.etcd.etcdserverpb.ClusterGrpc;
import io.quorate.etcd.etcdserverpb.DeleteRangeRequest;
import io.quorate.etcd.etcdserverpb.DeleteRangeResponse;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.MemberListRequest;
import io.quorate.etcd.etcdserverpb.MemberListResponse;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import io.quorate.etcd.etcdserverpb.RequestOp;
import io.quorate.etcd.etcdserverpb.TxnRequest;
import io.quorate.node.RaftException;
import io.quorate.server.options.InitialMember;
import io.quorate.server.options.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole servers on this computer: log, links, store and client port. */
class ServerTest {
    private static final long PATIENCE_SECONDS = 30;

    @TempDir
    Path folder;

    private final List<Server> servers = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();

    @AfterEach
    void closeAll() {
        channels.forEach(ManagedChannel::shutdownNow);
        servers.forEach(Server::close);
    }

    @Test
    void aMemberAloneServesAndKeepsWhatItAcknowledged() throws Exception {
        String cluster = cluster(1);
        Server first = started(options(cluster, 0));
        put(channel(first), "k", "v");
        first.close();
        servers.remove(first);
        Server again = started(options(cluster, 0));
        RangeResponse read = get(channel(again), "k");
        assertThat(read.getKvs(0).getValue().toStringUtf8()).isEqualTo("v");
        assertThat(read.getHeader().getRevision()).isEqualTo(2);
    }

    @Test
    void threeMembersServeOneStoreOnEveryPort() throws Exception {
        String cluster = cluster(3);
        for (int i = 0; i < 3; i++) {
            servers.add(Server.start(options(cluster, i)));
        }
        for (Server server : servers) {
            server.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        for (int i = 0; i < 3; i++) {
            put(channel(servers.get(i)), "k" + i, "v" + i);
            for (Server reader : servers) {
                assertThat(get(channel(reader), "k" + i).getCount()).isEqualTo(1);
            }
        }
        MemberListResponse list = ClusterGrpc.newBlockingStub(channel(servers.get(0)))
                .memberList(MemberListRequest.newBuilder().setLinearizable(true).build());
        assertThat(list.getMembersList())
                .extracting(member -> member.getName())
                .containsExactlyInAnyOrder("n0", "n1", "n2");
        assertThat(list.getMembersList())
                .allSatisfy(member -> assertThat(member.getClientURLsList()).hasSize(1));
    }

    @Test
    void aWriteWithAKeyIsCarriedOutOnceOnWhicheverMembersItComes() throws Exception {
        String cluster = cluster(3);
        for (int i = 0; i < 3; i++) {
            servers.add(Server.start(options(cluster, i)));
        }
        for (Server server : servers) {
            server.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        List<ManagedChannel> ports = servers.stream().map(this::channel).toList();
        String putKey = newKey("put");
        String deleteKey = newKey("delete");
        String txnKey = newKey("txn");
        for (ManagedChannel port : ports) {
            assertThat(kv(port, putKey).put(putRequest("k", "v")).getHeader().getRevision())
                    .isEqualTo(2);
        }
        for (ManagedChannel port : ports) {
            DeleteRangeResponse deleted = kv(port, deleteKey)
                    .deleteRange(DeleteRangeRequest.newBuilder()
                            .setKey(ByteString.copyFromUtf8("k"))
                            .setPrevKv(true)
                            .build());
            assertThat(deleted.getDeleted()).as("the first answer").isEqualTo(1);
            assertThat(deleted.getPrevKvs(0).getValue().toStringUtf8()).isEqualTo("v");
            assertThat(deleted.getHeader().getRevision()).isEqualTo(3);
        }
        TxnRequest txn = TxnRequest.newBuilder()
                .addSuccess(RequestOp.newBuilder().setRequestPut(putRequest("k", "w")))
                .build();
        for (ManagedChannel port : ports) {
            assertThat(kv(port, txnKey).txn(txn).getHeader().getRevision()).isEqualTo(4);
        }
        servers.remove(2).close();
        Server again = started(options(cluster, 2));
        assertThat(kv(channel(again), putKey)
                        .put(putRequest("k", "v"))
                        .getHeader()
                        .getRevision())
                .as("after a restart")
                .isEqualTo(2);
        assertThat(get(ports.get(0), "k").getKvs(0).getValue().toStringUtf8()).isEqualTo("w");
        assertThatThrownBy(() -> kv(ports.get(1), putKey).put(putRequest("k", "other")))
                .hasMessageContaining("FAILED_PRECONDITION")
                .hasMessageContaining("was used for another request");
        assertThatThrownBy(() -> kv(ports.get(1), "1000000000000-long-ago").put(putRequest("k", "other")))
                .hasMessageContaining("FAILED_PRECONDITION")
                .hasMessageContaining("outcome unknown: the idempotency key is older than all");
    }

    private static String newKey(String name) {
        return System.currentTimeMillis() + "-" + name;
    }

    private static KVGrpc.KVBlockingStub kv(ManagedChannel channel, String idempotencyKey) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("quorate-idempotency-key", Metadata.ASCII_STRING_MARSHALLER), idempotencyKey);
        return KVGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static PutRequest putRequest(String key, String value) {
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(value))
                .build();
    }

    @Test
    void aTakenClientAddressIsNamedAndNothingIsLeftRunning() throws Exception {
        String cluster = cluster(1);
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ServerOptions options = builder(cluster, 0)
                    .listenClientUrls(List.of(URI.create("http://127.0.0.1:" + taken.getLocalPort())))
                    .build();
            assertThatThrownBy(() -> Server.start(options))
                    .isInstanceOfSatisfying(RaftException.class, refused -> assertThat(refused.code())
                            .isEqualTo(RaftException.Code.ADDRESS))
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
            assertThat(folder.resolve("n0")).as("no half-made data directory").doesNotExist();
        }
        started(options(cluster, 0));
    }

    @Test
    void anEmptyDirectoryCannotReturnToAClusterThatExists() throws Exception {
        ServerOptions options = builder(cluster(1), 0)
                .initialClusterState(ServerOptions.ClusterState.EXISTING)
                .build();
        assertThatThrownBy(() -> Server.start(options))
                .isInstanceOf(RaftException.class)
                .hasMessageContaining("needs the peer URLs of members of that cluster");
    }

    @Test
    void whoIsToJoinAClusterThatDoesNotAnswerIsToldWhomItAsked() throws Exception {
        ServerOptions options = builder(cluster(2), 0)
                .initialClusterState(ServerOptions.ClusterState.EXISTING)
                .build();
        String peer = options.initialCluster().get(1).peerUrls().get(0).toString();
        assertThatThrownBy(() -> Server.start(options))
                .isInstanceOf(RaftException.class)
                .hasMessageContaining(peer)
                .hasMessageContaining("start this member when its cluster runs");
    }

    @Test
    void aMemberThatWasThereMaySayThatItsClusterExists() throws Exception {
        String cluster = cluster(1);
        Server first = started(options(cluster, 0));
        first.close();
        started(builder(cluster, 0)
                .initialClusterState(ServerOptions.ClusterState.EXISTING)
                .build());
    }

    /** Peer addresses must be known beforehand: free ones are taken and let go of again. */
    private static String cluster(int members) throws IOException {
        StringBuilder cluster = new StringBuilder();
        List<ServerSocket> held = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(socket);
            cluster.append(i == 0 ? "" : ",")
                    .append("n")
                    .append(i)
                    .append("=http://127.0.0.1:")
                    .append(socket.getLocalPort());
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return cluster.toString();
    }

    private ServerOptions options(String cluster, int member) {
        return builder(cluster, member).build();
    }

    private ServerOptions.Builder builder(String cluster, int member) {
        List<InitialMember> members = InitialMember.parse(cluster);
        List<URI> peerUrls = members.get(member).peerUrls();
        return ServerOptions.builder()
                .name("n" + member)
                .dataDir(folder.resolve("n" + member))
                .initialCluster(members)
                .listenPeerUrls(peerUrls)
                .initialAdvertisePeerUrls(peerUrls)
                .listenClientUrls(List.of(URI.create("http://127.0.0.1:0")))
                .segmentBytes(8 << 20);
    }

    private Server started(ServerOptions options) throws Exception {
        Server server = Server.start(options);
        servers.add(server);
        server.ready().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return server;
    }

    private ManagedChannel channel(Server server) {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", server.clientAddresses().get(0).getPort())
                .usePlaintext()
                .build();
        channels.add(channel);
        return channel;
    }

    private static void put(ManagedChannel channel, String key, String value) {
        var unused = KVGrpc.newBlockingStub(channel)
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .put(putRequest(key, value));
    }

    private static RangeResponse get(ManagedChannel channel, String key) {
        return KVGrpc.newBlockingStub(channel)
                .withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .range(RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .build());
    }
}
