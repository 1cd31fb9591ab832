package io.quorate.node.internal;

import io.quorate.node.peer.Transfer;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.raft.Raft;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives this member's snapshots to those who ask, whether it leads or not: only such as its newest durable mark covers, since
 * with that mark the term is durable in which it knew them committed. One for each asker, pinned as long as it is read, and
 * some time after a connection broke, so that the asker can go on. Loop only.
 */
final class SnapshotSends<R> {
    private static final Logger LOG = LoggerFactory.getLogger("io.quorate.node");
    /** Read from a snapshot and held for one asker at once, at most; and no more than is sent to any other member unconfirmed. */
    private static final int MAX_ANSWER_BYTES = 1 << 20;

    /** How long an asker that went away may take to come back for the rest. */
    private static final long PINNED_NANOS = 60_000_000_000L;

    private final class Sending implements SnapshotDesk.Asker {
        final long to;
        final SnapshotInfo info;
        final long token;
        boolean opened;

        @Nullable
        ByteBuffer answer;

        long answerOffset = -1;
        Transfer.@Nullable Read wanted;
        boolean reading;
        boolean finished;
        long expiresAt = Long.MAX_VALUE;

        Sending(long to, SnapshotInfo info) {
            this.to = to;
            this.info = info;
            token = desk.take(this);
        }

        @Override
        public void opened(SnapshotInfo snapshot) {
            opened = true;
            offer(this);
        }

        @Override
        public void read(long offset, ByteBuffer chunks) {
            reading = false;
            answer = chunks;
            answerOffset = offset;
        }

        @Override
        public void refused(SnapshotRefusal reason, String what) {
            LOG.warn("snapshot-not-sent node={} reason={} text=\"{}\"", parts.name(), reason, what);
            sendings.remove(to);
            if (reason == SnapshotRefusal.DAMAGED) {
                damaged.accept(info.mark().index());
            }
            parts.peers().transfer(to, new Transfer.Nothing(group));
        }
    }

    private final NodeParts<R> parts;
    private final int group;
    private final Raft raft;
    private final SnapshotDesk desk;
    private final LongSupplier durableTerm;
    private final LongConsumer damaged;
    private final BooleanSupplier mayBeWrong;
    private final Map<Long, Sending> sendings = new TreeMap<>();
    private long paceUntil = Long.MIN_VALUE;
    private boolean isStopped;

    /**
     * @param damaged hears of the index of one whose file turned out to be damaged
     * @param mayBeWrong whether this member's last life may have found that its snapshots are of a wrong state; then none is sent
     */
    SnapshotSends(
            NodeParts<R> parts,
            int group,
            Raft raft,
            SnapshotDesk desk,
            LongSupplier durableTerm,
            LongConsumer damaged,
            BooleanSupplier mayBeWrong) {
        this.parts = parts;
        this.group = group;
        this.raft = raft;
        this.desk = desk;
        this.durableTerm = durableTerm;
        this.damaged = damaged;
        this.mayBeWrong = mayBeWrong;
    }

    int size() {
        return sendings.size();
    }

    void asked(long from, Transfer.Ask ask) {
        Sending before = sendings.get(from);
        SnapshotInfo best = null;
        if (!isStopped && !mayBeWrong.getAsBoolean()) {
            best = before != null && before.info.mark().index() >= ask.leastIndex() ? before.info : best(ask);
        }
        if (best == null) {
            forget(before);
            parts.peers().transfer(from, new Transfer.Nothing(group));
        } else if (before != null && before.info.equals(best)) {
            before.expiresAt = Long.MAX_VALUE;
            before.wanted = null;
            if (before.opened) {
                offer(before);
            }
        } else {
            forget(before);
            LOG.info(
                    "snapshot-sending node={} to={} index={} bytes={}",
                    parts.name(),
                    Long.toUnsignedString(from, 16),
                    best.mark().index(),
                    best.bytes());
            Sending sending = new Sending(from, best);
            sendings.put(from, sending);
            desk.store().open(sending.token, group, best.mark().index());
        }
    }

    /** The one of which the asker has a part; else the newest. */
    private @Nullable SnapshotInfo best(Transfer.Ask ask) {
        SnapshotInfo best = null;
        for (SnapshotInfo info : desk.store().snapshots()) {
            long index = info.mark().index();
            if (info.group() != group || index > raft.durableMarkIndex()) {
                continue;
            }
            if (info.id() == ask.knownId() && index == ask.knownIndex()) {
                return info;
            }
            best = index >= ask.leastIndex() ? info : best;
        }
        return best;
    }

    private void offer(Sending sending) {
        parts.peers().transfer(sending.to, new Transfer.Offer(sending.info, durableTerm.getAsLong()));
    }

    void read(long from, Transfer.Read read) {
        Sending sending = sendings.get(from);
        if (sending == null || !sending.opened) {
            parts.peers().transfer(from, new Transfer.Nothing(group));
            return;
        }
        sending.wanted = read;
        sending.expiresAt = Long.MAX_VALUE;
    }

    /** Nothing is sent any more. */
    void stop() {
        isStopped = true;
        for (Sending sending : new ArrayList<>(sendings.values())) {
            forget(sending);
            parts.peers().transfer(sending.to, new Transfer.Nothing(group));
        }
    }

    /** The connection on which that member fetched is gone. */
    void ended(long id, long now) {
        Sending sending = sendings.get(id);
        if (sending != null && sending.finished) {
            forget(sending);
        } else if (sending != null) {
            sending.wanted = null;
            sending.answer = null;
            sending.answerOffset = -1;
            sending.expiresAt = now + PINNED_NANOS;
        }
    }

    void turn(long now) {
        for (Sending sending : new ArrayList<>(sendings.values())) {
            if (now >= sending.expiresAt) {
                forget(sending);
            } else {
                serve(sending, now);
            }
        }
    }

    private void serve(Sending sending, long now) {
        Transfer.Read wanted = sending.wanted;
        if (wanted == null || sending.reading) {
            return;
        }
        ByteBuffer answer = sending.answer;
        if (answer == null || sending.answerOffset != wanted.offset()) {
            sending.reading = true;
            long most = Math.min(MAX_ANSWER_BYTES, parts.options().windowBytes());
            desk.store().read(sending.token, wanted.offset(), (int) most);
        } else if (now >= paceUntil) {
            send(sending, wanted, answer, now);
        }
    }

    private void send(Sending sending, Transfer.Read wanted, ByteBuffer answer, long now) {
        sending.wanted = null;
        if (wanted.position() >= answer.remaining()) {
            forget(sending);
            parts.peers().transfer(sending.to, new Transfer.Nothing(group));
            return;
        }
        ByteBuffer rest = answer.slice(answer.position() + wanted.position(), answer.remaining() - wanted.position());
        int sent = parts.peers()
                .transferPiece(
                        sending.to,
                        new Transfer.Piece(
                                group,
                                durableTerm.getAsLong(),
                                wanted.offset(),
                                wanted.position(),
                                answer.remaining(),
                                rest));
        sending.finished = wanted.offset() + wanted.position() + sent == sending.info.bytes();
        long rate = parts.options().snapshotSendBytesPerSecond();
        if (rate > 0) {
            paceUntil = Math.max(paceUntil, now) + sent * 1_000_000_000L / rate;
        }
    }

    long nextTurn() {
        long next = Long.MAX_VALUE;
        for (Sending sending : sendings.values()) {
            boolean isPaced = sending.wanted != null && !sending.reading;
            next = Math.min(next, isPaced ? paceUntil : sending.expiresAt);
        }
        return next;
    }

    private void forget(@Nullable Sending sending) {
        if (sending != null) {
            sendings.remove(sending.to);
            desk.giveBack(sending.token);
        }
    }
}
