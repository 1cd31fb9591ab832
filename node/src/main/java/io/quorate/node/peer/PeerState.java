package io.quorate.node.peer;

/**
 * One peer's connection, for status.
 *
 * @param name as it said itself; empty while it is not known
 * @param connected whether messages can be sent to it now
 * @param incarnation 0 while it is not known
 * @param startCounter of its last handshake; 0 before one
 * @param remote address of the connection, or what is wrong with it; for people
 * @param waitingBytes bytes queued that the socket has not taken
 */
public record PeerState(
        long id,
        String name,
        boolean connected,
        long incarnation,
        long startCounter,
        String remote,
        long waitingBytes) {}
