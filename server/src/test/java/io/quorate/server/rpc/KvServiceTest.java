package io.quorate.server.rpc;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.PutResponse;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import io.quorate.etcd.etcdserverpb.RequestOp;
import io.quorate.etcd.etcdserverpb.TxnRequest;
import io.quorate.kv.HashKvResponse;
import io.quorate.kv.Result;
import io.quorate.node.Consistency;
import io.quorate.node.IdempotencyKey;
import io.quorate.node.ProposalListener;
import io.quorate.node.RaftException;
import io.quorate.node.Refused;
import io.quorate.node.Unknown;
import io.quorate.server.options.ServerOptions;
import io.quorate.server.port.ClientPort;
import io.quorate.server.wire.KvMethods;
import io.quorate.transport.EventLoops;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client hears of each way in which a request can end, over a node that ends it as told. */
class KvServiceTest {
    private static final long TIMEOUT_MILLIS = 200;
    private static final long DEADLINE_MILLIS = 300;
    private static final long PENDING_READ_BYTES = 1 << 20;
    private static final long WAITING_BYTES = 64 << 10;

    private final EventLoops loops = EventLoops.start(1, "test-kv");
    private final ScheduledExecutorService timer = new ScheduledThreadPoolExecutor(1);
    private final ScriptedNode node = new ScriptedNode();
    private LargeReads large;
    private Attempts.Limit limit;
    private ClientPort port;
    private ManagedChannel channel;

    @BeforeEach
    void open() throws IOException {
        ServerOptions options = ServerOptions.builder()
                .listenClientUrls(List.of(URI.create("http://127.0.0.1:0")))
                .build();
        large = new LargeReads(PENDING_READ_BYTES);
        Headers headers = new Headers(1, 2, node);
        limit = new Attempts.Limit(timer, TIMEOUT_MILLIS, WAITING_BYTES);
        KvService service = new KvService(
                new KvMethods(1, 2),
                new Reads(node, node.store::view, () -> true, headers, large, limit),
                new Writes(node, headers, large, limit, options.maxRequestBytes()),
                options.maxTxnOps());
        port = ClientPort.open(options, loops);
        port.serve(List.of(service), new CallGuard(() -> false));
        channel = connect();
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        port.close();
        large.close();
        timer.shutdownNow();
        loops.end(1);
    }

    /** The client must not be told that it failed, and nobody may do it again. */
    @Test
    void aWriteOfUnknownOutcomeTimesOutAndIsNotRepeated() {
        node.everyWrite(ScriptedNode.unknown(Unknown.Reason.TIMED_OUT));
        assertPutRefused(EtcdError.TIMEOUT);
        node.everyWrite(ScriptedNode.unknown(Unknown.Reason.LEADER_LOST));
        assertPutRefused(EtcdError.TIMEOUT_LEADER_FAILED);
        node.everyWrite(ScriptedNode.unknown(Unknown.Reason.STOPPED));
        assertPutRefused(EtcdError.STOPPED);
        assertThat(node.proposals).hasValue(3);
    }

    @Test
    void aReadsMetadataSaysWhatItMaySee() {
        List<String> said = List.of("linearizable", "lease", "at-least=57", "within=500", "local");
        said.forEach(text -> assertThat(reading(text).getCount()).isZero());
        assertThat(node.consistencies)
                .containsExactly(
                        Consistency.LINEARIZABLE,
                        Consistency.LEASE,
                        Consistency.atLeast(57),
                        Consistency.within(Duration.ofMillis(500)),
                        Consistency.LOCAL);
        for (String wrong : List.of("strong", "at-least=x", "at-least=-1", "within=0", "within=3600001")) {
            assertThatThrownBy(() -> reading(wrong)).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                assertThat(refused.getStatus().getDescription()).startsWith("quorate: quorate-consistency: ");
            });
        }
        assertThat(node.consistencies).as("none of those is a read").hasSize(said.size());
    }

    private RangeResponse reading(String consistency) {
        Metadata metadata = new Metadata();
        metadata.put(UnaryCall.CONSISTENCY, consistency);
        return KVGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .range(RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("k"))
                        .build());
    }

    @Test
    void aRefusedWriteSaysWhy() {
        node.nextWrite(ScriptedNode.refused(Refused.Reason.OVERLOADED));
        assertPutRefused(EtcdError.TOO_MANY_REQUESTS);
        node.nextWrite(ScriptedNode.refusedAtOnce(Refused.Reason.OVERLOADED));
        assertPutRefused(EtcdError.TOO_MANY_REQUESTS);
        node.nextWrite(ScriptedNode.refusedAtOnce(Refused.Reason.TOO_LARGE));
        assertPutRefused(EtcdError.REQUEST_TOO_LARGE);
        node.nextWrite(ScriptedNode.refused(Refused.Reason.STOPPED));
        assertPutRefused(EtcdError.STOPPED);
        node.nextWrite(listener -> {
            throw new RaftException(RaftException.Code.STOPPED, "closed");
        });
        assertPutRefused(EtcdError.STOPPED);
        assertThat(node.proposals).hasValue(5);
    }

    @Test
    void aWriteThatCertainlyDidNotHappenIsProposedAgainUntilSomebodyLeads() {
        node.nextWrite(ScriptedNode.refused(Refused.Reason.NOT_LEADER));
        node.nextWrite(ScriptedNode.refusedAtOnce(Refused.Reason.NOT_LEADER));
        node.nextWrite(ScriptedNode.refused(Refused.Reason.OVERWRITTEN));
        assertThat(put("v").getHeader().getRevision()).isEqualTo(2);
        assertThat(node.proposals).hasValue(4);
    }

    @Test
    void withoutALeaderAWriteEndsWithEtcdsTimeout() {
        node.everyWrite(ScriptedNode.refused(Refused.Reason.NOT_LEADER));
        assertPutRefused(EtcdError.TIMEOUT);
        assertThat(node.proposals.get()).isGreaterThan(1);
    }

    @Test
    void aReadWaitsForALeaderTooAndTimesOut() {
        node.nextReadRefused(Refused.Reason.NOT_LEADER);
        assertThat(range("k").getHeader().getRevision()).isEqualTo(1);
        node.nextReadRefused(Refused.Reason.TIMED_OUT);
        assertRefused(EtcdError.TIMEOUT, () -> range("k"));
        node.nextReadRefused(Refused.Reason.OVERLOADED);
        assertRefused(EtcdError.TOO_MANY_REQUESTS, () -> range("k"));
    }

    /** The node's answer comes when its client has gone, and is dropped. */
    @Test
    void aWriteThatReachedTheNodeEndsAtItsClientsDeadline() {
        AtomicReference<ProposalListener<Result>> late = new AtomicReference<>();
        node.nextWrite(listener -> {
            late.set(listener);
            return null;
        });
        assertThatThrownBy(() -> kv().withDeadlineAfter(DEADLINE_MILLIS, TimeUnit.MILLISECONDS)
                        .put(request(1)))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        ended -> assertThat(ended.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        await(() -> late.get() != null); // it got there
        assertThat(range("k").getCount())
                .as("what was sent later is answered, so the end was heard")
                .isZero();
        requireNonNull(late.get()).refused(0, new Refused<>(Refused.Reason.NOT_LEADER, null, 1));
        assertThat(put("v").getHeader().getRevision()).isEqualTo(2);
        assertThat(node.proposals).as("nobody asked for a second attempt").hasValue(2);
    }

    @Test
    void whatACancelledWriteHeldIsFreeAndItIsNotProposedAgain() {
        CountDownLatch goOn = new CountDownLatch(1);
        var unused = timer.submit(() -> await(goOn));
        node.nextWrite(ScriptedNode.refusedAtOnce(Refused.Reason.NOT_LEADER));
        Future<PutResponse> waiting = KVGrpc.newFutureStub(channel).put(request(20_000));
        await(() -> limit.waitingBytes() > 20_000);
        waiting.cancel(true);
        assertThat(range("k").getCount())
                .as("what was sent later is answered, so the end was heard")
                .isZero();
        goOn.countDown();
        await(() -> limit.waitingBytes() == 0);
        assertThat(put("v").getHeader().getRevision()).isEqualTo(2);
        assertThat(node.proposals).hasValue(2);
    }

    @Test
    void aCancelledReadWaitsNoLonger() {
        CountDownLatch goOn = new CountDownLatch(1);
        var unused = timer.submit(() -> await(goOn));
        node.nextReadRefused(Refused.Reason.NOT_LEADER);
        Future<RangeResponse> waiting = KVGrpc.newFutureStub(channel).range(all());
        await(() -> limit.waitingBytes() > 0);
        waiting.cancel(true);
        assertThat(range("k").getCount()).isZero();
        goOn.countDown();
        await(() -> limit.waitingBytes() == 0);
        assertThat(range("k").getCount()).isZero();
        assertThat(node.readsAsked).hasValue(3);
    }

    /** While nobody leads the node holds none of the writes that wait, so it is here that their bytes are bounded. */
    @Test
    void bytesOfWritesThatWaitForALeaderAreBounded() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        var unused = timer.submit(() -> await(goOn));
        node.everyWrite(ScriptedNode.refusedAtOnce(Refused.Reason.NOT_LEADER));
        List<Future<PutResponse>> writes = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            writes.add(KVGrpc.newFutureStub(channel).put(request(20_000)));
        }
        await(() -> writes.stream().anyMatch(Future::isDone)); // whichever came last
        node.writesSucceed();
        goOn.countDown();
        List<String> refusals = new ArrayList<>();
        for (Future<PutResponse> each : writes) {
            try {
                assertThat(each.get(20, TimeUnit.SECONDS).hasHeader()).isTrue();
            } catch (ExecutionException refused) {
                refusals.add(Status.fromThrowable(refused).getDescription());
            }
        }
        assertThat(refusals).containsExactly(EtcdError.TOO_MANY_REQUESTS.text());
        node.everyWrite(ScriptedNode.refusedAtOnce(Refused.Reason.NOT_LEADER));
        assertRefused(EtcdError.TIMEOUT, () -> kv().put(request(60_000))); // all room was given back
    }

    /** A result of a kind that no put has: a defect of ours. It must not reach the node, nor look like a refusal. */
    @Test
    void aDefectInAnsweringAWriteThatIsDoneIsATimeoutAndTheNodeHearsNothingOfIt() {
        node.nextWrite(ScriptedNode.applied(new HashKvResponse(1, 1, 1, 1)));
        assertPutRefused(EtcdError.TIMEOUT);
        node.leadershipFails(new OutOfMemoryError("scripted"));
        assertPutRefused(EtcdError.TIMEOUT);
        assertThat(put("v").getHeader().getRevision()).isEqualTo(3);
    }

    @Test
    void aDefectInAnsweringAReadIsInternal() {
        node.leadershipFails(new OutOfMemoryError("scripted"));
        assertThatThrownBy(() -> range("k")).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> assertThat(
                        refused.getStatus().getCode())
                .isEqualTo(Status.Code.INTERNAL));
        assertThat(range("k").getCount()).isZero();
    }

    @Test
    void bytesThatAreNoMessageAreRefusedAndNotUnknown() {
        for (String method : List.of("Range", "Put", "DeleteRange", "Txn", "Compact")) {
            assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(
                            channel,
                            KVGrpc.getPutMethod().toBuilder(
                                            new Garbage(), KVGrpc.getPutMethod().getResponseMarshaller())
                                    .setFullMethodName("etcdserverpb.KV/" + method)
                                    .build(),
                            CallOptions.DEFAULT,
                            new byte[] {(byte) 0xff, (byte) 0xff, 1}))
                    .isInstanceOfSatisfying(StatusRuntimeException.class, refused -> assertThat(
                                    refused.getStatus().getCode())
                            .as(method)
                            .isIn(Status.Code.INTERNAL, Status.Code.INVALID_ARGUMENT));
        }
        assertThat(put("v").getHeader().getRevision()).isEqualTo(2);
    }

    @Test
    void anAnswerLargerThanTheBoundIsRefused() {
        fill(120);
        assertRefused(EtcdError.TOO_MANY_REQUESTS, this::rangeAll);
        assertThat(range("k7").getCount()).isEqualTo(1);
    }

    /** A few keys may be megabytes: it is the answer that counts against the bound, not the request. */
    @Test
    void aSmallRequestForALargeAnswerIsBoundedToo() {
        ByteString big = ByteString.copyFromUtf8("big");
        PutRequest.Builder put = PutRequest.newBuilder().setKey(big).setValue(ByteString.copyFrom(new byte[600_000]));
        assertThat(kv().put(put.build()).hasPrevKv()).isFalse();
        RequestOp get = RequestOp.newBuilder()
                .setRequestRange(RangeRequest.newBuilder().setKey(big))
                .build();
        TxnRequest once = TxnRequest.newBuilder().addSuccess(get).build();
        TxnRequest twice =
                TxnRequest.newBuilder().addSuccess(get).addSuccess(get).build();
        assertThat(kv().txn(once).getResponsesCount()).isEqualTo(1);
        assertRefused(EtcdError.TOO_MANY_REQUESTS, () -> kv().txn(twice));
        assertThat(kv().put(put.setPrevKv(true).build()).getPrevKv().getValue().size())
                .isEqualTo(600_000);
        // A write is done when its answer finds no room: it must not look like a refusal.
        long before = range("big").getHeader().getRevision();
        TxnRequest writes = twice.toBuilder()
                .addSuccess(RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder().setKey(ByteString.copyFromUtf8("small"))))
                .build();
        assertRefused(EtcdError.TIMEOUT, () -> kv().txn(writes));
        assertThat(range("small").getHeader().getRevision()).isEqualTo(before + 1);
    }

    /** A client that asks for much and takes nothing uses up the bound; when it goes, the bound is free again. */
    @Test
    void memoryOfAnAnswerIsHeldUntilItsClientHasItOrIsGone() throws InterruptedException {
        fill(70);
        ManagedChannel another = connect();
        ClientCall<RangeRequest, RangeResponse> sluggish =
                another.newCall(KVGrpc.getRangeMethod(), CallOptions.DEFAULT);
        CountDownLatch answered = new CountDownLatch(1);
        sluggish.start(
                new ClientCall.Listener<>() {
                    @Override
                    public void onHeaders(Metadata headers) {
                        answered.countDown();
                    }
                },
                new Metadata());
        sluggish.sendMessage(all());
        sluggish.halfClose();
        assertThat(answered.await(20, TimeUnit.SECONDS)).isTrue();
        assertRefused(EtcdError.TOO_MANY_REQUESTS, this::rangeAll);
        sluggish.cancel("enough", null);
        await(() -> !isRefused(this::rangeAll));
        assertThat(rangeAll().getCount()).isEqualTo(70);
        another.shutdownNow();
    }

    /** An answer that waits for a thread is in memory as well. */
    @Test
    void anAnswerCountsWhileItWaitsForAThread() throws Exception {
        PutRequest put = request(600_000).toBuilder().setPrevKv(true).build();
        assertThat(kv().put(put).hasPrevKv()).isFalse();
        CountDownLatch goOn = new CountDownLatch(1);
        for (int thread = 0; thread < 2; thread++) {
            var unused = large.submit(() -> await(goOn));
        }
        BlockingQueue<Future<PutResponse>> ended = new LinkedBlockingQueue<>();
        for (int i = 0; i < 2; i++) {
            var call = KVGrpc.newFutureStub(channel).put(put);
            call.addListener(() -> ended.add(call), Runnable::run);
        }
        // Either may come first. Both are done, but for one of the answers there is no room.
        Future<PutResponse> withoutRoom = requireNonNull(ended.poll(20, TimeUnit.SECONDS));
        assertThatThrownBy(withoutRoom::get).hasMessageContaining(EtcdError.TIMEOUT.text());
        goOn.countDown();
        Future<PutResponse> answered = requireNonNull(ended.poll(20, TimeUnit.SECONDS));
        assertThat(answered.get().getPrevKv().getValue().size()).isEqualTo(600_000);
    }

    /** Each call has a bound of its own: one for all calls of a test counts how many they are. */
    private KVGrpc.KVBlockingStub kv() {
        return KVGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS);
    }

    /** With a window that a large answer does not fit in. */
    private ManagedChannel connect() {
        return NettyChannelBuilder.forAddress(
                        "127.0.0.1", port.addresses().get(0).getPort())
                .usePlaintext()
                .flowControlWindow(64 << 10)
                .build();
    }

    /** With ten kilobytes for each key; more than 64 are read on a thread of their own. */
    private void fill(int keys) {
        for (int i = 0; i < keys; i++) {
            var unused = kv().put(PutRequest.newBuilder()
                    .setKey(ByteString.copyFromUtf8("k" + i))
                    .setValue(ByteString.copyFrom(new byte[10_000]))
                    .build());
        }
    }

    private static PutRequest request(int valueBytes) {
        return PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("k"))
                .setValue(ByteString.copyFrom(new byte[valueBytes]))
                .build();
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException closing) {
            return false;
        }
    }

    /** Bounded by the tests' own time limit: each round is a call. */
    private static void await(BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("20 s have passed").isNegative();
        }
    }

    private static boolean isRefused(Runnable call) {
        try {
            call.run();
            return false;
        } catch (StatusRuntimeException refused) {
            assertThat(refused.getStatus().getDescription()).isEqualTo(EtcdError.TOO_MANY_REQUESTS.text());
            return true;
        }
    }

    private static RangeRequest all() {
        ByteString zero = ByteString.copyFrom(new byte[1]);
        return RangeRequest.newBuilder().setKey(zero).setRangeEnd(zero).build();
    }

    private RangeResponse rangeAll() {
        return kv().range(all());
    }

    private RangeResponse range(String key) {
        return kv().range(RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .build());
    }

    private PutResponse put(String value, String... idempotencyKeys) {
        Metadata headers = new Metadata();
        for (String key : idempotencyKeys) {
            headers.put(UnaryCall.IDEMPOTENCY_KEY, key);
        }
        return kv().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                .put(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("k"))
                        .setValue(ByteString.copyFromUtf8(value))
                        .build());
    }

    @Test
    void aWriteIsProposedWithTheKeyThatItsClientSent() {
        put("v", "1767225600000-order-4711");
        put("v");
        assertThat(node.keys).containsExactly(IdempotencyKey.parse("1767225600000-order-4711"));
        assertThat(node.proposals).hasValue(2);
    }

    @Test
    void whatIsNoKeyIsRefusedAndNothingIsProposed() {
        assertNoKey("an idempotency key must not be empty", "");
        assertNoKey("at most 128 characters, this one has 129", "1-" + "a".repeat(127));
        assertNoKey("\"order-4711\" must begin with the time of the first attempt", "order-4711");
        assertNoKey("one idempotency key, not two", "1-a", "1-b");
        assertThat(node.proposals).hasValue(0);
        assertThat(node.keys).isEmpty();
    }

    private void assertNoKey(String why, String... keys) {
        assertThatThrownBy(() -> put("v", keys)).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
            assertThat(refused.getStatus().getDescription())
                    .startsWith("quorate: ")
                    .contains(why);
        });
    }

    @Test
    void howAWriteWithAKeyEndedIsSaid() {
        node.nextWrite(ScriptedNode.refused(Refused.Reason.KEY_REUSED));
        assertPutRefused(EtcdError.IDEMPOTENCY_KEY_REUSED);
        node.nextWrite(ScriptedNode.refused(Refused.Reason.KEY_AHEAD));
        assertPutRefused(EtcdError.IDEMPOTENCY_KEY_AHEAD);
        node.nextWrite(ScriptedNode.unknown(Unknown.Reason.KEY_FORGOTTEN));
        assertPutRefused(EtcdError.IDEMPOTENCY_KEY_FORGOTTEN);
        node.nextWrite(ScriptedNode.unknown(Unknown.Reason.ANSWER_NOT_KEPT));
        assertPutRefused(EtcdError.IDEMPOTENT_ANSWER_NOT_KEPT);
        assertThat(node.proposals).as("none is repeated here").hasValue(4);
    }

    @Test
    void aMemberWhoseStateDiffersSaysSo() {
        node.nextWrite(ScriptedNode.refused(Refused.Reason.STATE_DIFFERS));
        assertPutRefused(EtcdError.STATE_DIFFERS);
        node.nextWrite(ScriptedNode.unknown(Unknown.Reason.STATE_DIFFERS));
        assertPutRefused(EtcdError.TIMEOUT);
    }

    private PutResponse put(String value) {
        return kv().put(PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("k"))
                .setValue(ByteString.copyFromUtf8(value))
                .build());
    }

    private void assertPutRefused(EtcdError error) {
        assertRefused(error, () -> put("v"));
    }

    private static void assertRefused(EtcdError error, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
            assertThat(refused.getStatus().getDescription()).isEqualTo(error.text());
            assertThat(refused.getStatus().getCode()).isEqualTo(error.code());
        });
    }

    private static final class Garbage implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            throw new UnsupportedOperationException("never received");
        }
    }
}
