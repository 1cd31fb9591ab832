package io.quorate.node.internal;

import io.quorate.node.Applied;
import io.quorate.node.ChangeOutcome;
import io.quorate.node.ChangePlan;
import io.quorate.node.Consistency;
import io.quorate.node.IdempotencyKey;
import io.quorate.node.Leadership;
import io.quorate.node.LogEntry;
import io.quorate.node.MembershipChange;
import io.quorate.node.NodeStatus;
import io.quorate.node.Outcome;
import io.quorate.node.ProposalListener;
import io.quorate.node.RaftException;
import io.quorate.node.RaftNode;
import io.quorate.node.ReadListener;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.SavedState;
import io.quorate.node.Served;
import io.quorate.node.TransferOutcome;
import io.quorate.node.Unknown;
import io.quorate.node.once.Extension;
import io.quorate.node.port.LogRecord;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What users hold: turns calls of any thread into items of the loop's inbox, and what the loop says into futures. */
public final class NodeHandle<R> implements RaftNode<R> {
    private final NodeLoop<R> loop;
    private final NodeParts<R> parts;
    private final Executor callbacks;
    private final Admission admission;
    private final int maxCommandBytes;
    private final NodeAdministration<R> administration;

    private final SavedStates.Users savers = new SavedStates.Users() {
        @Override
        public boolean ask(Runnable onLoop) {
            return loop.ask(onLoop, null, 0);
        }

        @Override
        public void tell(Runnable completion) {
            complete(callbacks, completion);
        }

        @Override
        public RaftException stopped() {
            return stoppedException();
        }
    };

    NodeHandle(NodeLoop<R> loop, NodeParts<R> parts, Admission admission, @Nullable AddressCheck addresses) {
        this.loop = loop;
        this.parts = parts;
        this.callbacks = parts.callbacks();
        this.admission = admission;
        this.maxCommandBytes = parts.options().maxCommandBytes();
        this.administration = new NodeAdministration<>(loop, parts, this::stoppedException, addresses);
    }

    @Override
    public CompletableFuture<Outcome<R>> propose(ByteBuffer command) {
        return propose(proposal -> propose(command, 0, proposal));
    }

    @Override
    public CompletableFuture<Outcome<R>> propose(ByteBuffer command, IdempotencyKey key) {
        return propose(proposal -> propose(command, key, 0, proposal));
    }

    private CompletableFuture<Outcome<R>> propose(Function<FutureProposal<R>, @Nullable Refused<R>> asking) {
        FutureProposal<R> proposal = new FutureProposal<>(callbacks);
        try {
            Refused<R> refused = asking.apply(proposal);
            if (refused != null) {
                proposal.future.complete(refused);
            }
        } catch (RaftException e) {
            proposal.future.completeExceptionally(e);
        }
        return proposal.future;
    }

    @Override
    public @Nullable Refused<R> propose(ByteBuffer command, long token, ProposalListener<R> listener) {
        if (command.remaining() > maxCommandBytes) {
            return loop.refused(Refused.Reason.TOO_LARGE);
        }
        return enter(command, command.remaining(), listener, token);
    }

    @Override
    public @Nullable Refused<R> propose(
            ByteBuffer command, IdempotencyKey key, long token, ProposalListener<R> listener) {
        if (command.remaining() > maxCommandBytes) {
            return loop.refused(Refused.Reason.TOO_LARGE);
        }
        ByteBuffer payload = Extension.payload(key, command);
        return enter(new NodeLoop.Extended(payload), payload.remaining(), listener, token);
    }

    private @Nullable Refused<R> enter(Object what, int payloadBytes, ProposalListener<R> listener, long token) {
        if (!admission.enter(LogRecord.size(payloadBytes))) {
            return loop.refused(Refused.Reason.OVERLOADED);
        }
        if (!loop.ask(what, listener, token)) {
            throw stoppedException();
        }
        return null;
    }

    @Override
    public IdempotencyKey newKey() {
        long random = parts.entropy().nextLong();
        return IdempotencyKey.parse(parts.wallClock().millis() + "-"
                + Long.toHexString(parts.entropy().nextLong()) + Long.toHexString(random));
    }

    @Override
    public <T> CompletableFuture<ReadOutcome<T>> read(Consistency consistency, Supplier<T> reader) {
        FutureRead<T> read = new FutureRead<>(callbacks, reader);
        try {
            Refused<Void> refused = read(consistency, 0, read);
            if (refused != null) {
                read.refused(0, refused);
            }
        } catch (RaftException e) {
            read.future.completeExceptionally(e);
        }
        return read.future;
    }

    @Override
    public @Nullable Refused<Void> read(Consistency consistency, long token, ReadListener listener) {
        if (!admission.enterRead()) {
            return loop.refused(Refused.Reason.OVERLOADED);
        }
        if (!loop.ask(consistency, listener, token)) {
            throw stoppedException();
        }
        return null;
    }

    @Override
    public Leadership leadership() {
        return loop.leadership();
    }

    @Override
    public CompletableFuture<NodeStatus> status() {
        CompletableFuture<NodeStatus> future = new CompletableFuture<>();
        Runnable question = () -> complete(future, loop.hasEnded() ? lastStatus() : loop.status(null));
        if (!loop.ask(question, null, 0)) {
            future.complete(lastStatus());
        }
        return future;
    }

    @Override
    public CompletableFuture<Membership> members() {
        return status().thenApply(NodeStatus::membership);
    }

    @Override
    public CompletableFuture<ChangeOutcome> change(MembershipChange change) {
        return administration.change(change);
    }

    @Override
    public CompletableFuture<ChangePlan> check(MembershipChange change) {
        return administration.check(change);
    }

    @Override
    public CompletableFuture<ChangeOutcome> replace(long gone, String name, List<String> peerUrls, Duration patience) {
        return administration.replace(gone, name, peerUrls, patience);
    }

    @Override
    public CompletableFuture<TransferOutcome> transferLeadership(long to) {
        return administration.transferLeadership(to);
    }

    @Override
    public CompletableFuture<ReadOutcome<Optional<LogEntry>>> readLog(long index) {
        CompletableFuture<ReadOutcome<Optional<LogEntry>>> future = new CompletableFuture<>();
        if (!admission.enterLogRead()) {
            future.complete(loop.refused(Refused.Reason.OVERLOADED));
        } else if (!loop.ask((Runnable) () -> readLog(index, future), null, 0)) {
            future.completeExceptionally(stoppedException());
        }
        return future;
    }

    /** On the loop. */
    private void readLog(long index, CompletableFuture<ReadOutcome<Optional<LogEntry>>> future) {
        GroupDriver<R> group = loop.group();
        if (loop.hasEnded()) {
            future.completeExceptionally(stoppedException());
        } else if (group == null) {
            admission.logReadEnded();
            complete(future, new Served<>(Optional.empty(), 0));
        } else {
            LogReads reads = group.usersLogReads();
            reads.ask(
                    index,
                    outcome -> complete(callbacks, () -> {
                        // Before the caller's own code runs, which may wait for another read.
                        admission.logReadEnded();
                        loop.ask((Runnable) reads::taken, null, 0);
                        future.complete(outcome);
                    }));
        }
    }

    @Override
    public CompletableFuture<ReadOutcome<SavedState>> save() {
        CompletableFuture<ReadOutcome<SavedState>> future = new CompletableFuture<>();
        if (!loop.ask((Runnable) () -> save(future), null, 0)) {
            future.completeExceptionally(stoppedException());
        }
        return future;
    }

    /** On the loop. */
    private void save(CompletableFuture<ReadOutcome<SavedState>> future) {
        GroupDriver<R> group = loop.group();
        if (loop.hasEnded()) {
            future.completeExceptionally(stoppedException());
        } else if (group == null) {
            complete(future, loop.refused(Refused.Reason.NOT_LEADER));
        } else {
            group.save(future, savers);
        }
    }

    @Override
    public CompletableFuture<Void> stopped() {
        return loop.stopped().copy();
    }

    /** Asks the loop to end the node, and does not wait: who runs the threads does. */
    @Override
    public void close() {
        loop.requestClose();
    }

    private NodeStatus lastStatus() {
        return Objects.requireNonNull(loop.lastStatus());
    }

    private RaftException stoppedException() {
        NodeStatus status = loop.lastStatus();
        String failure = status == null ? null : status.failure();
        return new RaftException(
                RaftException.Code.STOPPED,
                failure == null ? "the node was closed" : "the node has failed: " + failure);
    }

    private <T> void complete(CompletableFuture<T> future, T value) {
        complete(callbacks, () -> future.complete(value));
    }

    /** Never on the loop, unless the user's executor refuses: a future that nobody completes would be worse. */
    private static void complete(Executor executor, Runnable completion) {
        try {
            executor.execute(completion);
        } catch (RejectedExecutionException e) {
            completion.run();
        }
    }

    private static final class FutureProposal<R> implements ProposalListener<R> {
        final CompletableFuture<Outcome<R>> future = new CompletableFuture<>();
        private final Executor executor;

        FutureProposal(Executor executor) {
            this.executor = executor;
        }

        @Override
        public void applied(long token, R result, long index, long term) {
            end(new Applied<>(result, index, term));
        }

        @Override
        public void refused(long token, Refused<R> refused) {
            end(refused);
        }

        @Override
        public void unknown(long token, Unknown<R> unknown) {
            end(unknown);
        }

        private void end(Outcome<R> outcome) {
            complete(executor, () -> future.complete(outcome));
        }
    }

    private static final class FutureRead<T> implements ReadListener {
        final CompletableFuture<ReadOutcome<T>> future = new CompletableFuture<>();
        private final Executor executor;
        private final Supplier<T> reader;

        FutureRead(Executor executor, Supplier<T> reader) {
            this.executor = executor;
            this.reader = reader;
        }

        @Override
        public void readable(long token, long appliedIndex) {
            try {
                T value = reader.get();
                complete(executor, () -> future.complete(new Served<>(value, appliedIndex)));
            } catch (Throwable e) {
                complete(executor, () -> future.completeExceptionally(e));
            }
        }

        @Override
        public void refused(long token, Refused<Void> refused) {
            ReadOutcome<T> outcome = new Refused<>(refused.reason(), refused.leader(), refused.retryAfterMillis());
            complete(executor, () -> future.complete(outcome));
        }
    }
}
