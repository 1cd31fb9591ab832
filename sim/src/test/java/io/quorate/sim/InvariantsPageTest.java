package io.quorate.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.Invariant;
import io.quorate.sim.core.Rule;
import io.quorate.sim.core.Unseen;
import io.quorate.sim.history.RevisionRule;
import io.quorate.sim.node.NodeRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** The page of invariants is made from the checks: {@code -Dquorate.record=true} writes it anew. */
class InvariantsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "invariants.md");

    @Test
    void thePageListsWhatIsChecked() throws IOException {
        StringBuilder page = new StringBuilder();
        page.append(
                "# What always holds\n\nMade from the checks themselves, by `InvariantsPageTest`. The name of a rule is");
        page.append(" what a failing run prints.\n");
        section(
                page,
                "Within one core",
                "after every input, in every test and simulation",
                Invariant.values(),
                Invariant::sentence);
        section(
                page,
                "Among cores",
                "after every event of the core profile, or at its end",
                Rule.values(),
                Rule::sentence);
        section(
                page,
                "Among whole members",
                "the profiles `node` and `unbounded`",
                NodeRule.values(),
                NodeRule::sentence);
        section(
                page,
                "In what clients saw",
                "at the end of a run, over all operations",
                RevisionRule.values(),
                RevisionRule::sentence);
        section(
                page,
                "What nobody can see",
                "damage that no member and no peer can tell from health: counted, and the reason"
                        + " why the profile `unbounded` excuses a loss",
                Unseen.values(),
                Unseen::sentence);
        if (Boolean.getBoolean("quorate.record")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE)).isEqualTo(page.toString());
    }

    private static <E extends Enum<E>> void section(
            StringBuilder page, String title, String when, E[] rules, Function<E, String> sentence) {
        page.append("\n## ")
                .append(title)
                .append("\n\nChecked: ")
                .append(when)
                .append(".\n\n| rule | sentence |\n| --- | --- |\n");
        for (E rule : rules) {
            page.append("| `")
                    .append(rule.name())
                    .append("` | ")
                    .append(sentence.apply(rule))
                    .append(" |\n");
        }
    }
}
