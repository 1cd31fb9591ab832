package io.quorate.kv;

/** How much of a command may still be done in this slice. Looking at a key, and writing one, cost one each. */
final class Budget {
    private long left;

    Budget(long units) {
        left = units;
    }

    static Budget unlimited() {
        return new Budget(Long.MAX_VALUE);
    }

    boolean isSpent() {
        return left <= 0;
    }

    void spend() {
        left--;
    }
}
