package io.quorate.cli.client;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.Durations;
import io.quorate.etcd.quoratepb.ChangeMembershipRequest;
import io.quorate.etcd.quoratepb.ChangeMembershipResponse;
import io.quorate.etcd.quoratepb.ClusterMember;
import io.quorate.etcd.quoratepb.MembershipEdit;
import io.quorate.etcd.quoratepb.NewMember;
import io.quorate.etcd.quoratepb.NodeGrpc;
import io.quorate.etcd.quoratepb.StateRequest;
import io.quorate.etcd.quoratepb.StateResponse;
import java.io.PrintWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Puts a new member in another's place: learner, caught up, then one change that swaps the two. */
@Command(
        name = "replace",
        sortOptions = false,
        description = {
            "Puts a new member in another's place: tells the cluster of it as a learner, waits until it was started and has"
                    + " caught up, then makes it a voter and removes the other in one change.",
            "The other need not answer. Given up, the same command goes on where it stopped."
        },
        footer = "  quorate member replace 8211f1d0f64f3269 n4 --peer-urls http://10.0.0.4:2380")
final class MemberReplaceCommand implements Runnable {
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** Refusals that pass by themselves. */
    private static final Set<String> PASSING = Set.of(
            "NOT_LEADER",
            "TERM_NOT_STARTED",
            "TRANSFERRING",
            "CHANGE_UNDER_WAY",
            "CHANGED_MEANWHILE",
            "NOT_STARTED",
            "LEARNER_LAGS",
            "OVERLOADED",
            "NO_QUORUM");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithoutTable client = new ClientOptions.WithoutTable();

    @Parameters(index = "0", paramLabel = "ID", description = "Who leaves, in hexadecimal, as member list prints it.")
    private String id = "";

    @Parameters(index = "1", paramLabel = "NAME", description = "Who comes, as it calls itself: its --name.")
    private String name = "";

    @Option(
            names = "--peer-urls",
            split = ",",
            required = true,
            paramLabel = "URL",
            description = "Where the new member's peers reach it.")
    private List<String> peerUrls = List.of();

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long to wait for the new member. Default: ${DEFAULT-VALUE}.",
            defaultValue = "10m")
    private long waitMillis = 600_000;

    @Override
    public void run() {
        long gone = MemberId.parse(id);
        PrintWriter out = spec.commandLine().getOut();
        client.with(true, cluster -> {
            ClusterMember learner = learner(cluster, gone, out);
            swap(cluster, gone, learner.getId());
            out.println("Member " + MemberId.text(gone) + " replaced by " + MemberId.text(learner.getId()));
            out.flush();
            return true;
        });
    }

    /** The one that a call before has added, or a new one. */
    private ClusterMember learner(Cluster cluster, long gone, PrintWriter out) {
        StateResponse state =
                cluster.call(NodeGrpc::newBlockingStub, node -> node.state(StateRequest.getDefaultInstance()));
        boolean isVoter =
                state.getMembersList().stream().anyMatch(member -> member.getId() == gone && !member.getLearner());
        if (!isVoter) {
            throw new CommandFailure("no voter has the id " + MemberId.text(gone) + ": quorate member list prints them."
                    + " Nothing was changed.");
        }
        ClusterMember there = at(state.getMembersList());
        if (there != null) {
            return there;
        }
        MembershipEdit add = MembershipEdit.newBuilder()
                .setAdd(NewMember.newBuilder()
                        .setName(name)
                        .addAllPeerUrls(peerUrls)
                        .setLearner(true))
                .build();
        ChangeMembershipResponse added = change(cluster, add);
        ClusterMember fresh = at(added.getMembersList());
        if (!added.getRefusal().isEmpty() || fresh == null) {
            throw new CommandFailure(added.getText() + ". Nothing was changed.");
        }
        out.println("Member " + MemberId.text(fresh.getId()) + " added as a learner. Start it with an empty data"
                + " directory, --initial-cluster-state=existing and");
        out.println("--initial-cluster=" + initialCluster(added, gone));
        out.flush();
        return fresh;
    }

    private @Nullable ClusterMember at(List<ClusterMember> members) {
        return members.stream()
                .filter(ClusterMember::getLearner)
                .filter(member -> member.getPeerUrlsList().stream().anyMatch(peerUrls::contains))
                .findFirst()
                .orElse(null);
    }

    private static String initialCluster(ChangeMembershipResponse added, long gone) {
        return String.join(
                ",",
                added.getMembersList().stream()
                        .filter(member -> member.getId() != gone)
                        .flatMap(member -> member.getPeerUrlsList().stream()
                                .map(url ->
                                        (member.getName().isEmpty() ? MemberId.text(member.getId()) : member.getName())
                                                + "=" + url))
                        .sorted()
                        .toList());
    }

    private void swap(Cluster cluster, long gone, long learner) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMillis);
        while (true) {
            ChangeMembershipResponse answer = change(
                    cluster,
                    MembershipEdit.newBuilder().setPromote(learner).build(),
                    MembershipEdit.newBuilder().setRemove(gone).build());
            if (answer.getRefusal().isEmpty()) {
                return;
            }
            if (!PASSING.contains(answer.getRefusal()) || System.nanoTime() - deadline >= 0) {
                throw new CommandFailure(answer.getText() + ". Member " + MemberId.text(gone)
                        + " is still there; the learner stays, and the same command goes on from here.");
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    private static ChangeMembershipResponse change(Cluster cluster, MembershipEdit... edits) {
        return cluster.call(
                NodeGrpc::newBlockingStub,
                node -> node.changeMembership(ChangeMembershipRequest.newBuilder()
                        .addAllEdits(List.of(edits))
                        .build()));
    }
}
