package io.quorate.node.internal;

import io.quorate.node.peer.PeerState;
import io.quorate.node.peer.Transfer;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.raft.Effects;
import io.quorate.raft.Raft;
import io.quorate.raft.RoleName;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches a snapshot for a member that the leader offers one: from a follower that has one, else from the leader, piece after
 * piece. A broken connection, another source or another leader changes nothing in what is here already, as long as somebody
 * has the same snapshot; when nobody has, it begins again with what there is. Loop only.
 *
 * <pre>
 *   IDLE --offered--> ASKING --offer--> OPENING --> READING <--> STORING --> received: told
 *    ^                  ^  \--nothing, silence: the next source, after the last: a pause-->  IDLE
 *    |                  '--connection gone, source without it-- any
 * </pre>
 */
final class SnapshotFetch<R> implements SnapshotDesk.Asker {
    private static final Logger LOG = LoggerFactory.getLogger("io.quorate.node");

    /** More than a store answers at once: a piece of its bound, or a chunk that is larger. */
    private static final int MAX_ANSWER_BYTES = 4 << 20;

    private static final long PAUSE_NANOS = 500_000_000L;
    private static final long DISK_PAUSE_NANOS = 5_000_000_000L;

    /** A source that is slower than this with an answer is none. The own disk may take as long as it does. */
    private static final long STALLED_NANOS = 30_000_000_000L;

    private static final long NEVER = Long.MAX_VALUE;
    private static final long NOWHERE = -1;

    private enum Phase {
        IDLE,
        ASKING,
        /** The store looks for what is here already. */
        OPENING,
        READING,
        STORING
    }

    private final NodeParts<R> parts;
    private final int group;
    private final Raft raft;
    private final SnapshotDesk desk;
    private final BiConsumer<SnapshotInfo, Long> whole;
    private final ArrayDeque<Long> sources = new ArrayDeque<>();
    private Phase phase = Phase.IDLE;
    private long least;
    private long source;
    private boolean asked;
    private long token;
    private @Nullable SnapshotInfo info;
    private long term;
    private long offset;

    /** How far it had come when the connection to this source was lost the last time. */
    private long brokenAt = NOWHERE;

    private @Nullable ByteBuffer answer;
    private boolean wants;

    /** Of the source's silence. */
    private long deadline = NEVER;

    private long retryAt = Long.MIN_VALUE;
    private long now;

    /** @param whole hears of one that is here, and of the term in which all of it was known committed */
    SnapshotFetch(NodeParts<R> parts, int group, Raft raft, SnapshotDesk desk, BiConsumer<SnapshotInfo, Long> whole) {
        this.parts = parts;
        this.group = group;
        this.raft = raft;
        this.desk = desk;
        this.whole = whole;
    }

    /**
     * Whether the leader's log begins behind what is committed here: until the snapshot is here, or the log all the same, the state is one
     * of long ago, and of a new member none.
     */
    boolean isWaitedFor() {
        return least > raft.commitIndex();
    }

    // ---- for status

    long source() {
        return phase == Phase.IDLE ? 0 : source;
    }

    long index() {
        return phase == Phase.IDLE || info == null ? 0 : info.mark().index();
    }

    long fetchedBytes() {
        return phase == Phase.IDLE || info == null ? 0 : offset;
    }

    long bytes() {
        return phase == Phase.IDLE || info == null ? 0 : info.bytes();
    }

    // ---- from the core

    /** Comes again with each heartbeat. */
    void offered(Effects.SnapshotFetch offer, long nowNanos) {
        now = nowNanos;
        least = offer.lastIncludedIndex();
        if (phase == Phase.IDLE && now >= retryAt) {
            sources.addAll(sources(offer.leader()));
            nextSource("asked");
        }
    }

    /** Followers first, each asker beginning with another one; the leader, which has more to do, at last. */
    private List<Long> sources(long leader) {
        long self = parts.identity().memberId();
        List<Long> found = new ArrayList<>();
        int behind = 0;
        for (PeerState state : parts.peers().state()) {
            if (state.connected() && state.id() != leader) {
                found.add(Long.compareUnsigned(state.id(), self) > 0 ? behind++ : found.size(), state.id());
            }
        }
        found.add(leader);
        return found;
    }

    void turn(long nowNanos) {
        now = nowNanos;
        if (phase == Phase.IDLE) {
            return;
        }
        if (isNeedless()) {
            end("snapshot-not-needed", now);
        } else if (now >= deadline) {
            nextSource("silent");
        } else if (phase == Phase.ASKING && !asked) {
            SnapshotInfo known = info;
            asked = parts.peers()
                    .transfer(
                            source,
                            known == null
                                    ? new Transfer.Ask(group, least, 0, 0)
                                    : new Transfer.Ask(
                                            group, least, known.mark().index(), known.id()));
        } else if (phase == Phase.READING && wants) {
            ByteBuffer begun = answer;
            wants = !parts.peers()
                    .transfer(source, new Transfer.Read(group, offset, begun == null ? 0 : begun.position()));
        }
    }

    /** The log came as far meanwhile, or all others follow this member: what it lacks nobody has. */
    private boolean isNeedless() {
        SnapshotInfo fetched = info;
        return raft.role() == RoleName.LEADER
                || (fetched != null && fetched.mark().index() <= raft.commitIndex());
    }

    long nextTurn() {
        return deadline;
    }

    // ---- from the source

    void heard(long from, Transfer transfer, long nowNanos) {
        now = nowNanos;
        if (from != source || phase == Phase.IDLE) {
            return;
        }
        if (transfer instanceof Transfer.Nothing) {
            nextSource("without");
        } else if (transfer instanceof Transfer.Offer offer && phase == Phase.ASKING) {
            offered(offer);
        } else if (transfer instanceof Transfer.Piece piece && phase == Phase.READING) {
            piece(piece);
        }
    }

    private void offered(Transfer.Offer offer) {
        SnapshotInfo known = info;
        boolean isKnown = known != null && known.equals(offer.snapshot());
        long index = offer.snapshot().mark().index();
        if (offer.snapshot().group() != group || (!isKnown && index < least) || index <= raft.commitIndex()) {
            nextSource("useless");
            return;
        }
        info = offer.snapshot();
        term = offer.term();
        phase = Phase.OPENING;
        deadline = NEVER;
        token = desk.take(this);
        desk.store().receive(token, offer.snapshot());
    }

    private void piece(Transfer.Piece piece) {
        ByteBuffer begun = answer;
        int position = begun == null ? 0 : begun.position();
        if (piece.offset() != offset || piece.position() != position) {
            return; // of a question before the last
        }
        if (piece.total() > MAX_ANSWER_BYTES || (begun != null && begun.capacity() != piece.total())) {
            nextSource("malformed");
            return;
        }
        ByteBuffer all = begun == null ? ByteBuffer.allocate(piece.total()) : begun;
        all.put(piece.bytes());
        term = Math.max(term, piece.term());
        if (all.hasRemaining()) {
            deadline = now + STALLED_NANOS;
            answer = all;
            wants = true;
        } else {
            answer = null;
            phase = Phase.STORING;
            deadline = NEVER;
            desk.store().chunks(token, offset, all.flip());
        }
    }

    /** The connection to that source is gone; it is dialled again, unless nothing came since the last time. What is here stays. */
    void ended(long id, long nowNanos) {
        now = nowNanos;
        if (id == source && phase == Phase.ASKING) {
            asked = false;
        } else if (id == source && phase != Phase.IDLE) {
            LOG.info(
                    "snapshot-fetch-broken node={} from={} bytes={}",
                    parts.name(),
                    Long.toUnsignedString(source, 16),
                    offset);
            if (offset == brokenAt) {
                nextSource("broken");
            } else {
                brokenAt = offset;
                ask(source);
            }
        }
    }

    // ---- from the store

    @Override
    public void receiving(long nextOffset) {
        if (phase == Phase.OPENING) {
            LOG.info(
                    "snapshot-fetching node={} from={} index={} bytes={} at={}",
                    parts.name(),
                    Long.toUnsignedString(source, 16),
                    index(),
                    bytes(),
                    nextOffset);
        }
        phase = Phase.READING;
        deadline = parts.clock().nanoTime() + STALLED_NANOS;
        offset = nextOffset;
        answer = null;
        wants = true;
    }

    @Override
    public void received(SnapshotInfo snapshot) {
        LOG.info(
                "snapshot-received node={} index={}",
                parts.name(),
                snapshot.mark().index());
        token = 0;
        long told = term;
        end("", now);
        whole.accept(snapshot, told);
    }

    @Override
    public void refused(SnapshotRefusal reason, String what) {
        LOG.warn("snapshot-fetch-failed node={} reason={} text=\"{}\"", parts.name(), reason, what);
        token = 0;
        switch (reason) {
            case DISK_FULL, DISK_FAILED, NOT_NEEDED, REPLACED -> end("", now + DISK_PAUSE_NANOS);
            case FOREIGN, NEWER_FORMAT -> {
                info = null;
                nextSource("refused");
            }
            case DAMAGED, OUT_OF_ORDER, GONE, STATE_MACHINE -> nextSource("refused");
        }
    }

    // ---- changes

    private void nextSource(String why) {
        brokenAt = NOWHERE;
        Long next = sources.poll();
        LOG.debug("snapshot-source node={} before={} why={} next={}", parts.name(), source, why, next);
        if (next == null) {
            end("", now + PAUSE_NANOS);
        } else {
            ask(next);
        }
    }

    private void ask(long from) {
        giveUpToken();
        source = from;
        phase = Phase.ASKING;
        asked = false;
        deadline = now + 2L * parts.options().electionTimeoutMillis() * NodeLoop.TICK_NANOS;
        parts.peers().fetchFrom(from);
    }

    /** What is known of the snapshot is kept: the next try may go on with it. */
    private void end(String event, long mayBeginAt) {
        if (!event.isEmpty()) {
            LOG.info("{} node={} index={}", event, parts.name(), index());
        }
        giveUpToken();
        if (info != null && info.mark().index() <= raft.commitIndex()) {
            info = null;
        }
        phase = Phase.IDLE;
        sources.clear();
        source = 0;
        deadline = NEVER;
        retryAt = mayBeginAt;
        parts.peers().fetchFrom(0);
    }

    private void giveUpToken() {
        desk.giveBack(token);
        token = 0;
        answer = null;
        wants = false;
    }
}
