package io.quorate.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.quorate.etcd.health.HealthCheckRequest;
import io.quorate.etcd.health.HealthCheckResponse;
import io.quorate.etcd.health.HealthGrpc;
import io.quorate.server.options.ServerOptions;
import io.quorate.server.port.ClientPort;
import io.quorate.transport.EventLoops;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What stands before every call, over a service that does what its argument says. */
class CallGuardTest {
    private final EventLoops loops = EventLoops.start(1, "test-guard");
    private volatile boolean leaderKnown = true;
    private ClientPort port;
    private ManagedChannel channel;

    @BeforeEach
    void open() throws IOException {
        ServerOptions options = ServerOptions.builder()
                .listenClientUrls(List.of(URI.create("http://127.0.0.1:0")))
                .build();
        port = ClientPort.open(options, loops);
        port.serve(List.of(new Obedient()), new CallGuard(() -> leaderKnown));
        int number = port.addresses().get(0).getPort();
        channel = NettyChannelBuilder.forAddress("127.0.0.1", number)
                .usePlaintext()
                .build();
    }

    @AfterEach
    void close() throws Exception {
        channel.shutdownNow();
        port.close();
        loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }

    /** A stray UNKNOWN would end every watch that shares the client's stream. */
    @Test
    void anExceptionInsideIsNeverUnknown() {
        for (String way : List.of("throw", "error")) {
            assertThatThrownBy(() -> ask(channel, way))
                    .isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
                        assertThat(refused.getStatus().getCode()).as(way).isEqualTo(Status.Code.INTERNAL);
                        assertThat(refused.getStatus().getDescription()).doesNotContain("secret");
                    });
        }
        assertThat(ask(channel, "answer").getStatus()).isEqualTo(HealthCheckResponse.ServingStatus.SERVING);
    }

    @Test
    void aCallThatRequiresALeaderIsRefusedAtOnceWhileThereIsNone() {
        leaderKnown = false;
        assertThat(ask(channel, "answer")).isNotNull();
        assertThatThrownBy(() -> ask(with("hasleader", "true"), "answer"))
                .isInstanceOfSatisfying(StatusRuntimeException.class, refused -> assertThat(
                                refused.getStatus().getDescription())
                        .isEqualTo("etcdserver: no leader"));
        leaderKnown = true;
        assertThat(ask(with("hasleader", "true"), "answer")).isNotNull();
    }

    @Test
    void aClientMaySayWhichVersionItSpeaks() {
        assertThat(ask(with("client-api-version", "3.6.14"), "answer")).isNotNull();
    }

    private Channel with(String key, String value) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
        return ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    private static HealthCheckResponse ask(Channel channel, String way) {
        return HealthGrpc.newBlockingStub(channel)
                .withDeadlineAfter(20, TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder().setService(way).build());
    }

    private static final class Obedient extends HealthGrpc.HealthImplBase {
        @Override
        public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> observer) {
            switch (request.getService()) {
                case "throw" -> throw new IllegalStateException("secret");
                case "error" -> observer.onError(new IllegalStateException("secret"));
                default -> {
                    observer.onNext(HealthCheckResponse.newBuilder()
                            .setStatus(HealthCheckResponse.ServingStatus.SERVING)
                            .build());
                    observer.onCompleted();
                }
            }
        }
    }
}
