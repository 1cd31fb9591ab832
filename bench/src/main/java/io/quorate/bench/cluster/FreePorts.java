package io.quorate.bench.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of 127.0.0.1 that nobody uses, each given once. */
public final class FreePorts {
    /**
     * Linux takes ports from 32768 on for connections by itself: one of a member that was killed might be gone before it is back,
     * and whoever tries to reach it might reach himself.
     */
    private static final int FIRST = 10_000;

    private static final int BEHIND_LAST = 32_000;

    private int next;

    private FreePorts(int next) {
        this.next = next;
    }

    /** From this one on. */
    public static FreePorts from(int first) {
        return new FreePorts(first);
    }

    public static FreePorts anywhere() {
        return from(ThreadLocalRandom.current().nextInt(FIRST, BEHIND_LAST));
    }

    public List<Integer> take(int count) {
        List<Integer> taken = new ArrayList<>();
        while (taken.size() < count) {
            int port = next;
            next = port + 1 == BEHIND_LAST ? FIRST : port + 1;
            if (isFree(port)) {
                taken.add(port);
            }
        }
        return taken;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
