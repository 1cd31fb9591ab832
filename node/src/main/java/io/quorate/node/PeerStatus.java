package io.quorate.node;

/**
 * One other member, as this one sees it.
 *
 * @param connected whether messages can be sent to it now
 * @param nextIndex on a leader: next entry to send to it; 0 elsewhere
 * @param matchIndex on a leader: highest entry known to be durable there; 0 elsewhere
 * @param remote address of the connection, or what is wrong with it
 * @param waitingBytes bytes queued that the socket has not taken
 */
public record PeerStatus(
        long id, String name, boolean connected, long nextIndex, long matchIndex, String remote, long waitingBytes) {}
