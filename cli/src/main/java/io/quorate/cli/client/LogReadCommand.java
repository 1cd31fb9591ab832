package io.quorate.cli.client;

import com.google.gson.JsonObject;
import io.quorate.cli.common.CommandFailure;
import io.quorate.etcd.quoratepb.NodeGrpc;
import io.quorate.etcd.quoratepb.ReadLogRequest;
import io.quorate.etcd.quoratepb.ReadLogResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** One entry of a running member's log. */
@Command(
        name = "read",
        sortOptions = false,
        footer = {"  quorate log read 5"},
        description =
                "Prints the entry at INDEX as the answering member holds it. Of an entry that is not committed, only index"
                        + " and term are told: it may still be overwritten.")
public final class LogReadCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithoutTable client = new ClientOptions.WithoutTable();

    @Parameters(index = "0", paramLabel = "INDEX", description = "Position in the log, from 1.")
    private long index;

    @Override
    public void run() {
        var unused = client.format(); // refuses a table; simple and json look the same here
        if (index < 1) {
            throw new CommandFailure(ExitCode.BAD_ARGUMENTS, "an index of the log is at least 1, not " + index);
        }
        ReadLogResponse response = client.with(
                Effect.NONE,
                cluster -> cluster.call(
                        NodeGrpc::newBlockingStub,
                        stub -> stub.readLog(
                                ReadLogRequest.newBuilder().setIndex(index).build())));
        JsonObject entry = new JsonObject();
        entry.add("index", Json.unsigned(response.getEntry().getIndex()));
        entry.add("term", Json.unsigned(response.getEntry().getTerm()));
        if (response.getCommitted()) {
            entry.addProperty("command", response.getEntry().getCommand());
        }
        JsonObject whole = new JsonObject();
        whole.addProperty("success", response.getSuccess());
        whole.add("entry", entry);
        whole.addProperty("committed", response.getCommitted());
        new Printer(spec.commandLine().getOut()).json(whole);
    }
}
