package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.port.Entropy;
import io.quorate.storage.MemoryDisk.Loss;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the disk in memory does with bytes that were not flushed, and with those about which it lies. */
final class MemoryDiskTest {
    private static final int SECTORS = 8;
    private static final int BYTES = SECTORS * MemoryDisk.SECTOR;
    private static final String NAME = "f";

    private final MemoryDisk medium = new MemoryDisk("m");
    private final Entropy entropy = new SplittableRandom(3)::nextLong;

    /** A durable file of zeros. */
    private DiskFile file() throws IOException {
        Disk disk = medium.open();
        DiskFile file = disk.create(NAME, BYTES);
        file.force();
        disk.forceDirectory();
        return file;
    }

    private static void write(DiskFile file, int sector, int value) throws IOException {
        file.write(content(value), (long) sector * MemoryDisk.SECTOR);
    }

    private static ByteBuffer content(int value) {
        byte[] bytes = new byte[MemoryDisk.SECTOR];
        Arrays.fill(bytes, (byte) value);
        return ByteBuffer.wrap(bytes);
    }

    private int at(int sector) {
        return medium.bytes(NAME)[sector * MemoryDisk.SECTOR];
    }

    @Test
    void aPrefixHoldsWhatWasWrittenFirst() throws IOException {
        TreeSet<Integer> lengths = new TreeSet<>();
        for (int run = 0; run < 100; run++) {
            MemoryDisk fresh = new MemoryDisk("m");
            Disk disk = fresh.open();
            DiskFile file = disk.create(NAME, BYTES);
            file.force();
            disk.forceDirectory();
            for (int sector = 0; sector < SECTORS; sector++) {
                write(file, SECTORS - 1 - sector, 1);
            }
            fresh.crash(Loss.PREFIX, entropy);
            byte[] found = fresh.bytes(NAME);
            int kept = 0;
            while (kept < SECTORS && found[(SECTORS - 1 - kept) * MemoryDisk.SECTOR] == 1) {
                kept++;
            }
            for (int sector = kept; sector < SECTORS; sector++) {
                assertThat(found[(SECTORS - 1 - sector) * MemoryDisk.SECTOR]).isZero();
            }
            lengths.add(kept);
        }
        assertThat(lengths).hasSize(SECTORS + 1);
    }

    @Test
    void aPrefixKeepsTheFirstOfTwoWritesToOnePlace() throws IOException {
        TreeSet<Integer> found = new TreeSet<>();
        for (int run = 0; run < 50; run++) {
            MemoryDisk fresh = new MemoryDisk("m");
            Disk disk = fresh.open();
            DiskFile file = disk.create(NAME, BYTES);
            file.force();
            disk.forceDirectory();
            write(file, 0, 1);
            write(file, 0, 2);
            fresh.crash(Loss.PREFIX, entropy);
            found.add((int) fresh.bytes(NAME)[0]);
        }
        assertThat(found).containsExactly(0, 1, 2);
    }

    @Test
    void aTornSectorIsNewUpToSomeByte() throws IOException {
        write(file(), 0, 1);
        boolean torn = false;
        for (int run = 0; run < 50; run++) {
            MemoryDisk copy = medium.copy();
            copy.crash(Loss.TORN, entropy);
            byte[] found = copy.bytes(NAME);
            int kept = 0;
            while (kept < MemoryDisk.SECTOR && found[kept] == 1) {
                kept++;
            }
            for (int byteAt = kept; byteAt < MemoryDisk.SECTOR; byteAt++) {
                assertThat(found[byteAt]).isZero();
            }
            torn |= kept > 0 && kept < MemoryDisk.SECTOR;
        }
        assertThat(torn).isTrue();
    }

    @Test
    void aPowerLossMayTakeNothing() throws IOException {
        write(file(), 0, 1);
        medium.crash(Loss.NOTHING_UNFLUSHED, entropy);
        medium.crash(Loss.EVERYTHING, entropy);
        assertThat(at(0)).isEqualTo(1);
    }

    @Test
    void aLostWriteIsSeenUntilTheCacheIsDropped() throws IOException {
        DiskFile file = file();
        write(file, 0, 1);
        medium.lose(NAME, 0, MemoryDisk.SECTOR);
        file.force();
        assertThat(at(0)).isEqualTo(1);
        assertThat(medium.held(NAME, 0)).isZero();
        medium.evict();
        assertThat(at(0)).isZero();
    }

    @Test
    void aLaterWriteToTheSameSectorMendsALostOne() throws IOException {
        DiskFile file = file();
        write(file, 0, 1);
        medium.lose(NAME, 0, MemoryDisk.SECTOR);
        file.force();
        file.write(ByteBuffer.wrap(new byte[] {5}), 100);
        file.force();
        medium.crash(Loss.EVERYTHING, entropy);
        assertThat(at(0)).isEqualTo(1);
    }

    @Test
    void whatALieHidIsTakenBackAndWhatWasNotFlushedIsNot() throws IOException {
        DiskFile file = file();
        write(file, 0, 1);
        medium.lose(NAME, 0, MemoryDisk.SECTOR);
        file.force();
        file.write(ByteBuffer.wrap(new byte[] {5}), 100);
        medium.overwrite(NAME, MemoryDisk.SECTOR, new byte[] {9});
        medium.reveal();
        medium.crash(Loss.EVERYTHING, entropy);
        assertThat(at(0)).isEqualTo(1);
        assertThat(medium.bytes(NAME)[100]).isZero();
        assertThat(at(1)).isZero();
    }

    /** What a file has grown by since its last flush is kept and lost like its bytes. */
    @Test
    void a_file_grows_by_writing_and_its_length_is_durable_when_flushed() throws IOException {
        for (Loss loss : Loss.values()) {
            for (int seed = 0; seed < 50; seed++) {
                MemoryDisk medium = new MemoryDisk("n1");
                Disk opened = medium.open();
                DiskFile file = opened.create("file", 0);
                opened.forceDirectory();
                file.write(ByteBuffer.wrap(new byte[700]).put(0, (byte) 1), 0);
                file.force();
                file.write(ByteBuffer.wrap(new byte[] {2}), 700);
                file.write(ByteBuffer.wrap(new byte[] {3}), 2000);
                assertThat(file.bytes()).isEqualTo(2001);
                medium.crash(loss, LogDriver.entropy(seed));
                byte[] kept = medium.bytes("file");
                assertThat(kept[0]).isEqualTo((byte) 1);
                switch (loss) {
                    case EVERYTHING -> assertThat(kept).hasSize(700);
                    case NOTHING, NOTHING_UNFLUSHED ->
                        assertThat(kept).hasSize(2001).endsWith(3);
                    case PREFIX -> assertThat(kept.length).isIn(700, 701, 2001);
                    case RANDOM, TORN -> assertThat(kept.length).isIn(700, 2001);
                }
                if (loss == Loss.PREFIX && kept.length > 700) {
                    assertThat(kept[700]).isEqualTo((byte) 2);
                }
            }
        }
    }
}
