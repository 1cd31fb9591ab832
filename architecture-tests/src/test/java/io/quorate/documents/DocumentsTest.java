package io.quorate.documents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

final class DocumentsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    @TestFactory
    Stream<DynamicTest> whatAPageQuotesIsWhatTheFileSays() throws IOException {
        return pages().map(file -> DynamicTest.dynamicTest(name(file), file.toUri(), () -> {
            Page page = new Page(ROOT, file);
            List<String> anew = page.cutAnew();
            if (Boolean.getBoolean("documents.write") && !anew.equals(page.lines())) {
                Files.write(file, anew);
            } else {
                assertThat(page.lines())
                        .as("%s fell behind: write it anew with -Ddocuments.write=true", name(file))
                        .isEqualTo(anew);
            }
        }));
    }

    @TestFactory
    Stream<DynamicTest> linksLeadSomewhere() throws IOException {
        return pages().map(file ->
                DynamicTest.dynamicTest(name(file), file.toUri(), () -> assertThat(new Page(ROOT, file).brokenLinks())
                        .isEmpty()));
    }

    @Test
    void aPageThatFellBehindIsSeen(@TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("A.java"), "x\n    // begin part\n    int a;\n\n      int b;\n    // end part\n");
        List<String> old =
                List.of("<!-- cut: A.java region=part -->", "```java", "int old;", "```", "<!-- /cut -->", "after");
        Page page = new Page(folder, folder.resolve("page.md"), old);
        assertThat(page.cutAnew())
                .containsExactly(
                        "<!-- cut: A.java region=part -->",
                        "```java",
                        "int a;",
                        "",
                        "  int b;",
                        "```",
                        "<!-- /cut -->",
                        "after");
    }

    @Test
    void aRegionOrEndThatIsMissingIsNamed(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("A.java"), "x\n");
        Path file = folder.resolve("page.md");
        assertThatThrownBy(
                        new Page(folder, file, List.of("<!-- cut: A.java region=part -->", "<!-- /cut -->"))::cutAnew)
                .hasMessageContaining("A.java")
                .hasMessageContaining("part");
        assertThatThrownBy(new Page(folder, file, List.of("<!-- cut: A.java -->"))::cutAnew)
                .hasMessageContaining("/cut");
    }

    @Test
    void aLinkToNowhereIsSeen(@TempDir Path folder) throws IOException {
        Files.createFile(folder.resolve("there.md"));
        List<String> lines = List.of("[a](there.md#part) [b](gone.md) [c](https://raft.github.io)");
        assertThat(new Page(folder, folder.resolve("page.md"), lines).brokenLinks())
                .containsExactly("gone.md");
    }

    private static Stream<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(ROOT);
                Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(top, docs).filter(file -> file.toString().endsWith(".md")).sorted().toList().stream();
        }
    }

    private static String name(Path file) {
        return ROOT.relativize(file).toString();
    }
}
