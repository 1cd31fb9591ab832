package io.quorate.node.memory;

import io.quorate.node.port.PeerLinks.CloseReason;
import io.quorate.node.port.PeerLinks.Handler;
import io.quorate.node.port.PeerLinks.Link;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One end of a connection, and the bytes on their way from here to the other end. */
final class MemoryLink implements Link {
    /** Bytes on their way, or, with null, the end of the stream. */
    private record Chunk(long arrival, byte @Nullable [] bytes) {}

    private final MemoryNetwork network;
    private final MemoryLinks place;
    private final String remote;
    private final Handler handler;
    private final boolean dialled;
    private @Nullable MemoryLink other;

    private final ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
    /** How many of the queue's buffers were there at the last flush. */
    private int flushed;

    private final ArrayDeque<Chunk> wire = new ArrayDeque<>();
    private boolean arrivalPlanned;
    private int onWireBytes;
    private long queuedBytes;
    private long sentBytes;
    private boolean opened;
    private boolean closed;

    MemoryLink(MemoryNetwork network, MemoryLinks place, String remote, Handler handler, boolean dialled) {
        this.network = network;
        this.place = place;
        this.remote = remote;
        this.handler = handler;
        this.dialled = dialled;
    }

    void pairWith(MemoryLink far) {
        other = far;
    }

    void open() {
        if (!closed && place.isAlive()) {
            opened = true;
            handler.opened(this);
            place.wake();
            planArrival();
            if (other != null) {
                other.planArrival();
            }
        }
    }

    // ---- Link

    @Override
    public void send(ByteBuffer bytes) {
        if (!closed) {
            queuedBytes += bytes.remaining();
            queue.add(bytes);
        }
    }

    @Override
    public void flush() {
        flushed = queue.size();
        pump();
    }

    @Override
    public long queuedBytes() {
        return queuedBytes;
    }

    @Override
    public long sentBytes() {
        return sentBytes;
    }

    /** What was flushed still arrives, if the socket took it; then the other end hears of it. */
    @Override
    public void close() {
        if (!closed) {
            putOnWire(null);
            end();
            network.at(network.now(), () -> tellClosed(CloseReason.CLOSED_HERE, "closed here"));
        }
    }

    @Override
    public String remote() {
        return remote;
    }

    // ---- the way to the other end

    /** The socket takes what it has room for, and copies it. */
    private void pump() {
        while (!closed && flushed > 0 && onWireBytes < network.settings().socketBytes()) {
            ByteBuffer head = queue.element();
            byte[] bytes =
                    new byte[Math.min(head.remaining(), network.settings().socketBytes() - onWireBytes)];
            head.get(bytes);
            sentBytes += bytes.length;
            putOnWire(bytes);
            if (!head.hasRemaining()) {
                queue.remove();
                flushed--;
            }
        }
    }

    private void putOnWire(byte @Nullable [] bytes) {
        Chunk last = wire.peekLast();
        long arrival = network.now() + network.delay();
        onWireBytes += bytes == null ? 0 : bytes.length;
        wire.add(new Chunk(last == null ? arrival : Math.max(arrival, last.arrival()), bytes));
        planArrival();
    }

    private void planArrival() {
        Chunk next = wire.peek();
        if (next != null && !arrivalPlanned) {
            arrivalPlanned = true;
            network.at(next.arrival(), this::arrive);
        }
    }

    void healed() {
        planArrival();
    }

    private void arrive() {
        arrivalPlanned = false;
        MemoryLink far = other;
        if (far == null
                || wire.isEmpty()
                || (!far.opened && !far.closed)
                || network.isPartitioned(place.url(), remote)) {
            return;
        }
        Chunk chunk = wire.remove();
        byte[] bytes = chunk.bytes();
        if (bytes == null) {
            network.remove(this);
            far.ended("closed by " + far.remote);
        } else if (network.resets()) {
            reset();
        } else {
            onWireBytes -= bytes.length;
            far.deliver(bytes);
            if (!closed && place.isAlive()) {
                pump();
                handler.drained(this);
                place.wake();
            }
        }
        planArrival();
    }

    /** In pieces; and what a handler kept of a piece is spoilt behind it, since it was lent for the call only. */
    private void deliver(byte[] bytes) {
        int from = 0;
        while (from < bytes.length && !closed && place.isAlive()) {
            int to = network.draw(4) != 0 ? bytes.length : from + 1 + (int) network.draw(bytes.length - from);
            byte[] piece = Arrays.copyOfRange(bytes, from, to);
            handler.received(this, ByteBuffer.wrap(piece));
            Arrays.fill(piece, (byte) 0xdb);
            from = to;
        }
        place.wake();
    }

    boolean runsBetween(String one, String two) {
        return place.url().equals(one) && remote.equals(two);
    }

    /** Counts each connection once. */
    boolean isFirstOpenEnd() {
        boolean otherOpen = other != null && !other.closed;
        return !closed && (dialled || !otherOpen);
    }

    // ---- ends

    /** Both ends see it break; what was on its way is lost. */
    void reset() {
        wire.clear();
        putOnWire(null);
        breakHere("connection reset");
    }

    private void breakHere(String detail) {
        if (!closed) {
            end();
            network.at(network.now(), () -> tellClosed(CloseReason.CLOSED_BY_PEER, detail));
        }
    }

    /** The process there is gone. */
    void crashAt(MemoryLinks where) {
        if (place == where && !closed) {
            wire.clear();
            putOnWire(null);
            end();
        }
    }

    private void ended(String detail) {
        if (!closed) {
            wire.clear();
            network.remove(this);
            breakHere(detail);
        }
    }

    private void end() {
        closed = true;
        queue.clear();
        flushed = 0;
    }

    private void tellClosed(CloseReason reason, String detail) {
        if (place.isAlive()) {
            handler.closed(opened ? this : null, reason, detail);
            place.wake();
        }
    }
}
