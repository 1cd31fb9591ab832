package io.quorate.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.support.Checkout;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import io.quorate.raft.Raft;
import io.quorate.raft.Recording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What three real processes told their cores is lived again: the same inputs must give the same effects, byte for byte. */
@Tag("process")
@Tag("slow")
final class RecordedProcessesTest {
    private static final int MEMBERS = 3;

    @Test
    void threeProcessesAreReplayedToTheSameEffects(@TempDir Path folder) throws IOException {
        int port = Ports.run(2 * MEMBERS);
        List<Running> members = new ArrayList<>();
        try {
            for (int member = 0; member < MEMBERS; member++) {
                members.add(start(folder, port, member));
            }
            members.forEach(member -> member.awaitLine("ready to serve client requests"));
            String endpoints = "--endpoints=127.0.0.1:" + (port + 2) + ",127.0.0.1:" + port;
            for (int write = 0; write < 5; write++) {
                assertThat(Running.run(Checkout.quorate("put", "k" + write, "v", endpoints))
                                .output())
                        .isEqualTo("OK");
            }
            for (Running member : members) {
                member.terminate();
                assertThat(member.awaitEnd()).isZero();
            }
        } finally {
            members.forEach(Running::close);
        }
        long committed = 0;
        for (int member = 0; member < MEMBERS; member++) {
            // Throws at the first turn whose effects differ from the recorded ones.
            Raft end = Recording.replay(Files.readAllBytes(recording(folder, member)));
            committed = Math.max(committed, end.commitIndex());
        }
        assertThat(committed).isGreaterThanOrEqualTo(5);
    }

    private static Path recording(Path folder, int member) {
        return folder.resolve("inputs-" + member);
    }

    private static Running start(Path folder, int port, int member) {
        List<String> cluster = new ArrayList<>();
        for (int each = 0; each < MEMBERS; each++) {
            cluster.add("n" + each + "=http://127.0.0.1:" + (port + 2 * each + 1));
        }
        String clients = "http://127.0.0.1:" + (port + 2 * member);
        String peers = "http://127.0.0.1:" + (port + 2 * member + 1);
        ProcessBuilder builder = Checkout.quorate(
                "server",
                "--name=n" + member,
                "--data-dir=" + folder.resolve("n" + member),
                "--initial-cluster=" + String.join(",", cluster),
                "--listen-client-urls=" + clients,
                "--advertise-client-urls=" + clients,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--segment-bytes=8388608",
                "--record-inputs=" + recording(folder, member));
        builder.environment().put("QUORATE_JAVA_OPTS", "-Xmx256m -XX:+UseSerialGC");
        return Running.start(builder);
    }
}
