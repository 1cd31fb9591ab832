package io.quorate.node.peer;

import io.quorate.raft.Message;
import io.quorate.raft.Refusal;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.util.List;

/** Hears what {@link Peers} received, on the node's loop, within a turn or between two. */
public interface PeerListener {
    /**
     * A message of a member whose handshake held; {@code message.from()} is that member.
     *
     * @param records for AppendEntries the records of its entries, little endian, from position to limit: each checked
     *     (checksum, kind, group, consecutive indexes, terms that do not fall) and described by {@code entries()}; else
     *     empty. Valid during the call only.
     * @throws io.quorate.raft.MalformedMessageException if no correct member can have sent it: the connection is to be closed
     *     with the reason
     */
    void received(Message message, ByteBuffer records);

    /**
     * A member asks this one to propose for it; answered by {@link Peers#forwardAccepted} or {@link Peers#forwardRefused}.
     *
     * @param flags of the record that it is to become: {@link io.quorate.node.port.LogRecord#FLAG_EXTENSION} or 0
     * @param payload valid during the call only; an extension block in it was checked
     */
    void forwarded(long from, long number, int flags, ByteBuffer payload);

    /** The answer to {@link Peers#forward}: it stands at that position. */
    void forwardAccepted(long from, long number, long index, long term);

    /** The answer to {@link Peers#forward}: nothing of it happened. */
    void forwardRefused(long from, long number, Refusal reason);

    /** A member asks this one, as the leader; answered by {@link Peers#answer} when the end is known. */
    void requested(long from, LeaderRequest request);

    /** The answer to {@link Peers#request}. */
    void requestAnswered(long from, LeaderAnswer answer);

    /** A member says something about the hash of its state. */
    void told(long from, HashMessage message);

    /** A member whose handshake held says something about a snapshot, on a connection of its own. */
    void transferred(long from, Transfer transfer);

    /**
     * A connection for snapshots has ended.
     *
     * @param fetching whether it was dialled here, to fetch; else that member fetched
     */
    void transferEnded(long id, boolean fetching);

    /** The connection to that member is gone: what was sent and not answered may or may not have arrived. */
    void disconnected(long id);

    /** The connection closed and is refused, or the member came back with a higher start counter: see {@code Raft.peerLost}. */
    void peerLost(long id);

    void peerBack(long id);

    /** A majority of the voters is connected and none of them knows a leader. */
    void majorityWithoutLeader();

    /**
     * Every first member has told its incarnation; or the cluster exists and knows this member, whose log begins with nobody: then
     * the membership is empty. The node makes the set durable, then says {@link Peers#members}. Called
     * at most once.
     */
    void firstStartComplete(Membership membership);

    /** The first start waits for these members, by name; empty when it waits no longer. Called when the list changes. */
    void waitingFor(List<String> names);

    /** This member must stop: a committed membership removed it. The text says so. */
    void removed(String reason);

    /** This member must stop: its peers refuse it, or it finds itself copied or wiped. The text says what, why, what to do. */
    void refused(String reason);
}
