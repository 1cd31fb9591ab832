package io.quorate.internal;

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
import io.quorate.node.RaftNode;
import io.quorate.node.ReadListener;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.SavedState;
import io.quorate.node.TransferOutcome;
import io.quorate.node.internal.AddressCheck;
import io.quorate.node.internal.NodeHandle;
import io.quorate.node.internal.NodeLoop;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A node with its threads, sockets and files: when the node has ended, for whatever reason, they are let go of. */
final class StartedNode<R> implements RaftNode<R> {
    private final NodeLoop<R> loop;
    private final NodeHandle<R> handle;
    private final CompletableFuture<Void> released = new CompletableFuture<>();

    /** @param release gives back what the node held; blocks */
    StartedNode(String name, NodeLoop<R> loop, AddressCheck addresses, Runnable release) {
        this.loop = loop;
        this.handle = loop.handle(addresses);
        var unused = handle.stopped().whenComplete((nothing, failure) -> {
            Thread last = new Thread(() -> end(release, failure), "quorate-" + name + "-end");
            last.start();
        });
    }

    private void end(Runnable release, @Nullable Throwable failure) {
        try {
            release.run();
        } finally {
            if (failure == null) {
                released.complete(null);
            } else {
                boolean isWrapped = failure instanceof CompletionException && failure.getCause() != null;
                released.completeExceptionally(isWrapped ? failure.getCause() : failure);
            }
        }
    }

    @Override
    public CompletableFuture<Outcome<R>> propose(ByteBuffer command) {
        return handle.propose(command);
    }

    @Override
    public @Nullable Refused<R> propose(ByteBuffer command, long token, ProposalListener<R> listener) {
        return handle.propose(command, token, listener);
    }

    @Override
    public CompletableFuture<Outcome<R>> propose(ByteBuffer command, IdempotencyKey key) {
        return handle.propose(command, key);
    }

    @Override
    public @Nullable Refused<R> propose(
            ByteBuffer command, IdempotencyKey key, long token, ProposalListener<R> listener) {
        return handle.propose(command, key, token, listener);
    }

    @Override
    public IdempotencyKey newKey() {
        return handle.newKey();
    }

    @Override
    public <T> CompletableFuture<ReadOutcome<T>> read(Consistency consistency, Supplier<T> reader) {
        return handle.read(consistency, reader);
    }

    @Override
    public @Nullable Refused<Void> read(Consistency consistency, long token, ReadListener listener) {
        return handle.read(consistency, token, listener);
    }

    @Override
    public Leadership leadership() {
        return handle.leadership();
    }

    @Override
    public CompletableFuture<NodeStatus> status() {
        return handle.status();
    }

    @Override
    public CompletableFuture<Membership> members() {
        return handle.members();
    }

    @Override
    public CompletableFuture<ChangeOutcome> change(MembershipChange change) {
        return handle.change(change);
    }

    @Override
    public CompletableFuture<ChangePlan> check(MembershipChange change) {
        return handle.check(change);
    }

    @Override
    public CompletableFuture<ChangeOutcome> replace(long gone, String name, List<String> peerUrls, Duration patience) {
        return handle.replace(gone, name, peerUrls, patience);
    }

    @Override
    public CompletableFuture<TransferOutcome> transferLeadership(long to) {
        return handle.transferLeadership(to);
    }

    @Override
    public CompletableFuture<ReadOutcome<Optional<LogEntry>>> readLog(long index) {
        return handle.readLog(index);
    }

    @Override
    public CompletableFuture<ReadOutcome<SavedState>> save() {
        return handle.save();
    }

    @Override
    public CompletableFuture<Void> stopped() {
        return released.copy();
    }

    @Override
    public void close() {
        handle.close();
        if (!loop.isLoopThread()) {
            released.handle((nothing, failure) -> null).join();
        }
    }
}
