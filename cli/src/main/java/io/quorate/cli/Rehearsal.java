package io.quorate.cli;

import io.quorate.cli.server.ServerCommand;
import io.quorate.server.Server;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Three members and a client in one process, once, for the build: it archives the classes that were loaded, so that real ones
 * start without reading them from jars. What it prints is for the build's log; whatever goes wrong leaves the archive smaller,
 * and nothing else.
 */
final class Rehearsal {
    private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
    private static final int MEMBERS = 3;
    private static final int READY_SECONDS = 20;
    private static final int MOST_SECONDS = 40;

    private Rehearsal() {}

    /** @param arguments a directory that does not exist yet, for the members' data */
    public static void main(String[] arguments) {
        endInTime();
        int exitCode = 1;
        try {
            rehearse(Path.of(arguments[0]));
            exitCode = 0;
        } catch (Exception | Error incomplete) {
            LOG.error("rehearsal-incomplete", incomplete);
        }
        System.exit(exitCode); // whatever still runs
    }

    /** Whoever builds does not wait for a rehearsal that hangs. */
    private static void endInTime() {
        Thread watchdog = new Thread(
                () -> {
                    LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(MOST_SECONDS));
                    Runtime.getRuntime().halt(2);
                },
                "watchdog");
        watchdog.setDaemon(true);
        watchdog.start();
    }

    /** The members are closed at the end: a JVM must not load classes while it archives them. */
    private static void rehearse(Path directory) throws Exception {
        int[] ports = freePorts();
        List<Server> members = new ArrayList<>();
        try {
            for (int i = 0; i < MEMBERS; i++) {
                members.add(ServerCommand.start(flags(directory, ports, i)));
            }
            for (Server member : members) {
                member.ready().get(READY_SECONDS, TimeUnit.SECONDS);
            }
            for (int i = 0; i < MEMBERS; i++) {
                String endpoint = "127.0.0.1:" + ports[i];
                run("put", "x", "100", "--endpoints", endpoint);
                run("get", "x", "--endpoints", endpoint);
                run("status", "--endpoints", endpoint);
            }
        } finally {
            members.forEach(Server::close);
        }
    }

    private static void run(String... verb) {
        int exitCode = Main.run(verb);
        if (exitCode != 0) {
            LOG.error("rehearsal-incomplete verb={} exit-code={}", verb[0], exitCode);
        }
    }

    private static List<String> flags(Path directory, int[] ports, int member) {
        List<String> cluster = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            cluster.add(name(i) + "=" + url(ports[MEMBERS + i]));
        }
        return List.of(
                "--name=" + name(member),
                "--data-dir=" + directory.resolve(name(member)),
                "--listen-client-urls=" + url(ports[member]),
                "--listen-peer-urls=" + url(ports[MEMBERS + member]),
                "--initial-advertise-peer-urls=" + url(ports[MEMBERS + member]),
                "--initial-cluster=" + String.join(",", cluster),
                "--segment-bytes=8388608");
    }

    private static String name(int member) {
        return "n" + (member + 1);
    }

    private static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    /** Those that the system gives: others may take them in the moment before they are used, and then this run ends. */
    private static int[] freePorts() throws IOException {
        int[] ports = new int[2 * MEMBERS];
        List<ServerSocket> held = new ArrayList<>();
        for (int i = 0; i < ports.length; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(socket);
            ports[i] = socket.getLocalPort();
        }
        for (ServerSocket socket : held) {
            socket.close();
        }
        return ports;
    }
}
