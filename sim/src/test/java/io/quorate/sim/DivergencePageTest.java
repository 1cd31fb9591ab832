package io.quorate.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.Unseen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the simulator excuses is what the document says cannot be seen, class by class. */
class DivergencePageTest {
    private static final Path PAGE = Path.of("..", "docs", "divergence.md");
    private static final Pattern ROW = Pattern.compile("^\\| `([A-Z_]+)` \\| .+ \\|$", Pattern.MULTILINE);

    @Test
    void thePageNamesEachClassOfDamageThatNobodySees() throws IOException {
        List<String> rows = ROW.matcher(Files.readString(PAGE))
                .results()
                .map(row -> row.group(1))
                .toList();
        assertThat(rows)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(Unseen.values()).map(Enum::name).toList());
    }
}
