package io.quorate.node;

import io.quorate.node.port.Versions;
import org.jspecify.annotations.Nullable;

/**
 * One other member, as this one sees it.
 *
 * @param connected whether messages can be sent to it now
 * @param nextIndex on a leader: next entry to send to it; 0 elsewhere
 * @param matchIndex on a leader: highest entry known to be durable there; 0 elsewhere
 * @param remote address of the connection, or what is wrong with it
 * @param waitingBytes bytes queued that the socket has not taken
 * @param versions that its build speaks; null while it is not connected
 * @param version that this member speaks with it; 0 while it is not connected
 */
public record PeerStatus(
        long id,
        String name,
        boolean connected,
        long nextIndex,
        long matchIndex,
        String remote,
        long waitingBytes,
        @Nullable Versions versions,
        int version) {}
