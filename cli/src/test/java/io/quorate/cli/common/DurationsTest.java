package io.quorate.cli.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

final class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0s, 0",
        "500ms, 500",
        "5s, 5000",
        "1m30s, 90000",
        "2h, 7200000",
        "1.5s, 1500",
        ".5m, 30000",
        "1.s, 1000",
        "1us, 1",
        "1500µs, 2",
        "1000000ns, 1"
    })
    void timesAreWrittenAsInGo(String text, long millis) {
        assertThat(new Durations().convert(text)).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "5",
                "s",
                "-1s",
                "1 s",
                "1s2",
                "soon",
                "1..5s",
                "99999999999999999999s",
                "9223372036854775807h"
            })
    void whatIsNoTimeIsNamed(String text) {
        assertThatThrownBy(() -> new Durations().convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("'" + text + "' is ");
    }
}
