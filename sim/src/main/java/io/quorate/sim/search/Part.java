package io.quorate.sim.search;

/**
 * A piece of a world, immutable, and shared by all worlds in which it is the same: a member, a message under way, or what
 * the checks remember. Worlds differ from their parents in one member and a few messages, so this is what makes millions
 * of them small.
 */
abstract sealed class Part permits Member, Letter, Facts {
    /** By permutation: high and low half of the digest. Empty before {@link Parts} has kept it. */
    private long[] digests = {};

    private int number;

    /** All on which the future of a world with this part depends. */
    abstract void writeTo(Digest out);

    final void keep(int asNumber) {
        number = asNumber;
        digests = new long[2 * Permutation.ALL.size()];
        for (int i = 0; i < digests.length; i += 2) {
            Digest digest = digest(Permutation.ALL.get(i / 2));
            digests[i] = digest.high();
            digests[i + 1] = digest.low();
        }
    }

    final Digest digest(Permutation names) {
        Digest digest = new Digest(names);
        writeTo(digest);
        return digest;
    }

    /** In the order in which parts were first met. */
    final int number() {
        return number;
    }

    /** Kept parts are equal only to themselves, and none is drawn anew in another run. */
    @Override
    public final int hashCode() {
        return number;
    }

    @Override
    public final boolean equals(Object other) {
        return this == other;
    }

    final long high(int permutation) {
        return digests[2 * permutation];
    }

    final long low(int permutation) {
        return digests[2 * permutation + 1];
    }
}
