package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.LogRecord;
import io.quorate.raft.HardState;
import io.quorate.storage.LogModel.Step;
import io.quorate.storage.MemoryDisk.Loss;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A small log of several segments and two groups, with votes and a truncation. For every byte of every segment: each of its
 * bits is flipped, everything from there on is zeroed, the file ends there. What must come of it is said exactly: a prefix of
 * whole batches with every batch that something valid behind it proves, or a refusal with file and offset.
 */
final class DamageTest {
    private static final LogOptions OPTIONS = LogOptions.defaults().withSizes(1024, 250);
    private static final int WRITES = 44;

    /** A batch and where it lies; {@code writes} is how many writes the log holds when it is the last one. */
    private record Batch(String file, int from, int end, int writes) {}

    private final Map<String, byte[]> files = new TreeMap<>();
    private final List<LogModel> states = new ArrayList<>();
    private final List<Batch> batches = new ArrayList<>();
    private String lastFile = "";

    @BeforeEach
    void writeTheLog() throws IOException {
        MemoryDisk disk = new MemoryDisk("n1");
        LogDriver driver = new LogDriver(disk.open(), OPTIONS, LogDriver.entropy(5));
        LogModel model = new LogModel();
        states.add(model.copy());
        for (int i = 1; i <= WRITES; i++) {
            Step step = step(i);
            step.submit(driver);
            driver.run();
            model.apply(step);
            states.add(model.copy());
        }
        driver.log.close();
        for (String name : disk.list()) {
            if (LogFormat.segmentNumber(name) != 0) {
                files.put(name, disk.bytes(name));
                lastFile = name;
            }
        }
        findBatches(disk.open());
    }

    /** One batch each: two groups that take turns, votes, and once a conflict that takes three entries away. */
    private static Step step(int i) {
        int group = 1 + i % 2;
        long first = (i + 1L) / 2;
        if (i == 15) {
            return new Step(2, null, 5, new HardState(2, 1, 4), 5, 2, List.of("5", "6 again", "7 again", "8 again"));
        }
        HardState vote = i % 5 == 0 ? new HardState(i < 15 ? 1 : 2, i % 3, i / 4) : null;
        return new Step(group, null, 0, vote, first, i < 15 ? 1 : 2, List.of("entry " + first));
    }

    private void findBatches(Disk disk) throws IOException {
        int writes = 0;
        for (String name : files.keySet()) {
            DiskFile file = disk.open(name);
            SegmentHeader header = SegmentHeader.read(file, name, LogFormat.segmentNumber(name));
            SegmentScanner scanner = new SegmentScanner(file, header);
            int at = LogFormat.SEGMENT_HEADER_BYTES;
            boolean checkpoint = true;
            while (writes < WRITES && scanner.load(at) == null && (checkpoint || scanner.records() > 0)) {
                writes += checkpoint ? 0 : 1;
                batches.add(new Batch(name, at, at + scanner.bytes(), writes));
                at += scanner.bytes();
                checkpoint = false;
            }
        }
        disk.close();
        assertThat(files).hasSizeGreaterThan(3);
        assertThat(writes).isEqualTo(WRITES);
        assertThat(lastBatch().file).isEqualTo(lastFile);
        assertThat(batches.stream().filter(batch -> batch.file.equals(lastFile)))
                .hasSizeGreaterThan(2);
    }

    private byte[] original(String file) {
        return Objects.requireNonNull(files.get(file));
    }

    private Batch lastBatch() {
        return batches.get(batches.size() - 1);
    }

    @Test
    void every_flipped_bit_is_harmless_or_named() throws IOException {
        for (String file : files.keySet()) {
            for (int at = 0; at < original(file).length; at++) {
                for (int bit = 0; bit < 8; bit++) {
                    byte[] changed = original(file).clone();
                    changed[at] ^= (byte) (1 << bit);
                    if (holds(file, at)) {
                        // The mark or a later batch survives and proves that this one was durable.
                        requireRefused(file, changed, at);
                    } else {
                        requireState(WRITES, file, changed);
                    }
                }
            }
        }
    }

    @Test
    void a_last_batch_without_a_mark_is_dropped_whole_when_a_bit_of_it_flips() throws IOException {
        byte[] unmarked = original(lastFile).clone();
        Arrays.fill(unmarked, lastBatch().end, unmarked.length, (byte) 0);
        for (int at = lastBatch().from; at < lastBatch().end; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = unmarked.clone();
                changed[at] ^= (byte) (1 << bit);
                requireState(WRITES - 1, lastFile, changed);
            }
        }
    }

    @Test
    void whatever_is_zeroed_at_the_end_leaves_whole_batches() throws IOException {
        for (String file : files.keySet()) {
            for (int from = 0; from < original(file).length; from++) {
                byte[] changed = original(file).clone();
                Arrays.fill(changed, from, changed.length, (byte) 0);
                requirePrefix(file, changed, Arrays.mismatch(original(file), changed));
            }
        }
    }

    /** @param at first byte that is zero now and was not, or -1 */
    private void requirePrefix(String file, byte[] changed, int at) throws IOException {
        if (at < 0 || !holds(file, at)) {
            requireState(WRITES, file, changed);
        } else if (file.equals(lastFile) && at >= LogFormat.SEGMENT_HEADER_BYTES && !inCheckpoint(file, at)) {
            requireState(writesThrough(at), file, changed);
        } else {
            requireRefused(file, changed, at);
        }
    }

    @Test
    void a_file_that_is_too_short_is_refused() {
        for (String file : files.keySet()) {
            for (int at = 0; at < original(file).length; at++) {
                byte[] changed = Arrays.copyOf(original(file), at);
                assertThatThrownBy(() -> open(file, changed))
                        .isInstanceOfSatisfying(LogDamagedException.class, damage -> {
                            assertThat(damage.file()).isEqualTo("n1/" + file);
                            assertThat(damage.offset()).isEqualTo(changed.length);
                        });
            }
        }
    }

    @Test
    void a_missing_segment_is_noticed() {
        for (String file : files.keySet()) {
            if (!file.equals(lastFile)) {
                assertThatThrownBy(() -> open(file, null))
                        .isInstanceOfSatisfying(LogDamagedException.class, damage -> assertThat(damage.file())
                                .isEqualTo("n1/" + file));
            }
        }
    }

    @Test
    void a_segment_under_another_name_is_noticed() {
        String first = files.keySet().iterator().next();
        String second = LogFormat.segmentName(2);
        assertThatThrownBy(() -> open(second, original(first)))
                .isInstanceOf(LogDamagedException.class)
                .hasMessageContaining("n1/" + second)
                .hasMessageContaining("its header is that of segment 1");
    }

    @Test
    void damage_is_named_with_groups_and_what_to_do() {
        Batch second = batches.get(2);
        byte[] changed = original(second.file).clone();
        changed[second.from + 40] ^= 1;
        assertThatThrownBy(() -> open(second.file, changed))
                .hasMessageContaining("n1/" + second.file + " is damaged at offset " + second.from)
                .hasMessageContaining("lost may be group 2 entries from 2")
                .hasMessageContaining("must not vote or serve")
                .hasMessageContaining("quorate member replace");
    }

    @Test
    void a_newer_format_is_refused_with_its_number() {
        byte[] changed = original(lastFile).clone();
        changed[8] = 2;
        Checksums.repair(changed, 0, 60, 60);
        assertThatThrownBy(() -> open(lastFile, changed))
                .isInstanceOf(NewerFormatException.class)
                .hasMessageContaining("n1/" + lastFile)
                .hasMessageContaining("newer format")
                .hasMessageContaining("format 2");
    }

    @Test
    void an_unknown_kind_is_refused_never_skipped() throws IOException {
        Batch batch = batches.get(2);
        byte[] changed = original(batch.file).clone();
        changed[batch.from + 32 + 8] = 99;
        requireRefused(batch.file, changed, batch.from);
    }

    /** A torn batch at the end is dropped; this one was written whole, and perhaps acknowledged. */
    @Test
    void a_record_of_a_later_build_is_refused_also_in_the_last_batch() {
        for (Batch batch : List.of(batches.get(2), batches.get(batches.size() - 1))) {
            byte[] changed = withFirstKind(original(batch.file).clone(), batch, 99);
            byte[] before = changed.clone();
            assertThatThrownBy(() -> open(batch.file, changed))
                    .isInstanceOf(NewerFormatException.class)
                    .hasMessageContaining(batch.file + " has records of a newer version at offset " + batch.from)
                    .hasMessageContaining("its kind 99 is unknown to this version")
                    .hasMessageContaining("nothing was changed");
            assertThat(changed).isEqualTo(before);
        }
    }

    private static byte[] withFirstKind(byte[] file, Batch batch, int kind) {
        ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int record = batch.from + LogFormat.BATCH_HEADER_BYTES;
        bytes.put(record + 8, (byte) kind);
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate()
                .limit(record + LogRecord.HEADER_BYTES + LogRecord.payloadBytes(bytes, record))
                .position(record + 8));
        crc.update(bytes.duplicate().limit(record + 4).position(record));
        bytes.putInt(record + 4, (int) crc.getValue());
        LogFormat.putBatchHeader(
                bytes,
                batch.from,
                bytes.getLong(24),
                LogFormat.batchSequence(bytes, batch.from),
                LogFormat.batchBytes(bytes, batch.from),
                LogFormat.batchCount(bytes, batch.from));
        return file;
    }

    /** Whether the byte belongs to the header or to a batch; what is behind them is void. */
    private boolean holds(String file, int at) {
        return at < LogFormat.SEGMENT_HEADER_BYTES
                || batches.stream().anyMatch(batch -> batch.file.equals(file) && at >= batch.from && at < batch.end);
    }

    private boolean inCheckpoint(String file, int at) {
        return batches.stream()
                .filter(batch -> batch.file.equals(file))
                .findFirst()
                .filter(batch -> at < batch.end)
                .isPresent();
    }

    /** Writes in batches that end at or before an offset of the last segment. */
    private int writesThrough(int at) {
        int writes = 0;
        for (Batch batch : batches) {
            writes = !batch.file.equals(lastFile) || batch.end <= at ? Math.max(writes, batch.writes) : writes;
        }
        return writes;
    }

    private LogDriver open(String file, byte @Nullable [] changed) throws IOException {
        MemoryDisk disk = new MemoryDisk("n1");
        for (Map.Entry<String, byte[]> each : files.entrySet()) {
            byte[] bytes = each.getKey().equals(file) ? changed : each.getValue();
            if (bytes != null) {
                disk.put(each.getKey(), bytes);
            }
        }
        return new LogDriver(disk.open(), OPTIONS, LogDriver.entropy(6));
    }

    private void requireState(int writes, String file, byte[] changed) throws IOException {
        LogDriver driver = open(file, changed);
        assertThat(states.get(writes).isWhat(driver))
                .as("%s: found %s instead of the state after write %s", file, driver.log.recovered(), writes)
                .isTrue();
    }

    /** Refused, with the file and the start of the batch or header in which the byte lies. */
    private void requireRefused(String file, byte[] changed, int at) throws IOException {
        try {
            LogDriver driver = open(file, changed);
            throw new AssertionError(file + " changed at " + at + " was taken for " + driver.log.recovered());
        } catch (LogDamagedException e) {
            assertThat(e.file()).isEqualTo("n1/" + file);
            assertThat(e.offset()).isEqualTo(start(file, at));
        }
    }

    private long start(String file, int at) {
        long start = 0;
        for (Batch batch : batches) {
            start = batch.file.equals(file) && batch.from <= at ? batch.from : start;
        }
        return start;
    }

    @Test
    void a_log_that_lost_its_tail_goes_on_and_is_whole_at_the_next_start() throws IOException {
        byte[] changed = original(lastFile).clone();
        Arrays.fill(changed, lastBatch().from + 40, changed.length, (byte) 0);
        MemoryDisk disk = new MemoryDisk("n1");
        files.forEach(disk::put);
        disk.put(lastFile, changed);
        LogDriver driver = new LogDriver(disk.open(), OPTIONS, LogDriver.entropy(6));
        LogModel model = states.get(WRITES - 1).copy();
        assertThat(model.isWhat(driver)).isTrue();
        Step step = step(WRITES);
        step.submit(driver);
        model.apply(step);
        driver.run();
        disk.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        assertThat(model.isWhat(new LogDriver(disk.open(), OPTIONS, LogDriver.entropy(7))))
                .isTrue();
    }
}
