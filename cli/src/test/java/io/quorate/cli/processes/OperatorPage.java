package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.support.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The commands in sections of {@code docs/operations.md}, in backquotes or as indented lines; each may be taken once. */
final class OperatorPage {
    private static final Pattern INLINE = Pattern.compile("`(\\./quorate [^`]*)`");
    private static final String INDENT = "    ";

    private final List<String> commands;

    private OperatorPage(List<String> commands) {
        this.commands = commands;
    }

    /** @param titles lines that begin the sections */
    static OperatorPage read(String... titles) {
        List<String> commands = new ArrayList<>();
        boolean isIn = false;
        StringBuilder begun = new StringBuilder();
        for (String line : lines()) {
            if (line.startsWith("## ")) {
                isIn = List.of(titles).contains(line);
            }
            if (!isIn) {
                continue;
            }
            if (line.startsWith(INDENT)) {
                begun.append(line.strip().replaceFirst("\\\\$", ""));
                if (!line.endsWith("\\")) {
                    commands.add(begun.toString());
                    begun.setLength(0);
                }
            } else {
                Matcher inline = INLINE.matcher(line);
                while (inline.find()) {
                    commands.add(inline.group(1));
                }
            }
        }
        return new OperatorPage(commands);
    }

    private static List<String> lines() {
        try {
            return Files.readAllLines(Checkout.root().resolve("docs/operations.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All commands that begin so are one; some stand in the text more than once. */
    String take(String start) {
        List<String> found =
                commands.stream().filter(command -> command.startsWith(start)).toList();
        assertThat(found).as(start).isNotEmpty();
        commands.removeAll(found);
        return found.get(0);
    }

    /** What nobody took. */
    List<String> left() {
        return List.copyOf(commands);
    }
}
