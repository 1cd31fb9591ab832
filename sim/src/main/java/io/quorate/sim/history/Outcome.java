package io.quorate.sim.history;

/** What a client knows of an operation's end. */
public enum Outcome {
    /** It was answered: it took effect, once, between call and answer. */
    RETURNED,
    /** It was refused with a definite error: it never took effect and never will. */
    REFUSED,
    /**
     * No answer, or an error that says nothing: it took effect once at any time since the call, or will, or never does.
     */
    UNKNOWN
}
