package io.quorate.documents;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A Markdown page with blocks that are cut from files of the repository:
 *
 * <pre>
 * &lt;!-- cut: path/to/File.java region=embed --&gt;
 * ```java
 * …
 * ```
 * &lt;!-- /cut --&gt;
 * </pre>
 *
 * A region lies between lines that contain {@code begin NAME} and {@code end NAME}; without a region the whole file is cut.
 */
final class Page {
    private static final Pattern CUT = Pattern.compile("<!-- cut: (\\S+)(?: region=(\\S+))? -->");
    private static final String END = "<!-- /cut -->";
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(?:#[^)\\s]*)?\\)");

    private final Path root;
    private final Path file;
    private final List<String> lines;

    Page(Path root, Path file) throws IOException {
        this(root, file, Files.readAllLines(file));
    }

    Page(Path root, Path file, List<String> lines) {
        this.root = root;
        this.file = file;
        this.lines = List.copyOf(lines);
    }

    /** The page with every block cut anew. */
    List<String> cutAnew() throws IOException {
        List<String> result = new ArrayList<>();
        for (int at = 0; at < lines.size(); at++) {
            result.add(lines.get(at));
            Matcher cut = CUT.matcher(lines.get(at));
            if (cut.find()) {
                int end = lines.subList(at, lines.size()).indexOf(END);
                if (end < 0) {
                    throw new IllegalStateException(file + ": no " + END + " after " + lines.get(at));
                }
                result.addAll(block(cut.group(1), cut.group(2)));
                result.add(END);
                at += end;
            }
        }
        return result;
    }

    List<String> lines() {
        return lines;
    }

    private List<String> block(String path, @Nullable String region) throws IOException {
        List<String> source = Files.readAllLines(root.resolve(path));
        List<String> block = new ArrayList<>();
        block.add("```" + language(path));
        block.addAll(region == null ? source : region(path, source, region));
        block.add("```");
        return block;
    }

    private static List<String> region(String path, List<String> source, String region) {
        int begin = indexOf(source, "begin " + region);
        int end = indexOf(source, "end " + region);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException(
                    path + " has no lines with 'begin " + region + "' and 'end " + region + "'");
        }
        return dedented(source.subList(begin + 1, end));
    }

    private static int indexOf(List<String> source, String text) {
        for (int at = 0; at < source.size(); at++) {
            if (source.get(at).strip().matches("\\W*" + Pattern.quote(text) + "\\W*")) {
                return at;
            }
        }
        return -1;
    }

    private static List<String> dedented(List<String> block) {
        int indent = block.stream()
                .filter(line -> !line.isBlank())
                .mapToInt(line -> line.length() - line.stripLeading().length())
                .min()
                .orElse(0);
        return block.stream()
                .map(line -> line.isBlank() ? "" : line.substring(indent))
                .toList();
    }

    private static String language(String path) {
        return path.endsWith(".java") ? "java" : path.endsWith(".json") ? "json" : "text";
    }

    /** Links to files of the repository that do not exist. */
    List<String> brokenLinks() {
        List<String> broken = new ArrayList<>();
        for (String line : lines) {
            Matcher link = LINK.matcher(line);
            while (link.find()) {
                String target = link.group(1);
                if (!target.matches("[a-z]+:.*") && !Files.exists(file.resolveSibling(target))) {
                    broken.add(target);
                }
            }
        }
        return broken;
    }
}
