package io.quorate.storage;

import io.quorate.node.port.LogStore.LogWrite;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** Writes on their way from the loop to the writer, in order. Its bound is the node's: what waits is in the node's ring. */
final class WriteQueue {
    private final ArrayDeque<LogWrite> writes = new ArrayDeque<>();

    synchronized void add(LogWrite write) {
        writes.addLast(write);
    }

    synchronized @Nullable LogWrite peek() {
        return writes.peekFirst();
    }

    /** Takes the write that {@link #peek} gave. */
    synchronized LogWrite poll() {
        return writes.removeFirst();
    }
}
