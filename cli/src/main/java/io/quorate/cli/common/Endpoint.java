package io.quorate.cli.common;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** An endpoint as a user writes it. */
public final class Endpoint {
    private static final int MOST_PORT = 65_535;

    private Endpoint() {}

    /**
     * @param tls exit code where it asks for TLS
     * @param malformed exit code where it is none
     * @return it as HOST:PORT
     */
    public static String parse(String written, int tls, int malformed) {
        String endpoint = written.strip().replaceFirst("^http://", "");
        if (endpoint.startsWith("https://")) {
            throw new CommandFailure(tls, written + ": TLS is not supported yet; use http://");
        }
        if (!endpoint.matches("(\\[[0-9a-fA-F:]+]|[^:/\\s]+):[0-9]{1,5}")) {
            throw new CommandFailure(
                    malformed, "'" + written + "' is no endpoint: write it as HOST:PORT or http://HOST:PORT");
        }
        int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
        if (port < 1 || port > MOST_PORT) {
            throw new CommandFailure(malformed, "'" + written + "' is no endpoint: there is no port " + port);
        }
        return endpoint;
    }

    /** What is wrong with the name of an endpoint's host, to stand behind a sentence; empty for a host that has an address. */
    public static String unknownHost(String written) {
        String host = written.strip().replaceFirst("^http://", "").replaceFirst(":[0-9]+$", "");
        try {
            var unused = InetAddress.getByName(host);
            return "";
        } catch (UnknownHostException nobody) {
            return "; no host is known by the name " + host;
        }
    }
}
