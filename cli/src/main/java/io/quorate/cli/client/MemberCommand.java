package io.quorate.cli.client;

import io.quorate.etcd.etcdserverpb.ClusterGrpc;
import io.quorate.etcd.etcdserverpb.Member;
import io.quorate.etcd.etcdserverpb.MemberListRequest;
import io.quorate.etcd.etcdserverpb.MemberListResponse;
import java.io.PrintWriter;
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
            MemberListResponse response = client.with(
                    Effect.NONE,
                    cluster -> cluster.call(
                            ClusterGrpc::newBlockingStub,
                            stub -> stub.memberList(MemberListRequest.newBuilder()
                                    .setLinearizable(true)
                                    .build())));
            PrintWriter out = spec.commandLine().getOut();
            switch (client.format()) {
                case JSON -> new Printer(out).json(Json.of(response));
                case SIMPLE -> response.getMembersList().forEach(member -> out.println(line(member)));
                case TABLE -> table(response).print(out);
            }
            out.flush();
        }

        private static String line(Member member) {
            return String.join(
                    ", ",
                    Long.toHexString(member.getID()),
                    status(member),
                    member.getName(),
                    String.join(",", member.getPeerURLsList()),
                    String.join(",", member.getClientURLsList()),
                    String.valueOf(member.getIsLearner()));
        }

        private static Table table(MemberListResponse response) {
            Table table = new Table("ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER");
            for (Member member : response.getMembersList()) {
                table.row(
                        Long.toHexString(member.getID()),
                        status(member),
                        member.getName(),
                        String.join(",", member.getPeerURLsList()),
                        String.join(",", member.getClientURLsList()),
                        member.getIsLearner());
            }
            return table;
        }

        /** A member that never started has no name yet. */
        private static String status(Member member) {
            return member.getName().isEmpty() ? "unstarted" : "started";
        }
    }
}
