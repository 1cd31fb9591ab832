package io.quorate.cli.client;

import io.grpc.StatusRuntimeException;
import io.quorate.cli.common.CommandFailure;
import io.quorate.etcd.etcdserverpb.MaintenanceGrpc;
import io.quorate.etcd.etcdserverpb.MoveLeaderRequest;
import io.quorate.etcd.etcdserverpb.StatusRequest;
import io.quorate.etcd.etcdserverpb.StatusResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Hands the leadership to another member. */
@Command(
        name = "move-leader",
        sortOptions = false,
        footer = "  quorate move-leader 8211f1d0f64f3269",
        description = "Hands the lead to another voter. The leader must be among the endpoints.")
public final class MoveLeaderCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithTable client = new ClientOptions.WithTable();

    @Parameters(
            index = "0",
            paramLabel = "ID",
            description = "Who is to lead, in hexadecimal, as member list prints it.")
    private String id = "";

    @Override
    public void run() {
        long to = MemberId.parse(id);
        long from = client.with(Effect.MOVES_LEADER, cluster -> {
            for (String endpoint : cluster.endpoints()) {
                StatusResponse status = statusOf(cluster, endpoint);
                if (status != null && status.getLeader() == status.getHeader().getMemberId()) {
                    cluster.callAt(
                            endpoint,
                            MaintenanceGrpc::newBlockingStub,
                            stub -> stub.moveLeader(MoveLeaderRequest.newBuilder()
                                    .setTargetID(to)
                                    .build()));
                    return status.getLeader();
                }
            }
            throw new CommandFailure("no leader endpoint given at " + cluster.endpoints()
                    + ": give the endpoints of all members with --endpoints. Nothing was changed.");
        });
        spec.commandLine()
                .getOut()
                .println("Leadership transferred from " + MemberId.text(from) + " to " + MemberId.text(to));
        spec.commandLine().getOut().flush();
    }

    private static @org.jspecify.annotations.Nullable StatusResponse statusOf(Cluster cluster, String endpoint) {
        try {
            return cluster.callAt(
                    endpoint,
                    MaintenanceGrpc::newBlockingStub,
                    stub -> stub.status(StatusRequest.getDefaultInstance()));
        } catch (StatusRuntimeException gone) {
            return null;
        }
    }
}
