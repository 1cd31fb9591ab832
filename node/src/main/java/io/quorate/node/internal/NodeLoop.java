package io.quorate.node.internal;

import io.quorate.node.Consistency;
import io.quorate.node.Leadership;
import io.quorate.node.NodeStatus;
import io.quorate.node.PeerStatus;
import io.quorate.node.ProposalListener;
import io.quorate.node.RaftException;
import io.quorate.node.RaftOptions;
import io.quorate.node.ReadListener;
import io.quorate.node.Refused;
import io.quorate.node.SnapshotStatus;
import io.quorate.node.StateHashStatus;
import io.quorate.node.once.KnownKeys;
import io.quorate.node.peer.HashMessage;
import io.quorate.node.peer.LeaderAnswer;
import io.quorate.node.peer.LeaderRequest;
import io.quorate.node.peer.PeerListener;
import io.quorate.node.peer.PeerState;
import io.quorate.node.peer.Transfer;
import io.quorate.node.port.Agent;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore;
import io.quorate.raft.CommittedFactException;
import io.quorate.raft.Effects;
import io.quorate.raft.HardState;
import io.quorate.raft.LogSummary;
import io.quorate.raft.MalformedMessageException;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftConfig;
import io.quorate.raft.Refusal;
import io.quorate.raft.RestartImage;
import io.quorate.raft.RoleName;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node as one agent. A turn is: time, what the log has finished, the peers, what clients ask, then each core is drained
 * once and its effects are carried out, then everything written to the peers leaves together.
 *
 * <p>Messages are heard between turns as well, when the links hand them over: the first opens the next turn (time first), and
 * {@link #turn} ends it. Loop, log, links and identity belong to the process; what belongs to a group is in {@link
 * GroupDriver}, of which there is one.
 *
 * <p>Threads: {@link #turn} and the {@link PeerListener} are called by the loop only; the {@link LogStore.Listener} and what
 * {@link NodeHandle} calls by any thread.
 */
public final class NodeLoop<R> implements Agent, PeerListener, LogStore.Listener {
    static final long TICK_NANOS = 1_000_000;

    /** The number of the write that keeps the first set of members; the core's own begin with 1. */
    private static final long FIRST_SET_WRITE = 0;

    private static final int GROUP = 0;

    /** The last write that is durable, and when the log said so. */
    private record Flushed(long number, long at) {}

    /** How far a follower may be behind and still become a voter, or be handed the leadership, in entries. */
    private static final int CAUGHT_UP_ENTRIES = 1000;

    private static final Logger LOG = LoggerFactory.getLogger("io.quorate.node");

    /** A proposal whose payload begins with an extension block, on its way through the inbox. */
    record Extended(ByteBuffer payload) {}

    private final NodeParts<R> parts;
    private final RaftOptions options;
    private final Admission admission;
    private final Inbox inbox = new Inbox();
    private final KnownKeys<R> keys;
    private final @Nullable Applier<R> applier;
    private final SnapshotDesk desk;
    private final FitnessGauge gauge;
    private final CompletableFuture<Void> stopped = new CompletableFuture<>();

    // From any thread to the loop.
    private final ConcurrentLinkedQueue<LogStore.FoundRecords> found = new ConcurrentLinkedQueue<>();
    private volatile Flushed flushed = new Flushed(-1, 0);
    private volatile @Nullable RaftException logFailure;
    private volatile @Nullable RaftException logDamage;
    private volatile boolean diskFull;
    private volatile boolean closing;

    // From the loop to any thread.
    private volatile Leadership leadership = new Leadership(RoleName.FOLLOWER, 0, null);
    private volatile @Nullable NodeStatus lastStatus;
    private volatile @Nullable Thread loopThread;

    // Loop only.
    private @Nullable GroupDriver<R> group;
    private @Nullable Membership firstSet;
    private @Nullable RestartImage restored;
    private List<String> waitingFor = List.of();
    private boolean started;
    private boolean turnOpen;
    private boolean ended;
    private long coreNanos;
    private long wantedAt = NEVER;
    private long lateTurns;
    private long latestTurnNanos;
    private long takenBytes;

    /** Why this member goes, and how long it may wait with that for answers. */
    private @Nullable RaftException leaving;

    private long leavesAt = NEVER;

    public NodeLoop(NodeParts<R> parts) {
        this.parts = parts;
        this.options = parts.options();
        this.admission = new Admission(options.maxInFlightBytes(), options.maxPendingReads());
        this.gauge = new FitnessGauge(options);
        this.keys = new KnownKeys<>(parts.machine(), parts.keyLimits());
        this.applier = parts.machine().isQuick() ? null : new Applier<>(parts.machine(), keys);
        this.coreNanos = parts.clock().nanoTime();
        parts.log().listen(this);
        this.desk = new SnapshotDesk(parts.snapshots(), parts.wakeup());
    }

    /** The agent that applies, which wants a thread of its own; null when the state machine is quick. */
    public @Nullable Applier<R> applier() {
        return applier;
    }

    /** The public face of this node. */
    public NodeHandle<R> handle() {
        return new NodeHandle<>(this, parts, admission, null);
    }

    /** The same, where those that are to vote are asked before whether they are there. */
    public NodeHandle<R> handle(AddressCheck addresses) {
        return new NodeHandle<>(this, parts, admission, addresses);
    }

    @Override
    public long turn(long nowNanos) {
        if (ended) {
            return NEVER;
        }
        if (loopThread != Thread.currentThread()) {
            loopThread = Thread.currentThread();
        }
        try {
            long dueAt = Math.min(wantedAt, nowNanos);
            countLate(nowNanos - dueAt);
            long next = oneTurn(nowNanos);
            if (ended) {
                return NEVER;
            }
            long endedAt = parts.clock().nanoTime();
            measure(dueAt, endedAt);
            next = Math.min(next, gauge.nextChange());
            // A turn that is due already is not late again for what made this one late.
            wantedAt = Math.max(next, endedAt);
            return next;
        } catch (RuntimeException | Error e) {
            fail(e);
        }
        return NEVER;
    }

    private long oneTurn(long now) {
        RaftException failure = logFailure;
        if (failure != null) {
            fail(failure);
            return NEVER;
        }
        if (!started) {
            start(now);
        }
        openTurn(now);
        takeFinished(now);
        long peersNext = parts.peers().turn(now);
        if (ended) {
            return NEVER;
        }
        takeRequests(now);
        if (ended) {
            return NEVER;
        }
        if (closing) {
            end(null);
            return NEVER;
        }
        boolean more = closeTurn(now);
        parts.peers().flush();
        publish();
        if (group != null && group.isRemoved()) {
            leave(removed());
        }
        RaftException why = leaving;
        if (why != null && (now >= leavesAt || !mustStay(why))) {
            fail(why);
            return NEVER;
        }
        if (more || inbox.hasNext()) {
            return now;
        }
        return Math.min(Math.min(peersNext, leavesAt), group == null ? NEVER : group.nextTurn(coreNanos));
    }

    /** One that was removed does not wait for its hand-over: the others know already, and are without a leader as long as it leads. */
    private boolean mustStay(RaftException why) {
        GroupDriver<R> driver = group;
        return driver != null
                && (why.code() == RaftException.Code.REMOVED ? driver.awaitsAnswer() : driver.mustStay());
    }

    private void start(long now) {
        started = true;
        coreNanos = now;
        List<LogStore.GroupImage> images = parts.log().recovered();
        if (!images.isEmpty() && awaitsFirstStart(images.get(0).image())) {
            restored = images.get(0).image();
        } else if (!images.isEmpty()) {
            startGroup(images.get(0).image());
        }
        parts.peers().start(this);
    }

    /** A directory that was made from a saved snapshot: who its members are is told by their first start, as of any cluster. */
    private static boolean awaitsFirstStart(RestartImage image) {
        SnapshotMark mark = image.mark();
        return mark.index() > 0 && mark.membership().members().stream().noneMatch(Member::isStarted);
    }

    private void startGroup(RestartImage image) {
        if (image.lostThrough() != 0) {
            LOG.warn(
                    "log-damaged node={} last={} lost-through={} text=\"no vote until the others have sent what is lost\"",
                    parts.name(),
                    image.log().lastIndex(),
                    image.lostThrough());
        }
        long self = parts.identity().memberId();
        RaftConfig config = new RaftConfig(
                GROUP,
                self,
                parts.identity().incarnation(),
                options.heartbeatMillis(),
                options.electionTimeoutMillis(),
                options.preVote(),
                options.checkQuorum(),
                options.maxInFlightBytes(),
                options.appendBytes(),
                options.windowBytes(),
                options.windowFrames(),
                options.maxPendingReads(),
                CAUGHT_UP_ENTRIES,
                true);
        RecordedRaft core = new RecordedRaft(config, image, parts.entropy().nextLong(), parts.recordTo());
        Raft raft = core.state();
        LOG.info(
                "group-started node={} member={} term={} first={} last={} members={}",
                parts.name(),
                Long.toUnsignedString(self, 16),
                raft.currentTerm(),
                raft.firstIndex(),
                raft.lastIndex(),
                raft.membership().members().stream().map(Member::name).toList());
        group = new GroupDriver<>(parts, admission, GROUP, core, desk, keys, applier);
        parts.peers().members(raft.membership());
    }

    // ---- one turn, in its order

    private void openTurn(long now) {
        if (turnOpen) {
            return;
        }
        turnOpen = true;
        long ticks = Math.max(0, now - coreNanos) / TICK_NANOS;
        coreNanos += ticks * TICK_NANOS;
        if (group != null) {
            group.beginTurn(ticks);
        }
    }

    /**
     * Brings the core's time up to date within a turn, before what has come since the turn began. Where leases are on a voter counts
     * its promise from when it heard the leader: counted from the beginning of a turn in which the process stood still, it
     * would be over before the leader believes.
     *
     * @return the time
     */
    private long passTime() {
        long now = parts.clock().nanoTime();
        long ticks = Math.max(0, now - coreNanos) / TICK_NANOS;
        if (group != null && ticks > 0) {
            coreNanos += ticks * TICK_NANOS;
            group.pass(ticks);
        }
        return now;
    }

    private void takeFinished(long now) {
        Flushed last = flushed;
        long number = last.number();
        gauge.persisted(number, last.at());
        goForDamage();
        if (group != null) {
            group.diskFull(diskFull);
            group.persisted(number);
            group.fitness(gauge.measure(now), gauge.reason());
        } else if (number >= FIRST_SET_WRITE && firstSet != null) {
            startGroup(firstImage(firstSet));
        }
        for (LogStore.FoundRecords next = found.poll(); next != null; next = found.poll()) {
            if (group != null) {
                group.found(next);
            }
        }
        desk.deliver();
    }

    private void takeRequests(long now) {
        long bytes = 0;
        for (int count = 0; count < options.turnRequests() && bytes < options.turnBytes(); count++) {
            Object item = inbox.poll();
            if (item == null) {
                return;
            }
            if (item instanceof ByteBuffer command) {
                bytes += propose(0, command, now);
            } else if (item instanceof Extended extended) {
                bytes += propose(LogRecord.FLAG_EXTENSION, extended.payload, now);
            } else if (item instanceof Consistency consistency) {
                read(consistency, inbox.token(), (ReadListener) Objects.requireNonNull(inbox.who()), now);
            } else {
                ((Runnable) item).run();
            }
        }
    }

    /** What was just polled; returns how much it takes of a turn. */
    private int propose(int flags, ByteBuffer payload, long now) {
        int size = LogRecord.size(payload.remaining());
        takenBytes += size;
        long token = inbox.token();
        ProposalListener<R> listener = proposer(inbox.who());
        try {
            makeRoom(size, now);
        } catch (RuntimeException | Error e) {
            listener.refused(token, refused(Refused.Reason.STOPPED)); // No table holds it yet.
            throw e;
        }
        if (group == null) {
            listener.refused(token, refused(Refused.Reason.NOT_LEADER));
        } else {
            group.propose(flags, payload, token, listener, now);
        }
        return size;
    }

    private void read(Consistency consistency, long token, ReadListener listener, long now) {
        if (group == null) {
            listener.refused(token, refused(Refused.Reason.NOT_LEADER));
            admission.readsEnded(1);
            return;
        }
        // Asked for perhaps after the turn began: a lease or a proof that has ended since is none.
        group.read(consistency, listener, token, isTimed(consistency) ? passTime() : now);
    }

    private static boolean isTimed(Consistency consistency) {
        return consistency.kind() == Consistency.Kind.LEASE || consistency.kind() == Consistency.Kind.WITHIN;
    }

    private boolean closeTurn(long now) {
        turnOpen = false;
        return group != null && group.endTurn(now);
    }

    /**
     * A turn's entries are one write, and a write must fit into a segment of the log: where the next entries would make it
     * longer than a turn may take, the turn ends before them and another begins.
     */
    private void makeRoom(int bytes, long now) {
        if (group != null && group.writeBytes() > 0 && group.writeBytes() + bytes > options.turnBytes()) {
            closeTurn(now);
            openTurn(now);
        }
    }

    private void publish() {
        long taken = takenBytes;
        takenBytes = 0;
        admission.taken(taken, group == null ? 0 : group.heldBytes());
        if (group != null) {
            leadership = group.leadership();
        }
    }

    private void measure(long dueAt, long now) {
        gauge.turned(now - dueAt, now);
        gauge.submitted(group == null ? 0 : group.submittedWrite(), now);
    }

    private void countLate(long late) {
        if (late > options.lateTurnMillis() * TICK_NANOS) {
            gauge.late(late);
            lateTurns++;
            latestTurnNanos = Math.max(latestTurnNanos, late);
            // Peers lose patience at the election timeout: half of it is worth a person's attention, less is a figure.
            if (late > options.electionTimeoutMillis() * TICK_NANOS / 2) {
                LOG.warn("late-turn node={} millis={}", parts.name(), late / TICK_NANOS);
            } else {
                LOG.debug("late-turn node={} millis={}", parts.name(), late / TICK_NANOS);
            }
        }
    }

    // ---- peers

    @Override
    public void received(Message message, ByteBuffer records) {
        within(driver -> {
            makeRoom(records.remaining(), coreNanos);
            driver.received(message, records);
        });
    }

    @Override
    public void forwarded(long from, long number, int flags, ByteBuffer payload) {
        if (group == null) {
            parts.peers().forwardRefused(from, number, Refusal.NOT_LEADER);
            return;
        }
        within(driver -> {
            makeRoom(LogRecord.size(payload.remaining()), coreNanos);
            driver.forwarded(from, number, flags, payload);
        });
    }

    @Override
    public void forwardAccepted(long from, long number, long index, long term) {
        within(driver -> driver.forwardAccepted(from, number, index, term));
    }

    @Override
    public void forwardRefused(long from, long number, Refusal reason) {
        within(driver -> driver.forwardRefused(from, number, reason));
    }

    @Override
    public void requested(long from, LeaderRequest request) {
        within(driver -> driver.requested(from, request, coreNanos));
    }

    @Override
    public void requestAnswered(long from, LeaderAnswer answer) {
        within(driver -> driver.requestAnswered(from, answer));
    }

    @Override
    public void told(long from, HashMessage message) {
        within(driver -> driver.told(from, message, coreNanos));
    }

    @Override
    public void transferred(long from, Transfer transfer) {
        within(driver -> driver.transferred(from, transfer, coreNanos));
    }

    @Override
    public void transferEnded(long id, boolean fetching) {
        within(driver -> driver.transferEnded(id, fetching, coreNanos));
    }

    @Override
    public void disconnected(long id) {
        within(driver -> driver.disconnected(id));
    }

    @Override
    public void peerLost(long id) {
        within(driver -> driver.peerLost(id));
    }

    @Override
    public void peerBack(long id) {
        within(driver -> driver.peerBack(id));
    }

    @Override
    public void majorityWithoutLeader() {
        within(GroupDriver::majorityWithoutLeader);
    }

    @Override
    public void firstStartComplete(Membership membership) {
        if (group != null || firstSet != null) {
            throw new IllegalStateException("the first start is complete already");
        }
        RestartImage before = restored;
        if (before != null && !idsOf(membership).equals(idsOf(before.mark().membership()))) {
            fail(new RaftException(
                    RaftException.Code.IDENTITY_REFUSED,
                    "this member was restored for other members than those it was started with"));
            return;
        }
        // What was restored keeps the version by which it was written.
        Membership set = before == null
                ? membership
                : membership.atVersion(before.mark().membership().version());
        firstSet = set;
        RestartImage image = firstImage(set);
        Effects.Write write = new Effects.Write(FIRST_SET_WRITE, image.mark(), 0, image.hardState(), 0, 0);
        parts.log().submit(new LogStore.LogWrite(GROUP, write, List.of(), 0));
    }

    private static List<Long> idsOf(Membership membership) {
        return membership.members().stream().map(Member::id).toList();
    }

    /** Nothing, or what was restored: with the first set of members. */
    private RestartImage firstImage(Membership set) {
        RestartImage before = restored;
        if (before == null) {
            return new RestartImage(HardState.INITIAL, new SnapshotMark(0, 0, set), LogSummary.empty(0));
        }
        SnapshotMark mark =
                new SnapshotMark(before.mark().index(), before.mark().term(), set);
        parts.snapshots().known(GROUP, mark);
        return new RestartImage(before.hardState(), mark, LogSummary.empty(mark.index()));
    }

    @Override
    public void waitingFor(List<String> names) {
        waitingFor = List.copyOf(names);
        if (!names.isEmpty()) {
            LOG.info("first-start node={} waiting-for={}", parts.name(), String.join(",", names));
        }
    }

    @Override
    public void removed(String reason) {
        leave(new RaftException(RaftException.Code.REMOVED, reason));
        parts.wakeup().wake();
    }

    /** Whoever asked this member for its removal is to hear that it was done: other news of it may be faster than the leader's answer. */
    private void leave(RaftException why) {
        if (leaving == null) {
            leaving = why;
            leavesAt = parts.clock().nanoTime() + options.electionTimeoutMillis() * TICK_NANOS;
        }
    }

    private RaftException removed() {
        return new RaftException(
                RaftException.Code.REMOVED,
                "this member (" + Long.toUnsignedString(parts.identity().memberId(), 16)
                        + ") was removed from its cluster. A member id is never used again: its data directory may be deleted,"
                        + " and to come back it is added as a new member");
    }

    @Override
    public void refused(String reason) {
        fail(new RaftException(RaftException.Code.IDENTITY_REFUSED, reason));
    }

    /** A leader that met damage hands over first; whoever does not lead ends with this turn. */
    private void goForDamage() {
        RaftException damage = logDamage;
        if (damage != null && leaving == null) {
            leave(damage);
            if (group != null) {
                group.mustNotLead();
            }
        }
    }

    /** Something that the links hand over, in a turn or between two. */
    private void within(java.util.function.Consumer<GroupDriver<R>> input) {
        GroupDriver<R> driver = group;
        if (driver == null || ended) {
            return;
        }
        try {
            if (!turnOpen) {
                openTurn(parts.clock().nanoTime());
                parts.wakeup().wake();
            } else {
                passTime();
            }
            input.accept(driver);
        } catch (MalformedMessageException e) {
            throw e; // the sender's fault: its connection ends, not this node
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    // ---- the log, from its threads

    @Override
    public void persisted(int group, long writeNumber) {
        flushed = new Flushed(writeNumber, parts.clock().nanoTime());
        parts.wakeup().wake();
    }

    @Override
    public void read(LogStore.FoundRecords records) {
        found.add(records);
        parts.wakeup().wake();
    }

    @Override
    public void diskFull(boolean full) {
        diskFull = full;
        if (full) {
            LOG.warn(
                    "disk-full node={} text=\"writes are refused until there is room: make some, they go on by themselves\"",
                    parts.name());
        } else {
            LOG.info("disk-has-room node={}", parts.name());
        }
        parts.wakeup().wake();
    }

    @Override
    public void damaged(String what, Throwable cause) {
        if (logDamage == null) {
            logDamage = new RaftException(
                    RaftException.Code.DISK_FAILED,
                    "the log gave back other bytes than were written: " + what + "; start this member again",
                    cause);
        }
        parts.wakeup().wake();
    }

    @Override
    public void failed(String what, Throwable cause) {
        if (logFailure == null) {
            logFailure = new RaftException(
                    RaftException.Code.DISK_FAILED,
                    "the log cannot be written any more, so nothing can be acknowledged: " + what
                            + "; find out what is wrong with the disk, then start this member again",
                    cause);
        }
        parts.wakeup().wake();
    }

    // ---- any thread

    /** @return false when the node has stopped */
    boolean ask(Object what, @Nullable Object who, long token) {
        boolean taken = inbox.add(what, who, token);
        if (taken) {
            parts.wakeup().wake();
        }
        return taken;
    }

    /** Has the loop end the node in its next turn. */
    public void requestClose() {
        closing = true;
        parts.wakeup().wake();
    }

    /** Whether the caller is the loop, which must not wait for itself. */
    public boolean isLoopThread() {
        return Thread.currentThread() == loopThread;
    }

    Leadership leadership() {
        return leadership;
    }

    CompletableFuture<Void> stopped() {
        return stopped;
    }

    @Nullable
    NodeStatus lastStatus() {
        return lastStatus;
    }

    <T> Refused<T> refused(Refused.Reason reason) {
        return new Refused<>(reason, leadership.leader(), reason == Refused.Reason.STOPPED ? 0 : 10);
    }

    // ---- the end

    /** As {@link #fail}, from any thread, in the loop's next turn. */
    public void failLater(RaftException failure) {
        if (!ask((Runnable) () -> fail(failure), null, 0)) {
            LOG.debug("failed-after-end node={}", parts.name(), failure);
        }
    }

    /** Something from which there is no way on; may be called by whoever drives the agents, on the loop. */
    public void fail(RaftException failure) {
        if (!ended && failure.code() == RaftException.Code.REMOVED) {
            LOG.warn("member-removed node={} text=\"{}\"", parts.name(), failure.getMessage());
            end(failure);
        } else if (!ended) {
            LOG.error(
                    "node-failed node={} code={} reason=\"{}\"",
                    parts.name(),
                    failure.code(),
                    failure.getMessage(),
                    failure);
            end(failure);
        }
    }

    private void fail(Throwable cause) {
        if (cause instanceof RaftException named) {
            fail(named);
            return;
        }
        fail(
                cause instanceof CommittedFactException
                        ? new RaftException(RaftException.Code.COMMITTED_FACT, text(cause), cause)
                        : new RaftException(RaftException.Code.INTERNAL, "the node met a defect: " + cause, cause));
    }

    private void end(@Nullable RaftException failure) {
        ended = true;
        lastStatus = status(failure == null ? null : text(failure));
        inbox.close();
        if (group != null) {
            group.stop();
        }
        for (Object item = inbox.poll(); item != null; item = inbox.poll()) {
            refuse(item);
        }
        publish();
        parts.peers().close();
        if (failure == null) {
            LOG.info("node-stopped node={}", parts.name());
            stopped.complete(null);
        } else {
            stopped.completeExceptionally(failure);
        }
    }

    private void refuse(Object item) {
        if (item instanceof ByteBuffer || item instanceof Extended) {
            proposer(inbox.who()).refused(inbox.token(), refused(Refused.Reason.STOPPED));
        } else if (item instanceof Consistency) {
            ((ReadListener) Objects.requireNonNull(inbox.who()))
                    .refused(inbox.token(), refused(Refused.Reason.STOPPED));
            admission.readsEnded(1);
        } else {
            ((Runnable) item).run();
        }
    }

    /** The time of the turn under way; loop only. */
    long now() {
        return coreNanos;
    }

    boolean hasEnded() {
        return ended;
    }

    @Nullable
    GroupDriver<R> group() {
        return group;
    }

    /** Loop only. */
    NodeStatus status(@Nullable String failure) {
        GroupDriver<R> driver = group;
        Raft raft = driver == null ? null : driver.raft();
        return new NodeStatus(
                parts.name(),
                parts.identity().memberId(),
                parts.identity().clusterId(),
                parts.versions(),
                raft == null ? RoleName.FOLLOWER : raft.role(),
                raft == null ? 0 : raft.currentTerm(),
                raft == null ? 0 : raft.votedFor(),
                raft == null ? 0 : raft.leader(),
                raft == null ? 1 : raft.firstIndex(),
                raft == null ? 0 : raft.lastIndex(),
                raft == null ? 0 : raft.termAt(raft.lastIndex()),
                raft == null ? 0 : raft.commitIndex(),
                raft == null ? 0 : raft.persistedIndex(),
                raft == null ? 0 : raft.lostThrough(),
                driver == null ? 0 : driver.applied(),
                raft == null ? Membership.NONE : raft.membership(),
                driver == null ? SnapshotStatus.NONE : driver.snapshots(),
                driver == null ? StateHashStatus.NONE : driver.stateHash(),
                peers(raft),
                waitingFor,
                admission.bytes(),
                driver == null ? 0 : driver.pendingProposals(),
                admission.reads(),
                lateTurns,
                latestTurnNanos,
                gauge.reason(),
                failure);
    }

    private List<PeerStatus> peers(@Nullable Raft raft) {
        List<PeerStatus> peers = new ArrayList<>();
        if (raft == null) {
            return peers;
        }
        List<PeerState> states = parts.peers().state();
        for (Member member : raft.membership().members()) {
            if (member.id() != parts.identity().memberId()) {
                PeerState state = states.stream()
                        .filter(s -> s.id() == member.id())
                        .findFirst()
                        .orElse(new PeerState(member.id(), "", false, 0, 0, "not connected", 0, null, 0));
                peers.add(new PeerStatus(
                        member.id(),
                        member.name(),
                        state.connected(),
                        raft.nextIndex(member.id()),
                        raft.matchIndex(member.id()),
                        state.remote(),
                        state.waitingBytes(),
                        state.versions(),
                        state.version()));
            }
        }
        return peers;
    }

    private static String text(Throwable e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    @SuppressWarnings("unchecked")
    private static <R> ProposalListener<R> proposer(@Nullable Object who) {
        return (ProposalListener<R>) Objects.requireNonNull(who);
    }
}
