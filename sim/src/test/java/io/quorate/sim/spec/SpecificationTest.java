package io.quorate.sim.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TLC explores each model of the README's table to its end, finds nothing broken, and as many states as the table says. */
@Tag("slow")
final class SpecificationTest {
    private static final Pattern ROW =
            Pattern.compile("^\\| `(\\w+)\\.cfg` \\|.*\\| ([\\d,]+) \\|$", Pattern.MULTILINE);

    record Model(String name, long states) {}

    @ParameterizedTest
    @MethodSource("models")
    void holdsInEveryState(Model model) throws Exception {
        Path config = Tlc.specification().resolve(model.name() + ".cfg");
        Tlc.Outcome outcome = Tlc.explore(Tlc.folder(model.name()), "Raft", config);
        assertThat(outcome.isComplete()).as(outcome.output()).isTrue();
        assertThat(outcome.distinctStates()).isEqualTo(model.states());
    }

    @Test
    void aModelHasHalfAMillionStates() throws IOException {
        assertThat(models()).anyMatch(model -> model.states() >= 500_000);
    }

    @Test
    void everyModelIsInTheTable() throws IOException {
        try (Stream<Path> files = Files.list(Tlc.specification())) {
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".cfg") && !name.equals("TraceRaft.cfg"))
                    .toList();
            assertThat(models().map(model -> model.name() + ".cfg")).containsExactlyInAnyOrderElementsOf(names);
        }
    }

    static Stream<Model> models() throws IOException {
        String readme = Files.readString(Tlc.specification().resolve("README.md"));
        return ROW
                .matcher(readme)
                .results()
                .map(row -> new Model(row.group(1), Long.parseLong(row.group(2).replace(",", ""))))
                .toList()
                .stream();
    }
}
