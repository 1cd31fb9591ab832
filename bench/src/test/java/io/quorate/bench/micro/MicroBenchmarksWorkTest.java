package io.quorate.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each benchmark does what its name says; how fast is for {@link MicroBenchmarks}. */
final class MicroBenchmarksWorkTest {
    @ParameterizedTest
    @ValueSource(ints = {16, 4096})
    void aRecordThatIsEncodedHasNoFlaw(int payloadBytes) {
        RecordCodecBenchmark codec = new RecordCodecBenchmark();
        codec.payloadBytes = payloadBytes;
        codec.encodeOne();
        assertThat(codec.encode().position()).isEqualTo(codec.encode().capacity());
        assertThat(codec.check()).isNull();
    }

    @Test
    void aTurnOfTheCoreCommitsAllThatItProposes() {
        CoreStepBenchmark core = new CoreStepBenchmark();
        core.entriesPerTurn = 64;
        core.elect();
        assertThat(core.turn()).isEqualTo(1 + 64);
        assertThat(core.turn()).isEqualTo(1 + 128);
    }

    @ParameterizedTest
    @EnumSource
    void anAppendIsReportedDurableAndSegmentsAreRecycled(LogAppendBenchmark.Medium medium) throws IOException {
        LogAppendBenchmark log = new LogAppendBenchmark();
        log.medium = medium;
        log.entriesPerWrite = 64;
        log.open();
        try {
            long before = log.append();
            for (int i = 0; i < 100; i++) {
                log.append();
            }
            assertThat(log.append()).isGreaterThan(before + 100);
        } finally {
            log.close();
        }
    }
}
