package io.quorate.bench.compare;

import io.quorate.bench.BenchException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports of 127.0.0.1 that nobody uses. */
final class FreePorts {
    private FreePorts() {}

    /** All held at once, so that they differ. */
    static List<Integer> take(int count) {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException none) {
            throw new BenchException("no free port on 127.0.0.1: " + none.getMessage(), none);
        } finally {
            held.forEach(FreePorts::close);
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException gone) {
            throw new BenchException("cannot give a port back: " + gone.getMessage(), gone);
        }
    }
}
