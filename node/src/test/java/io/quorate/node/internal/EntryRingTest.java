package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.LogRecord;
import io.quorate.node.port.RecordKind;
import io.quorate.raft.EntryRun;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntryRingTest {
    private boolean fencesOpen = true;
    private int allocated;

    private final EntryRing ring = new EntryRing(
            256,
            bytes -> {
                allocated++;
                return ByteBuffer.allocate(bytes);
            },
            () -> () -> fencesOpen);

    private void encode(long index, int payloadBytes) {
        ring.encode(RecordKind.ENTRY, 0, 0, index, 3, ByteBuffer.allocate(payloadBytes));
    }

    private static int bytes(List<ByteBuffer> slices) {
        return slices.stream().mapToInt(ByteBuffer::remaining).sum();
    }

    @Test
    void slicesJoinWhatLiesTogetherAndCrossChunks() {
        for (long index = 1; index <= 10; index++) {
            encode(index, 30); // 64 bytes each, four to a chunk
        }
        assertThat(ring.slices(2, 4)).hasSize(1);
        List<ByteBuffer> slices = ring.slices(1, 10);
        assertThat(slices).hasSize(3);
        assertThat(bytes(slices)).isEqualTo(640);
        long index = 1;
        for (ByteBuffer slice : slices) {
            for (int at = 0; at < slice.limit(); at += LogRecord.sizeAt(slice, at)) {
                assertThat(LogRecord.flaw(slice, at, slice.limit())).isNull();
                assertThat(LogRecord.index(slice, at)).isEqualTo(index++);
            }
        }
        assertThat(index).isEqualTo(11);
    }

    @Test
    void anEntryMayBeEncodedBehindOneThatIsNotYet() {
        encode(5, 8);
        encode(7, 8);
        assertThat(ring.holds(6)).isFalse();
        encode(6, 8);
        assertThat(bytes(ring.slices(5, 7))).isEqualTo(120);
        assertThat(LogRecord.index(ring.buffer(6), ring.offset(6))).isEqualTo(6);
        assertThatThrownBy(() -> encode(6, 8)).hasMessageContaining("already holds entry 6");
    }

    @Test
    void truncatedBytesStayAsTheyWere() {
        encode(1, 8);
        encode(2, 8);
        ByteBuffer underWay = ring.slices(2, 2).get(0);
        ring.truncateFrom(2);
        assertThat(ring.holds(2)).isFalse();
        ring.encode(RecordKind.ENTRY, 0, 0, 2, 4, ByteBuffer.allocate(8));
        assertThat(LogRecord.term(underWay, 0)).as("what a writer still holds").isEqualTo(3);
        assertThat(LogRecord.term(ring.buffer(2), ring.offset(2))).isEqualTo(4);
        assertThat(ring.bytes()).isEqualTo(80);
    }

    @Test
    void aChunkIsUsedAgainOnlyBehindItsFence() {
        fencesOpen = false;
        for (long index = 1; index <= 40; index++) {
            encode(index, 30);
            ring.release(index - 1);
        }
        assertThat(allocated)
                .as("nothing is let go of, so nothing is used again")
                .isEqualTo(10);
        fencesOpen = true;
        for (long index = 41; index <= 400; index++) {
            encode(index, 30);
            ring.release(index - 1);
        }
        assertThat(allocated).isLessThan(13);
        assertThat(ring.memoryBytes()).isLessThan(256 * 10);
    }

    @Test
    void aLongRecordGetsAChunkOfItsOwn() {
        encode(1, 8);
        encode(2, 1000);
        encode(3, 8);
        assertThat(bytes(ring.slices(1, 3))).isEqualTo(40 + 1032 + 40);
        ring.release(4);
        assertThat(ring.bytes()).isZero();
        assertThat(ring.holds(3)).isFalse();
    }

    @Test
    void receivedEntriesReplaceThoseHeldFromThereOn() {
        encode(1, 8);
        encode(2, 8);
        encode(3, 8);
        ByteBuffer records = ByteBuffer.allocate(120).order(ByteOrder.LITTLE_ENDIAN);
        for (long index = 2; index <= 4; index++) {
            LogRecord.put(records, RecordKind.ENTRY, 0, 0, index, 9, ByteBuffer.allocate(8));
        }
        EntryRun run = new EntryRun(2, new long[] {2}, new long[] {9}, new int[] {40, 40, 40}, List.of());
        ring.copy(3, run, records.flip());
        assertThat(LogRecord.term(ring.buffer(2), ring.offset(2))).isEqualTo(3);
        assertThat(LogRecord.term(ring.buffer(3), ring.offset(3))).isEqualTo(9);
        assertThat(LogRecord.term(ring.buffer(4), ring.offset(4))).isEqualTo(9);
    }

    @Test
    void itGrowsWithTheNumberOfEntries() {
        for (long index = 1; index <= 5000; index++) {
            encode(index, 0);
        }
        assertThat(bytes(ring.slices(1, 5000))).isEqualTo(5000 * 32);
        assertThat(LogRecord.index(ring.buffer(4321), ring.offset(4321))).isEqualTo(4321);
    }
}
