package io.quorate.bench.cluster;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.quorate.bench.BenchException;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.PutResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Tries to write, again and again, at several members at once, until one of them acknowledges: the moment from which a user is
 * served. A single waiting request would not do: sent to a leader that has just died it is lost, and says nothing about its
 * successor.
 */
public final class Attempts implements AutoCloseable {
    private static final long BETWEEN_NANOS = 2_000_000;
    private static final long PATIENCE_SECONDS = 30;
    private static final PutRequest PUT = PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8("bench/attempt"))
            .setValue(ByteString.copyFromUtf8("x"))
            .build();

    private final Channels channels = new Channels();
    private final List<String> endpoints;

    public Attempts(List<String> endpoints) {
        this.endpoints = endpoints;
    }

    /**
     * Blocks until a write is acknowledged; connects as soon as a port is open.
     *
     * @return the moment, of {@link System#nanoTime()}
     */
    public long firstWrite() {
        CompletableFuture<Long> done = new CompletableFuture<>();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!done.isDone() && System.nanoTime() - deadline < 0) {
            for (String endpoint : endpoints) {
                if (channels.has(endpoint) || isOpen(endpoint)) {
                    attempt(channels.of(endpoint), done);
                }
            }
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
        try {
            return done.get(0, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException never) {
            throw new BenchException(
                    "no write was acknowledged within " + PATIENCE_SECONDS + " s by " + String.join(", ", endpoints),
                    never);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", interrupted);
        }
    }

    /** gRPC waits a second after a refused connection; a look at the port does not. */
    private static boolean isOpen(String endpoint) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), portOf(endpoint)));
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    private static int portOf(String endpoint) {
        return Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    }

    private static void attempt(ManagedChannel channel, CompletableFuture<Long> done) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS);
        ClientCalls.asyncUnaryCall(
                channel.newCall(KVGrpc.getPutMethod(), options), PUT, new StreamObserver<PutResponse>() {
                    @Override
                    public void onNext(PutResponse answer) {
                        done.complete(System.nanoTime());
                    }

                    @Override
                    public void onError(Throwable refused) {
                        // The next attempt is on its way already.
                    }

                    @Override
                    public void onCompleted() {
                        // onNext has said all.
                    }
                });
    }

    @Override
    public void close() {
        channels.close();
    }
}
