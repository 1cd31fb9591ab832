package io.quorate.node;

/** Hears when a read may be made, on the thread that applies. Must not block, must not throw. Exactly one call for each read. */
public interface ReadListener {
    /**
     * The state machine may be read now, within the call, or later from a view of it that is taken within the call.
     *
     * @param appliedIndex what it holds: everything up to here
     */
    void readable(long token, long appliedIndex);

    void refused(long token, Refused<Void> refused);
}
