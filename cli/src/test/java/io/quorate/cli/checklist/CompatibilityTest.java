package io.quorate.cli.checklist;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.quorate.etcd.etcdserverpb.AuthGrpc;
import io.quorate.etcd.etcdserverpb.ClusterGrpc;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.LeaseGrpc;
import io.quorate.etcd.etcdserverpb.MaintenanceGrpc;
import io.quorate.etcd.etcdserverpb.WatchGrpc;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The page that says what is here, held against what is here. */
class CompatibilityTest {
    private static final List<ServiceDescriptor> SERVICES = List.of(
            KVGrpc.getServiceDescriptor(),
            WatchGrpc.getServiceDescriptor(),
            LeaseGrpc.getServiceDescriptor(),
            ClusterGrpc.getServiceDescriptor(),
            MaintenanceGrpc.getServiceDescriptor(),
            AuthGrpc.getServiceDescriptor());

    private final Compatibility compatibility = new Compatibility();

    @Test
    void nothingOfEtcdsApiIsForgotten() {
        assertThat(compatibility.forgotten()).isEmpty();
    }

    @Test
    void everyLineOfTheChecklistIsProvedOrNamedAsNotThereYet() {
        assertThat(ChecklistLines.problems()).isEmpty();
    }

    /** Run with {@code -Dquorate.record=true} to write the page anew. */
    @Test
    void theCompatibilityPageIsWhatTheChecklistCovers() throws IOException {
        Path page = Path.of(System.getProperty("basedir", ""), "..", "docs", "etcd-compatibility.md");
        if (Boolean.getBoolean("quorate.record")) {
            Files.writeString(page, compatibility.document());
        }
        assertThat(Files.readString(page)).isEqualTo(compatibility.document());
    }

    @TestFactory
    Stream<DynamicTest> everyAbsentRpcIsUnimplementedAndEveryOtherIsNot() {
        TestCluster cluster = ServerCluster.start(1);
        return Compatibility.services().stream()
                .flatMap(service -> service.getMethods().stream())
                .map(rpc -> DynamicTest.dynamicTest(Compatibility.name(rpc), () -> assertCode(cluster, rpc)))
                .onClose(cluster::close);
    }

    private static void assertCode(TestCluster cluster, Descriptors.MethodDescriptor rpc) throws Exception {
        Status status = call(cluster.members().get(0), method(rpc));
        if (Compatibility.isAbsent(rpc)) {
            assertThat(status.getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        } else {
            assertThat(status.getCode())
                    .isIn(
                            Status.Code.OK,
                            Status.Code.INVALID_ARGUMENT,
                            Status.Code.NOT_FOUND,
                            Status.Code.FAILED_PRECONDITION);
        }
    }

    private static MethodDescriptor<?, ?> method(Descriptors.MethodDescriptor rpc) {
        String name = rpc.getService().getFullName() + "/" + rpc.getName();
        return SERVICES.stream()
                .flatMap(service -> service.getMethods().stream())
                .filter(method -> method.getFullMethodName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Sends one empty request and waits for the end. */
    private static <Q, A> Status call(Channel channel, MethodDescriptor<Q, A> method) throws Exception {
        CompletableFuture<Status> end = new CompletableFuture<>();
        ClientCall<Q, A> call = channel.newCall(method, CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS));
        call.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onClose(Status status, Metadata trailers) {
                        end.complete(status);
                    }
                },
                new Metadata());
        call.request(2);
        call.sendMessage(method.parseRequest(new ByteArrayInputStream(new byte[0])));
        call.halfClose();
        return end.get(30, TimeUnit.SECONDS);
    }
}
