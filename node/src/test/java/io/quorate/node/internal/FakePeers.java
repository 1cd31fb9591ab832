package io.quorate.node.internal;

import io.quorate.node.peer.HashMessage;
import io.quorate.node.peer.LeaderAnswer;
import io.quorate.node.peer.LeaderRequest;
import io.quorate.node.peer.PeerListener;
import io.quorate.node.peer.PeerState;
import io.quorate.node.peer.Peers;
import io.quorate.node.peer.Transfer;
import io.quorate.node.port.Versions;
import io.quorate.raft.Message;
import io.quorate.raft.Refusal;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Connections without bytes: a message arrives whole, one hop later, unless its link is cut. */
final class FakePeers implements Peers {
    static final long HOP_NANOS = 200_000;

    private final VirtualTime time;
    private final long self;
    private final Map<Long, FakePeers> all;
    private final Membership first;
    final Set<Long> cut = new HashSet<>();
    private final List<Runnable> queued = new ArrayList<>();

    @Nullable
    PeerListener listener;

    /** How many more forwarded commands the way to the leader has room for. */
    int forwardRoom = Integer.MAX_VALUE;

    /** Hears every message that leaves. */
    Consumer<Message> tap = message -> {};

    FakePeers(VirtualTime time, long self, Map<Long, FakePeers> all, Membership first) {
        this.time = time;
        this.self = self;
        this.all = all;
        this.first = first;
        all.put(self, this);
    }

    static Map<Long, FakePeers> network() {
        return new TreeMap<>();
    }

    @Override
    public void start(PeerListener newListener) {
        listener = newListener;
    }

    private boolean known;

    @Override
    public void members(Membership membership) {
        known = true;
    }

    @Override
    public long turn(long nowNanos) {
        if (!known && listener != null) {
            known = true;
            listener.firstStartComplete(first);
        }
        return NEVER;
    }

    @Override
    public void leaderIs(long id) {}

    @Override
    public void send(Message message, List<ByteBuffer> records) {
        tap.accept(message);
        ByteBuffer copy = copy(records);
        FakePeers target = all.get(message.to());
        if (target != null && target.dropAppends && !records.isEmpty()) {
            return;
        }
        to(message.to(), peer -> peer.received(message, copy));
    }

    @Override
    public void sendBulk(Message.AppendEntries message, List<ByteBuffer> records) {
        send(message, records);
    }

    @Override
    public @Nullable Refusal forward(long leaderId, long number, int flags, ByteBuffer payload) {
        if (cut.contains(leaderId)) {
            return Refusal.NOT_LEADER;
        }
        if (forwardRoom == 0) {
            return Refusal.OVERLOADED;
        }
        forwardRoom--;
        ByteBuffer copy = copy(List.of(payload));
        to(leaderId, peer -> peer.forwarded(self, number, flags, copy));
        return null;
    }

    @Override
    public void forwardAccepted(long to, long number, long index, long term) {
        to(to, peer -> peer.forwardAccepted(self, number, index, term));
    }

    @Override
    public void forwardRefused(long to, long number, Refusal reason) {
        to(to, peer -> peer.forwardRefused(self, number, reason));
    }

    @Override
    public void committed(Membership membership) {
        committed = membership;
    }

    @Override
    public boolean request(long leaderId, LeaderRequest request) {
        if (!isReachable(leaderId)) {
            return false;
        }
        to(leaderId, peer -> peer.requested(self, request));
        return true;
    }

    @Override
    public void answer(long to, LeaderAnswer answer) {
        if (!loseAnswers) {
            to(to, peer -> peer.requestAnswered(self, answer));
        }
    }

    @Override
    public boolean tell(long to, HashMessage message) {
        if (!isReachable(to)) {
            return false;
        }
        to(to, peer -> peer.told(self, message));
        return true;
    }

    /** Those who asked this member as their leader hear nothing of it. */
    boolean loseAnswers;

    /** The last one told. */
    Membership committed = Membership.NONE;

    /** Cuts both directions. */
    void cut(long id) {
        cut.add(id);
        all.get(id).cut.add(self);
        breakTransfers();
        all.get(id).breakTransfers();
    }

    void heal(long id) {
        cut.remove(id);
        all.get(id).cut.remove(self);
    }

    /** What this member says that it speaks. */
    Versions versions = Trio.VERSIONS;

    /** Entries do not arrive here; all else does. */
    boolean dropAppends;

    // ---- snapshots

    private static final int PIECE_BYTES = 100;
    private long fetchesFrom;

    /** Whether the connection that {@link #fetchFrom} asked for stands. */
    private boolean fetches;

    /** Pieces that this member has sent. */
    int piecesSent;

    /** How many more pieces it may send before the connection breaks. */
    int piecesUntilBreak = Integer.MAX_VALUE;

    /** As of a source that breaks off whenever it is to send. */
    boolean breaksAlways;

    @Override
    public void fetchFrom(long id) {
        hangUp();
        fetchesFrom = id;
        if (id != 0) {
            dial(id);
        }
    }

    private void dial(long id) {
        time.after(HOP_NANOS, () -> {
            if (fetchesFrom == id) {
                fetches = isReachable(id);
            }
        });
    }

    private void hangUp() {
        long id = fetchesFrom;
        if (fetches && isReachable(id)) {
            time.after(HOP_NANOS, () -> all.get(id).listener.transferEnded(self, false));
        }
        fetches = false;
        fetchesFrom = 0;
    }

    boolean isReachable(long id) {
        FakePeers peer = all.get(id);
        return !cut.contains(id) && peer != null && peer.listener != null;
    }

    /** The connections on which this member sends snapshots are gone, and are dialled again. */
    void breakTransfers() {
        for (FakePeers other : all.values()) {
            if (other.fetches && other.fetchesFrom == self) {
                other.fetches = false;
                time.after(HOP_NANOS, () -> {
                    if (other.listener != null) {
                        other.listener.transferEnded(self, true);
                        other.dial(self);
                    }
                    if (listener != null) {
                        listener.transferEnded(other.self, false);
                    }
                });
            }
        }
    }

    @Override
    public boolean transfer(long to, Transfer transfer) {
        FakePeers peer = all.get(to);
        boolean stands = transfer.isByFetcher()
                ? fetches && fetchesFrom == to
                : peer != null && peer.fetches && peer.fetchesFrom == self;
        if (stands) {
            to(to, other -> other.transferred(self, transfer));
        }
        return stands;
    }

    @Override
    public int transferPiece(long to, Transfer.Piece piece) {
        if (piecesUntilBreak == 0 || breaksAlways) {
            piecesUntilBreak = Integer.MAX_VALUE;
            breakTransfers();
            return 0;
        }
        byte[] part = new byte[Math.min(PIECE_BYTES, piece.bytes().remaining())];
        piece.bytes().duplicate().get(part);
        boolean sent = transfer(
                to,
                new Transfer.Piece(
                        piece.group(),
                        piece.term(),
                        piece.offset(),
                        piece.position(),
                        piece.total(),
                        ByteBuffer.wrap(part)));
        piecesSent += sent ? 1 : 0;
        piecesUntilBreak--;
        return sent ? part.length : 0;
    }

    private void to(long id, Consumer<PeerListener> delivery) {
        queued.add(() -> {
            FakePeers peer = all.get(id);
            if (!cut.contains(id) && peer != null && peer.listener != null) {
                delivery.accept(peer.listener);
            }
        });
    }

    @Override
    public void flush() {
        for (Runnable delivery : queued) {
            time.after(HOP_NANOS, delivery);
        }
        queued.clear();
    }

    private static ByteBuffer copy(List<ByteBuffer> pieces) {
        int bytes = pieces.stream().mapToInt(ByteBuffer::remaining).sum();
        ByteBuffer copy = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        pieces.forEach(piece -> copy.put(piece.duplicate()));
        return copy.flip();
    }

    @Override
    public BooleanSupplier released() {
        return () -> true;
    }

    @Override
    public List<PeerState> state() {
        return all.keySet().stream()
                .filter(id -> id != self)
                .map(id -> new PeerState(id, "", isReachable(id), 0, 0, "n" + id, 0, all.get(id).versions, 1))
                .toList();
    }

    @Override
    public void close() {
        hangUp();
        listener = null;
        breakTransfers();
    }
}
