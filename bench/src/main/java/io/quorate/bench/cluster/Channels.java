package io.quorate.bench.cluster;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.quorate.bench.BenchException;
import io.quorate.etcd.etcdserverpb.MaintenanceGrpc;
import io.quorate.etcd.etcdserverpb.StatusRequest;
import io.quorate.etcd.etcdserverpb.StatusResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** One connection to each endpoint, made when it is first asked for. For any thread. */
public final class Channels implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 30;
    private static final long BETWEEN_NANOS = 20_000_000;

    private final Map<String, ManagedChannel> channels = new ConcurrentHashMap<>();

    /** @param endpoint as HOST:PORT */
    public ManagedChannel of(String endpoint) {
        return channels.computeIfAbsent(endpoint, target -> NettyChannelBuilder.forTarget("dns:///" + target)
                .usePlaintext()
                .directExecutor()
                .build());
    }

    boolean has(String endpoint) {
        return channels.containsKey(endpoint);
    }

    /** Whether it is connected now; if not, it tries to be. */
    public boolean isConnected(String endpoint) {
        return of(endpoint).getState(true) == ConnectivityState.READY;
    }

    /** Blocks until all are. gRPC waits for seconds between two tries; this does not. */
    public void awaitConnected(List<String> endpoints) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (String endpoint : endpoints) {
            while (!isConnected(endpoint)) {
                if (System.nanoTime() - deadline >= 0) {
                    throw new BenchException("no connection to " + endpoint + " within " + PATIENCE_SECONDS + " s");
                }
                of(endpoint).resetConnectBackoff();
                LockSupport.parkNanos(BETWEEN_NANOS);
            }
        }
    }

    /** The endpoint of the member that leads, as one that answers says; blocks until there is one. */
    public String leader(List<String> endpoints) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() - deadline < 0) {
            for (String endpoint : endpoints) {
                StatusResponse status = status(endpoint);
                if (status != null
                        && status.getLeader() != 0
                        && status.getLeader() == status.getHeader().getMemberId()) {
                    return endpoint;
                }
            }
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
        throw new BenchException("no leader within " + PATIENCE_SECONDS + " s among " + String.join(", ", endpoints));
    }

    /** What this member says of itself; null where it does not answer. */
    public @Nullable StatusResponse status(String endpoint) {
        try {
            return MaintenanceGrpc.newBlockingStub(of(endpoint))
                    .withDeadlineAfter(1, TimeUnit.SECONDS)
                    .status(StatusRequest.getDefaultInstance());
        } catch (StatusRuntimeException silent) {
            return null;
        }
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
    }
}
