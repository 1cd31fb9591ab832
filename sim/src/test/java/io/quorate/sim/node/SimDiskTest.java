package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.sim.core.EventQueue;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.RunHash;
import io.quorate.storage.Disk;
import io.quorate.storage.DiskFile;
import io.quorate.storage.DiskFullException;
import io.quorate.storage.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** How full a simulated disk is does not depend on what is on it. */
final class SimDiskTest {
    private static final Fault FULL = new Fault(0, FaultKind.DISK_FULL, 0, 1, 0, -1, 0);

    private final KeyedRandom random = new KeyedRandom(1);
    private final SimDisk disk = new SimDisk(0, random, new EventQueue(), new RunHash(), new Ledger());

    private void write() throws IOException {
        Disk opened = disk.open();
        try {
            DiskFile file = opened.create("a", 512);
            file.write(ByteBuffer.allocate(512), 0);
        } finally {
            disk.end(MemoryDisk.Loss.EVERYTHING, random.stream(KeyedRandom.Purpose.FAULTS, 0));
        }
    }

    @Test
    void anImageTakenWhileItWasFullDoesNotFillItAgain() {
        disk.begin(FULL);
        SimDisk.Image image = disk.image();
        disk.end(FULL);
        disk.restore(image);
        assertThatCode(this::write).doesNotThrowAnyException();
    }

    @Test
    void anImageTakenBeforeMakesNoRoom() {
        SimDisk.Image image = disk.image();
        disk.begin(FULL);
        disk.restore(image);
        assertThatThrownBy(this::write).isInstanceOf(DiskFullException.class);
    }

    @Test
    void aWipedDirectoryMakesNoRoom() {
        disk.begin(FULL);
        disk.wipe();
        assertThatThrownBy(this::write).isInstanceOf(DiskFullException.class);
    }
}
