package io.quorate.cli.client;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.Durations;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest.SortOrder;
import io.quorate.etcd.etcdserverpb.RangeRequest.SortTarget;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Reads keys. */
@Command(
        name = "get",
        sortOptions = false,
        footer = {"  quorate get x", "  quorate get --prefix app/ --keys-only", "  quorate get x --rev 5 -w json"},
        description = "Reads a key, or the keys of [KEY, RANGE_END). Fresh (linearizable) unless --consistency=s.")
public final class GetCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private ClientOptions.WithoutTable client = new ClientOptions.WithoutTable();

    private static final Metadata.Key<String> CONSISTENCY =
            Metadata.Key.of("quorate-consistency", Metadata.ASCII_STRING_MARSHALLER);
    private static final String WITHIN = "within=";

    @Parameters(index = "0", paramLabel = "KEY", description = "The key.", arity = "0..1")
    private @Nullable String key;

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

    @Option(names = "--limit", paramLabel = "N", defaultValue = "0", description = "At most so many; 0 for all.")
    private long limit;

    @Option(
            names = "--rev",
            paramLabel = "REVISION",
            defaultValue = "0",
            description = "As of this revision; 0 for now.")
    private long revision;

    @Option(names = "--order", paramLabel = "ORDER", defaultValue = "", description = "ASCEND or DESCEND.")
    private String order = "";

    @Option(
            names = "--sort-by",
            paramLabel = "TARGET",
            defaultValue = "",
            description = "CREATE, KEY, MODIFY, VALUE or VERSION.")
    private String sortBy = "";

    @Option(
            names = "--consistency",
            paramLabel = "l|s|lease|at-least=INDEX|within=TIME",
            defaultValue = "l",
            description = {
                "l: linearizable, sees every finished write. s: serializable, what this member has; may be old.",
                "Of Quorate's own: lease, as l without asking a majority where leases are on (see member lease);"
                        + " at-least=INDEX, a state that has that log entry (put -v prints it); within=TIME, at most so old."
            })
    private String consistency = "l";

    @Option(names = "--keys-only", description = "Only keys.")
    private boolean keysOnly;

    @Option(names = "--count-only", description = "Only how many.")
    private boolean countOnly;

    @Option(names = "--print-value-only", description = "Only values, in the simple format.")
    private boolean valuesOnly;

    @Override
    public void run() {
        Format format = client.format();
        if (key == null && !prefix && !fromKey) {
            throw new CommandFailure(
                    ExitCode.BAD_ARGUMENTS,
                    "get command needs one argument as key and an optional argument as range_end");
        }
        if (valuesOnly && format != Format.SIMPLE) {
            throw new CommandFailure(
                    ExitCode.BAD_ARGUMENTS, "--print-value-only is for the simple format: leave it or -w out");
        }
        Keys.Range range = Keys.Range.of(key == null ? "" : key, rangeEnd, prefix, fromKey);
        RangeRequest request = RangeRequest.newBuilder()
                .setKey(range.key())
                .setRangeEnd(range.end())
                .setLimit(limit)
                .setRevision(revision)
                .setSortOrder(sortOrder())
                .setSortTarget(sortTarget())
                .setSerializable(serializable())
                .setKeysOnly(keysOnly)
                .setCountOnly(countOnly)
                .build();
        RangeResponse response = client.with(Effect.NONE, cluster -> cluster.call(this::stub, kv -> kv.range(request)));
        Printer printer = new Printer(spec.commandLine().getOut());
        if (format == Format.JSON) {
            printer.json(Json.of(response));
        } else if (countOnly) {
            spec.commandLine().getOut().println(response.getCount());
            spec.commandLine().getOut().flush();
        } else {
            printer.range(response, valuesOnly, keysOnly);
        }
    }

    private SortOrder sortOrder() {
        return switch (order.toUpperCase(Locale.ROOT)) {
            case "" -> SortOrder.NONE;
            case "ASCEND" -> SortOrder.ASCEND;
            case "DESCEND" -> SortOrder.DESCEND;
            default -> throw new CommandFailure(ExitCode.BAD_FEATURE, "bad sort order " + order);
        };
    }

    private SortTarget sortTarget() {
        return switch (sortBy.toUpperCase(Locale.ROOT)) {
            case "", "KEY" -> SortTarget.KEY;
            case "CREATE" -> SortTarget.CREATE;
            case "MODIFY" -> SortTarget.MOD;
            case "VALUE" -> SortTarget.VALUE;
            case "VERSION" -> SortTarget.VERSION;
            default -> throw new CommandFailure(ExitCode.BAD_FEATURE, "bad sort target " + sortBy);
        };
    }

    private boolean serializable() {
        if (consistency.equals("l") || consistency.equals("s") || ownConsistency() != null) {
            return consistency.equals("s");
        }
        throw new CommandFailure(
                ExitCode.BAD_FEATURE,
                "unknown consistency flag '" + consistency + "': write l, s, lease, at-least=INDEX or within=TIME");
    }

    /** As the member takes it in metadata; null where the request says it. */
    private @Nullable String ownConsistency() {
        if (consistency.startsWith(WITHIN)) {
            return WITHIN + Durations.millis(consistency.substring(WITHIN.length()));
        }
        return consistency.equals("lease") || consistency.startsWith("at-least=") ? consistency : null;
    }

    private KVGrpc.KVBlockingStub stub(ManagedChannel channel) {
        String own = ownConsistency();
        if (own == null) {
            return KVGrpc.newBlockingStub(channel);
        }
        Metadata metadata = new Metadata();
        metadata.put(CONSISTENCY, own);
        return KVGrpc.newBlockingStub(channel).withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
    }
}
