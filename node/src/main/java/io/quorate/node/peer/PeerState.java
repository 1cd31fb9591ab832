package io.quorate.node.peer;

import io.quorate.node.port.Versions;
import org.jspecify.annotations.Nullable;

/**
 * One peer's connection, for status.
 *
 * @param name as it said itself; empty while it is not known
 * @param connected whether messages can be sent to it now
 * @param incarnation 0 while it is not known
 * @param startCounter of its last handshake; 0 before one
 * @param remote address of the connection, or what is wrong with it; for people
 * @param waitingBytes bytes queued that the socket has not taken
 * @param versions that it speaks; null while it is not connected
 * @param version that is spoken with it; 0 while it is not connected
 */
public record PeerState(
        long id,
        String name,
        boolean connected,
        long incarnation,
        long startCounter,
        String remote,
        long waitingBytes,
        @Nullable Versions versions,
        int version) {}
