package io.quorate.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReportTest {
    @Test
    void aPercentileOfTrialsIsTheSmallestThatSoManyDoNotExceed() {
        long[] trials = {50, 10, 40, 20, 30};
        Latency latency = Latency.ofTrials(trials);
        assertThat(latency).isEqualTo(new Latency(5, 30, 30, 50, 50, 50, 50));
        assertThat(trials).containsExactly(50, 10, 40, 20, 30);
        assertThat(Latency.ofTrials(new long[] {7, 9}).p50()).isEqualTo(7);
        assertThat(Latency.ofTrials(new long[0]).count()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0.50 µs", "12.34, 12.3 µs", "999, 999 µs", "1000, 1.00 ms", "23456, 23.5 ms", "1500000, 1.50 s"})
    void timesHaveThreeDigitsAndTheUnitThatFits(double micros, String text) {
        assertThat(Units.time(micros)).isEqualTo(text);
    }

    @Test
    void figuresAreRoundedWhereTheyEnterAReport() {
        assertThat(Rounded.tenth(1.26)).isEqualTo(1.3);
        assertThat(Rounded.tenth(1.24)).isEqualTo(1.2);
    }
}
