package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class RaftOptionsTest {
    /** Defaults are promises: whoever changes one must change it here too. */
    @Test
    void theDefaultsAre() {
        assertThat(RaftOptions.DEFAULTS)
                .isEqualTo(new RaftOptions(
                        100, 1000, true, true, 2 << 20, 64 << 20, 65_536, 4 << 20, 8 << 20, 8, 7000, false, 8192,
                        4 << 20, 2000, 50, 0, 64 << 20, 100_000, 3_600_000, 5000, 16 << 20, 64 << 20, 10_000, false));
    }

    @Test
    void everyPropertyIsMappedByTheBuilder() throws Exception {
        RaftOptions odd = new RaftOptions(
                7, 77, false, false, 1001, 100_001, 11, 2002, 30_003, 5, 505, true, 17, 3003, 909, 19, 23, 4096, 33, 44,
                55, 66, 7 << 20, 16, true);
        assertThat(odd.toBuilder().build()).isEqualTo(odd);
        for (RecordComponent component : RaftOptions.class.getRecordComponents()) {
            assertThat(component.getAccessor().invoke(odd))
                    .as(component.getName())
                    .isNotEqualTo(component.getAccessor().invoke(RaftOptions.DEFAULTS));
        }
        List<String> setters = Arrays.stream(RaftOptions.Builder.class.getDeclaredMethods())
                .map(method -> method.getName())
                .filter(name -> !name.equals("build"))
                .toList();
        assertThat(setters)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(RaftOptions.class.getRecordComponents())
                        .map(RecordComponent::getName)
                        .toList());
    }

    @Test
    void allProblemsAreToldAtOnce() {
        assertThatThrownBy(() -> RaftOptions.builder()
                        .heartbeatMillis(0)
                        .maxPendingReads(-1)
                        .windowBytes(1)
                        .turnBytes(5)
                        .stateHashEntries(15)
                        .build())
                .isInstanceOfSatisfying(
                        RaftException.class, e -> assertThat(e.code()).isEqualTo(RaftException.Code.BAD_OPTIONS))
                .hasMessageContaining("heartbeatMillis must be 1 to 60000, is 0")
                .hasMessageContaining("maxPendingReads")
                .hasMessageContaining("windowBytes (1) must be at least appendBytes")
                .hasMessageContaining("turnBytes (5)")
                .hasMessageContaining("stateHashEntries must be 0 or 16 to 1000000, is 15");
    }
}
