package io.quorate.cli.client;

import io.quorate.etcd.etcdserverpb.ClusterGrpc;
import io.quorate.etcd.etcdserverpb.MemberPromoteRequest;
import io.quorate.etcd.etcdserverpb.MemberPromoteResponse;
import io.quorate.etcd.etcdserverpb.MemberRemoveRequest;
import io.quorate.etcd.etcdserverpb.MemberRemoveResponse;
import io.quorate.etcd.etcdserverpb.MemberUpdateRequest;
import io.quorate.etcd.etcdserverpb.MemberUpdateResponse;
import io.quorate.etcd.etcdserverpb.ResponseHeader;
import io.quorate.etcd.quoratepb.MembershipEdit;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Changes of one member by its id, with etcdctl's words. */
final class MemberChanges {
    private static final String ID = "The member's id, in hexadecimal, as member list prints it.";
    private static final String CHECK = "Only say whether it could be done, and who must agree afterwards.";

    private MemberChanges() {}

    private static void print(
            PrintWriter out,
            Format format,
            com.google.protobuf.Message response,
            String id,
            String what,
            ResponseHeader header) {
        if (format == Format.JSON) {
            new Printer(out).json(Json.of(response));
        } else {
            out.println("Member " + id + " " + what + " cluster " + Long.toHexString(header.getClusterId()));
        }
        out.flush();
    }

    @Command(
            name = "promote",
            sortOptions = false,
            description = "Makes a voter of a learner that has caught up.",
            footer = "  quorate member promote 8211f1d0f64f3269")
    static final class PromoteCommand implements Runnable {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ClientOptions.WithTable client = new ClientOptions.WithTable();

        @Parameters(index = "0", paramLabel = "ID", description = ID)
        private String id = "";

        @Option(names = "--check", description = CHECK)
        private boolean check;

        @Override
        public void run() {
            long member = MemberId.parse(id);
            PrintWriter out = spec.commandLine().getOut();
            if (check) {
                MembershipEdit edit =
                        MembershipEdit.newBuilder().setPromote(member).build();
                MemberAddCommand.Plans.print(
                        client.with(Effect.NONE, cluster -> MemberAddCommand.Plans.check(cluster, edit)), out);
                return;
            }
            MemberPromoteRequest request =
                    MemberPromoteRequest.newBuilder().setID(member).build();
            MemberPromoteResponse response = client.with(
                    Effect.CHANGES_MEMBERS,
                    cluster -> cluster.call(ClusterGrpc::newBlockingStub, stub -> stub.memberPromote(request)));
            print(out, client.format(), response, MemberId.text(member), "promoted in", response.getHeader());
        }
    }

    @Command(
            name = "remove",
            sortOptions = false,
            description = "Removes a member for good: it is told and stops, and its id is never used again.",
            footer = {"  quorate member remove 8211f1d0f64f3269", "  quorate member remove 8211f1d0f64f3269 --check"})
    static final class RemoveCommand implements Runnable {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ClientOptions.WithTable client = new ClientOptions.WithTable();

        @Parameters(index = "0", paramLabel = "ID", description = ID)
        private String id = "";

        @Option(names = "--check", description = CHECK)
        private boolean check;

        @Override
        public void run() {
            long member = MemberId.parse(id);
            PrintWriter out = spec.commandLine().getOut();
            if (check) {
                MembershipEdit edit =
                        MembershipEdit.newBuilder().setRemove(member).build();
                MemberAddCommand.Plans.print(
                        client.with(Effect.NONE, cluster -> MemberAddCommand.Plans.check(cluster, edit)), out);
                return;
            }
            MemberRemoveRequest request =
                    MemberRemoveRequest.newBuilder().setID(member).build();
            MemberRemoveResponse response = client.with(
                    Effect.CHANGES_MEMBERS,
                    cluster -> cluster.call(ClusterGrpc::newBlockingStub, stub -> stub.memberRemove(request)));
            print(out, client.format(), response, MemberId.text(member), "removed from", response.getHeader());
        }
    }

    @Command(
            name = "update",
            sortOptions = false,
            description = "Tells the cluster where a member's peers reach it from now on.",
            footer = "  quorate member update 8211f1d0f64f3269 --peer-urls http://10.0.0.9:2380")
    static final class UpdateCommand implements Runnable {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Mixin
        private ClientOptions.WithTable client = new ClientOptions.WithTable();

        @Parameters(index = "0", paramLabel = "ID", description = ID)
        private String id = "";

        @Option(
                names = "--peer-urls",
                split = ",",
                required = true,
                paramLabel = "URL",
                description = "Where its peers reach it.")
        private List<String> peerUrls = List.of();

        @Override
        public void run() {
            long member = MemberId.parse(id);
            MemberUpdateRequest request = MemberUpdateRequest.newBuilder()
                    .setID(member)
                    .addAllPeerURLs(peerUrls)
                    .build();
            MemberUpdateResponse response = client.with(
                    Effect.CHANGES_MEMBERS,
                    cluster -> cluster.call(ClusterGrpc::newBlockingStub, stub -> stub.memberUpdate(request)));
            print(
                    spec.commandLine().getOut(),
                    client.format(),
                    response,
                    MemberId.text(member),
                    "updated in",
                    response.getHeader());
        }
    }
}
