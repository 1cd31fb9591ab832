package io.quorate.node.port;

/** The time of day, which the leader stamps into the log. Nothing on one member is decided by it: it may be wrong, stand or fall. */
public interface WallClock {
    /** Milliseconds since 1970-01-01T00:00Z. */
    long millis();
}
