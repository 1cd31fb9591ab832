package io.quorate.sim.core;

/**
 * Damage without bound that neither the member nor its peers can see: a run in which it happened may lose what was
 * acknowledged. Each is counted in the {@link Ledger}; where none happened, every rule holds.
 */
public enum Unseen {
    ROT_IN_LAST_BATCH("rot in the last batch of a log looks like a torn tail, once the mark behind it is gone"),
    LOST_LAST_WRITE("the last batch was called flushed and never reached the disk"),
    MISDIRECTED_LAST_WRITE("the last batch was called flushed and lies somewhere else"),
    OLD_IMAGE_FORGOTTEN(
            "a member runs on an old image, and not every peer that runs or starts has seen its later starts"),
    OLD_IMAGE_OF_LAST_LIFE(
            "a member runs on an image taken in its last life: it has started no less often than peers saw"),
    ALL_WIPED("the directories of all members were emptied: they begin a new cluster");

    private final String sentence;

    Unseen(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
