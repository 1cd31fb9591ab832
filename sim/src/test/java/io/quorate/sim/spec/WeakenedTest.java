package io.quorate.sim.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The specification can fail: with one rule switched off TLC finds the invariant broken that the README's table names. */
@Tag("slow")
final class WeakenedTest {
    private static final Pattern ROW = Pattern.compile("^\\| `(\\w+)` \\|.*\\| `(\\w+)` \\|$", Pattern.MULTILINE);
    private static final Pattern SWITCH = Pattern.compile("\"(\\w+)\" \\\\in Weak");
    private static final Pattern INVARIANT = Pattern.compile("^INVARIANT (\\w+)$", Pattern.MULTILINE);

    record Weakening(String name, String invariant) {}

    @ParameterizedTest
    @MethodSource("weakenings")
    void breaksItsInvariant(Weakening weakening) throws Exception {
        Path config = Tlc.specification().resolve("weakened/" + weakening.name() + ".cfg");
        assertThat(Files.readString(config))
                .contains("Weak = {\"" + weakening.name() + "\"}")
                .containsPattern(INVARIANT);
        Tlc.Outcome outcome = Tlc.check(Tlc.folder(weakening.name()), "Raft", config);
        assertThat(outcome.brokenInvariant()).as(outcome.output()).isEqualTo(weakening.invariant());
    }

    @Test
    void everySwitchOfTheSpecificationIsTried() throws IOException {
        String specification = Files.readString(Tlc.specification().resolve("Raft.tla"));
        Set<String> switches = new TreeSet<>(SWITCH.matcher(specification)
                .results()
                .map(found -> found.group(1))
                .toList());
        assertThat(weakenings().map(Weakening::name)).containsExactlyInAnyOrderElementsOf(switches);
        assertThat(switches).hasSizeGreaterThanOrEqualTo(6);
    }

    static Stream<Weakening> weakenings() throws IOException {
        String readme = Files.readString(Tlc.specification().resolve("README.md"));
        List<MatchResult> rows = ROW.matcher(readme).results().toList();
        return rows.stream().map(row -> new Weakening(row.group(1), row.group(2)));
    }
}
