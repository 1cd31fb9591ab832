package io.quorate.virtual;

import io.quorate.node.port.PeerLinks;
import io.quorate.node.port.Wakeup;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Byte streams between members of one process: ordered, delayed, in pieces, and now and then reset. What is sent is taken
 * from the sender's buffers only some time after the flush, as a socket does: whoever changes a buffer too early is found out
 * by a checksum.
 */
final class VirtualNet {
    private static final long CONNECT_TIMEOUT = 1000 * VirtualTime.MILLI;
    private static final long RETRANSMIT = 20 * VirtualTime.MILLI;

    private final VirtualTime time;
    private final Random random;
    private final Trace trace;
    private final Map<String, Endpoint> listening = new TreeMap<>();
    private final Set<String> cut = new HashSet<>();
    private final List<Stream> streams = new ArrayList<>();

    /** Latency is drawn from [least, least + spread). */
    long leastLatency = VirtualTime.MILLI / 10;

    long latencySpread = VirtualTime.MILLI / 2;

    VirtualNet(VirtualTime time, Random random, Trace trace) {
        this.time = time;
        this.random = random;
        this.trace = trace;
    }

    /** @param loop is woken whenever a handler has heard something, as the loop of real sockets does */
    Endpoint endpoint(String url, Wakeup loop) {
        return new Endpoint(url, loop);
    }

    /** Nothing passes between the two, in either direction; their connections stay open, as TCP's do. */
    void cut(String one, String other) {
        cut.add(pair(one, other));
    }

    void heal() {
        cut.clear();
    }

    /** Resets one connection, if there is any: what is under way on it is lost. */
    void resetOne() {
        if (!streams.isEmpty()) {
            streams.get(random.nextInt(streams.size())).reset();
        }
    }

    private static String pair(String one, String other) {
        return one.compareTo(other) < 0 ? one + "|" + other : other + "|" + one;
    }

    private long latency() {
        return leastLatency + (long) (random.nextDouble() * latencySpread);
    }

    /** One member's side of the network, for one life of its process. */
    final class Endpoint implements PeerLinks {
        private final String url;
        private final Wakeup loop;
        private @Nullable Acceptor acceptor;
        private boolean dead;

        Endpoint(String url, Wakeup loop) {
            this.url = url;
            this.loop = loop;
        }

        @Override
        public void accept(Acceptor newAcceptor) {
            acceptor = newAcceptor;
            listening.put(url, this);
        }

        @Override
        public void connect(String peerUrl, Handler handler) {
            if (cut.contains(pair(url, peerUrl))) {
                time.after(
                        CONNECT_TIMEOUT,
                        () -> unlessDead(
                                () -> handler.closed(null, CloseReason.UNREACHABLE, "no answer from " + peerUrl)));
                return;
            }
            time.after(
                    latency(),
                    () -> unlessDead(() -> {
                        Endpoint other = listening.get(peerUrl);
                        if (other == null || other.acceptor == null) {
                            handler.closed(null, CloseReason.REFUSED, "nobody listens at " + peerUrl);
                        } else {
                            streams.add(new Stream(this, handler, other, other.acceptor.accept()));
                        }
                    }));
        }

        /**
         * The process is gone.
         *
         * @param told whether the other sides hear of it: not when the power went
         */
        void die(boolean told) {
            dead = true;
            listening.remove(url, this);
            for (Stream stream : List.copyOf(streams)) {
                if (stream.near.owner == this || stream.far.owner == this) {
                    if (told) {
                        stream.reset();
                    }
                }
            }
        }

        private void unlessDead(Runnable action) {
            if (!dead) {
                action.run();
                loop.wake();
            }
        }
    }

    /** A connection: two ends. */
    private final class Stream {
        final End near;
        final End far;

        Stream(Endpoint dialer, PeerLinks.Handler dialing, Endpoint acceptor, PeerLinks.Handler accepted) {
            near = new End(this, dialer, dialing);
            far = new End(this, acceptor, accepted);
            near.other = far;
            far.other = near;
            far.owner.unlessDead(() -> accepted.opened(far));
            near.owner.unlessDead(() -> dialing.opened(near));
        }

        void reset() {
            streams.remove(this);
            near.closed(PeerLinks.CloseReason.CLOSED_BY_PEER);
            far.closed(PeerLinks.CloseReason.CLOSED_BY_PEER);
        }
    }

    private final class End implements PeerLinks.Link {
        final Stream stream;
        final Endpoint owner;
        final PeerLinks.Handler handler;
        End other;
        private final List<ByteBuffer> held = new ArrayList<>();
        private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
        private boolean open = true;
        private long queued;
        private long sent;
        private long lastArrival;

        End(Stream stream, Endpoint owner, PeerLinks.Handler handler) {
            this.stream = stream;
            this.owner = owner;
            this.handler = handler;
            this.other = this;
        }

        @Override
        public void send(ByteBuffer bytes) {
            queued += bytes.remaining();
            held.add(bytes);
        }

        @Override
        public void flush() {
            if (!held.isEmpty()) {
                time.after((long) (random.nextDouble() * VirtualTime.MILLI / 5), this::take);
            }
        }

        private void take() {
            if (!open || owner.dead || held.isEmpty()) {
                return;
            }
            int size = held.stream().mapToInt(ByteBuffer::remaining).sum();
            byte[] bytes = new byte[size];
            int at = 0;
            for (ByteBuffer buffer : held) {
                int length = buffer.remaining();
                buffer.get(bytes, at, length);
                at += length;
            }
            held.clear();
            sent += size;
            lastArrival = Math.max(lastArrival, time.nanoTime() + latency());
            time.at(lastArrival, () -> other.arrive(bytes));
            owner.unlessDead(() -> handler.drained(this));
        }

        private void arrive(byte[] bytes) {
            arrived.add(bytes);
            if (arrived.size() == 1) {
                deliver();
            }
        }

        /** Hands over what has arrived, in order; while the two are cut off nothing gets through, and later all of it does. */
        private void deliver() {
            while (open && !owner.dead && !arrived.isEmpty()) {
                if (cut.contains(pair(owner.url, other.owner.url))) {
                    time.after(RETRANSMIT, this::deliver);
                    return;
                }
                byte[] bytes = arrived.removeFirst();
                CRC32C crc = new CRC32C();
                crc.update(bytes);
                trace.add(owner.url, "bytes", crc.getValue());
                int split = random.nextInt(bytes.length + 1);
                piece(bytes, 0, split);
                piece(bytes, split, bytes.length);
            }
        }

        private void piece(byte[] bytes, int from, int to) {
            if (from < to && open && !owner.dead) {
                owner.unlessDead(() -> handler.received(this, ByteBuffer.wrap(bytes.clone(), from, to - from)));
            }
        }

        @Override
        public long queuedBytes() {
            return queued;
        }

        @Override
        public long sentBytes() {
            return sent;
        }

        @Override
        public void close() {
            if (open) {
                streams.remove(stream);
                time.after(latency(), () -> other.closed(PeerLinks.CloseReason.CLOSED_BY_PEER));
                closed(PeerLinks.CloseReason.CLOSED_HERE);
            }
        }

        private void closed(PeerLinks.CloseReason reason) {
            if (open) {
                open = false;
                held.clear();
                owner.unlessDead(() -> handler.closed(this, reason, reason.name()));
            }
        }

        @Override
        public String remote() {
            return other.owner.url;
        }
    }
}
