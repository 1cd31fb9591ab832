package io.quorate.node.port;

/**
 * Hears which keys a command touched while it is applied: those that it wrote or deleted, each one of a range that it deleted
 * included. A key too many costs a read later; a key too few makes an answer wrong.
 */
public interface TouchedKeys {
    /**
     * Called where {@link StateMachine#apply} is called, before it returns; may repeat a key.
     *
     * @param keyHash see {@link KeyHash}
     */
    void touched(long keyHash);
}
