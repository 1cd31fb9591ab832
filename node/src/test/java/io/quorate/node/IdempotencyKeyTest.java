package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IdempotencyKeyTest {
    @ParameterizedTest
    @CsvSource({
        "1767225600000-order-4711, 1767225600000",
        "0-a, 0",
        "999999999999999-~, 999999999999999",
        "00017-x, 17",
        // The example of RFC 9562, A.6: 2022-02-22T19:22:22Z.
        "017F22E2-79B0-7CC3-98C4-DC0C0C07398F, 1645557742000",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f, 1645557742000",
    })
    void aKeySaysWhenItWasMade(String text, long millis) {
        assertThat(IdempotencyKey.parse(text).bornMillis()).isEqualTo(millis);
    }

    @Test
    void aUuidIsTheSameKeyInEitherCase() {
        String text = "017F22E2-79B0-7CC3-98C4-DC0C0C07398F";
        assertThat(IdempotencyKey.parse(text)).isEqualTo(IdempotencyKey.parse(text.toLowerCase(java.util.Locale.ROOT)));
    }

    @Test
    void aNameMakesAKeyThatIsReadBack() {
        IdempotencyKey key = IdempotencyKey.of(Instant.ofEpochMilli(1_767_225_600_000L), "order-4711");
        assertThat(key).hasToString("1767225600000-order-4711").isEqualTo(IdempotencyKey.parse(key.text()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "order-4711",
                "-4711",
                "1767225600000",
                "1767225600000-",
                "1767225600000x-a",
                "1000000000000000-a",
                // Version 4: it says nothing of a time.
                "9b2c1a1e-6d0c-4c1e-8a53-0d8c1f7f4f11",
            })
    void aKeyWithoutATimeIsRefusedAndSaysHowOneLooks(String text) {
        assertRefused(text, "MILLISECONDS-NAME");
    }

    @Test
    void aKeyIsBoundedAndPrintable() {
        assertRefused("", "must not be empty");
        assertRefused("1-" + "a".repeat(IdempotencyKey.MAX_LENGTH - 1), "at most 128 characters, this one has 129");
        assertThat(IdempotencyKey.parse("1-" + "a".repeat(IdempotencyKey.MAX_LENGTH - 2))
                        .text())
                .hasSize(IdempotencyKey.MAX_LENGTH);
        assertRefused("1-a b", "printable");
        assertRefused("1-ä", "printable");
        assertRefused("1-\u007f", "printable");
    }

    @Test
    void theTimeIsThatOfTheText() {
        assertThatThrownBy(() -> new IdempotencyKey(2, "1-a")).hasMessageContaining("is not of the time 2");
    }

    @Test
    void keysAreInTheOrderOfTheirTimes() {
        assertThat(IdempotencyKey.parse("9-z")).isLessThan(IdempotencyKey.parse("10-a"));
        assertThat(IdempotencyKey.parse("10-a")).isLessThan(IdempotencyKey.parse("10-b"));
    }

    private static void assertRefused(String text, String why) {
        assertThatThrownBy(() -> IdempotencyKey.parse(text))
                .isInstanceOfSatisfying(RaftException.class, refusal -> assertThat(refusal.code())
                        .isEqualTo(RaftException.Code.MISUSE))
                .hasMessageContaining(why);
    }
}
