package io.quorate.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** {@code docs/dependencies.md} lists what the POMs name: nothing without a reason, no reason for what is gone. */
final class DependencyListTest {
    private static final List<String> NAMES_AN_ARTIFACT = List.of("dependency", "plugin", "path", "binaryMavenPlugin");
    private static final Pattern ROW = Pattern.compile("^\\| `([^`:]+:[^`:]+)` \\| .*[^ |] \\|$", Pattern.MULTILINE);

    @Test
    void theListNamesExactlyWhatThePomsName() throws Exception {
        Path root = root();
        assertThat(listed(root.resolve("docs/dependencies.md"))).containsExactlyInAnyOrderElementsOf(named(root));
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("docs/dependencies.md"))) {
            folder = Optional.ofNullable(folder.getParent())
                    .orElseThrow(() -> new IllegalStateException("no docs/dependencies.md in this folder or above it"));
        }
        return folder;
    }

    private static List<String> listed(Path list) throws IOException {
        return ROW.matcher(Files.readString(list))
                .results()
                .map(row -> row.group(1))
                .toList();
    }

    private static Set<String> named(Path root) throws Exception {
        DocumentBuilder parser = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        Set<String> names = new TreeSet<>();
        try (Stream<Path> folders = Files.list(root)) {
            List<Path> poms = Stream.concat(Stream.of(root), folders)
                    .map(folder -> folder.resolve("pom.xml"))
                    .filter(Files::isRegularFile)
                    .toList();
            for (Path pom : poms) {
                collect(parser.parse(pom.toFile()), names);
            }
        }
        return names;
    }

    private static void collect(Document pom, Set<String> names) {
        for (String tag : NAMES_AN_ARTIFACT) {
            NodeList elements = pom.getElementsByTagName(tag);
            for (int i = 0; i < elements.getLength(); i++) {
                Element element = (Element) elements.item(i);
                String group = text(element, "groupId");
                if (!group.equals("io.quorate")) {
                    names.add(group + ":" + text(element, "artifactId"));
                }
            }
        }
    }

    private static String text(Element element, String child) {
        return element.getElementsByTagName(child).item(0).getTextContent().strip();
    }
}
