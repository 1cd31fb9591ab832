package io.quorate.cli.client;

import io.quorate.etcd.etcdserverpb.DeleteRangeRequest;
import io.quorate.etcd.etcdserverpb.DeleteRangeResponse;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Deletes keys. */
@Command(
        name = "del",
        sortOptions = false,
        footer = {"  quorate del x", "  quorate del --prefix app/"},
        description = "Deletes a key, or the keys of [KEY, RANGE_END), and prints how many there were.")
public final class DelCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithoutTable client = new ClientOptions.WithoutTable();

    @Mixin
    private EntryOption entry = new EntryOption();

    @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
    private String key = "";

    @Parameters(
            index = "1",
            paramLabel = "RANGE_END",
            arity = "0..1",
            defaultValue = "",
            description = "First key behind.")
    private String rangeEnd = "";

    @Option(names = "--prefix", description = "All keys that begin with KEY.")
    private boolean prefix;

    @Option(names = "--from-key", description = "All keys from KEY on.")
    private boolean fromKey;

    @Option(names = "--prev-kv", description = "Also print the pairs that were there.")
    private boolean previous;

    @Override
    public void run() {
        Format format = client.format();
        Keys.Range range = Keys.Range.of(key, rangeEnd, prefix, fromKey);
        DeleteRangeRequest request = DeleteRangeRequest.newBuilder()
                .setKey(range.key())
                .setRangeEnd(range.end())
                .setPrevKv(previous)
                .build();
        DeleteRangeResponse response = client.with(
                Effect.WRITES,
                cluster -> cluster.call(entry.watched(KVGrpc::newBlockingStub), kv -> kv.deleteRange(request)));
        Printer printer = new Printer(spec.commandLine().getOut());
        if (format == Format.JSON) {
            printer.json(Json.of(response));
        } else {
            printer.deleted(response);
        }
        entry.print(spec.commandLine());
    }
}
