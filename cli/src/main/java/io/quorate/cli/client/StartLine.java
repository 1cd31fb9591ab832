package io.quorate.cli.client;

import java.io.PrintWriter;
import java.net.URI;
import java.util.List;

/** The command that starts a member which the cluster was told of, with all that its defaults would have wrong. */
final class StartLine {
    private static final int CLIENT_PORT = 2379;

    private StartLine() {}

    static void print(PrintWriter out, String name, List<String> peerUrls, String initialCluster) {
        URI first = URI.create(peerUrls.get(0));
        String host = listening(first.getHost());
        out.println("Start it with an empty data directory, and say where it is to serve clients:");
        out.println("  quorate server --name=" + name + " --initial-cluster-state=existing \\");
        out.println("      --initial-advertise-peer-urls=" + String.join(",", peerUrls) + " \\");
        out.println("      --listen-peer-urls=http://" + host + ":" + first.getPort() + " \\");
        out.println("      --listen-client-urls=http://" + host + ":" + CLIENT_PORT + " \\");
        out.println("      --initial-cluster=" + initialCluster);
        out.flush();
    }

    /** A server listens at addresses, not at names. */
    private static String listening(String host) {
        boolean isAddress = host.startsWith("[") || host.matches("[0-9.]+") || host.equals("localhost");
        return isAddress ? host : "0.0.0.0";
    }
}
