package io.quorate.cli.client;

import io.quorate.cli.common.CommandFailure;
import io.quorate.etcd.etcdserverpb.ClusterGrpc;
import io.quorate.etcd.etcdserverpb.Member;
import io.quorate.etcd.etcdserverpb.MemberAddRequest;
import io.quorate.etcd.etcdserverpb.MemberAddResponse;
import io.quorate.etcd.quoratepb.ChangeMembershipResponse;
import io.quorate.etcd.quoratepb.MembershipEdit;
import io.quorate.etcd.quoratepb.NewMember;
import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells the cluster of a member that will be started. */
@Command(
        name = "add",
        sortOptions = false,
        description = {
            "Tells the cluster of a new member, and prints how to start it.",
            "A voter counts from when it has started and caught up; a learner becomes one when it is promoted."
        },
        footer = {
            "  quorate member add n4 --learner --peer-urls http://10.0.0.4:2380",
            "  quorate member add n4 --peer-urls http://10.0.0.4:2380 --check"
        })
final class MemberAddCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithTable client = new ClientOptions.WithTable();

    @Parameters(index = "0", paramLabel = "NAME", description = "As the member calls itself: its --name.")
    private String name = "";

    @Option(
            names = "--peer-urls",
            split = ",",
            required = true,
            paramLabel = "URL",
            description = "Where its peers will reach it.")
    private List<String> peerUrls = List.of();

    @Option(names = "--learner", description = "Let it follow without a vote.")
    private boolean learner;

    @Option(names = "--check", description = "Only say whether it could be added, and who must agree afterwards.")
    private boolean check;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (check) {
            MembershipEdit add = MembershipEdit.newBuilder()
                    .setAdd(NewMember.newBuilder()
                            .setName(name)
                            .addAllPeerUrls(peerUrls)
                            .setLearner(learner))
                    .build();
            ChangeMembershipResponse plan = client.with(Effect.NONE, cluster -> Plans.check(cluster, add));
            Plans.print(plan, out);
            return;
        }
        MemberAddRequest request = MemberAddRequest.newBuilder()
                .addAllPeerURLs(peerUrls)
                .setIsLearner(learner)
                .build();
        MemberAddResponse response = client.with(
                Effect.CHANGES_MEMBERS,
                cluster -> cluster.call(ClusterGrpc::newBlockingStub, stub -> stub.memberAdd(request)));
        if (client.format() == Format.JSON) {
            new Printer(out).json(Json.of(response));
            return;
        }
        out.println("Member " + MemberId.text(response.getMember().getID()) + " added to cluster "
                + Long.toHexString(response.getHeader().getClusterId()));
        out.println();
        out.println("ETCD_NAME=\"" + name + '"');
        out.println("ETCD_INITIAL_CLUSTER=\"" + initialCluster(response) + '"');
        out.println("ETCD_INITIAL_ADVERTISE_PEER_URLS=\"" + String.join(",", peerUrls) + '"');
        out.println("ETCD_INITIAL_CLUSTER_STATE=\"existing\"");
        out.println();
        StartLine.print(out, name, peerUrls, initialCluster(response));
    }

    /** Everybody by name; who has none yet is not there to be asked. */
    private String initialCluster(MemberAddResponse response) {
        return response.getMembersList().stream()
                .filter(member -> member.getID() == response.getMember().getID()
                        || !member.getName().isEmpty())
                .flatMap(member -> member.getPeerURLsList().stream().map(url -> nameOf(member, response) + "=" + url))
                .sorted()
                .collect(Collectors.joining(","));
    }

    private String nameOf(Member member, MemberAddResponse response) {
        return member.getID() == response.getMember().getID() ? name : member.getName();
    }

    /** What a change would do. */
    static final class Plans {
        private Plans() {}

        static ChangeMembershipResponse check(Cluster cluster, MembershipEdit... edits) {
            return cluster.call(
                    io.quorate.etcd.quoratepb.NodeGrpc::newBlockingStub,
                    node -> node.changeMembership(io.quorate.etcd.quoratepb.ChangeMembershipRequest.newBuilder()
                            .setCheckOnly(true)
                            .addAllEdits(List.of(edits))
                            .build()));
        }

        /** Why a change is refused; the leader's own words where there is one. */
        static String why(ChangeMembershipResponse refused) {
            return refused.getRefusal().equals("NOT_LEADER")
                    ? "there is no leader now, or it did not answer in time"
                    : refused.getText();
        }

        /** @throws CommandFailure where it would be refused */
        static void print(ChangeMembershipResponse plan, PrintWriter out) {
            if (!plan.getRefusal().isEmpty()) {
                throw new CommandFailure("it would be refused: " + why(plan) + ". Nothing was changed.");
            }
            int spare = plan.getAnswering() - plan.getQuorum();
            out.println("It can be done. Nothing was changed.");
            out.println("Afterwards " + plan.getQuorum() + " of " + plan.getVoters() + " voters must agree, and "
                    + plan.getAnswering() + " of them answer now: " + spare
                    + (spare == 1 ? " failure" : " failures") + " could be survived.");
            out.flush();
        }
    }
}
