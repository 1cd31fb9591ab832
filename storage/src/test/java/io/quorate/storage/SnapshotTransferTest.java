package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.storage.MemoryDisk.Loss;
import io.quorate.storage.SnapshotDriver.Texts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the store of one member to that of another, with everything that can come between. */
final class SnapshotTransferTest {
    private static final int PIECE = 1_000;

    private final MemoryDisk there = new MemoryDisk("n1");
    private final MemoryDisk here = new MemoryDisk("n2");
    private final Texts state = Texts.of("k", 400, 300);
    private SnapshotDriver sender = open(there);
    private SnapshotDriver receiver = open(here);

    private static SnapshotDriver open(MemoryDisk disk) {
        try {
            return new SnapshotDriver(disk.open());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void take() {
        sender.take(1, 7, Texts.of("s", 3, 100), state);
        sender.store.open(5, 1, 0);
        sender.run();
    }

    private SnapshotInfo offered() {
        return Objects.requireNonNull(sender.info);
    }

    private void begin() {
        receiver.store.receive(6, offered());
        receiver.run();
    }

    private ByteBuffer chunks(long offset) {
        sender.store.read(5, offset, PIECE);
        sender.run();
        return Objects.requireNonNull(sender.chunks);
    }

    private void step() {
        long at = receiver.nextOffset;
        receiver.store.chunks(6, at, chunks(at));
        receiver.run();
    }

    private void finish() throws IOException {
        while (receiver.nextOffset >= 0) {
            step();
        }
        assertThat(receiver.told).last().isEqualTo("received 7");
        assertThat(receiver.store.snapshots()).contains(offered());
        assertThat(receiver.store.flaw(1, offered().mark())).isNull();
        String name = SnapshotFormat.name(1, 7);
        assertThat(here.bytes(name)).isEqualTo(there.bytes(name));
        assertThat(here.list()).noneMatch(each -> each.endsWith(".part"));
    }

    @Test
    void goes_over_piece_by_piece() throws IOException {
        begin();
        finish();
        here.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        assertThat(open(here).store.snapshots()).containsExactly(offered());
    }

    @Test
    void a_receiver_that_dies_goes_on_where_its_verified_chunks_end() throws IOException {
        begin();
        int crash = 0;
        for (Loss loss : Loss.values()) {
            step();
            step();
            long before = receiver.nextOffset;
            here.crash(loss, LogDriver.entropy(++crash));
            receiver = open(here);
            begin();
            assertThat(receiver.nextOffset).isBetween(0L, before);
            if (loss == Loss.NOTHING || loss == Loss.NOTHING_UNFLUSHED) {
                assertThat(receiver.nextOffset).isEqualTo(before);
            }
        }
        finish();
    }

    @Test
    void a_broken_connection_costs_nothing() throws IOException {
        begin();
        step();
        step();
        long before = receiver.nextOffset;
        receiver.store.release(6);
        receiver.run();
        begin();
        assertThat(receiver.nextOffset).isEqualTo(before);
        finish();
    }

    @Test
    void one_that_lacked_only_its_name_is_whole_at_once() throws IOException {
        String name = SnapshotFormat.name(1, 7);
        here.put(name + ".part", there.bytes(name));
        begin();
        assertThat(receiver.told).containsExactly("received 7");
        finish();
    }

    @Test
    void what_is_left_of_another_snapshot_is_given_up() throws IOException {
        begin();
        step();
        step();
        receiver.store.release(6);
        receiver.run();
        there.crash(Loss.NOTHING, LogDriver.entropy(1));
        there.put(SnapshotFormat.name(1, 7), new byte[0]);
        Disk disk = there.open();
        // Another id: the entropy is another one.
        SnapshotFiles store =
                SnapshotFiles.open(disk, SnapshotDriver.CLUSTER, SnapshotDriver.OPTIONS, LogDriver.entropy(99));
        assertThat(store.snapshots()).isEmpty();
        disk.close();
        there.crash(Loss.NOTHING, LogDriver.entropy(1));
        sender = open(there);
        sender.store.write(4, 2, SnapshotDriver.mark(1), List.of(new Texts(10)));
        sender.run();
        // Smaller than what is left of the other one.
        sender.take(1, 7, Texts.of("s", 3, 100));
        sender.store.open(5, 1, 0);
        sender.run();
        begin();
        assertThat(receiver.nextOffset).isZero();
        finish();
    }

    @Test
    void chunks_out_of_order_are_refused_and_nothing_is_lost() throws IOException {
        begin();
        step();
        step();
        long before = receiver.nextOffset;
        receiver.store.chunks(6, 0, chunks(0));
        receiver.run();
        assertThat(receiver.refusal).isEqualTo(SnapshotRefusal.OUT_OF_ORDER);
        begin();
        assertThat(receiver.nextOffset).isEqualTo(before);
        finish();
    }

    @Test
    void a_second_offer_takes_the_place_of_the_first() throws IOException {
        begin();
        step();
        receiver.store.receive(8, offered());
        receiver.run();
        assertThat(receiver.refusal).isEqualTo(SnapshotRefusal.REPLACED);
        receiver.store.chunks(6, 0, chunks(0));
        receiver.run();
        assertThat(receiver.told).hasSize(1);
        receiver.store.release(8);
        begin();
        finish();
    }

    @Test
    void a_disk_without_room_refuses_before_anything_comes() throws IOException {
        here.capacity(5_000);
        begin();
        assertThat(receiver.refusal).isEqualTo(SnapshotRefusal.DISK_FULL);
        assertThat(here.list()).isEmpty();
        here.capacity(1 << 20);
        begin();
        finish();
    }

    @Test
    void a_disk_that_fills_up_keeps_nothing_of_it() throws IOException {
        begin();
        step();
        here.capacity(1_024);
        while (receiver.nextOffset >= 0) {
            step();
        }
        assertThat(receiver.refusal).isEqualTo(SnapshotRefusal.DISK_FULL);
        assertThat(here.list()).isEmpty();
    }

    @Test
    void what_is_not_as_offered_is_refused() throws IOException {
        SnapshotInfo offered = offered();
        receiver.store.receive(6, new SnapshotInfo(1, offered.mark(), offered.id() + 1, offered.bytes()));
        receiver.run();
        step();
        assertThat(receiver.refusal).isEqualTo(SnapshotRefusal.FOREIGN);
        assertThat(here.list()).isEmpty();
    }

    @Test
    void one_that_is_here_whole_is_received_at_once() throws IOException {
        begin();
        finish();
        receiver.told.clear();
        begin();
        assertThat(receiver.told).containsExactly("received 7");
        here.crash(Loss.NOTHING, LogDriver.entropy(1));
        receiver = open(here);
        begin();
        assertThat(receiver.told).containsExactly("received 7");
        assertThat(here.list()).containsExactly(SnapshotFormat.name(1, 7));
    }

    /** One bit of the file here goes, and the next who is sent it finds out. */
    private void findDamaged() {
        byte[] bytes = here.bytes(SnapshotFormat.name(1, 7));
        bytes[bytes.length / 2] ^= 1;
        here.put(SnapshotFormat.name(1, 7), bytes);
        receiver.store.open(8, 1, 7);
        receiver.store.read(8, 0, bytes.length);
        receiver.run();
        assertThat(receiver.refusal).isEqualTo(SnapshotRefusal.DAMAGED);
        receiver.told.clear();
    }

    @Test
    void one_that_was_found_damaged_is_received_anew() throws IOException {
        begin();
        finish();
        findDamaged();
        begin();
        assertThat(receiver.told).isEmpty();
        finish();
    }

    @Test
    void one_that_took_the_place_of_a_damaged_one_is_not_taken_for_it() throws IOException {
        begin();
        finish();
        receiver.store.open(9, 1, 7);
        receiver.run();
        findDamaged();
        begin();
        finish();
        receiver.store.read(9, 0, here.bytes(SnapshotFormat.name(1, 7)).length);
        receiver.run();
        assertThat(receiver.refusal).isEqualTo(SnapshotRefusal.DAMAGED);
        receiver.told.clear();
        begin();
        assertThat(receiver.told).containsExactly("received 7");
    }

    @Test
    void one_that_was_found_damaged_is_taken_anew() throws IOException {
        begin();
        finish();
        findDamaged();
        SnapshotInfo anew = receiver.take(1, 7, Texts.of("s", 3, 100), state);
        assertThat(receiver.store.snapshots()).containsExactly(anew);
        assertThat(receiver.store.flaw(1, anew.mark())).isNull();
    }

    @Test
    void one_that_ends_where_an_own_one_does_takes_no_place_of_its_own() throws IOException {
        begin();
        step();
        receiver.take(1, 7, Texts.of("s", 3, 100), state);
        SnapshotInfo own = Objects.requireNonNull(receiver.info);
        while (receiver.nextOffset >= 0) {
            step();
        }
        assertThat(receiver.told).last().isEqualTo("received 7");
        assertThat(receiver.store.snapshots()).containsExactly(own);
        assertThat(here.list()).containsExactly(SnapshotFormat.name(1, 7));
    }

    @Test
    void an_older_one_is_received_beside_a_newer_one_of_which_more_is_not_known() throws IOException {
        receiver.take(1, 9, Texts.of("s", 3, 100), state);
        begin();
        while (receiver.nextOffset >= 0) {
            step();
        }
        assertThat(receiver.told).last().isEqualTo("received 7");
        assertThat(receiver.store.snapshots())
                .extracting(info -> info.mark().index())
                .containsExactly(7L, 9L);
    }

    @Test
    void an_old_half_one_goes_with_the_snapshots_of_its_time() throws IOException {
        begin();
        step();
        receiver.store.release(6);
        receiver.run();
        assertThat(here.list()).hasSize(1);
        receiver.store.dropBefore(1, 8);
        receiver.run();
        assertThat(here.list()).isEmpty();
    }
}
