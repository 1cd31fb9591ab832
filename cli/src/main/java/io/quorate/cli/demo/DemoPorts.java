package io.quorate.cli.demo;

import io.quorate.cli.common.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Chooses the ports of a demo's members. */
final class DemoPorts {
    private static final int FIRST_CLIENT_PORT = 2379;

    /** @param moved whether a default port was taken, so that a free one stands in */
    record Pair(int client, int peer, boolean moved) {}

    private DemoPorts() {}

    /** 2379, 22379, 32379, … for clients and the port behind each for peers; a member whose port is taken moves. */
    static List<Pair> defaults(int nodes) {
        List<Pair> pairs = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            int client = node == 0 ? FIRST_CLIENT_PORT : FIRST_CLIENT_PORT + 10_000 * (node + 1);
            boolean fits = client + 1 <= 65_535 && isFree(client) && isFree(client + 1);
            pairs.add(fits ? new Pair(client, client + 1, false) : new Pair(freePort(), freePort(), true));
        }
        return pairs;
    }

    /** From this client port on, ten apart; refused when one is taken. */
    static List<Pair> from(int clientPort, int nodes) {
        List<Pair> pairs = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            pairs.add(new Pair(clientPort + 10 * node, clientPort + 10 * node + 1, false));
        }
        requireFree(pairs, "choose another --client-port");
        return pairs;
    }

    static void requireFree(List<Pair> pairs, String remedy) {
        for (Pair pair : pairs) {
            for (int port : List.of(pair.client, pair.peer)) {
                if (port < 1 || port > 65_535) {
                    throw new CommandFailure("there is no port " + port + ": " + remedy);
                }
                if (!isFree(port)) {
                    throw new CommandFailure(
                            "port " + port + " on 127.0.0.1 is in use: end what uses it, or " + remedy);
                }
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            // As the server binds: a port in TIME_WAIT is free.
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new CommandFailure("no free port on 127.0.0.1: " + none.getMessage());
        }
    }
}
