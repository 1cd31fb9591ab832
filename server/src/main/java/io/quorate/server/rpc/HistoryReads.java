package io.quorate.server.rpc;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quorate.DataFiles;
import io.quorate.DataFiles.Found;
import io.quorate.etcd.quoratepb.HistoryResponse;
import io.quorate.etcd.quoratepb.HistorySummary;
import io.quorate.etcd.quoratepb.IndexRange;
import io.quorate.etcd.quoratepb.KeyWrite;
import io.quorate.kv.Commands;
import io.quorate.kv.KeyHistory;
import io.quorate.kv.View;
import io.quorate.node.Consistency;
import io.quorate.node.RaftNode;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.Served;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what this member's log has of a key: off the loop, from the files, laid against the store as it is. */
final class HistoryReads {
    private static final Logger LOG = LoggerFactory.getLogger(HistoryReads.class);

    /** Of entries held for one answer; two are made at a time. */
    private static final long MAX_BYTES = 32 << 20;

    private final RaftNode<?> node;
    private final Supplier<View> store;
    private final DataFiles files;
    private final LargeReads large;

    HistoryReads(RaftNode<?> node, Supplier<View> store, DataFiles files, LargeReads large) {
        this.node = node;
        this.store = store;
        this.files = files;
        this.large = large;
    }

    void answer(byte[] key, StreamObserver<HistoryResponse> observer) {
        var unused = node.read(Consistency.LOCAL, store)
                .thenApply(HistoryReads::served)
                .thenCompose(seen -> large.submit(() -> history(key, seen.value(), seen.appliedIndex())))
                .whenComplete((answers, failure) -> {
                    if (failure != null) {
                        observer.onError(Outcomes.failed(failure));
                    } else {
                        answers.forEach(observer::onNext);
                        observer.onCompleted();
                    }
                });
    }

    private static Served<View> served(ReadOutcome<View> outcome) {
        if (outcome instanceof Refused<View> refused) {
            throw Outcomes.refused(refused.reason()).exception();
        }
        return (Served<View>) outcome;
    }

    private List<HistoryResponse> history(byte[] key, View view, long applied) {
        KeyHistory history = new KeyHistory(key);
        try {
            Found found = files.history(key, (index, term, committed, keyed, command) -> {
                if (index <= applied) {
                    history.entry(index, term, keyed, bytes(command));
                    requireWithin(history.heldBytes());
                }
            });
            List<KeyHistory.Write> writes = history.writes(view, found.firstIndex() == 1, found.lastIndex() >= applied);
            return Stream.concat(writes.stream().map(HistoryReads::wire), Stream.of(wire(found)))
                    .toList();
        } catch (IOException unreadable) {
            LOG.warn("history-failed reason=\"{}\"", unreadable.getMessage());
            throw Status.INTERNAL
                    .withDescription("quorate: the log cannot be read: " + unreadable.getMessage())
                    .asRuntimeException();
        }
    }

    private static void requireWithin(long heldBytes) {
        if (heldBytes > MAX_BYTES) {
            throw Status.RESOURCE_EXHAUSTED
                    .withDescription(
                            "quorate: the key was written too often for a member to tell while it serves; read its files"
                                    + " instead (quorate log history KEY --data-dir DIR)")
                    .asRuntimeException();
        }
    }

    private static byte[] bytes(ByteBuffer command) {
        byte[] bytes = new byte[command.remaining()];
        command.duplicate().get(bytes);
        return bytes;
    }

    private static HistoryResponse wire(KeyHistory.Write write) {
        return HistoryResponse.newBuilder()
                .setWrite(KeyWrite.newBuilder()
                        .setIndex(write.index())
                        .setTerm(write.term())
                        .setRevision(write.revision())
                        .setCommand(Commands.describe(write.command()))
                        .setCommitted(true)
                        .setCertain(write.certain()))
                .build();
    }

    private static HistoryResponse wire(Found found) {
        HistorySummary.Builder summary = HistorySummary.newBuilder()
                .setFirstIndex(found.firstIndex())
                .setLastIndex(found.lastIndex())
                .setNeverBefore(found.neverBefore())
                .setSegments(found.segments())
                .setSegmentsRead(found.segmentsRead());
        found.perhaps()
                .forEach(range -> summary.addPerhaps(
                        IndexRange.newBuilder().setFirst(range.first()).setLast(range.last())));
        return HistoryResponse.newBuilder().setSummary(summary).build();
    }
}
