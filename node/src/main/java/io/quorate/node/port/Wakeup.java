package io.quorate.node.port;

/** Wakes the driver of one agent. May be called from any thread, cheaply, any number of times. */
public interface Wakeup {
    void wake();
}
