package io.quorate.sim.search;

import java.util.List;
import java.util.function.LongUnaryOperator;

/** Other names for the three members: who is called what. */
final class Permutation implements LongUnaryOperator {
    static final int MEMBERS = 3;

    /** The first one leaves everybody its own name. */
    static final List<Permutation> ALL = List.of(
            new Permutation(1, 2, 3),
            new Permutation(1, 3, 2),
            new Permutation(2, 1, 3),
            new Permutation(2, 3, 1),
            new Permutation(3, 1, 2),
            new Permutation(3, 2, 1));

    private final int[] nameOf;
    private final int[] whoIs;

    private Permutation(int... names) {
        nameOf = new int[MEMBERS + 1];
        whoIs = new int[MEMBERS + 1];
        for (int id = 1; id <= MEMBERS; id++) {
            nameOf[id] = names[id - 1];
            whoIs[names[id - 1]] = id;
        }
    }

    @Override
    public long applyAsLong(long id) {
        return nameOf[(int) id];
    }

    /** The member that is given this name. */
    int whoIs(int name) {
        return whoIs[name];
    }
}
