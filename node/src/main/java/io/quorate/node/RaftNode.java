package io.quorate.node;

import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One member of a Raft group. All methods may be called from any thread and return at once.
 *
 * <p>A <em>proposal</em> is a command for the state machine. It ends in one of three ways: {@link Applied}, with the state
 * machine's result and its place in the log; {@link Refused}, then it did not happen and never will; {@link Unknown}, then it
 * may have happened. Nothing is retried behind the caller's back; whoever wants to try again after {@link Unknown} proposes with
 * an {@link IdempotencyKey}. Proposals of one thread that are applied are applied in the order in which they were made.
 *
 * <p>Futures are completed on the executor that the node was started with, never on the node's own thread. They complete
 * exceptionally, with a {@link RaftException}, only after misuse or on a stopped node.
 *
 * @param <R> what the state machine gives for a command
 */
public interface RaftNode<R> extends AutoCloseable {
    /**
     * Proposes a command.
     *
     * @param command from position to limit; not to be changed before the future completes
     */
    CompletableFuture<Outcome<R>> propose(ByteBuffer command);

    /**
     * Proposes a command that is applied at most once, however often it is proposed with that key, on whichever members: across changes of
     * leaders, restarts and snapshots. Every attempt after the first that was applied is {@link Applied} with what that one gave, and with
     * its place in the log.
     *
     * <pre>{@code
     * IdempotencyKey key = node.newKey();
     * Outcome<Long> outcome = node.propose(command, key).join();
     * while (outcome instanceof Unknown<Long> unknown && unknown.mayAskAgain()) {
     *     outcome = node.propose(command, key).join();
     * }
     * }</pre>
     *
     * <p>A key is remembered for an hour of the log's time after it was made, less where more than 65,536 newer ones were used since; the
     * outcome is {@link Unknown.Reason#KEY_FORGOTTEN} then, and the command is not applied. The results of a state machine that can
     * {@linkplain io.quorate.node.port.StateMachine#saveResult save} them are told again, up to 64 KiB.
     *
     * @param command the same bytes at each attempt; other ones are {@link Refused.Reason#KEY_REUSED}
     */
    CompletableFuture<Outcome<R>> propose(ByteBuffer command, IdempotencyKey key);

    /**
     * Proposes a command without allocating: what {@link #propose(ByteBuffer)} stands on.
     *
     * @param command from position to limit; not to be changed before the listener hears of it
     * @param token given back to the listener
     * @param listener hears the end on the node's loop
     * @return null when the node took it; else why it is refused at once (too large, or the bound on bytes in flight is
     *     reached), and the listener hears nothing
     * @throws RaftException if the node is stopped; the listener then hears nothing
     */
    @Nullable
    Refused<R> propose(ByteBuffer command, long token, ProposalListener<R> listener);

    /**
     * As {@link #propose(ByteBuffer, long, ProposalListener)}, applied once for its key. Copies the command.
     */
    @Nullable
    Refused<R> propose(ByteBuffer command, IdempotencyKey key, long token, ProposalListener<R> listener);

    /** A key that nobody else makes, of this member's time. */
    IdempotencyKey newKey();

    /**
     * Reads the state machine.
     *
     * @param reader called once, on the thread that applies commands, when the read may be made; quick, without side effects.
     *     If it throws, the future completes with that exception.
     */
    <T> CompletableFuture<ReadOutcome<T>> read(Consistency consistency, Supplier<T> reader);

    /**
     * Asks when the state machine may be read, without allocating.
     *
     * @return null when the node took it; else why it is refused at once (the bound on waiting reads), and the listener hears
     *     nothing
     * @throws RaftException if the node is stopped; the listener then hears nothing
     */
    @Nullable
    Refused<Void> read(Consistency consistency, long token, ReadListener listener);

    /** Who leads, as this member saw it at the end of its last turn. */
    Leadership leadership();

    /** The state at the next turn; of a stopped node the last one. */
    CompletableFuture<NodeStatus> status();

    /** Who belongs to the cluster, by the newest membership in this member's log: perhaps joint, perhaps not yet committed. */
    CompletableFuture<Membership> members();

    /**
     * Changes who belongs to the cluster; asked on a member that does not lead, it is forwarded to the leader where
     * {@link RaftOptions#forwardToLeader()} says so. One change at a time. A change of the voters goes through a joint membership,
     * and is refused where the voters that answer would be no majority after it. It ends when it is committed; a member that is
     * removed by it is told and stops.
     *
     * <p>A new member is added, then started so that it joins; when it has caught up it is promoted, by a change or by itself. Before a
     * change that promotes is made, a node with sockets asks, from here, who answers at the member's peer addresses: it is refused
     * where nobody does ({@code ADDRESS_SILENT}) or somebody else ({@code ADDRESS_OF_ANOTHER}).
     */
    CompletableFuture<ChangeOutcome> change(MembershipChange change);

    /**
     * What that change would do now, and whether it would be refused, as the leader sees it. Changes nothing. Whoever would be
     * promoted is asked as for {@link #change}, and so is whoever would be added: a process with that name must wait there to join.
     */
    CompletableFuture<ChangePlan> check(MembershipChange change);

    /**
     * Puts a new member in another's place: adds it as a learner (unless a learner with one of these URLs is there, as after a
     * call that was given up), waits until it has been started and has caught up, then makes it a voter and removes the other in
     * one change. The number of voters never changes.
     *
     * @param gone who leaves; it need not answer
     * @param name of the new member, for people
     * @param patience how long to wait for it. When that is over the outcome is the last refusal, the learner stays, and the same
     *     call goes on where this one stopped
     */
    CompletableFuture<ChangeOutcome> replace(long gone, String name, List<String> peerUrls, Duration patience);

    /**
     * Hands the leadership over (thesis 3.10); forwarded to the leader as {@link #change} is. Writes wait meanwhile, for some
     * milliseconds as a rule and an election timeout at most.
     *
     * @param to a voter that has caught up; 0: whoever of those should rather lead
     */
    CompletableFuture<TransferOutcome> transferLeadership(long to);

    /**
     * One entry of this member's log. Of an entry that is not committed only index and term are told. Reads are answered one
     * at a time; beyond a few dozen that wait they are refused as {@link Refused.Reason#OVERLOADED}.
     *
     * @return empty where the log has no entry at that index
     */
    CompletableFuture<ReadOutcome<Optional<LogEntry>>> readLog(long index);

    /**
     * Opens a snapshot of this member's state machine that covers at least what it had applied at the call; where there is none
     * yet it is taken now, beside the writes. What other members have decided since, this one may lack: read first,
     * linearizable, where that matters. It needs no leader. Refused while the state machine is being restored, beyond a few at a
     * time, when the disk has no room, and before the first start is complete. Completes exceptionally also when the disk or the
     * state machine has failed, or the machine has no images.
     */
    CompletableFuture<ReadOutcome<SavedState>> save();

    /**
     * Completes when the node has stopped: with null after {@link #close()}, exceptionally with the {@link RaftException} that
     * stopped it otherwise.
     */
    CompletableFuture<Void> stopped();

    /**
     * Stops the node and waits for its threads. What is in flight is answered: proposals not yet begun are refused, others are
     * unknown. Idempotent.
     */
    @Override
    void close();
}
