package io.quorate.bench.report;

import io.quorate.bench.BenchException;

/** The part of a document that a command writes, between two comments that a reader does not see. */
public final class MarkedSection {
    private final String begin;
    private final String end;

    /** @param command its words, such as {@code bench compare}: each has a part of its own */
    public MarkedSection(String command) {
        begin = "<!-- written by quorate " + command + ": begin -->";
        end = "<!-- written by quorate " + command + ": end -->";
    }

    /**
     * @param content with its last line break
     * @throws BenchException if the document has not exactly one begin and behind it one end
     */
    public String replace(String document, String content) {
        int from = document.indexOf(begin);
        int to = document.indexOf(end);
        if (from < 0 || to < from || from != document.lastIndexOf(begin) || to != document.lastIndexOf(end)) {
            throw new BenchException(
                    "the document must hold these two lines once, in this order:\n" + begin + "\n" + end);
        }
        return document.substring(0, from + begin.length()) + "\n\n" + content + "\n" + document.substring(to);
    }
}
