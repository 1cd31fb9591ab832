package io.quorate.sim.core;

import io.quorate.raft.SplitMix64;

/**
 * All chance of a run, from one seed: a stream of numbers for each purpose and subject. What one subject draws shifts nothing
 * that another draws, so a run from which a fault was removed stays the same run up to what that fault changed. Each fault is
 * a subject of its own ({@link FaultStreams}).
 */
public final class KeyedRandom {
    private final long seed;

    public KeyedRandom(long seed) {
        this.seed = seed;
    }

    /** What a stream is for. The codes are part of what a seed means: never changed, never used twice; 7, 14 and 15 were. */
    public enum Purpose {
        PLAN(1),
        LIMITS(2),
        FAULTS(3),
        WORKLOAD(4),
        LINK(5),
        LINK_LATENCY(6),
        DISK_LATENCY(8),
        CRASH(9),
        CORE(10),
        ENTROPY(11),
        SCHEDULER(12),
        CLIENT(13),
        /** What the commands of a user's own state machine say. */
        COMMAND(20),
        /** What an operator does. */
        INTERVENTION(21),
        SNAPSHOT(22),
        LEASE(23),
        /** Which build a life of a member is of. */
        BUILD(24),
        /** Commands that are applied once, however often they are proposed. */
        KEYS(25),
        /** How often states are compared, and what goes wrong in one. */
        STATE(26);

        private final int code;

        Purpose(int code) {
            this.code = code;
        }
    }

    /** @param key whom the numbers are for: a member, a link, a fault's number; see {@link #key(int, int)} */
    public Stream stream(Purpose purpose, long key) {
        long mixed = new SplitMix64(seed + purpose.code * 0x632be59bd9b4e019L).next();
        return new Stream(new SplitMix64(mixed ^ key * 0x9e3779b97f4a7c15L).next());
    }

    /** The key of a directed pair. */
    public static long key(int from, int to) {
        return ((long) from << 32) | to;
    }

    /** Numbers for one purpose. */
    public static final class Stream {
        private final SplitMix64 random;

        private Stream(long seed) {
            random = new SplitMix64(seed);
        }

        public long next() {
            return random.next();
        }

        /** Evenly from [0, bound). */
        public int below(int bound) {
            return random.below(bound);
        }

        /** Evenly from [least, most]. */
        public long between(long least, long most) {
            if (most < least) {
                throw new IllegalArgumentException("no number from " + least + " to " + most);
            }
            return least + Long.remainderUnsigned(random.next(), most - least + 1);
        }

        /** From [least, most], each power of two between them as likely as each other; {@code least} must be positive. */
        public long logBetween(long least, long most) {
            int lowest = 63 - Long.numberOfLeadingZeros(least);
            int highest = 63 - Long.numberOfLeadingZeros(most);
            int power = lowest + below(highest - lowest + 1);
            return between(Math.max(least, 1L << power), Math.min(most, (2L << power) - 1));
        }

        /** True {@code permille} times of a thousand. */
        public boolean hits(long permille) {
            return below(1000) < permille;
        }
    }
}
