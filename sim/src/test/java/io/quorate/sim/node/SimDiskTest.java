package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.EventQueue;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.RunHash;
import io.quorate.sim.core.Swarm;
import io.quorate.storage.Disk;
import io.quorate.storage.DiskFile;
import io.quorate.storage.MemoryDisk.Loss;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a disk lied about is damage for as long as the medium holds something else than it was told. */
final class SimDiskTest {
    private static final String NAME = "log-0000000000000001";

    private final KeyedRandom random = Swarm.core(1).random();
    private final SimDisk disk = new SimDisk(0, random, new EventQueue(), new RunHash(), new Ledger());

    /** The page of the lost write is written to again: it is dirty as a whole, and reaches the medium unless it is lost too. */
    @ParameterizedTest
    @CsvSource({
        "false, NOTHING, LOST_WRITE",
        "false, NOTHING_UNFLUSHED, LOST_WRITE",
        "false, EVERYTHING, LOST_WRITE",
        "true, NOTHING,",
        "true, NOTHING_UNFLUSHED,",
        "true, EVERYTHING, LOST_WRITE"
    })
    void aPageThatIsWrittenToAgainMendsTheLostWrite(boolean again, Loss loss, FaultKind damage) throws IOException {
        lose(again);
        disk.end(loss, random.stream(Purpose.CRASH, 0));
        assertThat(disk.written().damage()).isEqualTo(damage);
    }

    /** A process that was killed left it in memory alone. */
    @ParameterizedTest
    @CsvSource({"EVERYTHING, LOST_WRITE", "NOTHING_UNFLUSHED,"})
    void whatOnlyMemoryMendedIsDamagedAgainWhenThePowerGoes(Loss loss, FaultKind damage) throws IOException {
        lose(true);
        disk.end(Loss.NOTHING, random.stream(Purpose.CRASH, 0));
        disk.end(loss, random.stream(Purpose.CRASH, 1));
        assertThat(disk.written().damage()).isEqualTo(damage);
    }

    private void lose(boolean again) throws IOException {
        Disk opened = disk.open();
        DiskFile file = opened.create(NAME, 4096);
        file.write(ByteBuffer.wrap(new byte[64]), 0);
        file.force();
        opened.forceDirectory();
        disk.begin(new Fault(1, FaultKind.LOST_WRITE, 0, 0, 0, -1, 0));
        byte[] batch = new byte[100];
        batch[7] = 1;
        file.write(ByteBuffer.wrap(batch), 64);
        file.force();
        if (again) {
            file.write(ByteBuffer.wrap(new byte[32]), 164);
        }
        disk.judgeLies(false);
        assertThat(disk.written().damage()).isEqualTo(FaultKind.LOST_WRITE);
    }
}
