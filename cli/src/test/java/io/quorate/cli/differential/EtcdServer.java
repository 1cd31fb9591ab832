package io.quorate.cli.differential;

import io.quorate.cli.support.EtcdTools;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import io.quorate.etcd.etcdserverpb.StatusResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A member of a real etcd, on ports of its own. */
final class EtcdServer implements AutoCloseable {
    private final Running process;
    private final int clientPort;

    private EtcdServer(Running process, int clientPort) {
        this.process = process;
        this.clientPort = clientPort;
    }

    /** @param folder empty; it keeps its files there */
    static EtcdServer start(String name, Path folder) {
        int port = Ports.run(2);
        return launch(name, folder, port, name + "=" + peerUrl(port)).awaitReady();
    }

    /** Three members of one cluster. */
    static List<EtcdServer> three(Path folder) {
        int port = Ports.run(6);
        String cluster = IntStream.range(0, 3)
                .mapToObj(i -> "n" + (i + 1) + "=" + peerUrl(port + 2 * i))
                .collect(Collectors.joining(","));
        List<EtcdServer> members = IntStream.range(0, 3)
                .mapToObj(i -> launch("n" + (i + 1), folder.resolve("n" + (i + 1)), port + 2 * i, cluster))
                .toList();
        members.forEach(EtcdServer::awaitReady);
        return members;
    }

    private static EtcdServer launch(String name, Path folder, int port, String cluster) {
        String client = "http://127.0.0.1:" + port;
        Running process = Running.start(new ProcessBuilder(
                EtcdTools.etcd().toString(),
                "--name=" + name,
                "--data-dir=" + folder,
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peerUrl(port),
                "--initial-advertise-peer-urls=" + peerUrl(port),
                "--initial-cluster=" + cluster));
        return new EtcdServer(process, port);
    }

    private static String peerUrl(int clientPort) {
        return "http://127.0.0.1:" + (clientPort + 1);
    }

    private EtcdServer awaitReady() {
        process.awaitLine("ready to serve client requests");
        return this;
    }

    int clientPort() {
        return clientPort;
    }

    /** Whether it leads, as it sees itself. */
    boolean leads() {
        try (Endpoint endpoint = new Endpoint(clientPort)) {
            StatusResponse status = endpoint.status();
            return status.getLeader() == status.getHeader().getMemberId();
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String output() {
        return process.output();
    }

    @Override
    public void close() {
        process.close();
    }
}
