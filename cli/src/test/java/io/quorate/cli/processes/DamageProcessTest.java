package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.StatusRuntimeException;
import io.quorate.cli.support.Ports;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A byte of a real member's log changes while it is down: it comes back by itself, and meanwhile says why it serves nobody. */
@Tag("process")
@Tag("slow")
final class DamageProcessTest {
    private static final int WRITES = 200;

    @TempDir
    private Path folder;

    private List<RealMember> members = List.of();

    @AfterEach
    void endThem() {
        members.forEach(RealMember::close);
    }

    @Test
    void aDamagedMemberGetsBackWhatItLost() throws IOException {
        members = RealMember.three(Ports.run(6), folder);
        members.forEach(RealMember::start);
        members.forEach(RealMember::awaitReady);
        for (int i = 0; i < WRITES; i++) {
            members.get(0).put("key " + i, "value " + i);
        }
        members.forEach(RealMember::kill);
        RealMember damaged = members.get(2);
        changeByte(damaged.data().resolve("log-0000000000000001"), 8000);

        damaged.start();
        await("a member that says what it lost", damaged, lost -> lost > 0);
        assertThatThrownBy(() -> damaged.kv()
                        .range(RangeRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8("key 1"))
                                .setSerializable(true)
                                .build()))
                .as("old data may not pass for new, and nobody is there to ask")
                .hasMessageStartingWith("UNAVAILABLE: ");

        members.get(0).start();
        members.get(1).start();
        members.get(0).awaitReady();
        await("a member that has back what it lost", damaged, lost -> lost == 0);
        for (int i = 0; i < WRITES; i++) {
            assertThat(damaged.get("key " + i)).isEqualTo("value " + i);
        }

        members.get(0).kill();
        assertThat(members.get(1).awaitReady().put("behind", "it")).isPositive();
    }

    private static void await(String what, RealMember member, LongPredicate lostThrough) {
        Until.found(what, () -> {
            try {
                return lostThrough.test(member.state().getLostThrough()) ? member : null;
            } catch (StatusRuntimeException notYet) {
                return null;
            }
        });
    }

    private static void changeByte(Path file, long at) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(at);
            int was = open.read();
            open.seek(at);
            open.write(was ^ 1);
        }
    }
}
