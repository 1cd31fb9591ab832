package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.LogStore.GroupImage;
import io.quorate.raft.HardState;
import io.quorate.raft.LogSummary;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.LogDriver.Entries;
import io.quorate.storage.MemoryDisk.Loss;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A log of several segments with a truncation in it. Whatever byte of it is damaged: what a repair keeps was in the log when it ended or
 * is marked as not to be trusted, nothing that was acknowledged is forgotten without a mark, and term and vote are the last ones; or it
 * refuses, and nothing is changed.
 */
final class LogRepairTest {
    private static final LogOptions OPTIONS = LogOptions.defaults().withSizes(1024, 250);
    private static final Membership THREE = Membership.ofVoters(List.of(
            new Member(1, 11, "n1", List.of()),
            new Member(2, 12, "n2", List.of()),
            new Member(3, 13, "n3", List.of())));
    private static final int WRITES = 40;
    private static final int CONFLICT_AT = 20;

    private final Map<String, byte[]> files = new TreeMap<>();
    private RestartImage told = new RestartImage(HardState.INITIAL, mark(THREE), LogSummary.empty(0));

    private static SnapshotMark mark(Membership membership) {
        return new SnapshotMark(0, 0, membership);
    }

    @BeforeEach
    void writeTheLog() throws IOException {
        write(THREE);
    }

    /** In the middle a new leader's entries take the place of three; every third write tells a hard state, too. */
    private void write(Membership membership) throws IOException {
        MemoryDisk disk = new MemoryDisk("n1");
        LogDriver driver = new LogDriver(disk.open(), OPTIONS, LogDriver.entropy(5));
        driver.submit(0, mark(membership), 0, new HardState(1, 2, 0), Entries.of(0, 1, 1, "first"));
        driver.run();
        long last = 1;
        for (int i = 2; i <= WRITES; i++) {
            boolean conflict = i == CONFLICT_AT;
            long from = conflict ? last - 2 : 0;
            long term = i < CONFLICT_AT ? 1 : 2;
            HardState state = conflict || i % 3 == 0 ? new HardState(term, conflict ? 3 : i % 2, last - 6) : null;
            long first = conflict ? from : last + 1;
            driver.submit(0, null, from, state, Entries.of(0, first, term, "entry " + first + " of " + term));
            driver.run();
            last = first;
        }
        // The newest batch holds a vote and no entry.
        driver.submit(0, null, 0, new HardState(3, 2, last - 6), Entries.NONE);
        driver.run();
        driver.log.close();
        files.clear();
        for (String name : disk.list()) {
            if (LogFormat.segmentNumber(name) != 0) {
                files.put(name, disk.bytes(name));
            }
        }
        told = image(new LogDriver(disk.open(), OPTIONS, LogDriver.entropy(6)));
        assertThat(files).hasSizeGreaterThan(3);
    }

    private static RestartImage image(LogDriver driver) {
        List<GroupImage> images = driver.log.recovered();
        assertThat(images).hasSize(1);
        return images.get(0).image();
    }

    private byte[] original(String file) {
        return Objects.requireNonNull(files.get(file));
    }

    private MemoryDisk with(String file, byte[] changed) {
        MemoryDisk disk = new MemoryDisk("n1");
        files.forEach((name, bytes) -> disk.put(name, name.equals(file) ? changed : bytes));
        return disk;
    }

    private MemoryDisk flipped(String file, int at) {
        byte[] changed = original(file).clone();
        changed[at] ^= (byte) 4;
        return with(file, changed);
    }

    private static void repair(Disk disk, LogDamagedException damage) throws IOException {
        LogRepair.repair(disk, OPTIONS, LogDriver.entropy(8), () -> SnapshotCheck.NONE, 1, damage);
    }

    private static LogDriver repaired(MemoryDisk memory) throws IOException {
        Disk disk = memory.open();
        try {
            return new LogDriver(disk, OPTIONS, LogDriver.entropy(7));
        } catch (LogDamagedException damage) {
            repair(disk, damage);
            return new LogDriver(disk, OPTIONS, LogDriver.entropy(7));
        }
    }

    @Test
    void whatever_byte_is_damaged_nothing_is_forgotten_without_a_mark() throws IOException {
        int refusals = 0;
        int cuts = 0;
        for (String file : files.keySet()) {
            for (int at = 0; at < original(file).length; at++) {
                MemoryDisk disk = flipped(file, at);
                try {
                    RestartImage found = image(repaired(disk));
                    requireSafe(found, file + " at " + at);
                    cuts += found.lostThrough() == 0 ? 0 : 1;
                } catch (LogDamagedException refused) {
                    assertThat(refused).hasMessageContaining("it cannot go on before that");
                    refusals++;
                }
            }
        }
        assertThat(cuts).isGreaterThan(1000);
        assertThat(refusals).as("only where a vote may be lost").isLessThan(700);
    }

    /** A disk may write the last batch over others: then what lies behind it there is older than it, and was acknowledged too. */
    @Test
    void a_write_that_went_to_the_wrong_place_hides_nothing() throws IOException {
        List<String> names = List.copyOf(files.keySet());
        int cuts = 0;
        for (String file : names) {
            byte[] bytes = original(file);
            int last = lastBatch(file, bytes);
            int size = LogFormat.batchBytes(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN), last);
            for (int at = LogFormat.SEGMENT_HEADER_BYTES; at + size <= last; at += 8) {
                byte[] changed = bytes.clone();
                Arrays.fill(changed, last, last + size, (byte) 0);
                System.arraycopy(bytes, last, changed, at, size);
                try {
                    RestartImage found = image(repaired(with(file, changed)));
                    requireSafe(found, file + " at " + at);
                    cuts++;
                } catch (LogDamagedException refused) {
                    assertThat(refused).hasMessageContaining("it cannot go on before that");
                }
            }
        }
        assertThat(cuts).isGreaterThan(100);
    }

    /** A start writes a mark where the first batch of the new life goes; when that batch never gets there the mark is no end. */
    @Test
    void a_mark_at_the_place_of_a_lost_write_is_no_end() throws IOException {
        MemoryDisk disk = new MemoryDisk("n1");
        files.forEach(disk::put);
        new LogDriver(disk.open(), OPTIONS, LogDriver.entropy(12)).log.close();
        String file = new TreeMap<>(files).lastKey();
        byte[] marked = disk.bytes(file).clone();
        LogDriver driver = new LogDriver(disk.open(), OPTIONS, LogDriver.entropy(13));
        long next = told.log().lastIndex() + 1;
        driver.submit(0, null, 0, new HardState(4, 1, 0), Entries.of(0, next, 4, "lost"));
        driver.run();
        int from = lastBatch(file, disk.bytes(file));
        driver.submit(0, null, 0, null, Entries.of(0, next + 1, 4, "kept"));
        driver.run();
        int to = lastBatch(file, disk.bytes(file));
        driver.submit(0, null, 0, new HardState(5, 3, 0), Entries.NONE);
        driver.run();
        driver.log.close();
        assertThat(from).isGreaterThan(0).isLessThan(to);
        LogDriver whole = new LogDriver(disk.open(), OPTIONS, LogDriver.entropy(14));
        told = image(whole);
        whole.log.close();

        byte[] changed = disk.bytes(file).clone();
        System.arraycopy(marked, from, changed, from, to - from);
        disk.put(file, changed);
        assertThat(LogFormat.looksLikeBatch(ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN), from, salt(file)))
                .as("the mark is there")
                .isTrue();
        RestartImage found = image(repaired(disk));
        requireSafe(found, "behind the mark");
        assertThat(found.lostThrough()).isEqualTo(next + 1);
    }

    private int lastBatch(String file, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long salt = salt(file);
        int last = -1;
        for (int at = LogFormat.SEGMENT_HEADER_BYTES; bytes.length - at >= LogFormat.BATCH_HEADER_BYTES; at += 8) {
            last = LogFormat.looksLikeBatch(buffer, at, salt) && LogFormat.batchCount(buffer, at) > 0 ? at : last;
        }
        return last;
    }

    private long salt(String file) throws IOException {
        try (DiskFile opened = with(file, original(file)).open().open(file)) {
            return SegmentHeader.read(opened, file, LogFormat.segmentNumber(file))
                    .salt();
        }
    }

    private void requireSafe(RestartImage found, String where) {
        long last = told.log().lastIndex();
        assertThat(found.hardState().currentTerm())
                .as(where)
                .isEqualTo(told.hardState().currentTerm());
        assertThat(found.hardState().votedFor())
                .as(where)
                .isEqualTo(told.hardState().votedFor());
        if (found.lostThrough() == 0) {
            assertThat(found.log().lastIndex()).as(where).isEqualTo(last);
            assertThat(terms(found)).as(where).isEqualTo(terms(told));
        } else {
            assertThat(found.lostThrough()).as(where).isGreaterThanOrEqualTo(last);
            // Whoever sends the entry up to which it is lost has all before it.
            assertThat(found.log().lastIndex()).as(where).isLessThan(found.lostThrough());
        }
        long committed = Math.min(found.hardState().commitHint(), found.log().lastIndex());
        assertThat(terms(found).headMap(committed, true))
                .as(where)
                .isEqualTo(terms(told).headMap(committed, true));
    }

    private static NavigableMap<Long, Long> terms(RestartImage image) {
        TreeMap<Long, Long> terms = new TreeMap<>();
        long[] firsts = image.log().runFirst();
        for (int run = 0; run < firsts.length; run++) {
            long end =
                    run + 1 < firsts.length ? firsts[run + 1] - 1 : image.log().lastIndex();
            for (long index = firsts[run]; index <= end; index++) {
                terms.put(index, image.log().runTerm()[run]);
            }
        }
        return terms;
    }

    @Test
    void a_missing_segment_is_as_good_as_a_damaged_one() throws IOException {
        List<String> names = new ArrayList<>(files.keySet());
        for (int i = 1; i + 1 < names.size(); i++) {
            MemoryDisk disk = new MemoryDisk("n1");
            String missing = names.get(i);
            files.forEach((name, bytes) -> {
                if (!name.equals(missing)) {
                    disk.put(name, bytes);
                }
            });
            RestartImage found = image(repaired(disk));
            requireSafe(found, missing + " is missing");
            assertThat(found.lostThrough()).isEqualTo(told.log().lastIndex());
        }
    }

    @Test
    void the_bound_is_the_last_entry_where_something_behind_the_damage_tells_it() throws IOException {
        String first = files.keySet().iterator().next();
        RestartImage found = image(repaired(flipped(first, 400)));
        assertThat(found.lostThrough()).isEqualTo(told.log().lastIndex());
    }

    @Test
    void the_repaired_log_goes_on_and_forgets_the_damage_when_it_reaches_as_far() throws IOException {
        MemoryDisk disk = flipped(files.keySet().iterator().next(), 400);
        LogDriver driver = repaired(disk);
        RestartImage found = image(driver);
        long next = found.log().lastIndex() + 1;
        long lost = found.lostThrough();
        for (; next < lost; next++) {
            driver.submit(0, null, 0, null, Entries.of(0, next, 2, "again " + next));
            driver.run();
        }
        disk.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        driver = new LogDriver(disk.open(), OPTIONS, LogDriver.entropy(9));
        assertThat(image(driver).lostThrough()).isEqualTo(lost);
        driver.submit(0, null, 0, null, Entries.of(0, next, 2, "again " + next));
        driver.run();
        disk.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        RestartImage whole = image(new LogDriver(disk.open(), OPTIONS, LogDriver.entropy(10)));
        assertThat(whole.lostThrough()).isZero();
        assertThat(whole.log().lastIndex()).isEqualTo(lost);
    }

    @Test
    void what_the_cut_made_void_stays_until_what_was_lost_is_back() throws IOException {
        String first = files.keySet().iterator().next();
        List<String> later = files.keySet().stream().skip(1).toList();
        MemoryDisk disk = flipped(first, 400);
        LogDriver driver = repaired(disk);
        RestartImage found = image(driver);
        assertThat(disk.list()).contains(first).containsAll(later);
        for (long next = found.log().lastIndex() + 1; next <= found.lostThrough(); next++) {
            driver.submit(0, null, 0, null, Entries.of(0, next, 2, "again " + next));
            driver.run();
        }
        driver.log.close();
        new LogDriver(disk.open(), OPTIONS, LogDriver.entropy(11)).log.close();
        assertThat(disk.list()).contains(first).doesNotContainAnyElementsOf(later);
    }

    @Test
    void a_crash_at_any_moment_of_the_repair_leaves_a_log_that_can_be_repaired() throws IOException {
        String first = files.keySet().iterator().next();
        for (int calls = 1; ; calls++) {
            MemoryDisk disk = flipped(first, 400);
            Disk opened = disk.open();
            int[] left = {calls};
            disk.hook((operation, name, bytes) -> {
                if (left[0]-- == 0) {
                    throw new IOException("the process ends");
                }
            });
            boolean ended = false;
            try {
                repair(opened, new LogDamagedException(first, 0, "told by the test"));
                ended = true;
            } catch (IOException crash) {
                assertThat(crash).hasMessage("the process ends");
            }
            disk.hook(MemoryDisk.Hook.NONE);
            for (Loss loss : Loss.values()) {
                MemoryDisk after = disk.copy();
                after.crash(loss, LogDriver.entropy(calls));
                RestartImage found = image(repaired(after));
                requireSafe(found, "crash at call " + calls);
                assertThat(found.lostThrough()).isEqualTo(told.log().lastIndex());
            }
            if (ended) {
                return;
            }
        }
    }

    @Test
    void a_second_damage_before_the_first_is_repaired_keeps_the_bound() throws IOException {
        String first = files.keySet().iterator().next();
        MemoryDisk disk = flipped(new ArrayList<>(files.keySet()).get(2), 400);
        repaired(disk).log.close();
        byte[] changed = disk.bytes(first);
        changed[400] ^= (byte) 4;
        disk.put(first, changed);
        RestartImage found = image(repaired(disk));
        requireSafe(found, "damaged again");
        assertThat(found.lostThrough()).isEqualTo(told.log().lastIndex());
    }

    @Test
    void a_member_that_decides_alone_is_refused_and_nothing_is_changed() throws IOException {
        write(Membership.ofVoters(List.of(new Member(1, 11, "n1", List.of()))));
        String first = files.keySet().iterator().next();
        MemoryDisk disk = flipped(first, 400);
        List<String> names = disk.list();
        assertThatThrownBy(() -> repaired(disk))
                .isInstanceOf(LogDamagedException.class)
                .hasMessageContaining("no other member votes");
        assertThat(disk.list()).isEqualTo(names);
    }

    @Test
    void a_vote_that_may_be_lost_is_refused_and_nothing_is_changed() throws IOException {
        String last = new TreeMap<>(files).lastKey();
        MemoryDisk disk = flipped(last, 20);
        List<String> names = disk.list();
        assertThatThrownBy(() -> repaired(disk))
                .isInstanceOf(LogDamagedException.class)
                .hasMessageContaining("the last vote may be lost")
                .hasMessageContaining("quorate member replace");
        assertThat(disk.list()).isEqualTo(names);
    }
}
