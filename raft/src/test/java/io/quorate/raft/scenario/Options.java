package io.quorate.raft.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The {@code name=value} words of a command. Each must be asked for, or {@link #requireAllUsed} finds the misspelt one. */
final class Options {
    private final TreeMap<String, String> unused = new TreeMap<>();
    private final TreeMap<String, String> values = new TreeMap<>();

    void put(String word) {
        int equals = word.indexOf('=');
        values.put(word.substring(0, equals), word.substring(equals + 1));
        unused.put(word.substring(0, equals), word);
    }

    void requireAllUsed() {
        if (!unused.isEmpty()) {
            throw new IllegalArgumentException("unknown option " + String.join(" ", unused.values()));
        }
    }

    String text(String name, String otherwise) {
        unused.remove(name);
        return values.getOrDefault(name, otherwise);
    }

    /** The value for one member ({@code name.n1=…}), else that for all ({@code name=…}). */
    String text(String name, String member, String otherwise) {
        String all = text(name, otherwise);
        return text(name + "." + member, all);
    }

    long number(String name, long otherwise) {
        return Long.parseLong(text(name, Long.toString(otherwise)));
    }

    List<String> list(String name) {
        return split(text(name, ""));
    }

    static List<String> split(String commas) {
        List<String> items = new ArrayList<>();
        for (String item : commas.split(",", -1)) {
            if (!item.isEmpty()) {
                items.add(item);
            }
        }
        return items;
    }

    /** {@code index@term}; 0@0 when left out. */
    long[] position(String name) {
        return position(text(name, "0@0"), name);
    }

    static long[] position(String text, String name) {
        int at = text.indexOf('@');
        if (at < 0) {
            throw new IllegalArgumentException(name + " wants index@term, got " + text);
        }
        return new long[] {Long.parseLong(text.substring(0, at)), Long.parseLong(text.substring(at + 1))};
    }
}
