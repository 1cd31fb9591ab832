package io.quorate.sim.core;

/** One number for all that happened in a run, in order. */
public final class RunHash {
    private long hash = 0xcbf29ce484222325L;
    private long events;

    /** Of nothing yet. */
    public RunHash() {}

    /** Something of an event; {@link #event(int)} begins one. */
    public void mix(long number) {
        long mixed = (hash ^ number) * 0x9fb21c651e98df25L;
        hash = mixed ^ (mixed >>> 32);
    }

    /** @param kind tells this kind of event from others */
    public void event(int kind) {
        events++;
        mix(kind);
    }

    public long events() {
        return events;
    }

    public long value() {
        return hash;
    }
}
