package io.quorate.cli.server;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.Signals;
import io.quorate.cli.server.Flag.Standing;
import io.quorate.node.RaftException;
import io.quorate.server.Server;
import io.quorate.server.options.InitialMember;
import io.quorate.server.options.ServerOptions;
import io.quorate.server.options.ServerOptions.ClusterState;
import io.quorate.server.options.SnapshotOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Runs one member until it is told to stop. */
@Command(
        name = "server",
        sortOptions = false,
        footer = {
            "  quorate server --name n1 --data-dir n1.etcd",
            "  quorate server --name n1 --initial-cluster n1=http://10.0.0.1:2380,n2=http://10.0.0.2:2380,"
                    + "n3=http://10.0.0.3:2380 \\",
            "      --listen-peer-urls http://10.0.0.1:2380 --initial-advertise-peer-urls http://10.0.0.1:2380 \\",
            "      --listen-client-urls http://10.0.0.1:2379 --advertise-client-urls http://10.0.0.1:2379",
            "",
            "Flags are etcd's; each may also be given as a variable, e.g. ETCD_NAME. quorate server flags lists them all."
        },
        description = "Runs one member of a cluster: the etcd v3 API on its client URLs, Raft on its peer URLs.")
public final class ServerCommand implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCommand.class);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Unmatched
    private List<String> arguments = new ArrayList<>();

    @Override
    public void run() {
        if (arguments.equals(List.of("flags"))) {
            list(spec.commandLine().getOut());
            return;
        }
        if (arguments.contains("--version") || arguments.contains("-version")) {
            spec.root().commandLine().printVersionHelp(spec.commandLine().getOut());
            return;
        }
        serve(prepare(arguments, System.getenv()));
    }

    /** Starts the member that these flags describe, with its log on standard error. Whoever calls closes it. */
    public static Server start(List<String> flags) {
        return Server.start(prepare(flags, Map.of()));
    }

    private static ServerOptions prepare(List<String> arguments, Map<String, String> environment) {
        FlagValues flags = FlagValues.parse(arguments, environment);
        LogLines.start(level(flags), isJson(flags), System.err);
        ServerOptions options = options(flags);
        flags.warnings().forEach(warning -> LOG.warn("flag-without-effect text=\"{}\"", warning));
        return options;
    }

    private static void serve(ServerOptions options) {
        CompletableFuture<Void> told = new CompletableFuture<>();
        for (String signal : List.of("TERM", "INT")) {
            AtomicBoolean before = new AtomicBoolean();
            Signals.handle(signal, number -> {
                LOG.info("signal name=SIG{}", signal);
                // The same once more: it takes too long. A demo's member hears Ctrl-C as its demo does, and then the
                // demo's SIGTERM.
                if (before.getAndSet(true)) {
                    Runtime.getRuntime().halt(128 + number);
                }
                told.complete(null);
            });
        }
        stopWithInput(told);
        try (Server server = Server.start(options)) {
            CompletableFuture.anyOf(told, server.stopped()).join();
        } catch (CompletionException stopped) {
            // The log has said why, and what to do.
            throw new CommandFailure("the member has stopped; the line node-failed above says why");
        } catch (RaftException refused) {
            throw new CommandFailure(String.valueOf(refused.getMessage()));
        }
    }

    /** A demo holds the other end of its members' input: at its end they stop, however the demo died. */
    private static void stopWithInput(CompletableFuture<Void> told) {
        if (System.getenv("QUORATE_STOP_WITH_INPUT") == null) {
            return;
        }
        Thread watch = new Thread(
                () -> {
                    drain(System.in);
                    LOG.info("demo-ended");
                    told.complete(null);
                },
                "end-of-input");
        watch.setDaemon(true);
        watch.start();
    }

    private static void drain(InputStream in) {
        try {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException gone) {
            LOG.debug("input-gone reason=\"{}\"", gone.getMessage());
        }
    }

    /** The names of all flags without dashes, each with whether it stands without a value. */
    public static Map<String, Boolean> flags() {
        Map<String, Boolean> flags = new LinkedHashMap<>();
        Flags.all().forEach((name, flag) -> flags.put(name, flag.isBoolean()));
        return flags;
    }

    static ServerOptions options(FlagValues flags) {
        try {
            ServerOptions.Builder options = ServerOptions.builder()
                    .name(flags.text("name"))
                    .initialClusterState(state(flags.text("initial-cluster-state")))
                    .initialClusterToken(flags.text("initial-cluster-token"))
                    .listenClientUrls(urls(flags, "listen-client-urls"))
                    .advertiseClientUrls(urls(flags, advertised(flags)))
                    .listenPeerUrls(urls(flags, "listen-peer-urls"))
                    .initialAdvertisePeerUrls(urls(flags, "initial-advertise-peer-urls"))
                    .heartbeatIntervalMillis(flags.number("heartbeat-interval", Long.MAX_VALUE))
                    .electionTimeoutMillis(flags.number("election-timeout", Long.MAX_VALUE))
                    .preVote(flags.truthOf("pre-vote"))
                    .strictReconfigCheck(flags.truthOf("strict-reconfig-check"))
                    .maxRequestBytes((int) flags.number("max-request-bytes", Integer.MAX_VALUE))
                    .maxTxnOps((int) flags.number("max-txn-ops", Integer.MAX_VALUE))
                    .maxConcurrentStreams((int) flags.number("max-concurrent-streams", Integer.MAX_VALUE))
                    .keepAliveMinTimeMillis(flags.millis("grpc-keepalive-min-time"))
                    .keepAliveIntervalMillis(flags.millis("grpc-keepalive-interval"))
                    .keepAliveTimeoutMillis(flags.millis("grpc-keepalive-timeout"))
                    .slowWorkMillis(flags.number("slow-work-millis", Long.MAX_VALUE))
                    .stateHashEntries((int) flags.number("state-hash-entries", Integer.MAX_VALUE))
                    .segmentBytes((int) flags.number("segment-bytes", Integer.MAX_VALUE))
                    .snapshots(snapshots(flags));
            if (flags.isGiven("data-dir")) {
                options.dataDir(Path.of(flags.text("data-dir")));
            }
            if (flags.isGiven("record-inputs")) {
                options.recordInputs(Path.of(flags.text("record-inputs")));
            }
            if (flags.isGiven("initial-cluster")) {
                options.initialCluster(InitialMember.parse(flags.text("initial-cluster")));
            }
            return options.build();
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailure(2, String.valueOf(wrong.getMessage()));
        }
    }

    private static SnapshotOptions snapshots(FlagValues flags) {
        String tail = "snapshot-catchup-entries";
        boolean byOldName = flags.isGiven("experimental-" + tail) && !flags.isGiven(tail);
        return new SnapshotOptions(
                flags.number("snapshot-count", Long.MAX_VALUE),
                flags.number("snapshot-bytes", Long.MAX_VALUE),
                flags.millis("snapshot-interval"),
                flags.number(byOldName ? "experimental-" + tail : tail, Long.MAX_VALUE),
                flags.number("snapshot-catchup-bytes", Long.MAX_VALUE));
    }

    /** Whoever says where to listen and not what to tell clients means the same. */
    private static String advertised(FlagValues flags) {
        return flags.isGiven("listen-client-urls") && !flags.isGiven("advertise-client-urls")
                ? "listen-client-urls"
                : "advertise-client-urls";
    }

    private static ClusterState state(String text) {
        return switch (text) {
            case "new" -> ClusterState.NEW;
            case "existing" -> ClusterState.EXISTING;
            default -> throw new CommandFailure(2, "--initial-cluster-state=" + text + ": write new or existing");
        };
    }

    private static List<URI> urls(FlagValues flags, String name) {
        List<URI> urls = new ArrayList<>();
        for (String url : flags.text(name).split(",", -1)) {
            try {
                urls.add(URI.create(url.strip()));
            } catch (IllegalArgumentException wrong) {
                throw new CommandFailure(2, "--" + name + ": '" + url + "' is no URL");
            }
        }
        return urls;
    }

    private static String level(FlagValues flags) {
        String level = flags.text("log-level");
        if (!List.of("debug", "info", "warn", "error", "dpanic", "panic", "fatal")
                .contains(level)) {
            throw new CommandFailure(2, "--log-level=" + level + ": write debug, info, warn or error");
        }
        return level;
    }

    private static boolean isJson(FlagValues flags) {
        return switch (flags.text("log-format")) {
            case "json" -> true;
            case "console", "text" -> false;
            default ->
                throw new CommandFailure(2, "--log-format=" + flags.text("log-format") + ": write console or json");
        };
    }

    private static void list(PrintWriter out) {
        section(out, "Flags that work as etcd's:", Standing.WORKS);
        section(out, "Quorate's own:", Standing.OURS);
        section(out, "Accepted with a warning, because there is nothing to switch:", Standing.NOTHING_TO_SWITCH);
        section(out, "Not supported yet; a value other than the default stops the start:", Standing.NOT_YET);
        out.flush();
    }

    private static void section(PrintWriter out, String title, Standing standing) {
        out.println(title);
        for (Flag flag : Flags.of(standing)) {
            @Nullable String initial = flag.initial().isEmpty() ? null : flag.initial();
            out.println("  --" + flag.name() + (initial == null ? "" : "=" + initial)
                    + (flag.meaning().isEmpty() ? "" : "  " + flag.meaning()));
        }
        out.println();
    }
}
