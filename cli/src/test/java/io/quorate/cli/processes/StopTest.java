package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.quorate.cli.support.Ports;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM while clients write: every request gets an answer or a status, and the process ends with 0. */
@Tag("process")
@Tag("slow")
final class StopTest {
    private static final int WRITERS = 8;

    @Test
    void everyRequestInFlightIsAnsweredOrReportedAndWhatWasAnsweredIsKept(@TempDir Path folder) {
        int port = Ports.run(2);
        try (RealMember member = new RealMember("n1", port, port + 1, folder.resolve("n1")).start();
                Writers writers = new Writers(WRITERS)) {
            member.awaitReady();
            writers.reachable(member);
            writers.awaitAcknowledged(200);
            member.running().terminate();
            assertThat(member.running().awaitEnd()).isZero();
            writers.unreachable(member);
            writers.finish();
            Map<String, Status> unknown = writers.unknown();
            // A request that hung would have ended by its deadline.
            assertThat(unknown.values())
                    .allSatisfy(status -> assertThat(status.getCode()).isEqualTo(Status.Code.UNAVAILABLE));

            member.start().awaitReady();
            RangeRequest all = RangeRequest.newBuilder()
                    .setKey(ByteString.copyFromUtf8(Writers.PREFIX))
                    .setRangeEnd(ByteString.copyFromUtf8("w0"))
                    .build();
            assertThat(writers.problems(member.kv().range(all))).isEmpty();
            assertThat(member.stop()).isZero();
        }
    }
}
