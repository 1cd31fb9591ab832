package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.sim.core.EventQueue;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.FaultStreams;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.RunHash;
import io.quorate.storage.Disk;
import io.quorate.storage.DiskFile;
import io.quorate.storage.DiskFullException;
import io.quorate.storage.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How full a simulated disk is does not depend on what is on it, and how slow not on which other faults it has. */
final class SimDiskTest {
    private static final Fault FULL = new Fault(0, FaultKind.DISK_FULL, 0, 1, 0, -1, 0);

    private static final int CALLS = 50;

    private final KeyedRandom random = new KeyedRandom(1);
    private final SimDisk disk =
            new SimDisk(0, random, new FaultStreams(random), new EventQueue(), new RunHash(), new Ledger());

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

    @Test
    void eachFaultSlowsItAsItDoesAlone() throws IOException {
        Fault one = new Fault(3, FaultKind.SLOW_DISK, 0, 1, 0, -1, 1_000);
        Fault two = new Fault(4, FaultKind.SLOW_DISK, 0, 1, 0, -1, 1_000);
        long[] bare = times();
        long[] ofOne = times(one);
        long[] ofTwo = times(two);
        assertThat(ofOne).isNotEqualTo(ofTwo);
        long[] sum = new long[CALLS];
        Arrays.setAll(sum, call -> ofOne[call] + ofTwo[call] - bare[call]);
        assertThat(times(one, two)).isEqualTo(sum);
    }

    /** How long its calls take. */
    private long[] times(Fault... faults) throws IOException {
        SimDisk slow = new SimDisk(0, random, new FaultStreams(random), new EventQueue(), new RunHash(), new Ledger());
        List.of(faults).forEach(slow::begin);
        DiskFile file = slow.open().create("a", 512);
        slow.takeSpent();
        long[] times = new long[CALLS];
        for (int call = 0; call < CALLS; call++) {
            file.write(ByteBuffer.allocate(512), 0);
            times[call] = slow.takeSpent();
        }
        return times;
    }
}
