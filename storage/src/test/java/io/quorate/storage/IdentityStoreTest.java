package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.Identity;
import io.quorate.storage.MemoryDisk.Loss;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class IdentityStoreTest {
    private static final Identity FIRST = new Identity(7, 1, 3, 99, 1);
    private static final Identity SECOND = new Identity(7, 1, 3, 99, 2);

    private final MemoryDisk disk = new MemoryDisk("n3");

    @Test
    void a_new_directory_has_none() throws IOException {
        assertThat(new FileIdentityStore(disk.open()).load()).isNull();
    }

    @Test
    void what_was_saved_outlives_a_power_loss() throws IOException {
        FileIdentityStore store = new FileIdentityStore(disk.open());
        store.save(FIRST);
        store.save(SECOND);
        disk.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        assertThat(new FileIdentityStore(disk.open()).load()).isEqualTo(SECOND);
    }

    @Test
    void a_crash_at_any_call_leaves_the_old_one_or_the_new_one() throws IOException {
        for (int crashAt = 0; crashAt < 20; crashAt++) {
            for (Loss loss : Loss.values()) {
                MemoryDisk medium = new MemoryDisk("n3");
                FileIdentityStore store = new FileIdentityStore(medium.open());
                store.save(FIRST);
                int[] left = {crashAt};
                medium.hook((operation, name, bytes) -> {
                    if (left[0]-- == 0) {
                        throw new IOException("crash");
                    }
                });
                boolean saved = trySave(store);
                medium.hook(MemoryDisk.Hook.NONE);
                medium.crash(loss, LogDriver.entropy(crashAt));
                Identity found = new FileIdentityStore(medium.open()).load();
                assertThat(found).isIn(saved ? SECOND : FIRST, SECOND);
            }
        }
    }

    private static boolean trySave(FileIdentityStore store) {
        try {
            store.save(SECOND);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void every_damaged_bit_is_named() throws IOException {
        new FileIdentityStore(disk.open()).save(FIRST);
        byte[] good = disk.bytes("identity");
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            disk.crash(Loss.NOTHING, LogDriver.entropy(1));
            disk.put("identity", bad);
            FileIdentityStore store = new FileIdentityStore(disk.open());
            assertThatThrownBy(store::load).hasMessageContaining("n3/identity is damaged");
        }
    }

    @Test
    void a_newer_format_is_refused_with_its_number() throws IOException {
        new FileIdentityStore(disk.open()).save(FIRST);
        byte[] newer = disk.bytes("identity");
        newer[8] = 2;
        Checksums.repair(newer, 0, 60, 60);
        disk.crash(Loss.NOTHING, LogDriver.entropy(1));
        disk.put("identity", newer);
        assertThatThrownBy(() -> new FileIdentityStore(disk.open()).load())
                .isInstanceOf(NewerFormatException.class)
                .hasMessageContaining("n3/identity")
                .hasMessageContaining("format 2")
                .hasMessageContaining("formats up to 1");
    }
}
