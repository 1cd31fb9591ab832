package io.quorate.server.rpc;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.quorate.DataFiles;
import io.quorate.etcd.quoratepb.ChangeMembershipRequest;
import io.quorate.etcd.quoratepb.ChangeMembershipResponse;
import io.quorate.etcd.quoratepb.ClusterMember;
import io.quorate.etcd.quoratepb.Entry;
import io.quorate.etcd.quoratepb.HistoryRequest;
import io.quorate.etcd.quoratepb.HistoryResponse;
import io.quorate.etcd.quoratepb.LeasePromise;
import io.quorate.etcd.quoratepb.MembershipEdit;
import io.quorate.etcd.quoratepb.NewMember;
import io.quorate.etcd.quoratepb.NodeGrpc;
import io.quorate.etcd.quoratepb.Peer;
import io.quorate.etcd.quoratepb.ReadLogRequest;
import io.quorate.etcd.quoratepb.ReadLogResponse;
import io.quorate.etcd.quoratepb.Runtime;
import io.quorate.etcd.quoratepb.Snapshots;
import io.quorate.etcd.quoratepb.StateHash;
import io.quorate.etcd.quoratepb.StateRequest;
import io.quorate.etcd.quoratepb.StateResponse;
import io.quorate.kv.Commands;
import io.quorate.node.ChangeOutcome;
import io.quorate.node.ChangePlan;
import io.quorate.node.LogEntry;
import io.quorate.node.MembershipChange;
import io.quorate.node.NodeStatus;
import io.quorate.node.PeerStatus;
import io.quorate.node.RaftException;
import io.quorate.node.RaftNode;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.Served;
import io.quorate.node.SnapshotStatus;
import io.quorate.node.StateHashStatus;
import io.quorate.raft.EntryKind;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Lease;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Our own service: a member's log by index, every attribute of its Raft state, and changes of the membership. */
final class NodeService extends NodeGrpc.NodeImplBase {
    private final RaftNode<?> node;
    private final Directory directory;
    private final ServerVersion version;
    private final DataFiles files;
    private final HistoryReads histories;
    private final boolean strict;

    /** @param strict whether {@link StartedVoters} is asked by a check, as it is by the change that etcd's clients would make */
    NodeService(
            RaftNode<?> node,
            Directory directory,
            ServerVersion version,
            DataFiles files,
            HistoryReads histories,
            boolean strict) {
        this.strict = strict;
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
            case STATE_HASH -> "state hash";
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
            case STATE_HASH -> Entry.Kind.STATE_HASH;
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

    private static StateHash stateHash(StateHashStatus status) {
        String problem = status.problem();
        String notCompared = status.notCompared();
        return StateHash.newBuilder()
                .setAgreedIndex(status.agreedIndex())
                .setUndecidedIndex(status.undecidedIndex())
                .setDiffersAt(status.differsAt())
                .setSameThrough(status.sameThrough())
                .setDiffersFrom(status.differsFrom())
                .setProblem(problem == null ? "" : problem)
                .setNotCompared(notCompared == null ? "" : notCompared)
                .build();
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
                .setEtcdVersion(version.etcd())
                .setLostThrough(status.lostThrough())
                .setMembershipIndex(status.membership().index())
                .setClusterVersion(
                        status.membership().size() == 0
                                ? 0
                                : status.membership().version())
                .setOldestVersion(status.versions().oldest())
                .setNewestVersion(status.versions().newest());
        Lease lease = status.membership().lease();
        state.setLease(
                LeasePromise.newBuilder().setPromiseMillis(lease.ticks()).setDriftPerMille(lease.driftPerMille()));
        state.setStateHash(stateHash(status.stateHash()));
        String sickness = status.sickness();
        state.setSickness(sickness == null ? "" : sickness);
        for (PeerStatus peer : status.peers()) {
            state.addPeers(Peer.newBuilder()
                    .setMemberId(peer.id())
                    .setName(peer.name())
                    .setConnected(peer.connected())
                    .setOldestVersion(
                            peer.versions() == null ? 0 : peer.versions().oldest())
                    .setNewestVersion(
                            peer.versions() == null ? 0 : peer.versions().newest())
                    .setVersion(peer.version())
                    .setNextIndex(peer.nextIndex())
                    .setMatchIndex(peer.matchIndex()));
        }
        for (Member member : status.membership().members()) {
            state.addMembers(wire(member, status.membership()));
        }
        return state.build();
    }

    @Override
    public void changeMembership(ChangeMembershipRequest request, StreamObserver<ChangeMembershipResponse> observer) {
        MembershipChange change;
        try {
            change = new MembershipChange(
                    request.hasExpectedIndex() ? request.getExpectedIndex() : MembershipChange.ANY_INDEX,
                    request.getEditsList().stream().map(NodeService::edit).toList());
            requirePeerUrls(change);
        } catch (RaftException wrong) {
            observer.onError(Status.INVALID_ARGUMENT
                    .withDescription("quorate: " + wrong.getMessage())
                    .asRuntimeException());
            return;
        }
        if (request.getCheckOnly()) {
            Outcomes.answer(
                    node.check(change)
                            .thenCompose(plan -> node.status().thenApply(status -> planned(request, plan, status))),
                    observer,
                    response -> response);
        } else {
            // What it led to is as interesting as that it was done.
            Outcomes.answer(
                    node.check(change).thenCompose(plan -> node.change(change)
                            .thenApply(outcome -> changed(outcome, plan.answering()))),
                    observer,
                    response -> response);
        }
    }

    /** One that nobody can dial would be committed all the same, and stay in the list for good. */
    private static void requirePeerUrls(MembershipChange change) {
        for (MembershipChange.Edit edit : change.edits()) {
            if (edit instanceof MembershipChange.Add add && !PeerUrls.areValid(add.peerUrls())) {
                throw new RaftException(
                        RaftException.Code.MISUSE, PeerUrls.FORM + ", not that of " + String.join(",", add.peerUrls()));
            }
        }
    }

    private static MembershipChange.Edit edit(MembershipEdit edit) {
        return switch (edit.getEditCase()) {
            case ADD -> add(edit.getAdd());
            case PROMOTE -> new MembershipChange.Promote(edit.getPromote());
            case REMOVE -> new MembershipChange.Remove(edit.getRemove());
            case LEASE -> lease(edit.getLease());
            case RAISE_VERSION -> new MembershipChange.RaiseVersion(edit.getRaiseVersion());
            case EDIT_NOT_SET ->
                throw new RaftException(RaftException.Code.MISUSE, "an edit of the membership that says nothing");
        };
    }

    private static MembershipChange.Edit lease(LeasePromise asked) {
        boolean isOff = asked.getPromiseMillis() == 0 && asked.getDriftPerMille() == 0;
        MembershipChange change = isOff
                ? MembershipChange.noLease()
                : MembershipChange.lease(Duration.ofMillis(asked.getPromiseMillis()), asked.getDriftPerMille());
        return change.edits().get(0);
    }

    private static MembershipChange.Edit add(NewMember add) {
        return new MembershipChange.Add(
                0,
                add.getName(),
                add.getPeerUrlsList(),
                add.getLearner() ? MembershipChange.As.LEARNER : MembershipChange.As.JOINING);
    }

    private ChangeMembershipResponse planned(ChangeMembershipRequest request, ChangePlan plan, NodeStatus status) {
        Membership after = plan.after() == null ? plan.before() : plan.after();
        ChangeMembershipResponse.Builder response = response(after, plan.answering());
        ChangeRefusal refusal = plan.refusal();
        if (refusal != null) {
            response.setRefusal(refusal.name()).setText(plan.text());
        } else if (strict && request.getEditsCount() == 1) {
            EtcdError unfit = strictly(request.getEdits(0), new StartedVoters(status));
            if (unfit != null) {
                response.setRefusal(unfit.name()).setText(unfit.text());
            }
        }
        int added = addedVoters(request);
        int voters = response.getVoters() + added;
        return response.setIndex(plan.before().index())
                .setVoters(voters)
                .setQuorum(voters / 2 + 1)
                .setAnswering(response.getAnswering() + added)
                .build();
    }

    private static @Nullable EtcdError strictly(MembershipEdit edit, StartedVoters check) {
        return switch (edit.getEditCase()) {
            case ADD -> check.refusalOfAdding(edit.getAdd().getLearner());
            case PROMOTE -> check.refusalOfPromoting();
            case REMOVE -> check.refusalOfRemoving(edit.getRemove());
            case LEASE, RAISE_VERSION, EDIT_NOT_SET -> null;
        };
    }

    /** Voters that will count when they have caught up; that somebody answers at their addresses was asked. */
    private static int addedVoters(ChangeMembershipRequest request) {
        return (int) request.getEditsList().stream()
                .filter(edit -> edit.hasAdd() && !edit.getAdd().getLearner())
                .count();
    }

    private ChangeMembershipResponse changed(ChangeOutcome outcome, List<Long> answering) {
        if (outcome instanceof ChangeOutcome.Changed changed) {
            return response(changed.membership(), answering).build();
        }
        if (outcome instanceof ChangeOutcome.NotChanged refused) {
            return ChangeMembershipResponse.newBuilder()
                    .setRefusal(refused.reason().name())
                    .setText(refused.text())
                    .build();
        }
        throw Outcomes.unknown(((ChangeOutcome.Undecided) outcome).reason()).exception();
    }

    private ChangeMembershipResponse.Builder response(Membership after, List<Long> answering) {
        ChangeMembershipResponse.Builder response =
                ChangeMembershipResponse.newBuilder().setIndex(after.index());
        after.members().forEach(member -> response.addMembers(wire(member, after)));
        List<Long> voters = after.countedVoters();
        return response.setVoters(voters.size())
                .setQuorum(voters.size() / 2 + 1)
                .setAnswering((int) voters.stream().filter(answering::contains).count());
    }

    private ClusterMember wire(Member member, Membership membership) {
        boolean isVoter = membership.isVoter(member.id());
        return ClusterMember.newBuilder()
                .setId(member.id())
                .setName(member.name())
                .addAllPeerUrls(member.peerUrls())
                .addAllClientUrls(directory.clientUrls(member.id()))
                .setLearner(!isVoter)
                .setStarted(member.isStarted())
                .setLeaving(membership.isJoint() && !membership.voters().contains(member.id()) && isVoter)
                .setEntering(
                        membership.isJoint() && !membership.outgoingVoters().contains(member.id()) && isVoter)
                .build();
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
