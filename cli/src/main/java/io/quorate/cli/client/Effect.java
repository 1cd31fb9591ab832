package io.quorate.cli.client;

/** What a call does to the cluster, and so what a person must hear where no answer came. */
enum Effect {
    NONE("Nothing was changed."),
    WRITES("Whether the write happened is unknown: read the key before trying again."),
    CHANGES_MEMBERS("Whether the members changed is unknown: look at quorate member list before trying again."),
    SETS_LEASES("Whether that was changed is unknown: look at quorate member lease before trying again."),
    RAISES_VERSION("Whether it was raised is unknown: look at quorate upgrade before trying again."),
    MOVES_LEADER("Whether the lead was moved is unknown: look at quorate status before trying again.");

    private final String unanswered;

    Effect(String unanswered) {
        this.unanswered = unanswered;
    }

    /** What is known of the outcome, as a sentence. */
    String unanswered() {
        return unanswered;
    }
}
