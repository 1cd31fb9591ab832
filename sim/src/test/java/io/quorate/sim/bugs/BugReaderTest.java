package io.quorate.sim.bugs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.sim.bugs.PlantedBug.Change;
import io.quorate.sim.core.Profile;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Bugs as they are written, and as they are read. */
class BugReaderTest {
    private static final String TWO = """
            # For readers.

            bug 7: One thing
              It goes wrong,
              and so on.
            source: somebody
            profile: node
            breaks: THIS, THAT
            file: a/A.java
            ---
                one();

                two();
            +++
                two();
            ---
                three();
            +++
            file: b/B.java
            ---
                four();
            +++
                five();

            bug 8: Another
            source: nobody
            profile: core
            breaks: THIS
            file: a/A.java
            ---
                one();
            +++
            """;

    @Test
    void allFieldsAreRead() {
        List<PlantedBug> bugs = BugReader.read("two", TWO);
        assertThat(bugs).hasSize(2);
        assertThat(bugs.get(0))
                .isEqualTo(new PlantedBug(
                        7,
                        "One thing",
                        "It goes wrong, and so on.",
                        "somebody",
                        Profile.NODE,
                        List.of(
                                new Change("a/A.java", "    one();\n\n    two();\n", "    two();\n"),
                                new Change("a/A.java", "    three();\n", ""),
                                new Change("b/B.java", "    four();\n", "    five();\n")),
                        Set.of("THIS", "THAT")));
        assertThat(bugs.get(1).changes()).containsExactly(new Change("a/A.java", "    one();\n", ""));
    }

    @Test
    void whatIsNotInItsPlaceIsNamedWithItsLine() {
        assertThatThrownBy(() -> BugReader.read("spoiled", TWO.replace("source: somebody\n", "")))
                .hasMessage("spoiled line 6 does not begin with \"source: \"");
        assertThatThrownBy(() -> BugReader.read("spoiled", TWO.replace("profile: core", "profile: all")))
                .hasMessage("spoiled line 27: there is no profile all");
        assertThatThrownBy(() -> BugReader.read("spoiled", TWO.replace("breaks: THIS\n", "breaks: THIS\nx\n")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void changesAreMadeInTheirFileOnly() {
        PlantedBug bug = BugReader.read("two", TWO).get(0);
        assertThat(bug.files()).containsExactly("a/A.java", "b/B.java");
        assertThat(bug.plantInto("a/A.java", "    one();\n\n    two();\n    three();\n"))
                .isEqualTo("    two();\n");
        assertThat(bug.plantInto("b/B.java", "    four();\n")).isEqualTo("    five();\n");
    }
}
