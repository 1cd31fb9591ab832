package io.quorate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status.Code;
import org.junit.jupiter.api.Test;

final class MeasuredTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long FROM = Long.MAX_VALUE - SECOND; // nanoTime may run over during a measurement

    private final Measured measured = new Measured(FROM, 2);

    private void complete(long afterFrom, long tookMicros, Code code) {
        measured.completed(FROM + afterFrom - 1000 * tookMicros, FROM + afterFrom, code);
    }

    @Test
    void countsOnlyWhatEndsWithinTheTime() {
        complete(-1, 10, Code.OK);
        complete(0, 10, Code.OK);
        complete(2 * SECOND - 1, 10, Code.OK);
        complete(2 * SECOND, 10, Code.OK);
        assertThat(measured.operations()).isEqualTo(2);
        assertThat(measured.operationsPerSecond()).isEqualTo(1.0);
        assertThat(measured.operationsPerEachSecond()).containsExactly(1, 1);
    }

    @Test
    void percentilesComeFromAllOperations() {
        for (int micros = 1; micros <= 1000; micros++) {
            complete(micros, micros, Code.OK);
        }
        assertThat(measured.latencyMicros(50)).isCloseTo(500, within(1.0));
        assertThat(measured.latencyMicros(99)).isCloseTo(990, within(1.0));
        assertThat(measured.latencyMicros(99.9)).isCloseTo(999, within(1.0));
        assertThat(measured.latencyMicros(100)).isCloseTo(1000, within(1.0));
        assertThat(measured.meanLatencyMicros()).isCloseTo(500.5, within(1.0));
    }

    @Test
    void failuresAreCountedByCodeAndSpoilNoLatency() {
        complete(1, 10, Code.OK);
        complete(1, 5_000_000, Code.UNAVAILABLE);
        complete(1, 5_000_000, Code.UNAVAILABLE);
        complete(1, 5_000_000, Code.RESOURCE_EXHAUSTED);
        assertThat(measured.errors())
                .containsOnlyKeys(Code.UNAVAILABLE, Code.RESOURCE_EXHAUSTED)
                .containsEntry(Code.UNAVAILABLE, 2L);
        assertThat(measured.operations()).isEqualTo(1);
        assertThat(measured.latencyMicros(100)).isCloseTo(10, within(0.1));
    }

    @Test
    void withoutAnyOperationEveryFigureIsZero() {
        assertThat(measured.latencyMicros(99)).isZero();
        assertThat(measured.meanLatencyMicros()).isZero();
        assertThat(measured.operationsPerSecond()).isZero();
    }

    @Test
    void anOperationLongerThanAMinuteCountsAsAMinute() {
        complete(1, 90_000_000, Code.OK);
        assertThat(measured.latencyMicros(100)).isCloseTo(60_000_000, within(60_000.0));
    }
}
