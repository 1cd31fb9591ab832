package io.quorate.cli.client;

import com.google.protobuf.ByteString;
import io.quorate.cli.common.CommandFailure;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.PutResponse;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes one key. */
@Command(
        name = "put",
        sortOptions = false,
        footer = {"  quorate put x 100", "  quorate put x 100 -v          also print the entry's index and term"},
        description = "Writes a key. Without a value, the value is read from standard input.")
public final class PutCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithoutTable client = new ClientOptions.WithoutTable();

    @Mixin
    private EntryOption entry = new EntryOption();

    @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
    private String key = "";

    @Parameters(index = "1..*", paramLabel = "VALUE", description = "The value.")
    private @Nullable List<String> values;

    @Option(names = "--prev-kv", description = "Also print the pair that was there before.")
    private boolean previous;

    @Option(names = "--ignore-value", description = "Keep the key's value.")
    private boolean ignoreValue;

    @Option(names = "--ignore-lease", description = "Keep the key's lease.")
    private boolean ignoreLease;

    @Option(names = "--lease", paramLabel = "ID", description = "Lease to attach, in hexadecimal.", defaultValue = "0")
    private String lease = "0";

    @Override
    public void run() {
        Format format = client.format();
        PutRequest request = PutRequest.newBuilder()
                .setKey(Keys.bytes(key))
                .setValue(value())
                .setPrevKv(previous)
                .setIgnoreValue(ignoreValue)
                .setIgnoreLease(ignoreLease)
                .setLease(leaseId())
                .build();
        PutResponse response = client.with(
                Effect.WRITES, cluster -> cluster.call(entry.watched(KVGrpc::newBlockingStub), kv -> kv.put(request)));
        Printer printer = new Printer(spec.commandLine().getOut());
        if (format == Format.JSON) {
            printer.json(Json.of(response));
        } else {
            printer.put(response);
        }
        entry.print(spec.commandLine());
    }

    private ByteString value() {
        if (values != null) {
            if (ignoreValue) {
                throw new CommandFailure(
                        ExitCode.BAD_ARGUMENTS, "put takes no value with --ignore-value, which keeps the one there is");
            }
            return Keys.bytes(values.get(0));
        }
        if (ignoreValue) {
            return ByteString.EMPTY;
        }
        return Input.all(System.in);
    }

    private long leaseId() {
        try {
            return Long.parseUnsignedLong(lease, 16);
        } catch (NumberFormatException bad) {
            throw new CommandFailure(
                    ExitCode.BAD_ARGUMENTS, "bad lease ID (" + bad.getMessage() + "), expecting ID in Hex");
        }
    }
}
