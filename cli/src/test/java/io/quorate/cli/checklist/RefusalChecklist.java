package io.quorate.cli.checklist;

import static io.quorate.cli.checklist.Etcd.bytes;
import static io.quorate.cli.checklist.Etcd.op;
import static io.quorate.cli.checklist.Etcd.putOf;
import static io.quorate.cli.checklist.Etcd.rangeOf;
import static io.quorate.cli.checklist.Etcd.then;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors;
import io.grpc.CallOptions;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.RequestOp;
import io.quorate.etcd.etcdserverpb.TxnRequest;
import io.quorate.etcd.health.HealthGrpc;
import io.quorate.etcd.quoratepb.NodeGrpc;
import io.quorate.server.rpc.EtcdError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The lines of part F that ask how requests are refused. */
abstract class RefusalChecklist extends Checklist {
    /** Errors that no single request to a healthy cluster raises, and who has them. */
    private static final Map<EtcdError, String> ELSEWHERE = Map.ofEntries(
            Map.entry(EtcdError.INVALID_CLIENT_API_VERSION, "F94"),
            Map.entry(EtcdError.TOO_MANY_REQUESTS, "F95"),
            Map.entry(EtcdError.NO_LEADER, "F90"),
            Map.entry(EtcdError.TIMEOUT, "F90"),
            Map.entry(EtcdError.TIMEOUT_LEADER_FAILED, "KvServiceTest"),
            Map.entry(EtcdError.STOPPED, "KvServiceTest"),
            Map.entry(EtcdError.NO_SPACE, "DiskFullTest"),
            Map.entry(EtcdError.PEER_URL_EXISTS, "C-change"),
            Map.entry(EtcdError.MEMBER_NOT_FOUND, "C-change"),
            Map.entry(EtcdError.NOT_LEADER, "C-lead"),
            Map.entry(EtcdError.BAD_LEADER_TRANSFEREE, "C-lead"),
            Map.entry(EtcdError.MEMBER_BAD_URLS, "MembersTest"),
            Map.entry(EtcdError.MEMBER_NOT_LEARNER, "MembersTest"),
            Map.entry(EtcdError.LEARNER_NOT_READY, "MembersTest"),
            Map.entry(EtcdError.NOT_ENOUGH_STARTED, "MembersTest"),
            Map.entry(EtcdError.MEMBER_EXISTS, "never by a client: the member asked draws the id"),
            Map.entry(EtcdError.TOO_MANY_MEMBERS, "ChangeDraftTest"),
            Map.entry(EtcdError.UNHEALTHY, "MembershipErrorsTest"),
            Map.entry(EtcdError.CHANGE_UNDER_WAY, "MembershipErrorsTest"),
            Map.entry(EtcdError.TIMEOUT_TRANSFER, "MembershipErrorsTest"),
            Map.entry(EtcdError.IDEMPOTENCY_KEY_REUSED, "KvServiceTest"),
            Map.entry(EtcdError.IDEMPOTENCY_KEY_AHEAD, "KvServiceTest"),
            Map.entry(EtcdError.IDEMPOTENCY_KEY_FORGOTTEN, "KvServiceTest"),
            Map.entry(EtcdError.IDEMPOTENT_ANSWER_NOT_KEPT, "KvServiceTest"),
            Map.entry(EtcdError.RESTORING, "SnapshotProcessTest"),
            Map.entry(EtcdError.DAMAGED, "DamageProcessTest"),
            Map.entry(EtcdError.STATE_DIFFERS, "KvServiceTest"),
            Map.entry(EtcdError.LEADER_CHANGED, "never: such a write is proposed again until it times out"),
            Map.entry(EtcdError.TIMEOUT_CONNECTION_LOST, "never yet: a lost leader is told as TIMEOUT_LEADER_FAILED"),
            Map.entry(EtcdError.MALFORMED_COMMAND, "never by a client: what it sends is checked first"),
            Map.entry(EtcdError.LEASE_EXISTS, "leases are not there yet"),
            Map.entry(EtcdError.LEASE_TTL_TOO_LARGE, "leases are not there yet"));

    /** Too short for its length, a tag that cannot be, a number without end, a tag of nothing. */
    private static final List<byte[]> NO_MESSAGES = List.of(
            new byte[] {0x0a, 0x7f, 1},
            new byte[] {(byte) 0xff, (byte) 0xff, 1},
            new byte[] {0x08, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1},
            new byte[] {0});

    @Test
    @Line("F87")
    void everyErrorHasEtcdsCodeAndText() {
        Map<EtcdError, ThrowingCallable> raised = raised();
        List<EtcdError> named = new ArrayList<>(raised.keySet());
        named.addAll(ELSEWHERE.keySet());
        assertThat(named).containsExactlyInAnyOrder(EtcdError.values());
        raised.forEach(etcd::assertRefusedWithoutTrace);
    }

    private Map<EtcdError, ThrowingCallable> raised() {
        String absent = key("absent");
        Map<EtcdError, ThrowingCallable> raised = new EnumMap<>(EtcdError.class);
        raised.put(EtcdError.EMPTY_KEY, () -> etcd.put("", "v"));
        raised.put(EtcdError.KEY_NOT_FOUND, () -> etcd.send(putOf(absent, "").setIgnoreValue(true)));
        raised.put(EtcdError.VALUE_PROVIDED, () -> etcd.send(putOf(absent, "v").setIgnoreValue(true)));
        raised.put(
                EtcdError.LEASE_PROVIDED,
                () -> etcd.send(putOf(absent, "v").setLease(1).setIgnoreLease(true)));
        raised.put(
                EtcdError.TOO_MANY_OPS,
                () -> etcd.send(TxnRequest.newBuilder().addAllSuccess(Collections.nCopies(129, op(rangeOf(absent))))));
        raised.put(EtcdError.DUPLICATE_KEY, () -> etcd.send(then(op(putOf(absent, "1")), op(putOf(absent, "2")))));
        raised.put(
                EtcdError.INVALID_SORT_OPTION, () -> etcd.send(rangeOf(absent).setSortOrderValue(7)));
        raised.put(EtcdError.COMPACTED, () -> etcd.compact(-1));
        raised.put(EtcdError.FUTURE_REVISION, () -> etcd.send(rangeOf(absent).setRevision(Long.MAX_VALUE)));
        raised.put(EtcdError.LEASE_NOT_FOUND, () -> etcd.send(putOf(absent, "v").setLease(4711)));
        raised.put(
                EtcdError.REQUEST_TOO_LARGE,
                () -> etcd.send(PutRequest.newBuilder()
                        .setKey(bytes(absent))
                        .setValue(ByteString.copyFrom(new byte[3 << 19]))));
        return raised;
    }

    @Test
    @Line("F92")
    void bytesThatAreNoMessageAreRefusedForGoodByEveryMethod() {
        for (String method : methods()) {
            for (byte[] bytes : NO_MESSAGES) {
                assertThat(codeOf(method, bytes))
                        .as(method + " of " + ByteString.copyFrom(bytes))
                        .isIn(Status.Code.INTERNAL, Status.Code.INVALID_ARGUMENT);
            }
        }
        etcd.put(key("k"), "v");
        assertThat(etcd.get(key("k")).getCount()).isEqualTo(1);
    }

    /** A message within a message is read only later, by whoever carries the request out. */
    @Test
    @Line("F92")
    void aTransactionNestedBeyondAllBoundsIsRefusedForGood() {
        RequestOp nested = op(putOf(key("deep"), "v"));
        for (int depth = 0; depth < 90; depth++) {
            nested = op(then(nested));
        }
        assertThat(codeOf("etcdserverpb.KV/Txn", then(nested).build().toByteArray()))
                .isIn(Status.Code.INTERNAL, Status.Code.INVALID_ARGUMENT);
        etcd.put(key("k"), "v");
    }

    private static List<String> methods() {
        List<String> methods = new ArrayList<>(List.of(
                NodeGrpc.getReadLogMethod().getFullMethodName(),
                NodeGrpc.getStateMethod().getFullMethodName(),
                HealthGrpc.getCheckMethod().getFullMethodName()));
        for (Descriptors.ServiceDescriptor service : Compatibility.services()) {
            service.getMethods().stream()
                    .filter(rpc -> !Compatibility.isAbsent(rpc))
                    .forEach(rpc -> methods.add(service.getFullName() + "/" + rpc.getName()));
        }
        return methods;
    }

    private Status.Code codeOf(String method, byte[] bytes) {
        MethodDescriptor<byte[], byte[]> raw = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(method)
                .setRequestMarshaller(new Bytes())
                .setResponseMarshaller(new Bytes())
                .build();
        try {
            CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
            ClientCalls.blockingUnaryCall(etcd.channel(), raw, options, bytes);
            return Status.Code.OK;
        } catch (StatusRuntimeException refused) {
            return refused.getStatus().getCode();
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
        }
    }
}
