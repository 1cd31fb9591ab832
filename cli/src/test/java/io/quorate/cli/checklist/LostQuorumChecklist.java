package io.quorate.cli.checklist;

import static io.quorate.cli.checklist.Etcd.assertRefused;
import static io.quorate.cli.checklist.Etcd.putOf;
import static io.quorate.cli.checklist.Etcd.rangeOf;
import static io.quorate.cli.checklist.Etcd.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.options.GetOption;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.MetadataUtils;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.MaintenanceGrpc;
import io.quorate.etcd.etcdserverpb.PutResponse;
import io.quorate.etcd.etcdserverpb.StatusRequest;
import io.quorate.server.rpc.EtcdError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The lines of the checklist for a member that is left alone: two of three are gone. */
abstract class LostQuorumChecklist extends Checklist {
    private static final String KEPT = "kept";
    private static final int MOST_BYTES = (3 << 19) - 1024;

    /** The default bound on the bytes of writes that wait. */
    private static final long KEPT_BYTES = 64 << 20;

    private boolean alone;

    /** Once for the class: what is left is then only read, and refuses. */
    @BeforeEach
    void loseTheOthers() {
        if (!alone) {
            alone = true;
            etcd.put(KEPT, "v");
            assertThat(etcd.get(KEPT).getCount()).isEqualTo(1);
            for (int other = 1; other < cluster.members().size(); other++) {
                cluster.stop(other);
            }
        }
    }

    @Test
    @Line("A23")
    @JetcdLine("A23")
    void aStaleReadIsStillServedAndALinearizableOneTimesOut() {
        try (Jetcd jetcd = Jetcd.of(cluster.endpoint(0))) {
            assertThat(values(etcd.send(rangeOf(KEPT).setSerializable(true)))).containsExactly("v");
            CompletableFuture<GetResponse> meanwhile = jetcd.kv().get(Jetcd.bytes(KEPT));
            assertThat(codeOf(() -> etcd.get(KEPT))).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(values(etcd.send(rangeOf(KEPT).setSerializable(true)))).containsExactly("v");
            assertThat(codeOf(() -> Jetcd.await(meanwhile))).isEqualTo(Status.Code.UNAVAILABLE);
            assertThat(Jetcd.values(jetcd.get(KEPT, GetOption.builder().withSerializable(true))))
                    .containsExactly("v");
        }
    }

    @Test
    @Line("A23")
    void aReadEndsAtItsDeadlineWhereThatComesFirst() {
        assertThat(codeOf(() -> etcd.kv()
                        .withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                        .range(rangeOf(KEPT).build())))
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    }

    /** It reached the member, which waits for a leader much longer. What it held there, {@code KvServiceTest} sees freed. */
    @Test
    @Line("F91")
    void aWriteEndsAtItsDeadlineAndTheConnectionLivesOn() {
        assertThat(codeOf(() -> etcd.kv()
                        .withDeadlineAfter(500, TimeUnit.MILLISECONDS)
                        .put(putOf(KEPT, "other").build())))
                .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(values(etcd.send(rangeOf(KEPT).setSerializable(true)))).containsExactly("v");
    }

    @Test
    @Line("F90")
    void whoRequiresALeaderHearsAtOnceThatThereIsNone() {
        awaitNoLeader();
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
        Etcd strict = new Etcd(
                ClientInterceptors.intercept(etcd.channel(), MetadataUtils.newAttachHeadersInterceptor(headers)));
        assertRefused(EtcdError.NO_LEADER, () -> strict.get(KEPT));
        assertRefused(EtcdError.NO_LEADER, () -> strict.put(KEPT, "other"));
    }

    @Test
    @JetcdLine("F90")
    void jetcdHearsSoToo() {
        awaitNoLeader();
        try (Jetcd strict = Jetcd.requiringLeader(cluster.endpoint(0))) {
            assertRefused(EtcdError.NO_LEADER, () -> strict.get(KEPT));
            assertRefused(EtcdError.NO_LEADER, () -> strict.put(KEPT, "other"));
        }
    }

    @Test
    @Line("F90")
    void otherWritesTimeOut() {
        awaitNoLeader();
        assertRefused(EtcdError.TIMEOUT, () -> etcd.send(putOf(KEPT, "other")));
    }

    /** More than a member keeps of what waits for a leader: the rest is refused, and it still serves. */
    @Test
    @Line("F95")
    void overloadIsRefusedInsteadOfEndingTheMember() {
        awaitNoLeader();
        ByteString large = ByteString.copyFrom(new byte[MOST_BYTES]);
        List<Future<PutResponse>> writes = new ArrayList<>();
        for (long bytes = 0; bytes <= KEPT_BYTES; bytes += MOST_BYTES) {
            writes.add(KVGrpc.newFutureStub(etcd.channel())
                    .withDeadlineAfter(60, TimeUnit.SECONDS)
                    .put(putOf(KEPT, "").setValue(large).build()));
        }
        List<String> refusals =
                writes.stream().map(LostQuorumChecklist::refusal).toList();
        assertThat(refusals)
                .contains(EtcdError.TOO_MANY_REQUESTS.text())
                .allMatch(text ->
                        text.equals(EtcdError.TOO_MANY_REQUESTS.text()) || text.equals(EtcdError.TIMEOUT.text()));
        assertThat(values(etcd.send(rangeOf(KEPT).setSerializable(true)))).containsExactly("v");
        assertRefused(EtcdError.TIMEOUT, () -> etcd.send(putOf(KEPT, "other")));
    }

    private static String refusal(Future<PutResponse> write) {
        try {
            return "answered: " + write.get();
        } catch (ExecutionException refused) {
            return String.valueOf(Status.fromThrowable(refused).getDescription());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** A leader that hears from nobody steps down within two election timeouts; until then it knows no better. */
    private void awaitNoLeader() {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (MaintenanceGrpc.newBlockingStub(etcd.channel())
                        .status(StatusRequest.getDefaultInstance())
                        .getLeader()
                != 0) {
            assertThat(System.nanoTime() - end).as("20 s have passed").isNegative();
        }
    }

    private static Status.Code codeOf(Runnable call) {
        try {
            call.run();
            return Status.Code.OK;
        } catch (StatusRuntimeException refused) {
            return refused.getStatus().getCode();
        }
    }
}
