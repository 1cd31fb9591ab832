package io.quorate.sim.shrink;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * Delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", 2002), with complements alone:
 * takes ever smaller pieces out of a list while what is left still fails.
 */
final class Deltas {
    private Deltas() {}

    /**
     * @param all fails as it is
     * @param fails asked about parts of it, in their order; a refusal must be the answer once there is no more to spend
     * @return a part that fails, of which no single element can be left out
     */
    static <T> List<T> reduce(List<T> all, Predicate<List<T>> fails) {
        if (!all.isEmpty() && fails.test(List.of())) {
            return List.of();
        }
        List<T> left = all;
        int piece = Math.max(1, left.size() / 2);
        while (!left.isEmpty()) {
            List<T> less = withoutPieces(left, piece, fails);
            if (piece == 1 && less.size() == left.size()) {
                return left;
            }
            left = less;
            piece = Math.max(1, Math.min(piece / 2, left.size() / 2));
        }
        return left;
    }

    /** Tries once for each piece. */
    private static <T> List<T> withoutPieces(List<T> all, int piece, Predicate<List<T>> fails) {
        List<T> left = all;
        for (int from = 0; from < left.size(); ) {
            List<T> less = new ArrayList<>(left.subList(0, from));
            less.addAll(left.subList(Math.min(from + piece, left.size()), left.size()));
            if (fails.test(less)) {
                left = less;
            } else {
                from += piece;
            }
        }
        return left;
    }

    /**
     * The least number from {@code least} up that fails, as far as bisection finds it: failing need not be monotonous.
     *
     * @param most fails
     */
    static long least(long least, long most, LongPredicate fails) {
        long low = least;
        long high = most;
        while (low < high) {
            long middle = low + (high - low) / 2;
            if (fails.test(middle)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return high;
    }
}
