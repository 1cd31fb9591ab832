package io.quorate.cli.client;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.Durations;
import io.quorate.etcd.quoratepb.ChangeMembershipRequest;
import io.quorate.etcd.quoratepb.ChangeMembershipResponse;
import io.quorate.etcd.quoratepb.LeasePromise;
import io.quorate.etcd.quoratepb.MembershipEdit;
import io.quorate.etcd.quoratepb.NodeGrpc;
import io.quorate.etcd.quoratepb.StateRequest;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Switches leases on and off for all members, or says what is. */
@Command(
        name = "lease",
        sortOptions = false,
        description = {
            "Says whether a leader may answer reads by its lease, or switches that on or off for all members.",
            "While leases are on nobody is elected for TIME after a leader is lost, and a restarted member waits as long before it"
                    + " votes. Danger: no clock may stand still while its process runs, as where a machine is suspended."
        },
        footer = {
            "  quorate member lease               what is",
            "  quorate member lease 1s --drift 50",
            "  quorate member lease off"
        })
final class MemberLeaseCommand implements Runnable {
    private static final String OFF = "off";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithoutTable client = new ClientOptions.WithoutTable();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "TIME|off",
            description =
                    "How long a voter stands by a leader that it has heard, 10ms to 10m; about an election timeout is usual.")
    private @Nullable String promise;

    @Option(
            names = "--drift",
            paramLabel = "PER_MILLE",
            defaultValue = "50",
            description =
                    "By how much the slowest clock of the members may fall behind the fastest, per thousand, 0 to 500."
                            + " Default: ${DEFAULT-VALUE}.")
    private int drift = 50;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        if (promise == null) {
            print(out, client.with(Effect.NONE, MemberLeaseCommand::current));
            return;
        }
        MembershipEdit edit =
                MembershipEdit.newBuilder().setLease(asked(promise)).build();
        ChangeMembershipResponse response = client.with(
                Effect.SETS_LEASES,
                cluster -> cluster.call(
                        NodeGrpc::newBlockingStub,
                        node -> node.changeMembership(ChangeMembershipRequest.newBuilder()
                                .addEdits(edit)
                                .build())));
        if (!response.getRefusal().isEmpty() && !response.getRefusal().equals("NO_CHANGE")) {
            throw new CommandFailure(MemberAddCommand.Plans.why(response) + ". Nothing was changed.");
        }
        print(out, edit.getLease());
    }

    private static LeasePromise current(Cluster cluster) {
        return cluster.call(NodeGrpc::newBlockingStub, node -> node.state(StateRequest.getDefaultInstance()))
                .getLease();
    }

    private LeasePromise asked(String text) {
        if (text.equals(OFF)) {
            return LeasePromise.getDefaultInstance();
        }
        long millis = Durations.millis(text);
        if (millis < 10 || millis > 600_000) {
            throw new CommandFailure(ExitCode.BAD_ARGUMENTS, "a lease lasts 10ms to 10m, not " + text);
        }
        return LeasePromise.newBuilder()
                .setPromiseMillis((int) millis)
                .setDriftPerMille(drift)
                .build();
    }

    private void print(PrintWriter out, LeasePromise lease) {
        if (client.format() == Format.JSON) {
            new Printer(out).json(Json.of(lease));
        } else if (lease.getPromiseMillis() == 0) {
            out.println("Leases are off: each linearizable read asks a majority.");
        } else {
            out.println("Leases are on: a voter stands by a leader that it has heard for " + lease.getPromiseMillis()
                    + " ms, and clocks may drift apart by " + lease.getDriftPerMille() + " per thousand.");
        }
        out.flush();
    }
}
