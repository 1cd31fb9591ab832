package io.quorate.cli.common;

import java.util.Collection;
import java.util.Optional;

/** Guesses which word was meant by one that is misspelt: only where it is close, since a guess that is far off misleads. */
public final class Nearest {
    private Nearest() {}

    /** The closest of the known words, if no more than a third of the letters were mistyped. */
    public static Optional<String> to(String word, Collection<String> known) {
        int most = Math.max(1, word.replaceFirst("^-+", "").length() / 3);
        return known.stream()
                .filter(candidate -> distance(word, candidate) <= most)
                .min((left, right) -> Integer.compare(distance(word, left), distance(word, right)));
    }

    /** Letters to insert, remove, replace, or swap with their neighbour. */
    private static int distance(String left, String right) {
        int[][] edits = new int[left.length() + 1][right.length() + 1];
        for (int i = 0; i <= left.length(); i++) {
            for (int j = 0; j <= right.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : least(edits, left, right, i, j);
            }
        }
        return edits[left.length()][right.length()];
    }

    private static int least(int[][] edits, String left, String right, int i, int j) {
        boolean equal = left.charAt(i - 1) == right.charAt(j - 1);
        int replaced = edits[i - 1][j - 1] + (equal ? 0 : 1);
        int moved = 1 + Math.min(edits[i - 1][j], edits[i][j - 1]);
        boolean swapped = i > 1
                && j > 1
                && left.charAt(i - 1) == right.charAt(j - 2)
                && left.charAt(i - 2) == right.charAt(j - 1);
        return Math.min(Math.min(replaced, moved), swapped ? edits[i - 2][j - 2] + 1 : replaced);
    }
}
