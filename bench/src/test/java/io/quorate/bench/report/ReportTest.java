package io.quorate.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bench.BenchException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ReportTest {
    private static final String BEGIN = "<!-- written by quorate bench life: begin -->";
    private static final String END = "<!-- written by quorate bench life: end -->";

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

    @ParameterizedTest
    @CsvSource({"12, 12 bytes", "1024, 1.00 KiB", "67108864, 64.0 MiB", "1610612736, 1.50 GiB"})
    void sizesToo(double bytes, String text) {
        assertThat(Units.bytes(bytes)).isEqualTo(text);
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
        assertThat(Samples.median(new double[] {4, 1, 3, 2})).isEqualTo(2.5);
        assertThat(Samples.median(new double[] {3, 1, 2})).isEqualTo(2);
    }

    @Test
    void onlyTheMarkedPartOfADocumentChanges() {
        MarkedSection section = new MarkedSection("bench life");
        String other =
                "<!-- written by quorate bench compare: begin -->\n<!-- written by quorate bench compare: end -->\n";
        String document = other + BEGIN + "\nold\n" + END + "\nend\n";
        String once = section.replace(document, "new\n");
        assertThat(once).isEqualTo(other + BEGIN + "\n\nnew\n\n" + END + "\nend\n");
        assertThat(section.replace(once, "new\n")).isEqualTo(once);
    }

    @Test
    void aDocumentWithoutTheMarksIsRefused() {
        for (String document : List.of("", BEGIN, END + BEGIN, BEGIN + BEGIN + END)) {
            assertThatThrownBy(() -> new MarkedSection("bench life").replace(document, "new"))
                    .isInstanceOf(BenchException.class)
                    .hasMessageContaining(BEGIN);
        }
    }

    @Test
    void figuresAreRoundedWhereTheyEnterAReport() {
        assertThat(Rounded.tenth(1.26)).isEqualTo(1.3);
        assertThat(Rounded.tenth(1.24)).isEqualTo(1.2);
    }
}
