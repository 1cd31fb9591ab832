package io.quorate.cli.client;

import io.grpc.StatusRuntimeException;
import io.quorate.etcd.etcdserverpb.ClusterGrpc;
import io.quorate.etcd.etcdserverpb.Member;
import io.quorate.etcd.etcdserverpb.MemberListRequest;
import io.quorate.etcd.etcdserverpb.MemberListResponse;
import io.quorate.etcd.quoratepb.ClusterMember;
import io.quorate.etcd.quoratepb.NodeGrpc;
import io.quorate.etcd.quoratepb.StateRequest;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Who belongs to the cluster. */
@Command(
        name = "member",
        footer = {
            "  quorate member list",
            "  quorate member add n4 --learner --peer-urls http://10.0.0.4:2380",
            "  quorate member replace 8211f1d0f64f3269 n4 --peer-urls http://10.0.0.4:2380"
        },
        description = "Who belongs to the cluster, and its changes.",
        subcommands = {
            MemberCommand.ListCommand.class,
            MemberAddCommand.class,
            MemberChanges.PromoteCommand.class,
            MemberChanges.RemoveCommand.class,
            MemberChanges.UpdateCommand.class,
            MemberReplaceCommand.class,
            MemberLeaseCommand.class
        })
public final class MemberCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new picocli.CommandLine.ParameterException(
                spec.commandLine(), "A word is missing: member list, add, promote, remove, update, replace or lease.");
    }

    @Command(
            name = "list",
            sortOptions = false,
            description = "Lists the members.",
            footer = {"  quorate member list", "  quorate member list -w table"})
    static final class ListCommand implements Runnable {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ClientOptions.WithTable client = new ClientOptions.WithTable();

        @Override
        public void run() {
            PrintWriter out = spec.commandLine().getOut();
            client.with(Effect.NONE, cluster -> {
                MemberListResponse response = cluster.call(
                        ClusterGrpc::newBlockingStub,
                        stub -> stub.memberList(MemberListRequest.newBuilder()
                                .setLinearizable(true)
                                .build()));
                switch (client.format()) {
                    case JSON -> new Printer(out).json(Json.of(response));
                    case SIMPLE -> {
                        List<Long> witnesses = witnesses(cluster);
                        response.getMembersList().forEach(member -> out.println(line(member, witnesses)));
                    }
                    case TABLE -> table(response, witnesses(cluster)).print(out);
                }
                return true;
            });
            out.flush();
        }

        /** What etcd's list does not say; its servers do not know the question. */
        private static List<Long> witnesses(Cluster cluster) {
            try {
                return cluster
                        .call(NodeGrpc::newBlockingStub, stub -> stub.state(StateRequest.getDefaultInstance()))
                        .getMembersList()
                        .stream()
                        .filter(ClusterMember::getWitness)
                        .map(ClusterMember::getId)
                        .toList();
            } catch (StatusRuntimeException etcd) {
                return List.of();
            }
        }

        private static String line(Member member, List<Long> witnesses) {
            return String.join(
                    ", ",
                    Long.toHexString(member.getID()),
                    status(member, witnesses),
                    member.getName(),
                    String.join(",", member.getPeerURLsList()),
                    String.join(",", member.getClientURLsList()),
                    String.valueOf(member.getIsLearner()));
        }

        private static Table table(MemberListResponse response, List<Long> witnesses) {
            Table table = new Table("ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER");
            for (Member member : response.getMembersList()) {
                table.row(
                        Long.toHexString(member.getID()),
                        status(member, witnesses),
                        member.getName(),
                        String.join(",", member.getPeerURLsList()),
                        String.join(",", member.getClientURLsList()),
                        member.getIsLearner());
            }
            return table;
        }

        /** A member that never started has no name yet. */
        private static String status(Member member, List<Long> witnesses) {
            if (member.getName().isEmpty()) {
                return "unstarted";
            }
            return witnesses.contains(member.getID()) ? "witness" : "started";
        }
    }
}
