package io.quorate.cli.client;

import io.grpc.StatusRuntimeException;
import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.DemoFile;
import io.quorate.cli.common.Durations;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What every verb that talks to a cluster understands. */
abstract class ClientOptions {
    @Option(
            names = "--endpoints",
            split = ",",
            paramLabel = "HOST:PORT",
            description = "Members to talk to, tried in this order. Default: $ETCDCTL_ENDPOINTS, else the running demo,"
                    + " else 127.0.0.1:2379.")
    private @Nullable List<String> endpoints;

    @Option(
            names = "--command-timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long to wait for an answer, e.g. 500ms or 5s. Default: ${DEFAULT-VALUE}.",
            defaultValue = "5s")
    private long commandTimeoutMillis = 5000;

    @Option(
            names = "--dial-timeout",
            paramLabel = "TIME",
            converter = Durations.class,
            description = "How long to try to connect. Default: ${DEFAULT-VALUE}.",
            defaultValue = "2s")
    private long dialTimeoutMillis = 2000;

    abstract Format format();

    /** For verbs whose answer has a table. */
    static final class WithTable extends ClientOptions {
        @Option(
                names = {"-w", "--write-out"},
                paramLabel = "FORMAT",
                completionCandidates = ThreeWords.class,
                description = "simple, json or table. Default: ${DEFAULT-VALUE}.",
                defaultValue = "simple")
        private Format format = Format.SIMPLE;

        @Override
        Format format() {
            return format;
        }

        private static final class ThreeWords implements Iterable<String> {
            @Override
            public Iterator<String> iterator() {
                return List.of("simple", "json", "table").iterator();
            }
        }
    }

    /** For verbs that have no table: etcdctl refuses it the same way. */
    static final class WithoutTable extends ClientOptions {
        @Option(
                names = {"-w", "--write-out"},
                paramLabel = "FORMAT",
                completionCandidates = TwoWords.class,
                description = "simple or json. Default: ${DEFAULT-VALUE}.",
                defaultValue = "simple")
        private Format format = Format.SIMPLE;

        @Override
        Format format() {
            if (format == Format.TABLE) {
                throw new CommandFailure(ExitCode.BAD_FEATURE, "table not supported as output format");
            }
            return format;
        }

        private static final class TwoWords implements Iterable<String> {
            @Override
            public Iterator<String> iterator() {
                return List.of("simple", "json").iterator();
            }
        }
    }

    Cluster open() {
        return open(endpointsToUse());
    }

    Cluster open(List<String> theseEndpoints) {
        return new Cluster(theseEndpoints, dialTimeoutMillis, commandTimeoutMillis);
    }

    private List<String> endpointsToUse() {
        if (endpoints != null) {
            return endpoints;
        }
        @Nullable String fromEnvironment = System.getenv("ETCDCTL_ENDPOINTS");
        if (fromEnvironment != null && !fromEnvironment.isBlank()) {
            return List.of(fromEnvironment.split(",", -1));
        }
        List<String> demo = DemoFile.runningEndpoints();
        return demo.isEmpty() ? List.of("127.0.0.1:2379") : demo;
    }

    /** Opens the cluster for one call, and turns its failure into a sentence. */
    <A> A with(Effect effect, Function<Cluster, A> work) {
        try (Cluster cluster = open()) {
            return work.apply(cluster);
        } catch (StatusRuntimeException failure) {
            throw Cluster.explain(failure, effect);
        }
    }
}
