package io.quorate.sim.search;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Of each world, by the number under which it was found: from which one, by which of that one's steps. */
final class Ancestry {
    private int[] parents = new int[1 << 12];
    private short[] ordinals = new short[1 << 12];
    private int size = 1; // The first world has no parent.

    void add(int parent, int ordinal) {
        if (size == parents.length) {
            parents = Arrays.copyOf(parents, 2 * size);
            ordinals = Arrays.copyOf(ordinals, 2 * size);
        }
        parents[size] = parent;
        ordinals[size++] = (short) ordinal;
    }

    /** Which steps lead from the first world to this one. */
    List<Integer> path(int number) {
        ArrayDeque<Integer> path = new ArrayDeque<>();
        for (int at = number; at != 0; at = parents[at]) {
            path.addFirst((int) ordinals[at]);
        }
        return new ArrayList<>(path);
    }
}
