package io.quorate.server.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.quorate.etcd.health.HealthCheckRequest;
import io.quorate.etcd.health.HealthCheckResponse.ServingStatus;
import io.quorate.etcd.health.HealthGrpc;
import io.quorate.server.options.ServerOptions;
import io.quorate.server.rpc.CallGuard;
import io.quorate.server.rpc.HealthService;
import io.quorate.transport.EventLoops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One port for gRPC, for HTTP/1.1, and for bytes that are neither. */
class ClientPortTest {
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final byte[] EMPTY_SETTINGS = {0, 0, 0, 4, 0, 0, 0, 0, 0};

    /** 2,000 from each fixed seed, and as many from one that is new in each run. */
    private static final int FRAMES = 10_000;

    private static final int FRAMES_PER_CONNECTION = 20;
    private static final List<Long> FIXED_SEEDS = List.of(1L, 2L, 3L, 4L);

    private final EventLoops loops = EventLoops.start(1, "test-port");
    private ClientPort port;
    private ManagedChannel channel;

    @BeforeEach
    void open() throws IOException {
        ServerOptions options = ServerOptions.builder()
                .listenClientUrls(List.of(URI.create("http://127.0.0.1:0")))
                .build();
        port = ClientPort.open(options, loops);
        port.serve(List.of(new HealthService()), new CallGuard(() -> true));
        channel = NettyChannelBuilder.forAddress("127.0.0.1", number())
                .usePlaintext()
                .build();
    }

    @AfterEach
    void close() throws Exception {
        channel.shutdownNow();
        port.close();
        loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }

    @Test
    void grpcAndHttpShareThePort() throws Exception {
        assertServing();
        assertThat(exchange("GET /health HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
                .startsWith("HTTP/1.1 404 Not Found")
                .contains("content-type: application/json")
                .endsWith("\"message\":\"quorate: HTTP is not there yet on this port; it speaks gRPC\"}\n");
        assertServing();
    }

    @Test
    void beforeThereIsAnythingToServeCallsAreToldToComeAgain() throws Exception {
        ServerOptions options = ServerOptions.builder()
                .listenClientUrls(List.of(URI.create("http://127.0.0.1:0")))
                .build();
        try (ClientPort early = ClientPort.open(options, loops)) {
            ManagedChannel client = NettyChannelBuilder.forAddress(
                            "127.0.0.1", early.addresses().get(0).getPort())
                    .usePlaintext()
                    .build();
            assertThatThrownBy(() -> assertServing(client))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            refusal -> assertThat(refusal.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE))
                    .hasMessageContaining("this member is starting");
            early.serve(List.of(new HealthService()), new CallGuard(() -> true));
            assertServing(client);
            client.shutdownNow();
        }
    }

    /** As with etcd, where 0 leaves them to gRPC; given to its builder they would be refused. */
    @Test
    void pingsMayBeLeftToGrpc() throws Exception {
        ServerOptions options = ServerOptions.builder()
                .listenClientUrls(List.of(URI.create("http://127.0.0.1:0")))
                .keepAliveMinTimeMillis(0)
                .keepAliveIntervalMillis(0)
                .keepAliveTimeoutMillis(0)
                .build();
        try (ClientPort open = ClientPort.open(options, loops)) {
            assertThat(open.addresses()).hasSize(1);
        }
    }

    @Test
    void aRequestThatIsNoHttpIsToldSo() throws Exception {
        assertThat(exchange("x\r\n\r\n".getBytes(StandardCharsets.US_ASCII))).startsWith("HTTP/1.1 400 Bad Request");
    }

    @Test
    void aRequestCutIntoSingleBytesIsStillRecognised() throws Exception {
        try (Socket socket = connect()) {
            for (byte each : "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
                socket.getOutputStream().write(each);
                socket.getOutputStream().flush();
            }
            assertThat(answer(socket)).startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void aConnectionClosedBeforeItSaidWhatItSpeaksDoesNoHarm() throws Exception {
        connect().close();
        try (Socket socket = connect()) {
            socket.getOutputStream().write('P');
        }
        assertServing();
    }

    /** A port that any process can reach must survive what any process may send. */
    @Test
    void tenThousandRandomAndMutatedFramesDoNotKillThePort() throws Exception {
        List<Long> seeds = new ArrayList<>(FIXED_SEEDS);
        seeds.add(System.nanoTime());
        for (long seed : seeds) {
            System.out.println("frames from seed " + seed);
            Random random = new Random(seed);
            int frames = 0;
            for (int connection = 0; frames < FRAMES / seeds.size(); connection++) {
                frames += sendFrames(random, connection % 2 == 0);
            }
            assertServing();
        }
    }

    /** @return how many were written before the port hung up */
    private int sendFrames(Random random, boolean http2) throws IOException {
        int written = 0;
        try (Socket socket = connect()) {
            if (http2) {
                socket.getOutputStream().write(PREFACE.getBytes(StandardCharsets.US_ASCII));
                socket.getOutputStream().write(EMPTY_SETTINGS);
            }
            for (; written < FRAMES_PER_CONNECTION; written++) {
                byte[] bytes = new byte[9 + random.nextInt(64)];
                random.nextBytes(bytes);
                if (http2 && random.nextBoolean()) {
                    shapeAsFrame(bytes, random);
                }
                socket.getOutputStream().write(bytes);
            }
        } catch (SocketException hungUp) {
            // A port may close on nonsense; the rest of it goes over the next connection.
            return written;
        }
        return written;
    }

    /** The right length, a known type, a small stream number: so that the damage lies deeper than the first check. */
    private static void shapeAsFrame(byte[] bytes, Random random) {
        bytes[0] = 0;
        bytes[1] = 0;
        bytes[2] = (byte) (bytes.length - 9);
        bytes[3] = (byte) random.nextInt(10);
        bytes[5] = 0;
        bytes[6] = 0;
        bytes[7] = 0;
        bytes[8] = (byte) random.nextInt(8);
    }

    private void assertServing() {
        assertServing(channel);
    }

    private static void assertServing(ManagedChannel client) {
        assertThat(HealthGrpc.newBlockingStub(client)
                        .withDeadlineAfter(20, TimeUnit.SECONDS)
                        .check(HealthCheckRequest.getDefaultInstance())
                        .getStatus())
                .isEqualTo(ServingStatus.SERVING);
    }

    private String exchange(byte[] request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request);
            return answer(socket);
        }
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), number());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private int number() {
        return port.addresses().get(0).getPort();
    }
}
