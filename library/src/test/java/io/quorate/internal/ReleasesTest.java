package io.quorate.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReleasesTest {
    private final Releases releases = new Releases();
    private final List<String> given = new ArrayList<>();

    @Test
    void all_are_given_back_last_taken_first_though_some_fail() {
        IllegalStateException loop = new IllegalStateException("loop");
        Error links = new AssertionError("links");
        releases.push(() -> given.add("lock"));
        releases.push(() -> {
            throw links;
        });
        releases.push(() -> given.add("log"));
        releases.push(() -> {
            throw loop;
        });
        releases.push(() -> given.add("thread"));
        assertThatThrownBy(releases::run).isSameAs(loop).hasSuppressedException(links);
        assertThat(given).containsExactly("thread", "log", "lock");

        releases.run();
        assertThat(given).as("each once").hasSize(3);
    }

    @Test
    void what_is_thrown_twice_is_told_once() {
        IllegalStateException same = new IllegalStateException("same");
        for (int i = 0; i < 2; i++) {
            releases.push(() -> {
                throw same;
            });
        }
        assertThatThrownBy(releases::run).isSameAs(same).hasNoSuppressedExceptions();
    }
}
