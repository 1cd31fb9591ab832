package io.quorate.server.rpc;

import io.quorate.kv.KvStore;
import io.quorate.kv.Result;
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
import io.quorate.node.Served;
import io.quorate.node.TransferOutcome;
import io.quorate.node.Unknown;
import io.quorate.raft.RoleName;
import io.quorate.raft.TransferRefusal;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A node that ends each request as it was told, and applies to a store when it was told nothing. */
final class ScriptedNode implements RaftNode<Result> {
    /** How one proposal goes. */
    interface Step {
        /** @return what {@link RaftNode#propose} returns */
        @Nullable
        Refused<Result> run(ProposalListener<Result> listener);
    }

    final KvStore store = new KvStore();
    final Queue<MembershipChange> changes = new ConcurrentLinkedQueue<>();
    final Queue<ChangeOutcome> changeOutcomes = new ConcurrentLinkedQueue<>();
    final Queue<TransferOutcome> transfers = new ConcurrentLinkedQueue<>();

    /** What was asked for, in order. */
    final Queue<Consistency> consistencies = new ConcurrentLinkedQueue<>();

    /** What it says of itself; null: no test asks. */
    volatile @Nullable NodeStatus status;

    /** What a check is answered; null: that it does not lead. */
    volatile @Nullable ChangePlan plan;

    volatile RoleName role = RoleName.FOLLOWER;
    final Queue<IdempotencyKey> keys = new ConcurrentLinkedQueue<>();
    final AtomicInteger proposals = new AtomicInteger();
    final AtomicInteger readsAsked = new AtomicInteger();
    private final Queue<Step> writes = new ConcurrentLinkedQueue<>();
    private final Queue<Refused.Reason> reads = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Step always;
    private volatile @Nullable LogEntry log;
    private final AtomicReference<@Nullable Error> leadershipFailure = new AtomicReference<>();

    static Step refused(Refused.Reason reason) {
        return listener -> {
            listener.refused(0, new Refused<>(reason, null, 1));
            return null;
        };
    }

    static Step refusedAtOnce(Refused.Reason reason) {
        return listener -> new Refused<>(reason, null, 1);
    }

    static Step unknown(Unknown.Reason reason) {
        return listener -> {
            listener.unknown(0, new Unknown<>(reason));
            return null;
        };
    }

    static Step applied(Result result) {
        return listener -> {
            listener.applied(0, result, 1, 1);
            return null;
        };
    }

    void nextWrite(Step step) {
        writes.add(step);
    }

    void everyWrite(Step step) {
        always = step;
    }

    void writesSucceed() {
        always = null;
    }

    /** The next who asks who leads meets this error, as it comes where memory is lacking. */
    void leadershipFails(Error error) {
        leadershipFailure.set(error);
    }

    /** This entry and no other. */
    void logHolds(LogEntry entry) {
        log = entry;
    }

    void nextReadRefused(Refused.Reason reason) {
        reads.add(reason);
    }

    @Override
    public @Nullable Refused<Result> propose(ByteBuffer command, long token, ProposalListener<Result> listener) {
        proposals.incrementAndGet();
        Step step = writes.poll();
        Step usual = always;
        if (step == null && usual != null) {
            step = usual;
        }
        if (step == null) {
            byte[] bytes = new byte[command.remaining()];
            command.duplicate().get(bytes);
            step = applied(store.apply(bytes, 0, bytes.length, true));
        }
        return step.run(listener);
    }

    @Override
    public @Nullable Refused<Result> propose(
            ByteBuffer command, IdempotencyKey key, long token, ProposalListener<Result> listener) {
        keys.add(key);
        return propose(command, token, listener);
    }

    @Override
    public CompletableFuture<Outcome<Result>> propose(ByteBuffer command, IdempotencyKey key) {
        throw new UnsupportedOperationException("the services propose with a listener");
    }

    @Override
    public IdempotencyKey newKey() {
        throw new UnsupportedOperationException("clients make keys, the services do not");
    }

    @Override
    public @Nullable Refused<Void> read(Consistency consistency, long token, ReadListener listener) {
        readsAsked.incrementAndGet();
        consistencies.add(consistency);
        Refused.Reason reason = reads.poll();
        if (reason == null) {
            listener.readable(token, 1);
        } else {
            listener.refused(token, new Refused<>(reason, null, 1));
        }
        return null;
    }

    @Override
    public CompletableFuture<Outcome<Result>> propose(ByteBuffer command) {
        throw new UnsupportedOperationException("the services propose with a listener");
    }

    @Override
    public <T> CompletableFuture<ReadOutcome<T>> read(Consistency consistency, Supplier<T> reader) {
        return CompletableFuture.completedFuture(new Served<>(reader.get(), 1));
    }

    @Override
    public CompletableFuture<ReadOutcome<SavedState>> save() {
        throw new UnsupportedOperationException("no state is saved here");
    }

    @Override
    public Leadership leadership() {
        Error failure = leadershipFailure.getAndSet(null);
        if (failure != null) {
            throw failure;
        }
        return new Leadership(role, 3, null);
    }

    @Override
    public CompletableFuture<NodeStatus> status() {
        NodeStatus told = status;
        if (told == null) {
            throw new UnsupportedOperationException("no test here asks for it");
        }
        return CompletableFuture.completedFuture(told);
    }

    @Override
    public CompletableFuture<Membership> members() {
        return status().thenApply(NodeStatus::membership);
    }

    @Override
    public CompletableFuture<ChangeOutcome> change(MembershipChange change) {
        changes.add(change);
        ChangeOutcome scripted = changeOutcomes.poll();
        return CompletableFuture.completedFuture(
                scripted == null
                        ? new ChangeOutcome.NotChanged(ChangeRefusal.NOT_LEADER, "nothing was scripted", null)
                        : scripted);
    }

    @Override
    public CompletableFuture<ChangePlan> check(MembershipChange change) {
        ChangePlan told = plan;
        return CompletableFuture.completedFuture(
                told != null
                        ? told
                        : new ChangePlan(
                                ChangeRefusal.NOT_LEADER, "nothing was scripted", Membership.NONE, null, List.of()));
    }

    @Override
    public CompletableFuture<ChangeOutcome> replace(long gone, String name, List<String> peerUrls, Duration patience) {
        return change(MembershipChange.remove(gone));
    }

    @Override
    public CompletableFuture<TransferOutcome> transferLeadership(long to) {
        TransferOutcome scripted = transfers.poll();
        return CompletableFuture.completedFuture(
                scripted == null
                        ? new TransferOutcome.NotTransferred(TransferRefusal.NOT_LEADER, "nothing was scripted", null)
                        : scripted);
    }

    @Override
    public CompletableFuture<ReadOutcome<Optional<LogEntry>>> readLog(long index) {
        LogEntry entry = log;
        return CompletableFuture.completedFuture(
                new Served<>(entry == null || entry.index() != index ? Optional.empty() : Optional.of(entry), index));
    }

    @Override
    public CompletableFuture<Void> stopped() {
        return new CompletableFuture<>();
    }

    @Override
    public void close() {}
}
