package io.quorate.cli.differential;

import io.quorate.cli.support.EtcdTools;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import java.nio.file.Path;

/** A real etcd: one member on ports of its own. */
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
        String client = "http://127.0.0.1:" + port;
        String peer = "http://127.0.0.1:" + (port + 1);
        Running process = Running.start(new ProcessBuilder(
                EtcdTools.etcd().toString(),
                "--name=" + name,
                "--data-dir=" + folder,
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=" + name + "=" + peer));
        process.awaitLine("ready to serve client requests");
        return new EtcdServer(process, port);
    }

    int clientPort() {
        return clientPort;
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
