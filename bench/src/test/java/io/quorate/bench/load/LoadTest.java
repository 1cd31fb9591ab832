package io.quorate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.quorate.bench.BenchException;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.PutResponse;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class LoadTest {
    private final Keys keys = new Keys();
    private final List<String> heard = new ArrayList<>();
    private Server server = NettyServerBuilder.forPort(0).build();

    @BeforeEach
    void starts() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .directExecutor()
                .addService(keys)
                .build()
                .start();
    }

    @AfterEach
    void stops() {
        server.shutdownNow();
    }

    private Load load(Operation operation, int clients) {
        Workload workload = new Workload(operation, false, 50, clients, 2, 50, 16, 1, 0, 1);
        return new Load(List.of("127.0.0.1:" + server.getPort()), workload);
    }

    private Load.Moments moments() {
        return new Load.Moments() {
            @Override
            public void begins() {
                heard.add("begins");
            }

            @Override
            public void ends() {
                heard.add("ends");
            }
        };
    }

    @Test
    void putsReachTheServerAndAreCounted() {
        Measured measured = load(Operation.PUT, 4).run(moments());
        assertThat(measured.operations()).isPositive().isLessThanOrEqualTo(keys.puts.get());
        assertThat(measured.failures()).isZero();
        assertThat(keys.written).allMatch(key -> key.matches("bench/00000000[0-4][0-9]"));
        assertThat(keys.mostAtOnce.get()).isLessThanOrEqualTo(4);
        assertThat(heard).containsExactly("begins", "ends");
    }

    @Test
    void aMixedLoadReadsAndWrites() {
        load(Operation.MIXED, 4).run(moments());
        assertThat(keys.puts.get()).isPositive();
        assertThat(keys.ranges.get()).isPositive();
    }

    @Test
    void fillingWritesEveryKeyOnce() {
        load(Operation.GET, 4).fill();
        assertThat(keys.written).hasSize(50);
        assertThat(keys.puts.get()).isEqualTo(50);
    }

    @Test
    void failuresAreCountedAndTheLoopGoesOn() {
        keys.refusal = Status.RESOURCE_EXHAUSTED;
        Measured measured = load(Operation.PUT, 4).run(moments());
        assertThat(measured.operations()).isZero();
        assertThat(measured.errors()).containsOnlyKeys(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(measured.failures()).isGreaterThan(4);
        assertThatThrownBy(() -> load(Operation.GET, 4).fill())
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("RESOURCE_EXHAUSTED");
    }

    @Test
    void aClusterThatIsNotThereIsSaidAtOnce() {
        Load load = load(Operation.PUT, 4);
        String endpoint = "127.0.0.1:" + server.getPort();
        server.shutdownNow();
        assertThatThrownBy(() -> load.run(moments()))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("no answer from " + endpoint);
        assertThat(heard).isEmpty();
    }

    /** A store that only counts. */
    private static final class Keys extends KVGrpc.KVImplBase {
        private final Set<String> written = ConcurrentHashMap.newKeySet();
        private final AtomicInteger puts = new AtomicInteger();
        private final AtomicInteger ranges = new AtomicInteger();
        private final AtomicInteger atOnce = new AtomicInteger();
        private final AtomicInteger mostAtOnce = new AtomicInteger();
        private volatile Status refusal = Status.OK;

        @Override
        public void put(PutRequest request, StreamObserver<PutResponse> answer) {
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            puts.incrementAndGet();
            written.add(request.getKey().toStringUtf8());
            atOnce.decrementAndGet();
            if (!refusal.isOk()) {
                answer.onError(refusal.asRuntimeException());
                return;
            }
            answer.onNext(PutResponse.getDefaultInstance());
            answer.onCompleted();
        }

        @Override
        public void range(RangeRequest request, StreamObserver<RangeResponse> answer) {
            ranges.incrementAndGet();
            answer.onNext(RangeResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }
}
