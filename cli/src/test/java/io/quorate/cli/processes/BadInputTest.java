package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.cli.support.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a client, a stranger on the network and a hurried operator do wrong to a member that serves. */
@Tag("process")
@Tag("slow")
final class BadInputTest {
    /** To each port: 2,000 from each fixed seed, and as many from one that is new in each run. */
    private static final int FRAMES = 10_000;

    private static final List<Long> FIXED_SEEDS = List.of(10L, 11L, 12L, 13L);

    /** What garbage may leave behind at most: tables of the JVM, Netty's buffers, classes of the refusals. */
    private static final long HEAP_GROWTH_BYTES = 64L << 20;

    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private RealMember lone;

    @BeforeEach
    void startOne() {
        int port = Ports.run(2);
        lone = new RealMember("lone", port, port + 1, folder.resolve("lone")).start();
        lone.awaitReady();
        lone.put("kept", "yes");
    }

    @AfterEach
    void itStillServesAndEndsWell() {
        try {
            assertThat(lone.get("kept")).isEqualTo("yes");
            assertThat(lone.stop()).isZero();
        } finally {
            lone.close();
        }
    }

    @Test
    void whatIsTakenIsNamed() throws IOException {
        Ended directory = Ended.of(new RealMember("lone", Ports.one(), lone.peerPort(), lone.data()).command(), folder);
        directory.assertRefusedWith(
                lone.data().toString(), "in use by process " + lone.running().pid(), "stop that one first");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            Ended client = Ended.of(new RealMember("a", port, Ports.one(), folder.resolve("a")).command(), folder);
            client.assertRefusedWith(String.valueOf(port), "in use", "--listen-client-urls");
            Ended peer = Ended.of(new RealMember("b", Ports.one(), port, folder.resolve("b")).command(), folder);
            peer.assertRefusedWith(String.valueOf(port), "in use", "still running there?");
            assertThat(folder.resolve("a")).doesNotExist();
            assertThat(folder.resolve("b")).doesNotExist();
        }
    }

    @Test
    void whatCannotBeDoneIsRefusedBeforeTheStart() {
        Ended unknown = Ended.of(RealMember.quorate("server", "--nmae=x", "--data-dir=" + folder.resolve("x")), folder);
        unknown.assertRefusedWith("nmae", "did you mean --name");
        Ended unsupported =
                Ended.of(RealMember.quorate("server", "--auto-tls=true", "--data-dir=" + folder.resolve("x")), folder);
        unsupported.assertRefusedWith("auto-tls", "not supported yet");
        assertThat(folder.resolve("x")).doesNotExist();
        Ended emptyKey = Ended.of(RealMember.quorate("put", "", "v", "--endpoints=" + lone.endpoint()), folder);
        emptyKey.assertRefusedWith("etcdserver: key is not provided");
    }

    @Test
    void aRequestThatIsTooLargeIsRefusedByEtcdsText() {
        String mebibyteAndAHalf = "x".repeat(3 << 19);
        assertThatThrownBy(() -> lone.put("large", mebibyteAndAHalf))
                .isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
                    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
                    assertThat(refused.getStatus().getDescription()).isEqualTo("etcdserver: request is too large");
                });
        assertThatThrownBy(() -> lone.put("huge", "x".repeat(16 << 20)))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        refused -> assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
        assertThat(lone.get("large")).isEmpty();
    }

    @Test
    void tenThousandFramesOfNonsenseOnEitherPortHarmNothing() throws IOException {
        long before = lone.state().getRuntime().getHeapUsedBytes();
        List<Long> seeds = new ArrayList<>(FIXED_SEEDS);
        seeds.add(System.nanoTime());
        int peerFrames = 0;
        int clientFrames = 0;
        for (long seed : seeds) {
            System.out.println("nonsense from seed " + seed);
            Nonsense nonsense = new Nonsense(new Random(seed));
            peerFrames += nonsense.sendToPeerPort(lone, FRAMES / seeds.size());
            clientFrames += nonsense.sendToClientPort(lone, FRAMES / seeds.size());
            assertThat(lone.running().isAlive()).as("after seed %d", seed).isTrue();
        }
        assertThat(peerFrames).isEqualTo(FRAMES);
        assertThat(clientFrames).isEqualTo(FRAMES);
        lone.put("after", "yes");
        assertThat(lone.get("after")).isEqualTo("yes");
        Until.found(
                "a heap as small as before",
                () -> lone.state().getRuntime().getHeapUsedBytes() < before + HEAP_GROWTH_BYTES ? true : null);
        assertThat(lone.running().output()).doesNotContain("OutOfMemory").doesNotContain("node-failed");
    }
}
