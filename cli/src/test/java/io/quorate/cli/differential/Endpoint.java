package io.quorate.cli.differential;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.quorate.etcd.etcdserverpb.CompactionRequest;
import io.quorate.etcd.etcdserverpb.DeleteRangeRequest;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.MaintenanceGrpc;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.StatusRequest;
import io.quorate.etcd.etcdserverpb.StatusResponse;
import io.quorate.etcd.etcdserverpb.TxnRequest;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** One member's client port: sends a request of any kind. */
final class Endpoint implements AutoCloseable {
    /** Ends a test that would hang; says nothing about speed. */
    private static final long DEADLINE_SECONDS = 60;

    private static final Map<Class<?>, MethodDescriptor<? extends Message, ? extends Message>> METHODS = Map.of(
            RangeRequest.class, KVGrpc.getRangeMethod(),
            PutRequest.class, KVGrpc.getPutMethod(),
            DeleteRangeRequest.class, KVGrpc.getDeleteRangeMethod(),
            TxnRequest.class, KVGrpc.getTxnMethod(),
            CompactionRequest.class, KVGrpc.getCompactMethod(),
            HashKVRequest.class, MaintenanceGrpc.getHashKVMethod());

    private final ManagedChannel channel;

    Endpoint(int port) {
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    }

    Future<? extends Message> send(Message request) {
        return send(Objects.requireNonNull(METHODS.get(request.getClass())), request);
    }

    @SuppressWarnings("unchecked") // the map's keys are the methods' requests
    private <Q extends Message, A extends Message> Future<A> send(MethodDescriptor<Q, A> method, Message request) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
        return ClientCalls.futureUnaryCall(channel.newCall(method, options), (Q) request);
    }

    static Answer await(Future<? extends Message> sent) {
        try {
            return Answer.of(sent.get());
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof StatusRuntimeException refused) {
                return Answer.of(refused.getStatus());
            }
            throw new AssertionError(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    Answer ask(Message request) {
        return await(send(request));
    }

    StatusResponse status() {
        return MaintenanceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .status(StatusRequest.getDefaultInstance());
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
