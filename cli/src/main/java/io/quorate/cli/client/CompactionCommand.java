package io.quorate.cli.client;

import io.quorate.cli.common.CommandFailure;
import io.quorate.etcd.etcdserverpb.CompactionRequest;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Forgets history. */
@Command(
        name = "compaction",
        sortOptions = false,
        footer = {"  quorate compaction 1000"},
        description = "Drops all versions of keys that were replaced or deleted before REVISION.")
public final class CompactionCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithTable client = new ClientOptions.WithTable();

    @Parameters(index = "0", paramLabel = "REVISION", description = "Versions at this revision stay readable.")
    private String revision = "";

    @Option(names = "--physical", description = "Wait until the space is freed on the member that answers.")
    private boolean physical;

    @Override
    public void run() {
        long wanted = parsed();
        CompactionRequest request = CompactionRequest.newBuilder()
                .setRevision(wanted)
                .setPhysical(physical)
                .build();
        client.with(Effect.WRITES, cluster -> cluster.call(KVGrpc::newBlockingStub, kv -> kv.compact(request)));
        spec.commandLine().getOut().println("compacted revision " + wanted);
        spec.commandLine().getOut().flush();
    }

    private long parsed() {
        try {
            return Long.parseLong(revision);
        } catch (NumberFormatException bad) {
            throw new CommandFailure(ExitCode.ERROR, "'" + revision + "' is no revision: write a whole number");
        }
    }
}
