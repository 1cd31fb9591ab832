package io.quorate.raft;

/**
 * The generator of Steele, Lea and Flood ("Fast splittable pseudorandom number generators"): one word of state, so that a
 * core's future is a number that can be written down. Our own, because the seed format must outlive any library's.
 */
public final class SplitMix64 {
    private long state;

    public SplitMix64(long seed) {
        this.state = seed;
    }

    public long next() {
        state += 0x9e3779b97f4a7c15L;
        long mixed = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    /** Evenly from [0, bound), by the high half of a product: no division, no floating point. */
    public int below(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("a bound must be positive, not " + bound);
        }
        return (int) (((next() >>> 32) * bound) >>> 32);
    }

    /** What a generator with this seed would go on with. */
    public long state() {
        return state;
    }
}
