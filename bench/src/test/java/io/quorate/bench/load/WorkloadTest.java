package io.quorate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bench.BenchException;
import org.junit.jupiter.api.Test;

final class WorkloadTest {
    @Test
    void everyValueOutOfItsRangeIsNamedWithTheRange() {
        assertThatThrownBy(() -> new Workload(Operation.PUT, false, 101, 0, 0, 0, 0, 1, -1, 0))
                .isInstanceOf(BenchException.class)
                .hasMessage("--read-percent must be from 0 to 100, not 101; --clients must be from 1 to 100000, not 0;"
                        + " --connections must be from 1 to 1, not 0; --keys must be from 1 to 100000000, not 0;"
                        + " --value-bytes must be from 1 to 1000000, not 0; --warmup must be from 0 to 3600, not -1;"
                        + " --seconds must be from 1 to 3600, not 0");
    }

    @Test
    void oneClientUsesOneConnection() {
        Workload many = new Workload(Operation.PUT, false, 80, 256, 3, 1000, 256, 1, 1, 1);
        assertThat(many.with(Operation.GET, true, 1).connections()).isEqualTo(1);
        assertThat(many.sentence()).isEqualTo("puts, 256 clients on 3 connections, 1000 keys, values of 256 bytes");
    }

    @Test
    void onlyReadsWantKeysToFind() {
        Workload mixed = new Workload(Operation.MIXED, false, 0, 1, 1, 1, 1, 1, 0, 1);
        assertThat(mixed.reads()).isFalse();
        assertThat(mixed.with(Operation.GET, false, 1).reads()).isTrue();
        assertThat(mixed.with(Operation.PUT, false, 1).reads()).isFalse();
    }
}
