package io.quorate.bench.host;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The listening sockets in a {@code /proc/net/tcp} or {@code tcp6}: port to inode, by which a process holds it. */
final class ListeningSockets {
    private static final String LISTEN = "0A";
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private final Map<Integer, Long> inodes = new HashMap<>();

    /** @param lines with the heading; a line that is too short or no number is skipped */
    static ListeningSockets parse(List<String> lines) {
        ListeningSockets sockets = new ListeningSockets();
        for (String line : lines) {
            String[] fields = line.strip().split("\\s+", -1);
            if (fields.length > INODE && fields[STATE].equals(LISTEN)) {
                String address = fields[LOCAL_ADDRESS];
                int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1), 16);
                sockets.inodes.put(port, Long.parseLong(fields[INODE]));
            }
        }
        return sockets;
    }

    /** The inode of the socket that listens on this port, on whatever address; null if there is none. */
    @Nullable
    Long inodeOf(int port) {
        return inodes.get(port);
    }
}
