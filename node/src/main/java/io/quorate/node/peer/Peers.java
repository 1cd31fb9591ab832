package io.quorate.node.peer;

import io.quorate.node.port.Agent;
import io.quorate.raft.Message;
import io.quorate.raft.Refusal;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connections to the other members of the cluster: dials, shakes hands, checks what comes and hands it to the {@link
 * PeerListener}. Everything is called on the node's loop. Nothing here blocks; what cannot be sent now is lost, as a message
 * may be at any time.
 *
 * <p>{@link #turn} is called once in each turn of the node, before its effects are sent; {@link #flush} once at its end. The
 * listener hears things within {@link #turn} and from the links' callbacks, but never within another method of this interface.
 */
public interface Peers extends Agent {
    /** Begins: accepts connections, and dials the members known so far. The first start of a cluster is negotiated here. */
    void start(PeerListener listener);

    /**
     * Who belongs to the cluster: called before {@link #start} when the log holds a membership, after the first start once
     * its set is durable here, and whenever the newest membership in the log changes.
     */
    void members(Membership membership);

    /**
     * The newest membership that is known to be committed and is not joint. Whom it calls removed is told so, and is not talked
     * with any more; one that leads, only when another leads or nobody.
     */
    void committed(Membership membership);

    /** Which leader this member knows, 0 for none: peers are told, so that a majority without one finds out (hints). */
    void leaderIs(long id);

    /**
     * Sends a message to {@code message.to()}; lost when there is no connection.
     *
     * @param records for AppendEntries the encoded records of its entries, each buffer from position to limit, not changed
     *     before {@link #released} of now says so; empty for all others
     */
    void send(Message message, List<ByteBuffer> records);

    /**
     * As {@link #send}, over the connection for bulk data, so that heartbeats never queue behind it. {@link #released} does not
     * wait for it: its buffers are given away, never used again by the caller.
     */
    void sendBulk(Message.AppendEntries message, List<ByteBuffer> records);

    /**
     * Asks the leader to propose a command.
     *
     * @param number names the request in the answer; rising in this life of the node
     * @param flags of the record that it is to become: {@link io.quorate.node.port.LogRecord#FLAG_EXTENSION} or 0
     * @param payload from position to limit; copied before this returns
     * @return null when it was sent; else why nothing was: {@link Refusal#NOT_LEADER} without a connection to that member,
     *     {@link Refusal#OVERLOADED} while too much waits for its socket
     */
    @Nullable
    Refusal forward(long leaderId, long number, int flags, ByteBuffer payload);

    /** The forwarded command has this position in the log; whether it commits there the asker sees itself. */
    void forwardAccepted(long to, long number, long index, long term);

    void forwardRefused(long to, long number, Refusal reason);

    /** @return false when nothing was sent: the connection to that member does not stand, or has no room */
    boolean request(long leaderId, LeaderRequest request);

    /** Lost when there is no connection to that member. */
    void answer(long to, LeaderAnswer answer);

    /**
     * Says something about the hash of the state; lost like any message.
     *
     * @return false when nothing was sent: the connection to that member does not stand, or has no room
     */
    boolean tell(long to, HashMessage message);

    /**
     * Keeps a connection for snapshots to that member, and to no other, dialled again when it breaks; 0: to nobody. The
     * connection that the last fetch had is closed.
     */
    void fetchFrom(long id);

    /**
     * Says something about a snapshot: as the fetcher on the connection of {@link #fetchFrom}, else on that of the member that
     * fetches.
     *
     * @param transfer no piece
     * @return false when nothing was sent: that connection does not stand, or has no room
     */
    boolean transfer(long to, Transfer transfer);

    /**
     * Sends as much of a piece as a frame takes. {@link #released} does not wait for it: its buffer is given away.
     *
     * @return how many of its bytes; 0 when that connection does not stand, or has no room
     */
    int transferPiece(long to, Transfer.Piece piece);

    /** Everything that was sent in this turn leaves. */
    void flush();

    /**
     * Whether nobody holds a buffer any more that {@link #send} was given until now, by whichever member's connection, also of a
     * member that has left since: each was taken by a socket, or died with its connection. Asked on the loop, as often as wanted.
     */
    BooleanSupplier released();

    List<PeerState> state();

    /** Closes all connections and accepts no more; the listener hears nothing after it. */
    void close();
}
