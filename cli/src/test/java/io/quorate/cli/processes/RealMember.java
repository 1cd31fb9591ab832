package io.quorate.cli.processes;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.quorate.cli.support.Checkout;
import io.quorate.cli.support.Running;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.MaintenanceGrpc;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.quoratepb.NodeGrpc;
import io.quorate.etcd.quoratepb.StateRequest;
import io.quorate.etcd.quoratepb.StateResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One member: how it is started, the process it is now, and a channel to it. Each start has a channel of its own, so that
 * no wait of gRPC's before it connects again outlives the process that it was for.
 */
public final class RealMember implements AutoCloseable {
    private static final long DEADLINE_SECONDS = 20;

    private final String name;
    private final int clientPort;
    private final int peerPort;
    private final Path data;
    private final List<String> flags;
    private volatile @Nullable ManagedChannel channel;
    private @Nullable Running running;

    /** @param flags beside those that name, ports and directory ask for */
    RealMember(String name, int clientPort, int peerPort, Path data, String... flags) {
        this.name = name;
        this.clientPort = clientPort;
        this.peerPort = peerPort;
        this.data = data;
        this.flags = List.of(flags);
    }

    /** Three members that know each other, on ports from the first one on; not started. */
    public static List<RealMember> three(int firstPort, Path folder, String... flags) {
        List<String> urls = new ArrayList<>();
        for (int k = 0; k < 3; k++) {
            urls.add("n" + (k + 1) + "=http://127.0.0.1:" + (firstPort + 2 * k + 1));
        }
        List<String> all = new ArrayList<>(List.of(flags));
        all.add("--initial-cluster=" + String.join(",", urls));
        List<RealMember> members = new ArrayList<>();
        for (int k = 0; k < 3; k++) {
            String member = "n" + (k + 1);
            int port = firstPort + 2 * k;
            members.add(new RealMember(member, port, port + 1, folder.resolve(member), all.toArray(String[]::new)));
        }
        return members;
    }

    String name() {
        return name;
    }

    public String endpoint() {
        return "127.0.0.1:" + clientPort;
    }

    public Path data() {
        return data;
    }

    public int clientPort() {
        return clientPort;
    }

    int peerPort() {
        return peerPort;
    }

    /** Starts the process; it may wait for others before it is ready. */
    public RealMember start() {
        return start(command());
    }

    /** The same, by this command: {@link #command()} within something that ends as it ends. */
    RealMember start(ProcessBuilder command) {
        dropChannel();
        running = Running.start(command);
        channel = NettyChannelBuilder.forAddress("127.0.0.1", clientPort)
                .usePlaintext()
                .maxInboundMessageSize(64 << 20)
                .build();
        return this;
    }

    /** The same from another build, which {@code home} is. */
    RealMember start(Path home) {
        ProcessBuilder builder = command();
        builder.environment().put("QUORATE_HOME", home.toString());
        return start(builder);
    }

    /** The same member with another data directory. */
    RealMember in(Path other) {
        return new RealMember(name, clientPort, peerPort, other, flags.toArray(String[]::new));
    }

    /** With a small heap and a quick start: many of them share a computer with the test. */
    ProcessBuilder command() {
        List<String> arguments = new ArrayList<>(List.of(
                "server",
                "--name=" + name,
                "--data-dir=" + data,
                "--segment-bytes=8388608",
                "--listen-client-urls=http://127.0.0.1:" + clientPort,
                "--advertise-client-urls=http://127.0.0.1:" + clientPort,
                "--listen-peer-urls=http://127.0.0.1:" + peerPort));
        if (flags.stream().noneMatch(flag -> flag.startsWith("--initial-advertise-peer-urls"))) {
            arguments.add("--initial-advertise-peer-urls=http://127.0.0.1:" + peerPort);
        }
        if (flags.stream().noneMatch(flag -> flag.startsWith("--initial-cluster="))) {
            arguments.add("--initial-cluster=" + name + "=http://127.0.0.1:" + peerPort);
        }
        arguments.addAll(flags);
        ProcessBuilder builder = quorate(arguments.toArray(String[]::new));
        builder.environment().put("QUORATE_JAVA_OPTS", "-Xms32m -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        return builder;
    }

    /** {@code ./quorate} with one build for all starts: a source touched meanwhile must not stop a restart for a build. */
    public static ProcessBuilder quorate(String... arguments) {
        return quorate(home(), arguments);
    }

    /** The same of that build. */
    static ProcessBuilder quorate(Path home, String... arguments) {
        ProcessBuilder builder = Checkout.quorate(arguments);
        builder.environment().put("QUORATE_HOME", home.toString());
        return builder;
    }

    /** The build that the tests are of. */
    static Path home() {
        return Path.of(Build.HOME);
    }

    /** The build that {@code ./quorate} makes or finds at the first use. */
    private static final class Build {
        static final String HOME = home();

        private static String home() {
            try {
                ProcessBuilder version = Checkout.quorate("--version");
                int exitCode = version.redirectErrorStream(true)
                        .redirectOutput(Redirect.DISCARD)
                        .start()
                        .onExit()
                        .join()
                        .exitValue();
                if (exitCode != 0) {
                    throw new AssertionError("./quorate --version ends with " + exitCode + ": see target/build.log");
                }
                Path builds = Checkout.root().resolve("target/quorate");
                String newest = Files.readAllLines(builds.resolve("current")).get(0);
                return builds.resolve(newest).toString();
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }
    }

    public Running running() {
        return Objects.requireNonNull(running, "not started");
    }

    /** Waits until it has told the cluster its addresses, and so is part of a majority. */
    public RealMember awaitReady() {
        running().awaitLine("ready to serve client requests");
        return this;
    }

    /** SIGKILL, and waits until the process is gone. */
    void kill() {
        running().kill();
        running().awaitEnd();
        dropChannel();
    }

    /** SIGTERM, and waits for the end. */
    public int stop() {
        running().terminate();
        int exitCode = running().awaitEnd();
        dropChannel();
        return exitCode;
    }

    private void dropChannel() {
        ManagedChannel open = channel;
        if (open != null) {
            open.shutdownNow();
        }
    }

    public ManagedChannel channel() {
        return Objects.requireNonNull(channel, "not started");
    }

    KVGrpc.KVBlockingStub kv() {
        return KVGrpc.newBlockingStub(channel()).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    MaintenanceGrpc.MaintenanceBlockingStub maintenance() {
        return MaintenanceGrpc.newBlockingStub(channel()).withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    }

    StateResponse state() {
        return NodeGrpc.newBlockingStub(channel())
                .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                .state(StateRequest.getDefaultInstance());
    }

    /** @return the revision of the write */
    public long put(String key, String value) {
        return kv().put(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .setValue(ByteString.copyFromUtf8(value))
                        .build())
                .getHeader()
                .getRevision();
    }

    /** The value, empty when there is none; linearizable. */
    public String get(String key) {
        return kv()
                .range(RangeRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8(key))
                        .build())
                .getKvsList()
                .stream()
                .map(kv -> kv.getValue().toStringUtf8())
                .findFirst()
                .orElse("");
    }

    /** Whether it leads, as it sees itself; false too when it does not answer. */
    public boolean leads() {
        try {
            StateResponse state = state();
            return state.getLeader() == state.getMemberId();
        } catch (StatusRuntimeException gone) {
            return false;
        }
    }

    /** Waits for one of them to lead. */
    public static RealMember leaderOf(List<RealMember> members) {
        return Until.found(
                "a leader",
                () -> members.stream().filter(RealMember::leads).findFirst().orElse(null));
    }

    @Override
    public void close() {
        dropChannel();
        if (running != null) {
            running.close();
        }
    }
}
