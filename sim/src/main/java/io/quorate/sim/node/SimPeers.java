package io.quorate.sim.node;

import io.quorate.node.peer.HashMessage;
import io.quorate.node.peer.LeaderAnswer;
import io.quorate.node.peer.LeaderRequest;
import io.quorate.node.peer.PeerListener;
import io.quorate.node.peer.PeerState;
import io.quorate.node.peer.Peers;
import io.quorate.node.peer.Transfer;
import io.quorate.raft.Message;
import io.quorate.raft.Refusal;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The real sessions between a node's loop and its links, so that all messages that pass are known. */
final class SimPeers implements Peers {
    /** Hears of what passes. */
    interface Watch {
        void sent(Message message);

        /** It is handed to the core next. */
        void delivered(Message message);
    }

    private final Peers sessions;
    private final Watch watch;

    SimPeers(Peers sessions, Watch watch) {
        this.sessions = sessions;
        this.watch = watch;
    }

    @Override
    public void start(PeerListener listener) {
        sessions.start(new Heard(listener));
    }

    @Override
    public long turn(long now) {
        return sessions.turn(now);
    }

    @Override
    public void members(Membership membership) {
        sessions.members(membership);
    }

    @Override
    public void committed(Membership membership) {
        sessions.committed(membership);
    }

    @Override
    public boolean request(long leaderId, LeaderRequest request) {
        return sessions.request(leaderId, request);
    }

    @Override
    public void answer(long to, LeaderAnswer answer) {
        sessions.answer(to, answer);
    }

    @Override
    public boolean tell(long to, HashMessage message) {
        return sessions.tell(to, message);
    }

    @Override
    public void leaderIs(long id) {
        sessions.leaderIs(id);
    }

    @Override
    public void send(Message message, List<ByteBuffer> records) {
        watch.sent(message);
        sessions.send(message, records);
    }

    @Override
    public void sendBulk(Message.AppendEntries message, List<ByteBuffer> records) {
        watch.sent(message);
        sessions.sendBulk(message, records);
    }

    @Override
    public @Nullable Refusal forward(long leaderId, long number, int flags, ByteBuffer payload) {
        return sessions.forward(leaderId, number, flags, payload);
    }

    @Override
    public void forwardAccepted(long to, long number, long index, long term) {
        sessions.forwardAccepted(to, number, index, term);
    }

    @Override
    public void forwardRefused(long to, long number, Refusal reason) {
        sessions.forwardRefused(to, number, reason);
    }

    @Override
    public void fetchFrom(long id) {
        sessions.fetchFrom(id);
    }

    @Override
    public boolean transfer(long to, Transfer transfer) {
        return sessions.transfer(to, transfer);
    }

    @Override
    public int transferPiece(long to, Transfer.Piece piece) {
        return sessions.transferPiece(to, piece);
    }

    @Override
    public void flush() {
        sessions.flush();
    }

    @Override
    public BooleanSupplier released() {
        return sessions.released();
    }

    @Override
    public List<PeerState> state() {
        return sessions.state();
    }

    @Override
    public void close() {
        sessions.close();
    }

    private final class Heard implements PeerListener {
        private final PeerListener loop;

        Heard(PeerListener loop) {
            this.loop = loop;
        }

        @Override
        public void received(Message message, ByteBuffer records) {
            watch.delivered(message);
            loop.received(message, records);
        }

        @Override
        public void forwarded(long from, long number, int flags, ByteBuffer payload) {
            loop.forwarded(from, number, flags, payload);
        }

        @Override
        public void forwardAccepted(long from, long number, long index, long term) {
            loop.forwardAccepted(from, number, index, term);
        }

        @Override
        public void forwardRefused(long from, long number, Refusal reason) {
            loop.forwardRefused(from, number, reason);
        }

        @Override
        public void requested(long from, LeaderRequest request) {
            loop.requested(from, request);
        }

        @Override
        public void requestAnswered(long from, LeaderAnswer answer) {
            loop.requestAnswered(from, answer);
        }

        @Override
        public void told(long from, HashMessage message) {
            loop.told(from, message);
        }

        @Override
        public void transferred(long from, Transfer transfer) {
            loop.transferred(from, transfer);
        }

        @Override
        public void transferEnded(long id, boolean fetching) {
            loop.transferEnded(id, fetching);
        }

        @Override
        public void disconnected(long id) {
            loop.disconnected(id);
        }

        @Override
        public void peerLost(long id) {
            loop.peerLost(id);
        }

        @Override
        public void peerBack(long id) {
            loop.peerBack(id);
        }

        @Override
        public void majorityWithoutLeader() {
            loop.majorityWithoutLeader();
        }

        @Override
        public void firstStartComplete(Membership membership) {
            loop.firstStartComplete(membership);
        }

        @Override
        public void waitingFor(List<String> names) {
            loop.waitingFor(names);
        }

        @Override
        public void removed(String reason) {
            loop.removed(reason);
        }

        @Override
        public void refused(String reason) {
            loop.refused(reason);
        }
    }
}
