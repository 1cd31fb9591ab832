package io.quorate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class WordsTest {
    @Test
    void spacesPartWordsAndQuotesKeepThemTogether() {
        assertThat(Words.of("  put\tx 'a b' ")).containsExactly("put", "x", "a b");
        assertThat(Words.of("put x \"it's\"")).containsExactly("put", "x", "it's");
        assertThat(Words.of("put x a' 'b ''")).containsExactly("put", "x", "a b", "");
        assertThat(Words.of("   ")).isEmpty();
    }

    @Test
    void aQuoteThatDoesNotEndIsSaid() {
        assertThatThrownBy(() -> Words.of("put x 'a b")).hasMessage("a quote ' does not end");
    }
}
