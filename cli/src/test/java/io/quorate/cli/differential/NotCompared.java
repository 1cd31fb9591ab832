package io.quorate.cli.differential;

/** What the differential test leaves out on purpose, one by one, each with what a reader may not conclude from it. */
public enum NotCompared {
    MORE_THAN_TWELVE_KEYS(
            "more than twelve keys: Go's sort is stable for at most twelve elements, so beyond that the order of equal ones is etcd's chance"),
    IGNORING_WHAT_WAS_DELETED(
            "a transaction that deletes up to the open end and puts with `ignore_value` or `ignore_lease`: where it deleted that key before, "
                    + "it ends the process of etcd 3.4 and 3.6"),
    UNKNOWN_TARGET_IN_A_KNOWN_ORDER("a sort by an unknown target in a known order: it ends the process of etcd 3.4"),
    UNKNOWN_SORT_BESIDE_A_WRITE(
            "an unknown sort in a transaction that writes: 3.4 carries it out and 3.6 refuses it, so the stores would part"),
    HALF_A_COMPACTION(
            "requests between a compaction that is not physical and its sweep: the test sends a physical one at once, because a hash in "
                    + "between is that of what etcd has swept so far");

    private final String reason;

    NotCompared(String reason) {
        this.reason = reason;
    }

    /** What is not sent, and why. */
    public String reason() {
        return reason;
    }
}
