package io.quorate.server.rpc;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quorate.DataFiles;
import io.quorate.etcd.quoratepb.ClusterMember;
import io.quorate.etcd.quoratepb.Entry;
import io.quorate.etcd.quoratepb.HistoryRequest;
import io.quorate.etcd.quoratepb.HistoryResponse;
import io.quorate.etcd.quoratepb.NodeGrpc;
import io.quorate.etcd.quoratepb.Peer;
import io.quorate.etcd.quoratepb.ReadLogRequest;
import io.quorate.etcd.quoratepb.ReadLogResponse;
import io.quorate.etcd.quoratepb.Runtime;
import io.quorate.etcd.quoratepb.Snapshots;
import io.quorate.etcd.quoratepb.StateRequest;
import io.quorate.etcd.quoratepb.StateResponse;
import io.quorate.kv.Commands;
import io.quorate.node.LogEntry;
import io.quorate.node.NodeStatus;
import io.quorate.node.PeerStatus;
import io.quorate.node.RaftNode;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.Served;
import io.quorate.node.SnapshotStatus;
import io.quorate.raft.EntryKind;
import io.quorate.raft.membership.Member;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.ByteBuffer;
import java.util.stream.Collectors;

/** Our own service: a member's log by index, and every attribute of its Raft state. */
final class NodeService extends NodeGrpc.NodeImplBase {
    private final RaftNode<?> node;
    private final Directory directory;
    private final ServerVersion version;
    private final DataFiles files;
    private final HistoryReads histories;

    NodeService(RaftNode<?> node, Directory directory, ServerVersion version, DataFiles files, HistoryReads histories) {
        this.node = node;
        this.directory = directory;
        this.version = version;
        this.files = files;
        this.histories = histories;
    }

    @Override
    public void readLog(ReadLogRequest request, StreamObserver<ReadLogResponse> observer) {
        Outcomes.answer(
                node.readLog(request.getIndex()),
                observer,
                outcome -> answer(served(outcome).orElseThrow(() -> Status.NOT_FOUND
                        .withDescription(
                                "quorate: the log has no entry at index " + Long.toUnsignedString(request.getIndex()))
                        .asRuntimeException())));
    }

    private static <T> T served(ReadOutcome<T> outcome) {
        if (outcome instanceof Served<T> served) {
            return served.value();
        }
        throw Outcomes.refused(((Refused<T>) outcome).reason()).exception();
    }

    private static ReadLogResponse answer(LogEntry found) {
        Entry.Builder entry = Entry.newBuilder().setIndex(found.index()).setTerm(found.term());
        EntryKind kind = found.kind();
        if (found.committed() && kind != null && found.payload() != null) {
            entry.setKind(kindOf(kind))
                    .setCommand(commandText(kind, found.payload()))
                    .setPayload(UnsafeByteOperations.unsafeWrap(found.payload().duplicate()));
        }
        return ReadLogResponse.newBuilder()
                .setSuccess(true)
                .setEntry(entry)
                .setCommitted(found.committed())
                .build();
    }

    private static String commandText(EntryKind kind, ByteBuffer payload) {
        return switch (kind) {
            case COMMAND -> Commands.describe(bytes(payload));
            case NO_OP -> "no-op";
            case MEMBERSHIP -> "membership";
        };
    }

    private static byte[] bytes(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        return bytes;
    }

    private static Entry.Kind kindOf(EntryKind kind) {
        return switch (kind) {
            case COMMAND -> Entry.Kind.ENTRY;
            case NO_OP -> Entry.Kind.NO_OP;
            case MEMBERSHIP -> Entry.Kind.MEMBERSHIP;
        };
    }

    @Override
    public void history(HistoryRequest request, StreamObserver<HistoryResponse> observer) {
        histories.answer(request.getKey().toByteArray(), observer);
    }

    @Override
    public void state(StateRequest request, StreamObserver<StateResponse> observer) {
        Outcomes.answer(node.status(), observer, this::answer);
    }

    private StateResponse answer(NodeStatus status) {
        StateResponse.Builder state = StateResponse.newBuilder()
                .setClusterId(status.clusterId())
                .setMemberId(status.memberId())
                .setName(status.name())
                .setCurrentTerm(status.term())
                .setVotedFor(status.votedFor())
                .setRole(status.role().name())
                .setLeader(status.leader())
                .setFirstLogIndex(status.firstIndex())
                .setLastLogIndex(status.lastIndex())
                .setLastLogTerm(status.lastTerm())
                .setCommitIndex(status.commitIndex())
                .setLastApplied(status.appliedIndex())
                .setSnapshots(snapshots(status.snapshots()))
                .setRuntime(runtime())
                .setVersion(version.quorate())
                .setEtcdVersion(version.etcd());
        for (PeerStatus peer : status.peers()) {
            state.addPeers(Peer.newBuilder()
                    .setMemberId(peer.id())
                    .setName(peer.name())
                    .setConnected(peer.connected())
                    .setNextIndex(peer.nextIndex())
                    .setMatchIndex(peer.matchIndex()));
        }
        for (Member member : status.membership().members()) {
            state.addMembers(ClusterMember.newBuilder()
                    .setId(member.id())
                    .setName(member.name())
                    .addAllPeerUrls(member.peerUrls())
                    .addAllClientUrls(directory.clientUrls(member.id()))
                    .setLearner(!status.membership().isVoter(member.id())));
        }
        return state.build();
    }

    private Snapshots snapshots(SnapshotStatus status) {
        return Snapshots.newBuilder()
                .setIndex(status.index())
                .setBytes(status.bytes())
                .setAgeMillis(status.bytes() == 0 ? 0 : files.snapshotAgeMillis(status.index()))
                .setTaking(status.taking())
                .setRestoring(status.restoring())
                .setFetching(status.fetching())
                .setFetchedFrom(status.fetchedFrom())
                .setFetchedBytes(status.fetchedBytes())
                .setFetchBytes(status.fetchBytes())
                .setSending(status.sending())
                .build();
    }

    private static Runtime runtime() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        return Runtime.newBuilder()
                .setJavaVersion(System.getProperty("java.version", ""))
                .setCollector(ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(GarbageCollectorMXBean::getName)
                        .collect(Collectors.joining(", ")))
                .setHeapUsedBytes(heap.getUsed())
                .setHeapMaxBytes(heap.getMax())
                .setPid(ProcessHandle.current().pid())
                .setUptimeMillis(ManagementFactory.getRuntimeMXBean().getUptime())
                .build();
    }
}
