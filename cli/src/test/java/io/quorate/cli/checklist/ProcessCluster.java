package io.quorate.cli.checklist;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.quorate.cli.support.Checkout;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Three members as a user starts them: one process each, by {@code ./quorate server} with etcd's flags. */
final class ProcessCluster implements TestCluster {
    private static final int SIZE = 3;

    private final Path folder;
    private final int firstPort = Ports.run(2 * SIZE);
    private final List<Running> processes = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();

    private ProcessCluster() throws IOException {
        folder = Files.createTempDirectory("quorate-checklist-");
        for (int i = 0; i < SIZE; i++) {
            processes.add(Running.start(command(i)));
        }
        for (int i = 0; i < SIZE; i++) {
            processes.get(i).awaitLine("ready to serve client requests");
            channels.add(NettyChannelBuilder.forAddress("127.0.0.1", clientPort(i))
                    .usePlaintext()
                    .build());
        }
    }

    static ProcessCluster start() {
        try {
            return new ProcessCluster();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private ProcessBuilder command(int member) {
        String name = "n" + (member + 1);
        String client = "http://127.0.0.1:" + clientPort(member);
        String peer = peerUrl(member);
        ProcessBuilder builder = Checkout.quorate(
                "server",
                "--name",
                name,
                "--data-dir",
                folder.resolve(name).toString(),
                "--listen-client-urls",
                client,
                "--advertise-client-urls",
                client,
                "--listen-peer-urls",
                peer,
                "--initial-advertise-peer-urls",
                peer,
                "--initial-cluster",
                IntStream.range(0, SIZE)
                        .mapToObj(i -> "n" + (i + 1) + "=" + peerUrl(i))
                        .collect(Collectors.joining(",")));
        builder.environment().put("QUORATE_JAVA_OPTS", "-Xms32m -Xmx256m -XX:+UseSerialGC");
        return builder;
    }

    private int clientPort(int member) {
        return firstPort + 2 * member;
    }

    private String peerUrl(int member) {
        return "http://127.0.0.1:" + (firstPort + 2 * member + 1);
    }

    @Override
    public List<ManagedChannel> members() {
        return channels;
    }

    @Override
    public TestCluster fresh() {
        return start();
    }

    @Override
    public String endpoint(int member) {
        return "127.0.0.1:" + clientPort(member);
    }

    @Override
    public void stop(int member) {
        processes.get(member).kill();
        processes.get(member).awaitEnd();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        for (Running process : processes) {
            process.close();
            process.awaitEnd();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
