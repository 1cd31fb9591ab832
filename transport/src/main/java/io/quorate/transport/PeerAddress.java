package io.quorate.transport;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;

/** Host and port of a member's peer URL. */
record PeerAddress(String host, int port) {
    private static final int MAX_PORT = 65_535;

    /** @throws IllegalArgumentException naming the URL and what is wrong with it */
    static PeerAddress of(String url) {
        try {
            URI uri = new URI(url);
            String host = uri.getHost();
            if (host == null || uri.getPort() < 1 || uri.getPort() > MAX_PORT) {
                throw new IllegalArgumentException("peer URL " + url + " needs the form http://host:port");
            }
            if (!"http".equals(uri.getScheme())) {
                throw new IllegalArgumentException("peer URL " + url + ": TLS between peers is not supported yet");
            }
            return new PeerAddress(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, uri.getPort());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("peer URL " + url + ": " + e.getReason(), e);
        }
    }

    /** Whether {@link #resolve} asks nobody. */
    boolean isLiteral() {
        return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host) || "localhost".equals(host);
    }

    /** May block unless the host {@link #isLiteral}. */
    InetSocketAddress resolve() throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }
}
