package io.quorate.sim.core;

/** What is simulated, and what may be asked of it. */
public enum Profile {
    /** Cores alone: their disks keep or lose whole writes, their links whole messages. Fast, and compiles to JavaScript. */
    CORE("core", true),
    /** Whole members, with faults from which nothing may be lost: a fault atlas bounds the damage. */
    NODE("node", true),
    /** Whole members, with damage without bound: every run ends correct, or with a named refusal. */
    UNBOUNDED("unbounded", false);

    private final String text;
    private final boolean bounded;

    Profile(String text, boolean bounded) {
        this.text = text;
        this.bounded = bounded;
    }

    public String text() {
        return text;
    }

    /** Whether every acknowledged entry stays intact on a quorum, so that nothing may be lost. */
    public boolean isBounded() {
        return bounded;
    }

    public boolean isWholeNode() {
        return this != CORE;
    }
}
