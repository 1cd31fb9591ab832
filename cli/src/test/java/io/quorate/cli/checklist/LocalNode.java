package io.quorate.cli.checklist;

import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.Leadership;
import io.quorate.node.LogEntry;
import io.quorate.node.NodeStatus;
import io.quorate.node.Outcome;
import io.quorate.node.ProposalListener;
import io.quorate.node.RaftNode;
import io.quorate.node.ReadListener;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.Served;
import io.quorate.node.port.StateMachine;
import io.quorate.raft.EntryKind;
import io.quorate.raft.RoleName;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A node without peers, disk or log file: commands are applied in the order in which they come, on one thread. */
final class LocalNode<R> implements RaftNode<R> {
    private static final long TERM = 2;

    private final long clusterId;
    private final Member self;
    private final StateMachine<R> machine;
    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private final List<ByteBuffer> log = new ArrayList<>();
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    LocalNode(long clusterId, Member self, StateMachine<R> machine) {
        this.clusterId = clusterId;
        this.self = self;
        this.machine = machine;
    }

    @Override
    public CompletableFuture<Outcome<R>> propose(ByteBuffer command) {
        ByteBuffer kept = copy(command);
        return CompletableFuture.supplyAsync(() -> apply(kept), loop);
    }

    @Override
    public @Nullable Refused<R> propose(ByteBuffer command, long token, ProposalListener<R> listener) {
        ByteBuffer kept = copy(command);
        loop.execute(() -> {
            Applied<R> applied = apply(kept);
            listener.applied(token, applied.result(), applied.index(), applied.term());
        });
        return null;
    }

    private Applied<R> apply(ByteBuffer command) {
        log.add(command);
        R result = machine.apply(log.size(), TERM, view(command));
        return new Applied<>(result, log.size(), TERM);
    }

    private static ByteBuffer copy(ByteBuffer command) {
        ByteBuffer copy = ByteBuffer.allocate(command.remaining());
        return copy.put(command.duplicate()).flip();
    }

    private static ByteBuffer view(ByteBuffer command) {
        return command.asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public <T> CompletableFuture<ReadOutcome<T>> read(Consistency consistency, Supplier<T> reader) {
        return CompletableFuture.supplyAsync(() -> new Served<>(reader.get(), log.size()), loop);
    }

    @Override
    public @Nullable Refused<Void> read(Consistency consistency, long token, ReadListener listener) {
        loop.execute(() -> listener.readable(token, log.size()));
        return null;
    }

    @Override
    public Leadership leadership() {
        return new Leadership(RoleName.LEADER, TERM, self);
    }

    @Override
    public CompletableFuture<NodeStatus> status() {
        return CompletableFuture.supplyAsync(this::statusNow, loop);
    }

    private NodeStatus statusNow() {
        long last = log.size();
        return new NodeStatus(
                self.name(),
                self.id(),
                clusterId,
                RoleName.LEADER,
                TERM,
                self.id(),
                self.id(),
                1,
                last,
                TERM,
                last,
                last,
                last,
                Membership.ofVoters(List.of(self)),
                List.of(),
                List.of(),
                0,
                0,
                0,
                0,
                0,
                null);
    }

    @Override
    public CompletableFuture<Optional<LogEntry>> readLog(long index) {
        return CompletableFuture.supplyAsync(
                () -> index < 1 || index > log.size()
                        ? Optional.empty()
                        : Optional.of(
                                new LogEntry(index, TERM, true, EntryKind.COMMAND, view(log.get((int) index - 1)))),
                loop);
    }

    @Override
    public CompletableFuture<Void> stopped() {
        return stopped;
    }

    @Override
    public void close() {
        loop.shutdown();
        stopped.complete(null);
    }
}
