package io.quorate.sim.history;

/** What {@link RevisionOrder} demands, each as a sentence. */
public enum RevisionRule {
    REVISIONS_RISE_BY_ONE("each change of the log has a revision of its own, one above the change before it"),
    CHANGES_WERE_ASKED_FOR("every change of the log is that of an operation which a client called"),
    REFUSED_NEVER_TOOK_EFFECT("an operation that was refused with a definite error is not in the log"),
    TAKES_EFFECT_ONCE("no operation is in the log twice"),
    ANSWERED_WRITES_STAY("a write that was answered is in the log"),
    ANSWER_NAMES_ITS_REVISION("the answer to a write names the revision at which it is in the log"),
    REVISION_WAS_REACHED("no answer names a revision that the store never had"),
    SESSION_ORDER("a client finds the store no older than an earlier answer to this client said"),
    READS_ARE_FRESH("an operation that changed nothing has a revision no lower than any answered before it was called"),
    WRITES_FOLLOW("a write has a higher revision than any answered before it was called"),
    CHANGES_ARE_WHAT_WAS_ASKED("a change of the log is what the operation does to the state before it"),
    ANSWER_MATCHES("an answer is what the operation gives at its place in the order of revisions"),
    SERIALIZABLE_ANSWER_MATCHES("the answer to a serializable read is the state at the revision that it names");

    private final String sentence;

    RevisionRule(String sentence) {
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
