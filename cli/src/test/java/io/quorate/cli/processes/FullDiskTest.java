package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member on a file system that the kernel says is full: what the disk in memory only plays. */
@Tag("process")
@Tag("slow")
final class FullDiskTest {
    /** Room for the segment being written and the one behind it, 8 MiB each, and half of another. */
    private static final int MEBIBYTES = 20;

    private static final String VALUE = "v".repeat(200_000);
    /** More writes than the whole file system holds. */
    private static final int MANY = MEBIBYTES * 6;

    @TempDir
    private Path folder;

    private Path mounted = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        mounted = Files.createDirectory(folder.resolve("small"));
    }

    @Test
    void writesAreRefusedWhileTheDiskIsFullAndGoOnWhenThereIsRoom() {
        SmallDisk disk = new SmallDisk(mounted, MEBIBYTES);
        int port = Ports.run(2);
        try (RealMember member = new RealMember("n1", port, port + 1, mounted.resolve("n1"))) {
            member.start(disk.within(member.command())).awaitReady();
            List<String> written = new ArrayList<>(List.of("first"));
            member.put("first", VALUE);
            disk.fill(member.running());

            StatusRuntimeException refused = writeMany(member, written);
            assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
            assertThat(refused.getStatus().getDescription()).isEqualTo("etcdserver: mvcc: database space exceeded");
            member.running().awaitLine("disk-full node=n1 .*they go on by themselves");
            assertThat(member.get("first")).as("reads are served").isEqualTo(VALUE);
            assertThat(member.leads()).isTrue();

            disk.free(member.running());
            member.running().awaitLine("disk-has-room node=n1");
            Until.found("a write that is taken", () -> write(member, "after", written) == null ? true : null);
            assertThat(written).allSatisfy(key -> assertThat(member.get(key)).isEqualTo(VALUE));
            assertThat(member.stop()).isZero();
        }
    }

    @Test
    void aFirstStartWithoutRoomForALogSaysSo() {
        SmallDisk disk = new SmallDisk(mounted, 4);
        int port = Ports.run(2);
        try (RealMember member = new RealMember("n1", port, port + 1, mounted.resolve("n1"))) {
            Ended.of(disk.within(member.command()), folder)
                    .assertRefusedWith("no room for the first segment", mounted.toString(), "bytes, ", " are free");
        }
    }

    /** @return the refusal; fails when everything is taken, though it cannot fit */
    private static StatusRuntimeException writeMany(RealMember member, List<String> written) {
        for (int number = 0; number < MANY; number++) {
            StatusRuntimeException refused = write(member, "many/" + number, written);
            if (refused != null) {
                return refused;
            }
        }
        throw new AssertionError("all writes were taken: " + MANY + " of " + VALUE.length() + " bytes");
    }

    /** @return null when it was acknowledged, and then its key is among the written */
    private static @Nullable StatusRuntimeException write(RealMember member, String key, List<String> written) {
        try {
            member.put(key, VALUE);
            written.add(key);
            return null;
        } catch (StatusRuntimeException refused) {
            return refused;
        }
    }
}
