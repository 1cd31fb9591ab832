package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.HardState;
import io.quorate.raft.RestartImage;
import io.quorate.storage.LogDriver.Entries;
import io.quorate.storage.MemoryDisk.Loss;
import io.quorate.storage.SnapshotDriver.Texts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A log and its snapshots together: taken, marked, kept with a tail, lost and damaged. */
final class SnapshotRecoveryTest {
    private final MemoryDisk medium = new MemoryDisk("n1");

    /** A member that lives until it is killed. */
    private static final class Life {
        final SnapshotDriver snapshots;
        final LogDriver log;
        long last;

        Life(MemoryDisk medium) throws IOException {
            Disk disk = medium.open();
            snapshots = new SnapshotDriver(disk);
            log = new LogDriver(disk, SegmentedLog.open(disk, LogDriver.SMALL, LogDriver.entropy(1), snapshots.store));
            last = log.log.recovered().isEmpty() ? 0 : image().log().lastIndex();
        }

        RestartImage image() {
            return log.image(1);
        }

        void append(int count) {
            for (int i = 0; i < count; i++) {
                last++;
                log.submit(1, null, 0, new HardState(3, 1, 0), Entries.of(1, last, 3, command(last)));
                log.run();
            }
        }

        static String command(long index) {
            return "entry " + index + "x".repeat(100);
        }

        void snapshot(long index) {
            snapshots.take(1, index, Texts.of("k", 20, 100));
            mark(index);
        }

        void mark(long index) {
            log.submit(1, SnapshotDriver.mark(index), 0, null, Entries.NONE);
            log.run();
        }

        void remove(long tail) {
            long mark = newestMark();
            log.log.removeBefore(1, mark - tail);
            log.run();
            snapshots.store.dropBefore(1, mark);
            snapshots.run();
        }

        private long newestMark() {
            return snapshots.store.snapshots().stream()
                    .mapToLong(info -> info.mark().index())
                    .max()
                    .orElse(0);
        }
    }

    private Life restart() throws IOException {
        medium.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        return new Life(medium);
    }

    private void damage(long index) {
        String name = SnapshotFormat.name(1, index);
        byte[] bytes = medium.bytes(name);
        bytes[bytes.length / 2] ^= 1;
        medium.put(name, bytes);
    }

    @Test
    void begins_with_the_newest_mark_and_keeps_its_tail() throws IOException {
        Life life = new Life(medium);
        life.append(60);
        life.snapshot(50);
        life.remove(20);
        life = restart();
        assertThat(life.image().mark()).isEqualTo(SnapshotDriver.mark(50));
        assertThat(life.image().log().lastIndex()).isEqualTo(60);
        assertThat(life.log.readCommands(1, 30, 60, 1 << 20)).isNotEmpty();
        assertThat(life.log.readCommands(1, 1, 60, 1 << 20)).isEmpty();
    }

    /** Else a leader that starts again has only the snapshot for a follower that lacks a few entries. */
    @Test
    void says_what_of_the_tail_before_the_mark_is_still_there() throws IOException {
        Life life = new Life(medium);
        life.append(60);
        life.snapshot(50);
        life = restart();
        RestartImage whole = life.image();
        assertThat(whole.mark().index()).isEqualTo(50);
        assertThat(whole.prevIndex()).isZero();
        assertThat(whole.prevTerm()).isZero();
        assertThat(whole.log().runFirst()).containsExactly(1);

        life.remove(20);
        life = restart();
        RestartImage image = life.image();
        assertThat(image.prevIndex()).isBetween(1L, 30L);
        assertThat(image.prevTerm()).isEqualTo(3);
        assertThat(image.log().runFirst()).containsExactly(image.prevIndex() + 1);
        assertThat(life.log.readCommands(1, image.prevIndex() + 1, 60, 1 << 20).get(0))
                .isEqualTo(Life.command(image.prevIndex() + 1));
        assertThat(life.log.readCommands(1, image.prevIndex(), 60, 1 << 20)).isEmpty();
    }

    @Test
    void falls_back_to_an_older_one_when_the_newest_does_not_hold() throws IOException {
        Life life = new Life(medium);
        life.append(60);
        life.snapshot(20);
        life.snapshot(40);
        damage(40);
        for (int start = 0; start < 3; start++) {
            life = restart();
            assertThat(life.image().mark()).isEqualTo(SnapshotDriver.mark(20));
            assertThat(life.image().log().lastIndex()).isEqualTo(60 + start);
            // What the older one needs stays, whatever is asked for.
            life.log.log.removeBefore(1, 50);
            life.append(1);
            assertThat(life.log.readCommands(1, 21, 60, 1 << 20).get(0)).isEqualTo(Life.command(21));
        }
        life.snapshot(50);
        life.remove(0);
        assertThat(medium.list()).doesNotContain(SnapshotFormat.name(1, 20), SnapshotFormat.name(1, 40));
        assertThat(restart().image().mark()).isEqualTo(SnapshotDriver.mark(50));
    }

    @Test
    void falls_back_to_the_beginning_when_the_whole_log_is_there() throws IOException {
        Life life = new Life(medium);
        life.append(10);
        life.snapshot(5);
        damage(5);
        life = restart();
        assertThat(life.image().mark().index()).isZero();
        assertThat(life.image().log().lastIndex()).isEqualTo(10);
    }

    @Test
    void no_snapshot_that_holds_is_damage_and_named() throws IOException {
        Life life = new Life(medium);
        life.append(60);
        life.snapshot(20);
        life.snapshot(40);
        life.log.log.removeBefore(1, 40);
        life.log.run();
        damage(40);
        medium.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        List<String> before = medium.list();
        assertThatThrownBy(() -> new Life(medium))
                .isInstanceOf(LogDamagedException.class)
                .hasMessageContaining("n1/" + SnapshotFormat.name(1, 40))
                .hasMessageContaining("group 1 has no snapshot to start from")
                .hasMessageContaining("is refused at offset")
                .hasMessageContaining("checksum does not hold");
        assertThat(medium.list()).isEqualTo(before);
    }

    @Test
    void a_missing_snapshot_is_damage_and_named() throws IOException {
        Life life = new Life(medium);
        life.append(60);
        life.snapshot(40);
        life.remove(0);
        life.log.disk.delete(SnapshotFormat.name(1, 40));
        life.log.disk.forceDirectory();
        medium.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        assertThatThrownBy(() -> new Life(medium))
                .isInstanceOf(LogDamagedException.class)
                .hasMessageContaining("snapshot n1/" + SnapshotFormat.name(1, 40) + " is missing");
    }

    @Test
    void a_snapshot_that_no_mark_names_is_not_begun_with() throws IOException {
        Life life = new Life(medium);
        life.append(60);
        life.snapshot(20);
        life.snapshots.take(1, 40, Texts.of("k", 20, 100));
        assertThat(restart().image().mark()).isEqualTo(SnapshotDriver.mark(20));
    }

    @Test
    void nothing_is_begun_with_that_lies_before_a_received_one() throws IOException {
        Life life = new Life(medium);
        life.append(30);
        life.snapshot(20);
        life.snapshots.take(1, 100, Texts.of("k", 20, 100));
        life.log.submit(1, SnapshotDriver.mark(100), 21, null, Entries.NONE);
        life.log.run();
        damage(100);
        medium.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        assertThatThrownBy(() -> new Life(medium)).isInstanceOf(LogDamagedException.class);
    }

    /** Snapshots and removals go on while the power goes before each of the disk's calls, in every way. */
    @Test
    void a_crash_at_any_call_leaves_a_log_that_starts() throws IOException {
        int calls = 0;
        for (boolean crashed = true; crashed; calls++) {
            crashed = false;
            for (Loss loss : Loss.values()) {
                crashed |= crashAt(calls, loss);
            }
        }
        assertThat(calls).isGreaterThan(200);
    }

    private static boolean crashAt(int calls, Loss loss) throws IOException {
        MemoryDisk medium = new MemoryDisk("n1");
        Life life = new Life(medium);
        life.append(10);
        int[] left = {calls};
        medium.hook((operation, name, bytes) -> {
            if (left[0]-- <= 0) {
                throw new IOException("stopped");
            }
        });
        List<Long> marked = new ArrayList<>();
        marked.add(0L);
        try {
            for (int round = 1; round <= 3; round++) {
                life.append(15);
                long index = life.last - 3;
                life.snapshots.take(1, index, Texts.of("k", 20, 100));
                life.mark(index);
                if (!life.log.failures.isEmpty()) {
                    break;
                }
                marked.add(index);
                life.remove(4);
            }
        } catch (AssertionError e) {
            assertThat(left[0]).isNegative();
        }
        boolean crashed = left[0] < 0;
        medium.hook(MemoryDisk.Hook.NONE);
        medium.crash(loss, LogDriver.entropy(calls));
        Life next = new Life(medium);
        long start = next.image().mark().index();
        assertThat(start).isGreaterThanOrEqualTo(marked.get(marked.size() - 1));
        if (start < next.last) {
            List<String> commands = next.log.readCommands(1, start + 1, next.last, 1 << 20);
            assertThat(commands.get(0)).isEqualTo(Life.command(start + 1));
        }
        return crashed;
    }
}
