package io.quorate.bench.compare;

import io.quorate.bench.BenchException;

/** The part of a document that a command writes, between two comments that a reader does not see. */
public final class MarkedSection {
    static final String BEGIN = "<!-- written by quorate bench compare: begin -->";
    static final String END = "<!-- written by quorate bench compare: end -->";

    private MarkedSection() {}

    /**
     * @param content with its last line break
     * @throws BenchException if the document has not exactly one begin and behind it one end
     */
    public static String replace(String document, String content) {
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END);
        if (begin < 0 || end < begin || begin != document.lastIndexOf(BEGIN) || end != document.lastIndexOf(END)) {
            throw new BenchException(
                    "the document must hold these two lines once, in this order:\n" + BEGIN + "\n" + END);
        }
        return document.substring(0, begin + BEGIN.length()) + "\n\n" + content + "\n" + document.substring(end);
    }
}
