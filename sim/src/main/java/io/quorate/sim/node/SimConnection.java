package io.quorate.sim.node;

import io.quorate.node.port.PeerLinks;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Mark;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A byte stream between two processes: ordered, delayed, in pieces. What is sent is taken from the sender's buffers only some
 * time after the flush, as a socket does: whoever changes a buffer too early is found out by a checksum.
 */
final class SimConnection {
    private static final long MOST_UNTAKEN = 200_000;
    /** Stands in the stream where it ends. */
    private static final byte[] END = new byte[0];

    private final SimNet net;
    private final End near;
    private final End far;

    SimConnection(
            SimNet net,
            SimNet.Endpoint dialer,
            PeerLinks.Handler dialing,
            SimNet.Endpoint acceptor,
            PeerLinks.Handler accepted) {
        this.net = net;
        near = new End(dialer, dialing);
        far = new End(acceptor, accepted);
        near.other = far;
        far.other = near;
        acceptor.run(() -> accepted.opened(far));
        dialer.run(() -> dialing.opened(near));
    }

    boolean joins(int one, int other) {
        int first = near.owner.member;
        int second = far.owner.member;
        return (first == one && second == other) || (first == other && second == one);
    }

    /** What a process has given to its end, and its system has not taken. */
    long waitingBytes(SimNet.Endpoint owner) {
        End end = near.owner == owner ? near : far;
        return end.owner == owner && end.open ? end.queued - end.sent : 0;
    }

    void deliverBoth() {
        near.deliver();
        far.deliver();
    }

    void reset() {
        net.ended(this);
        near.reset();
        far.reset();
    }

    /** One of the two processes is gone, told or not. */
    void died(SimNet.Endpoint owner, boolean told) {
        for (End end : List.of(near, far)) {
            if (end.owner == owner && end.open) {
                end.open = false;
                end.held.clear();
                if (told) {
                    end.sendEnd();
                }
            }
        }
        if (!near.open && !far.open) {
            net.ended(this);
        }
    }

    private final class End implements PeerLinks.Link {
        final SimNet.Endpoint owner;
        private final PeerLinks.Handler handler;
        private End other;
        private final List<ByteBuffer> held = new ArrayList<>();
        private final ArrayDeque<byte[]> arrived = new ArrayDeque<>();
        private boolean open = true;
        private boolean gotFlipped;
        private long queued;
        private long sent;
        private long lastArrival;

        End(SimNet.Endpoint owner, PeerLinks.Handler handler) {
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
                net.queue.after(net.pieces(owner.member).between(0, MOST_UNTAKEN), this::take);
            }
        }

        private void take() {
            if (!open || held.isEmpty()) {
                return;
            }
            int size = 0;
            for (ByteBuffer buffer : held) {
                size += buffer.remaining();
            }
            byte[] bytes = new byte[size];
            int at = 0;
            for (ByteBuffer buffer : held) {
                int length = buffer.remaining();
                buffer.get(bytes, at, length);
                at += length;
            }
            held.clear();
            sent += size;
            boolean flipped = size > 0 && net.faults.flips(owner.member, other.owner.member, bytes);
            other.gotFlipped |= flipped;
            transmit(bytes);
            owner.run(() -> handler.drained(this));
        }

        private void transmit(byte[] bytes) {
            int to = other.owner.member;
            boolean isStale = net.faults.makesStale(owner.member, to);
            lastArrival = Math.max(lastArrival, net.faults.arrival(owner.member, to, bytes.length));
            net.queue.at(lastArrival, () -> other.arrive(bytes, isStale));
        }

        private void sendEnd() {
            transmit(END);
        }

        private void arrive(byte[] bytes, boolean isStale) {
            if (owner.isDead()) {
                strayed(bytes, isStale);
                return;
            }
            arrived.add(bytes);
            if (arrived.size() == 1) {
                deliver();
            }
        }

        /** Bytes for a process that is gone: its system, once it runs again, answers with a reset. */
        private void strayed(byte[] bytes, boolean isStale) {
            if (bytes.length > 0) {
                net.ledger.hit(Mark.MESSAGE_TO_EARLIER_LIFE);
                if (isStale) {
                    net.ledger.fired(FaultKind.STALE_PACKET);
                }
            }
            int from = owner.member;
            int to = other.owner.member;
            if (!net.isDark(from)) {
                net.queue.after(net.faults.latency(from, to), () -> {
                    if (!net.faults.isBlocked(from, to)) {
                        net.ended(SimConnection.this);
                        other.reset();
                    }
                });
            }
        }

        /** Hands over what has arrived, in order; while the link is blocked nothing gets through, and later all of it does. */
        private void deliver() {
            while (open && owner.hears() && !arrived.isEmpty()) {
                if (net.faults.isBlocked(other.owner.member, owner.member)) {
                    return;
                }
                byte[] bytes = arrived.removeFirst();
                if (bytes == END) {
                    ended(PeerLinks.CloseReason.CLOSED_BY_PEER);
                    return;
                }
                trace(bytes);
                int split = net.pieces(owner.member).below(bytes.length + 1);
                piece(bytes, 0, split);
                piece(bytes, split, bytes.length);
            }
        }

        private void trace(byte[] bytes) {
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            net.hash.event(EventKind.BYTES.code());
            net.hash.mix(net.queue.now());
            net.hash.mix(other.owner.member * 8L + owner.member);
            net.hash.mix(crc.getValue());
        }

        private void piece(byte[] bytes, int from, int to) {
            if (from < to && open && owner.hears()) {
                owner.run(() -> handler.received(this, ByteBuffer.wrap(bytes.clone(), from, to - from)));
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
                if (gotFlipped) {
                    net.ledger.hit(Mark.FRAME_REFUSED);
                }
                sendEnd();
                ended(PeerLinks.CloseReason.CLOSED_HERE);
            }
        }

        private void reset() {
            arrived.clear();
            ended(PeerLinks.CloseReason.CLOSED_BY_PEER);
        }

        private void ended(PeerLinks.CloseReason reason) {
            if (open) {
                open = false;
                held.clear();
                if (!other.open) {
                    net.ended(SimConnection.this);
                }
                owner.run(() -> handler.closed(this, reason, reason.name()));
            }
        }

        @Override
        public String remote() {
            return SimNet.url(other.owner.member);
        }
    }
}
