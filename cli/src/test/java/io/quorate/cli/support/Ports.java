package io.quorate.cli.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports that were free a moment ago. */
public final class Ports {
    private Ports() {}

    /** From 32768 on Linux takes ports for connections by itself: what was free a moment ago may not be any more. */
    private static final int FIRST = 10_000;

    private static final int BEHIND_LAST = 32_000;

    /** The first of a run of free ports on 127.0.0.1. */
    public static int run(int count) {
        for (int attempt = 0; attempt < 1000; attempt++) {
            int first = ThreadLocalRandom.current().nextInt(FIRST, BEHIND_LAST);
            if (areFree(first, count)) {
                return first;
            }
        }
        throw new AssertionError("no run of " + count + " free ports");
    }

    public static int one() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    private static boolean areFree(int first, int count) {
        for (int port = first; port < first + count; port++) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }
}
