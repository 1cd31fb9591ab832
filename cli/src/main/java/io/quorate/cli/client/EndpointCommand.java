package io.quorate.cli.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.cli.common.CommandFailure;
import io.quorate.etcd.etcdserverpb.ClusterGrpc;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.HashKVResponse;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.MaintenanceGrpc;
import io.quorate.etcd.etcdserverpb.MemberListRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.StatusRequest;
import io.quorate.etcd.etcdserverpb.StatusResponse;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Questions that each endpoint answers for itself. */
@Command(
        name = "endpoint",
        footer = {
            "  quorate endpoint status -w table",
            "  quorate endpoint health --cluster",
            "  quorate endpoint hashkv"
        },
        description = "Asks each endpoint for itself: status, health, hashkv.")
public final class EndpointCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A word is missing: endpoint status, health or hashkv.");
    }

    @Command(
            name = "status",
            sortOptions = false,
            footer = "  quorate endpoint status --cluster",
            description = "Version, size, leader, term and indexes.")
    void status(
            @Mixin ClientOptions.WithTable client,
            @Option(names = "--cluster", description = CLUSTER) boolean wholeCluster) {
        StatusRequest request = StatusRequest.getDefaultInstance();
        PrintWriter out = spec.commandLine().getOut();
        Answers<StatusResponse> answers = ask(
                client,
                wholeCluster,
                (cluster, endpoint) ->
                        cluster.callAt(endpoint, MaintenanceGrpc::newBlockingStub, stub -> stub.status(request)));
        switch (client.format()) {
            case JSON -> answers.json(out, "Status", Json::of);
            case SIMPLE ->
                answers.good.forEach(
                        (endpoint, status) -> out.println(String.join(", ", statusCells(endpoint, status))));
            case TABLE -> {
                Table table = new Table(
                        "ENDPOINT",
                        "ID",
                        "VERSION",
                        "DB SIZE",
                        "IS LEADER",
                        "IS LEARNER",
                        "RAFT TERM",
                        "RAFT INDEX",
                        "RAFT APPLIED INDEX",
                        "ERRORS");
                answers.good.forEach((endpoint, status) -> table.row((Object[]) statusCells(endpoint, status)));
                table.print(out);
            }
        }
        out.flush();
        answers.finish("Failed to get the status of endpoint ", ExitCode.ERROR);
    }

    private static String[] statusCells(String endpoint, StatusResponse status) {
        return new String[] {
            endpoint,
            Long.toHexString(status.getHeader().getMemberId()),
            status.getVersion(),
            bytes(status.getDbSize()),
            String.valueOf(status.getLeader() == status.getHeader().getMemberId()),
            String.valueOf(status.getIsLearner()),
            Long.toUnsignedString(status.getRaftTerm()),
            Long.toUnsignedString(status.getRaftIndex()),
            Long.toUnsignedString(status.getRaftAppliedIndex()),
            String.join("; ", status.getErrorsList())
        };
    }

    /** 20480 as "20 kB": thousands, and one decimal below ten. */
    static String bytes(long bytes) {
        String[] units = {"B", "kB", "MB", "GB", "TB"};
        int unit = 0;
        double size = bytes;
        while (size >= 1000 && unit < units.length - 1) {
            size /= 1000;
            unit++;
        }
        String number =
                unit > 0 && size < 10 ? String.format(Locale.ROOT, "%.1f", size) : String.valueOf(Math.round(size));
        return number + " " + units[unit];
    }

    @Command(
            name = "health",
            sortOptions = false,
            footer = "  quorate endpoint health --cluster",
            description = "Whether each endpoint can commit.")
    void health(
            @Mixin ClientOptions.WithTable client,
            @Option(names = "--cluster", description = CLUSTER) boolean wholeCluster) {
        RangeRequest probe =
                RangeRequest.newBuilder().setKey(Keys.bytes("health")).build();
        PrintWriter out = spec.commandLine().getOut();
        Map<String, Long> nanos = new LinkedHashMap<>();
        Answers<Object> answers = ask(client, wholeCluster, (cluster, endpoint) -> {
            long start = System.nanoTime();
            Object answer = cluster.callAt(endpoint, KVGrpc::newBlockingStub, kv -> kv.range(probe));
            nanos.put(endpoint, System.nanoTime() - start);
            return answer;
        });
        switch (client.format()) {
            case JSON -> healthJson(out, answers, nanos);
            case SIMPLE ->
                answers.good
                        .keySet()
                        .forEach(endpoint -> out.println(endpoint
                                + " is healthy: successfully committed proposal: took = " + millis(nanos, endpoint)));
            case TABLE -> healthTable(answers, nanos).print(out);
        }
        out.flush();
        answers.bad.forEach((endpoint, failure) -> spec.commandLine()
                .getErr()
                .println(endpoint + " is unhealthy: failed to commit proposal: " + reason(failure)));
        if (!answers.bad.isEmpty()) {
            throw new CommandFailure("unhealthy cluster");
        }
    }

    private static void healthJson(PrintWriter out, Answers<Object> answers, Map<String, Long> nanos) {
        JsonArray array = new JsonArray();
        answers.good.keySet().forEach(endpoint -> array.add(health(endpoint, true, millis(nanos, endpoint), "")));
        answers.bad.forEach((endpoint, failure) -> array.add(health(endpoint, false, "", reason(failure))));
        new Printer(out).json(array);
    }

    private static JsonObject health(String endpoint, boolean healthy, String took, String error) {
        JsonObject object = new JsonObject();
        object.addProperty("endpoint", endpoint);
        object.addProperty("health", healthy);
        object.addProperty("took", took);
        if (!error.isEmpty()) {
            object.addProperty("error", error);
        }
        return object;
    }

    private static Table healthTable(Answers<Object> answers, Map<String, Long> nanos) {
        Table table = new Table("ENDPOINT", "HEALTH", "TOOK", "ERROR");
        answers.good.keySet().forEach(endpoint -> table.row(endpoint, true, millis(nanos, endpoint), ""));
        answers.bad.forEach((endpoint, failure) -> table.row(endpoint, false, "", reason(failure)));
        return table;
    }

    private static String millis(Map<String, Long> nanos, String endpoint) {
        return String.format(Locale.ROOT, "%.6fms", nanos.getOrDefault(endpoint, 0L) / 1e6);
    }

    @Command(
            name = "hashkv",
            sortOptions = false,
            footer = "  quorate endpoint hashkv --cluster",
            description = "One number for all keys and their history.")
    void hashkv(
            @Mixin ClientOptions.WithTable client,
            @Option(names = "--rev", defaultValue = "0", description = "Up to this revision; 0 for all.") long revision,
            @Option(names = "--cluster", description = CLUSTER) boolean wholeCluster) {
        HashKVRequest request = HashKVRequest.newBuilder().setRevision(revision).build();
        PrintWriter out = spec.commandLine().getOut();
        Answers<HashKVResponse> answers = ask(
                client,
                wholeCluster,
                (cluster, endpoint) ->
                        cluster.callAt(endpoint, MaintenanceGrpc::newBlockingStub, stub -> stub.hashKV(request)));
        switch (client.format()) {
            case JSON -> answers.json(out, "HashKV", Json::of);
            case SIMPLE ->
                answers.good.forEach(
                        (endpoint, hash) -> out.println(endpoint + ", " + Integer.toUnsignedString(hash.getHash())));
            case TABLE -> {
                Table table = new Table("ENDPOINT", "HASH", "HASH REVISION");
                answers.good.forEach((endpoint, hash) ->
                        table.row(endpoint, Integer.toUnsignedString(hash.getHash()), hash.getHashRevision()));
                table.print(out);
            }
        }
        out.flush();
        answers.finish("Failed to get the hash of endpoint ", ExitCode.ERROR);
    }

    private static final String CLUSTER = "Ask all members, as the member list names them.";

    private interface Question<A> {
        A ask(Cluster cluster, String endpoint);
    }

    private <A> Answers<A> ask(ClientOptions client, boolean wholeCluster, Question<A> question) {
        try (Cluster given = client.open();
                Cluster cluster = wholeCluster ? client.open(members(given)) : client.open()) {
            Answers<A> answers = new Answers<>();
            for (String endpoint : cluster.endpoints()) {
                try {
                    answers.good.put(endpoint, question.ask(cluster, endpoint));
                } catch (StatusRuntimeException failure) {
                    answers.bad.put(endpoint, failure.getStatus());
                }
            }
            return answers;
        }
    }

    private static List<String> members(Cluster cluster) {
        try {
            List<String> urls = new ArrayList<>();
            cluster.call(
                            ClusterGrpc::newBlockingStub,
                            stub -> stub.memberList(MemberListRequest.newBuilder()
                                    .setLinearizable(false)
                                    .build()))
                    .getMembersList()
                    .forEach(member -> urls.addAll(member.getClientURLsList()));
            return urls;
        } catch (StatusRuntimeException failure) {
            throw Cluster.explain(failure, Effect.NONE);
        }
    }

    private static String reason(Status failure) {
        return failure.getCode() == Status.Code.DEADLINE_EXCEEDED
                ? "context deadline exceeded"
                : failure.getDescription() == null ? failure.getCode().toString() : failure.getDescription();
    }

    /** Answers and failures by endpoint, in the order asked. */
    private final class Answers<A> {
        private final Map<String, A> good = new LinkedHashMap<>();
        private final Map<String, Status> bad = new LinkedHashMap<>();

        void json(PrintWriter out, String name, Function<A, JsonObject> body) {
            JsonArray array = new JsonArray();
            good.forEach((endpoint, answer) -> {
                JsonObject object = new JsonObject();
                object.add("Endpoint", new JsonPrimitive(endpoint));
                object.add(name, body.apply(answer));
                array.add(object);
            });
            new Printer(out).json(array);
        }

        void finish(String what, int exitCode) {
            bad.forEach((endpoint, failure) ->
                    spec.commandLine().getErr().println(what + endpoint + " (" + reason(failure) + ")"));
            if (!bad.isEmpty()) {
                throw new CommandFailure(
                        exitCode, bad.size() + " of " + (good.size() + bad.size()) + " endpoints did not answer");
            }
        }
    }
}
