package io.quorate.node.peer;

import io.quorate.node.once.Extension;
import io.quorate.node.peer.Hello.Purpose;
import io.quorate.node.peer.PeerSession.Line;
import io.quorate.node.port.Clock;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.MembershipCodec;
import io.quorate.node.port.PeerLinks;
import io.quorate.node.port.PeerLinks.CloseReason;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.Message;
import io.quorate.raft.Refusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link Peers} over byte streams.
 *
 * <p><b>Who dials.</b> Of each pair the member with the lower id (unsigned) dials both connections, LOG and BULK; a new one of
 * a kind replaces the old, because a side that dials again has lost it. The other side <em>probes</em> while it has no LOG
 * connection: a handshake on a connection of its own that says "I am here, dial me", at once at its start and at once after a
 * loss. So there is never a duel of connections, and still both sides learn at once whether the other refuses connections.
 *
 * <p><b>Hints.</b> A connection that closed and is then refused, or a member that comes back with a higher start counter, is
 * {@link PeerListener#peerLost}. A timeout never is: that is what the election timeout is for.
 *
 * <p><b>Before the set.</b> Until this member holds a set of members ({@link #members}) no message of the core passes, in
 * either direction: without a log nobody votes (see {@link FirstStart}).
 */
public final class PeerSessions implements Peers {
    private static final Logger LOG = LoggerFactory.getLogger(PeerSessions.class);

    /** Connections whose handshake has not come yet, and members that no membership names: bounds on what strangers can hold. */
    private static final int MAX_STRANGERS = 64;

    /** A turn that comes so late means that this process stood still. */
    private static final long PAUSE_NANOS = 1_000_000_000L;

    /** What a log line of a new connection waits for: refusals are tried again at the slowest pace. */
    private static final int REFUSED_FAILURES = 16;

    private final PeersConfig config;
    private final PeerLinks links;
    private final Clock clock;
    private final Entropy entropy;
    private final long self;
    private final long startId;
    private final Admission admission;
    private final FirstStart firstStart;
    private final LeaderlessMajority leaderless = new LeaderlessMajority();

    private final List<PeerSession> sessions = new ArrayList<>();
    /** Every connection that is open, in the order in which they came. */
    private final List<PeerLink> open = new ArrayList<>();

    private final List<PeerLink> dirty = new ArrayList<>();
    private @Nullable PeerListener listener;
    private Membership members = Membership.NONE;
    private boolean firstStartTold;

    /** The node was told of a membership, be it an empty one: its log is there, and messages pass. */
    private boolean logBegan;

    private boolean refusedTold;
    private List<String> waitingTold = List.of();
    private long leader;
    private long lastTurn = Long.MAX_VALUE;
    private long dropped;
    private boolean closed;

    /**
     * @param entropy draws the start id now, and jitter later
     * @throws IllegalArgumentException if the initial members do not contain this one
     */
    public PeerSessions(PeersConfig config, PeerLinks links, Clock clock, Entropy entropy) {
        this.config = config;
        this.links = links;
        this.clock = clock;
        this.entropy = entropy;
        self = config.self().memberId();
        startId = entropy.nextLong();
        admission = new Admission(config.self(), startId, config.leastFrameBytes());
        if (config.initial().size() > 0 && !config.initial().contains(self) && !config.joins()) {
            throw new IllegalArgumentException("member " + Admission.hex(self) + " is not among the initial members");
        }
        firstStart = new FirstStart(config.initial(), self, config.self().incarnation(), config.firstStartMajority());
    }

    // ---- Peers

    @Override
    public void start(PeerListener toHear) {
        listener = toHear;
        if (!holdsSet()) {
            keepSessions(config.initial());
        }
        if (config.joins() && !logBegan) {
            joinExisting();
        }
        links.accept(() -> new PeerLink(this, config, null, null));
    }

    @Override
    public void members(Membership membership) {
        boolean first = !holdsSet();
        boolean tells = first || !Objects.equals(members.member(self), membership.member(self));
        logBegan = true;
        members = membership;
        admission.members(membership);
        keepSessions(membership);
        tellWaiting();
        for (int i = open.size() - 1; i >= 0; i--) {
            recheck(open.get(i), first, tells);
        }
        seekLeaderless();
    }

    @Override
    public void committed(Membership membership) {
        admission.committed(membership);
        refuseRemoved();
    }

    /**
     * One that leads although it was removed is heard until another leads, or nobody: without answers it could not hand over what its
     * followers do not yet hold, and they would wait for an election timeout.
     */
    private void refuseRemoved() {
        for (int i = open.size() - 1; i >= 0; i--) {
            PeerLink link = open.get(i);
            Hello hello = link.hello();
            if (hello != null && link.isUp() && hello.from() != leader && admission.isRemoved(hello.from())) {
                link.refuse(admission.removed(hello));
            }
        }
    }

    /**
     * What was welcome before may not be under the new membership; and who does not know where this member is reached hears it.
     *
     * @param first whether it is the first set: before, nobody was refused for not being in it
     */
    private void recheck(PeerLink link, boolean first, boolean tells) {
        Hello hello = link.hello();
        if (hello == null || !link.isUp()) {
            return;
        }
        // Who leaves is needed until that is committed.
        HandshakeRefusal refusal = first || members.contains(hello.from()) ? admission.refusal(hello, 0) : null;
        if (refusal != null) {
            link.refuse(refusal);
        } else if (tells && link.purpose() == Purpose.LOG) {
            ByteBuffer set = MembershipCodec.encode(members);
            link.sendNow(
                    Frame.finish(Frame.begin(FrameType.SET, set.remaining()).put(set)));
        }
    }

    @Override
    public void leaderIs(long id) {
        boolean changed = (leader == 0) != (id == 0);
        leader = id;
        refuseRemoved();
        if (changed) {
            for (PeerSession session : sessions) {
                tell(session, Frame.finish(Frame.begin(FrameType.KNOWS_LEADER).put((byte) (id == 0 ? 0 : 1))));
            }
            seekLeaderless();
        }
    }

    @Override
    public void send(Message message, List<ByteBuffer> records) {
        PeerSession session = session(message.to());
        offer(session == null ? null : session.log.up, message, records);
    }

    @Override
    public void sendBulk(Message.AppendEntries message, List<ByteBuffer> records) {
        PeerSession session = session(message.to());
        offer(session == null ? null : session.bulk.up, message, records);
    }

    private void offer(@Nullable PeerLink link, Message message, List<ByteBuffer> records) {
        if (link == null || !link.isUp() || !logBegan) {
            dropped++;
            return;
        }
        int bytes = 0;
        for (ByteBuffer part : records) {
            bytes = Math.addExact(bytes, part.remaining());
        }
        boolean sent = (message instanceof Message.AppendEntries append && bytes > link.payloadBound())
                ? offerFirst(link, append, records)
                : link.offer(MessageCodec.encode(message, bytes), records, bytes > 0);
        if (!sent) {
            dropped++;
        }
    }

    /** The bounds of two members may differ: then the core hears from the answers that the rest was lost on the way. */
    private static boolean offerFirst(PeerLink link, Message.AppendEntries message, List<ByteBuffer> records) {
        FirstEntries first = FirstEntries.of(message.entries(), records, link.payloadBound());
        return link.offer(MessageCodec.encode(message, first.count(), first.bytes()), first.records(), true);
    }

    @Override
    public @Nullable Refusal forward(long leaderId, long number, int flags, ByteBuffer payload) {
        PeerSession session = session(leaderId);
        PeerLink link = session == null ? null : session.log.up;
        if (link == null || !link.isUp()) {
            return Refusal.NOT_LEADER;
        }
        if (!link.hasRoomForBulk(Frame.PREFIX_BYTES + FrameType.FORWARD.headerBytes() + payload.remaining())) {
            return Refusal.OVERLOADED; // before it is copied: it may be asked for often
        }
        // The asker may have its buffer back, by its deadline, before the socket has taken the bytes.
        ByteBuffer copy = ByteBuffer.allocate(payload.remaining());
        copy.put(payload.duplicate()).flip();
        ByteBuffer head = Frame.begin(flags == 0 ? FrameType.FORWARD : FrameType.FORWARD_EXTENDED)
                .putLong(number)
                .putInt(Frame.checksum(copy));
        return link.offer(Frame.finish(head, copy.remaining()), List.of(copy), true) ? null : Refusal.OVERLOADED;
    }

    @Override
    public void forwardAccepted(long to, long number, long index, long term) {
        answer(to, number, index, term, (byte) 0);
    }

    @Override
    public void forwardRefused(long to, long number, Refusal reason) {
        answer(to, number, 0, 0, ForwardRefusals.code(reason));
    }

    private void answer(long to, long number, long index, long term, byte refusal) {
        PeerSession session = session(to);
        if (session != null) {
            ByteBuffer frame = Frame.begin(FrameType.FORWARD_ANSWER).putLong(number);
            tell(session, Frame.finish(frame.putLong(index).putLong(term).put(refusal)));
        }
    }

    @Override
    public boolean request(long leaderId, LeaderRequest request) {
        PeerSession session = session(leaderId);
        PeerLink link = session == null ? null : session.log.up;
        return link != null && link.offer(LeaderCodec.encode(request), List.of(), true);
    }

    @Override
    public void answer(long to, LeaderAnswer answer) {
        PeerSession session = session(to);
        if (session != null) {
            tell(session, LeaderCodec.encode(answer));
        }
    }

    @Override
    public boolean tell(long to, HashMessage message) {
        PeerSession session = session(to);
        PeerLink link = session == null ? null : session.log.up;
        return link != null && link.offer(HashCodec.encode(message), List.of(), true);
    }

    private void tell(PeerSession session, ByteBuffer frame) {
        if (session.log.up != null && !session.log.up.offer(frame, List.of(), false)) {
            dropped++;
        }
    }

    @Override
    public void fetchFrom(long id) {
        for (int i = sessions.size() - 1; i >= 0; i--) {
            PeerSession session = sessions.get(i);
            PeerLink link = session.snapshot.up;
            session.fetches = session.id() == id;
            if (link != null && !session.fetches) {
                session.snapshot.up = null; // whoever asked for it does not wait for it any more
                link.close("the snapshot is not fetched from there any more");
            } else if (session.fetches) {
                session.snapshot.retryAtOnce();
                dial(session, session.snapshot, now());
            }
        }
    }

    @Override
    public boolean transfer(long to, Transfer transfer) {
        PeerLink link = transferLink(to, transfer);
        return link != null && link.offer(TransferCodec.encode(transfer, 0), List.of(), false);
    }

    @Override
    public int transferPiece(long to, Transfer.Piece piece) {
        PeerLink link = transferLink(to, piece);
        if (link == null) {
            return 0;
        }
        int bound = Math.min(link.payloadBound(), config.frameBytes() / 2);
        int bytes = Math.min(piece.bytes().remaining(), bound);
        ByteBuffer part = piece.bytes().slice(piece.bytes().position(), bytes);
        return link.offer(TransferCodec.encode(piece, bytes), List.of(part), true) ? bytes : 0;
    }

    private @Nullable PeerLink transferLink(long to, Transfer transfer) {
        PeerSession session = session(to);
        PeerLink link = session == null ? null : transfer.isByFetcher() ? session.snapshot.up : session.serving;
        return link != null && link.isUp() && logBegan ? link : null;
    }

    @Override
    public void flush() {
        for (int i = 0; i < dirty.size(); i++) {
            dirty.get(i).flush();
        }
        dirty.clear();
    }

    /** It asks the sessions of that moment, which know of their bytes also when nobody knows of them any more. */
    @Override
    public BooleanSupplier released() {
        List<PeerSession> holding = new ArrayList<>();
        List<Long> through = new ArrayList<>();
        for (PeerSession session : sessions) {
            long queued = session.queuedBytes();
            if (session.sentBytes() < queued) {
                holding.add(session);
                through.add(queued);
            }
        }
        return () -> {
            for (int k = 0; k < holding.size(); k++) {
                if (holding.get(k).sentBytes() < through.get(k)) {
                    return false;
                }
            }
            return true;
        };
    }

    /** Bytes handed to that member's connections, but for bulk; never falls while it is known. */
    long queuedBytes(long id) {
        PeerSession session = session(id);
        return session == null ? 0 : session.queuedBytes();
    }

    /** Of {@link #queuedBytes}: bytes that a socket has taken or that died with a connection; nobody holds their buffers. */
    long sentBytes(long id) {
        PeerSession session = session(id);
        return session == null ? 0 : session.sentBytes();
    }

    /** Messages that found no connection, or no room on it, in the life of this object. */
    public long droppedMessages() {
        return dropped;
    }

    /** Ids whose starts are remembered. */
    int remembered() {
        return admission.remembered();
    }

    /** Connections that stand, of both kinds. */
    int connections() {
        return (int) open.stream().filter(PeerLink::isUp).count();
    }

    @Override
    public List<PeerState> state() {
        List<PeerState> states = new ArrayList<>();
        for (PeerSession session : sessions) {
            Admission.Seen seen = admission.seen(session.id());
            PeerLink up = session.log.up;
            states.add(new PeerState(
                    session.id(),
                    up == null ? "" : up.name(),
                    session.isConnected(),
                    seen == null ? 0 : seen.incarnation(),
                    seen == null ? 0 : seen.startCounter(),
                    up == null ? session.problem : up.remote(),
                    up == null ? 0 : up.waitingBytes(),
                    up == null || up.hello() == null ? null : up.hello().versions(),
                    up == null ? 0 : up.version()));
        }
        return states;
    }

    @Override
    public void close() {
        closed = true;
        listener = null;
        for (PeerLink link : List.copyOf(open)) {
            link.close("this member closes");
        }
    }

    // ---- time

    @Override
    public long turn(long now) {
        if (closed || listener == null) {
            return NEVER;
        }
        excusePause(now);
        if (!firstStartTold && !logBegan && !config.joins()) {
            tellWaiting();
            if (config.initial().size() > 0 && firstStart.isComplete()) {
                adopt(firstStart.set().atVersion(config.versions().oldest()));
            }
        }
        long next = NEVER;
        for (int i = sessions.size() - 1; i >= 0; i--) {
            PeerSession session = sessions.get(i);
            next = Math.min(next, dial(session, session.log, now));
            next = Math.min(next, dial(session, session.bulk, now));
            next = Math.min(next, dial(session, session.probe, now));
            next = Math.min(next, dial(session, session.snapshot, now));
        }
        for (int i = open.size() - 1; i >= 0; i--) {
            next = Math.min(next, open.get(i).turn(now));
        }
        return next;
    }

    private void excusePause(long now) {
        if (now > lastTurn && now - lastTurn > Math.max(PAUSE_NANOS, 2_000_000L * config.pingMillis())) {
            open.forEach(link -> link.excuse(now));
        }
        lastTurn = now;
    }

    /** @return when that line wants its next attempt */
    private long dial(PeerSession session, Line line, long now) {
        if (!session.wants(line)) {
            return NEVER;
        }
        if (now < line.retryAt) {
            return line.retryAt;
        }
        PeerLink link = new PeerLink(this, config, session, line.purpose);
        line.trying = link;
        links.connect(session.url(line), link);
        return NEVER;
    }

    long now() {
        return clock.nanoTime();
    }

    // ---- what connections say

    void opened(PeerLink link) {
        open.add(link);
        if (closed) {
            link.close("this member closes");
        } else if (link.isStranger()) {
            boundStrangers();
        }
    }

    /** The one that came first goes: a member says its handshake at once, whoever holds a place in silence does not. */
    private void boundStrangers() {
        if (open.stream().filter(PeerLink::isStranger).count() > MAX_STRANGERS) {
            open.stream()
                    .filter(PeerLink::isStranger)
                    .findFirst()
                    .ifPresent(oldest -> oldest.close("too many connections without a handshake"));
        }
    }

    void dirty(PeerLink link) {
        dirty.add(link);
    }

    Hello hello(Purpose purpose, long to, boolean noAddress) {
        return new Hello(
                config.versions(),
                purpose,
                config.frameBytes(),
                config.self().clusterId(),
                config.self().epoch(),
                self,
                to,
                config.self().incarnation(),
                config.self().startCounter(),
                startId,
                leader != 0,
                isJoining(),
                noAddress,
                config.name(),
                holdsSet() ? members : null);
    }

    void greeted(PeerLink link, Hello hello) {
        if (hello.purpose() == Purpose.ASK) {
            link.sendNow(hello(Purpose.ASK, 0, false).encode());
            link.linger();
            return;
        }
        PeerSession dialled = link.dialled();
        HandshakeRefusal refusal = admission.refusal(hello, dialled == null ? 0 : dialled.id());
        if (refusal == null && dialled == null && session(hello.from()) == null && unknown() >= MAX_STRANGERS) {
            refusal = new HandshakeRefusal(
                    HandshakeRefusal.Reason.TOO_MANY,
                    unknown() + " members are connected here that no membership names; the bound is " + MAX_STRANGERS);
        }
        if (refusal != null) {
            link.refuse(refusal);
        } else if (isReadable(link, hello) && setAllows(link, hello)) {
            welcome(link, hello);
        }
    }

    /** The cluster may have gone on to a version that this build does not know. Only who was called here is believed to that extent. */
    private boolean isReadable(PeerLink link, Hello hello) {
        Membership set = hello.set();
        String tooOld = set == null ? null : config.versions().refusal(set.version());
        if (tooOld == null) {
            return true;
        }
        link.close("the cluster has another version");
        if (link.dialled() != null) {
            stop("member " + Admission.hex(self) + " cannot take part: " + tooOld);
        }
        return false;
    }

    private long unknown() {
        return sessions.stream().filter(session -> session.member == null).count();
    }

    /** A member without a set takes the one that names its incarnation; any other means that the cluster exists without it. */
    private boolean setAllows(PeerLink link, Hello hello) {
        Membership set = hello.set();
        if (isJoining()) {
            return set == null || setNames(link, hello, set);
        }
        if (holdsSet() || firstStartTold) {
            return true;
        }
        if (set == null) {
            firstStart.told(hello.from(), hello.incarnation());
            return true;
        }
        Member me = set.member(self);
        long mine = config.self().incarnation();
        if (me != null && (me.incarnation() == mine || (me.incarnation() == 0 && config.firstStartMajority()))) {
            if (set.index() == 0) {
                adopt(set);
            } else {
                joinExisting(); // The log tells this set, and those before it.
            }
            return true;
        }
        return refuseSet(link, hello, me);
    }

    /** Of one that joins: peers may not have read yet that it was added; nobody else may hold its place. */
    private boolean setNames(PeerLink link, Hello hello, Membership set) {
        Member me = set.member(self);
        boolean isMine = me == null
                || !me.isStarted()
                || me.incarnation() == config.self().incarnation();
        return isMine || refuseSet(link, hello, me);
    }

    private boolean refuseSet(PeerLink link, Hello hello, @Nullable Member me) {
        long mine = config.self().incarnation();
        String known = me == null
                ? "does not name this member"
                : "knows incarnation " + Admission.hex(me.incarnation()) + " of this member";
        link.close("the cluster exists already");
        stop("member " + Admission.hex(self) + " has an empty data directory (incarnation " + Admission.hex(mine)
                + "), but its peer " + Admission.hex(hello.from()) + " belongs to a cluster that exists already and "
                + known + ": it must not vote under its old id. " + Admission.howToComeBack());
        return false;
    }

    /** The cluster exists and knows this member; what it has agreed on so far comes with the log. */
    private void joinExisting() {
        if (!firstStartTold && listener != null) {
            firstStartTold = true;
            LOG.info("joining members={}", config.initial().size());
            listener.firstStartComplete(Membership.NONE);
        }
    }

    /** Until its log tells a membership: whatever it says of its own comes from outside of the log. */
    private boolean isJoining() {
        return !holdsSet() && (config.joins() || logBegan);
    }

    private void adopt(Membership set) {
        if (!firstStartTold && listener != null) {
            firstStartTold = true;
            LOG.info("first-start-complete members={}", set.size());
            listener.firstStartComplete(set);
        }
    }

    private void welcome(PeerLink link, Hello hello) {
        PeerSession session = link.dialled() != null ? link.dialled() : sessionOrNew(hello.from());
        Admission.Seen before = admission.seen(hello.from());
        admission.admit(hello);
        session.told(hello.set());
        if (link.dialled() == null) {
            link.sendNow(
                    hello(hello.purpose(), hello.from(), session.member == null).encode());
        }
        session.cannotDial |= hello.noAddress();
        link.up(session, hello);
        if (before != null && hello.startCounter() > before.startCounter()) {
            newLife(session, link, before, hello);
        }
        switch (hello.purpose()) {
            case LOG, BULK -> stands(session, link, hello);
            case SNAPSHOT -> {
                if (link.dialled() == null) {
                    serves(session, link);
                } else if (session.fetches) {
                    stands(session, link, hello);
                } else {
                    link.close("the snapshot is not fetched from there any more");
                }
            }
            case PROBE -> probed(session, link);
            case ASK -> throw new IllegalStateException("answered before");
        }
        tellWaiting();
    }

    /** Connections of an earlier life are dead, whether or not the network has said so. */
    private void newLife(PeerSession session, PeerLink fresh, Admission.Seen before, Hello hello) {
        LOG.info(
                "peer-restarted id={} starts={} before={}",
                Admission.hex(session.id()),
                hello.startCounter(),
                before.startCounter());
        for (PeerLink link : List.copyOf(open)) {
            if (link != fresh && link.session() == session) {
                link.close("it has started anew");
            }
        }
        session.newLife = true;
        if (session.wasUp) {
            reportLost(session);
        }
    }

    private void stands(PeerSession session, PeerLink link, Hello hello) {
        Line line = session.line(hello.purpose());
        PeerLink old = line.up;
        line.up = link;
        line.trying = line.trying == link ? null : line.trying;
        line.failures = 0;
        if (line == session.log) {
            session.count(link);
            session.knowsLeader = hello.knowsLeader();
            session.problem = "";
            logStands(session, old, link);
        }
        if (old != null && old != link) {
            old.close("replaced by a newer connection");
        }
    }

    /** One who fetches again has lost the connection that it had. */
    private void serves(PeerSession session, PeerLink link) {
        PeerLink old = session.serving;
        session.serving = link;
        if (old != null) {
            old.close("replaced by a newer connection");
            transferEnded(session, false);
        }
    }

    private void transferEnded(PeerSession session, boolean fetching) {
        if (listener != null) {
            listener.transferEnded(session.id(), fetching);
        }
    }

    private void logStands(PeerSession session, @Nullable PeerLink old, PeerLink link) {
        LOG.info("peer-connected id={} remote={}", Admission.hex(session.id()), link.remote());
        if (old != null && listener != null) {
            listener.disconnected(session.id());
        }
        if (session.lostReported && listener != null) {
            session.lostReported = false;
            if (!session.newLife) {
                listener.peerBack(session.id());
            }
        }
        session.newLife = false;
        session.wasUp = true;
        session.gone = false;
        seekLeaderless();
    }

    /** On the prober's side the answer has come, and it closes; on the other side: dial, and find out whether ours stand. */
    private void probed(PeerSession session, PeerLink link) {
        if (link.dialled() != null) {
            session.probe.trying = null;
            session.problem = "reached; waiting for its connection";
            backOff(session.probe);
            link.close("probe answered");
            return;
        }
        link.linger();
        session.retryAtOnce();
        for (PeerLink other : List.copyOf(open)) {
            if (other.session() == session && other.isUp()) {
                other.ping();
            }
        }
    }

    void frame(PeerLink link, FrameType type, ByteBuffer header, ByteBuffer payload) {
        PeerSession session = link.session();
        Hello hello = link.hello();
        if (session == null || hello == null || listener == null || !isInUse(session, link, hello.purpose())) {
            return;
        }
        if (type != FrameType.PING && type.isTransfer() != (hello.purpose() == Purpose.SNAPSHOT)) {
            throw new MalformedFrameException(type + " on a connection for " + hello.purpose());
        }
        if (type.isMessage()) {
            message(session, MessageCodec.decode(type, header, payload), payload, listener);
            return;
        }
        switch (type) {
            case PING -> {}
            case KNOWS_LEADER -> {
                session.knowsLeader = header.get() != 0;
                seekLeaderless();
            }
            case SET -> {
                Membership set = Hello.set(header);
                session.told(set);
                setAllows(link, hello.with(set));
            }
            case FORWARD -> forwarded(session, header, 0, payload, listener);
            case FORWARD_EXTENDED -> forwarded(session, header, LogRecord.FLAG_EXTENSION, payload, listener);
            case FORWARD_ANSWER -> forwardAnswered(session, header, listener);
            case LEADER_REQUEST -> listener.requested(session.id(), LeaderCodec.request(header));
            case LEADER_ANSWER -> listener.requestAnswered(session.id(), LeaderCodec.answer(header));
            case STATE_HASH -> listener.told(session.id(), HashCodec.decode(header));
            case SNAPSHOT_ASK, SNAPSHOT_OFFER, SNAPSHOT_READ, SNAPSHOT_PIECE, SNAPSHOT_NOTHING ->
                transferred(session, link, TransferCodec.decode(type, header, payload), listener);
            default -> throw new MalformedFrameException(type + " after the handshake");
        }
    }

    private static boolean isInUse(PeerSession session, PeerLink link, Purpose purpose) {
        return session.line(purpose).up == link || session.serving == link;
    }

    private void transferred(PeerSession session, PeerLink link, Transfer transfer, PeerListener to) {
        if (transfer.isByFetcher() == (link.dialled() != null)) {
            throw new MalformedFrameException("the wrong side of a connection for snapshots said " + transfer);
        }
        if (logBegan) {
            to.transferred(session.id(), transfer);
        }
    }

    private void message(PeerSession session, Message message, ByteBuffer records, PeerListener to) {
        if (message.from() != session.id() || message.to() != self) {
            throw new MalformedFrameException("a message from " + Admission.hex(message.from()) + " to "
                    + Admission.hex(message.to()) + " on the connection of " + Admission.hex(session.id()) + " to "
                    + Admission.hex(self));
        }
        requireReadable(message);
        if (logBegan) {
            to.received(message, records);
        } else {
            dropped++;
        }
    }

    /** Behind the handshake, which knows the cluster version as its sender did: nothing of a later one reaches the log. */
    private void requireReadable(Message message) {
        if (message instanceof Message.AppendEntries append) {
            for (MembershipAt at : append.entries().memberships()) {
                String refusal = config.versions().refusal(at.membership().version());
                if (refusal != null) {
                    throw new MalformedFrameException("the entry " + at.index() + ": " + refusal);
                }
            }
        }
    }

    private static void forwarded(
            PeerSession session, ByteBuffer header, int flags, ByteBuffer payload, PeerListener to) {
        long number = header.getLong();
        if (header.getInt() != Frame.checksum(payload)) {
            throw new MalformedFrameException("the checksum of a forwarded command does not hold");
        }
        String flaw = flags == 0 ? null : Extension.flaw(payload);
        if (flaw != null) {
            throw new MalformedFrameException("a forwarded command: " + flaw);
        }
        to.forwarded(session.id(), number, flags, payload);
    }

    private static void forwardAnswered(PeerSession session, ByteBuffer header, PeerListener to) {
        long number = header.getLong();
        long index = header.getLong();
        long term = header.getLong();
        byte refusal = header.get();
        if (refusal != 0) {
            to.forwardRefused(session.id(), number, ForwardRefusals.of(refusal));
        } else if (index < 1 || term < 1) {
            throw new MalformedFrameException("a forwarded command accepted at index " + index + " of term " + term);
        } else {
            to.forwardAccepted(session.id(), number, index, term);
        }
    }

    void tooLarge(PeerLink link, long bytes, int bound) {
        LOG.error(
                "peer-frame-too-large remote={} bytes={} bound={} text=\"give all members the same bounds\"",
                link.remote(),
                bytes,
                bound);
    }

    // ---- connections that end

    void refusedHere(PeerLink link, HandshakeRefusal refusal) {
        LOG.warn("peer-refused remote={} reason={} {}", link.remote(), refusal.reason(), refusal.text());
        PeerSession session = link.dialled();
        if (session != null && link.purpose() != null) {
            session.line(link.purpose()).failures = REFUSED_FAILURES;
        }
    }

    void refusedByPeer(PeerLink link, HandshakeRefusal refusal) {
        LOG.error("refused-by-peer remote={} reason={} {}", link.remote(), refusal.reason(), refusal.text());
        PeerSession session = link.dialled();
        if (session != null && link.purpose() != null) {
            session.line(link.purpose()).failures = REFUSED_FAILURES;
        }
        // Only who was called at a member's own address is believed to that extent: whoever calls here may be anybody.
        // A
        // member that has to stop dials too, or knocks, and hears it there.
        if (refusal.reason() == HandshakeRefusal.Reason.REMOVED && session != null) {
            stopRemoved(refusal.text());
        } else if (refusal.reason().isFatal() && session != null) {
            stop("refused by its peers: " + refusal.text());
        }
    }

    private void stopRemoved(String why) {
        if (!refusedTold && listener != null) {
            refusedTold = true;
            listener.removed(why);
        }
    }

    private void stop(String why) {
        if (!refusedTold && listener != null) {
            refusedTold = true;
            listener.refused(why);
        }
    }

    void closed(PeerLink link, CloseReason reason, String detail) {
        open.remove(link);
        dirty.remove(link);
        PeerSession dialled = link.dialled();
        if (dialled != null && link.purpose() != null) {
            attemptEnded(dialled, dialled.line(link.purpose()), link, reason, detail);
        }
        PeerSession session = link.session();
        if (session != null) {
            session.retire(link);
            standingEnded(session, link, detail);
            if (session.member == null && session.isIdle()) {
                sessions.remove(session);
                admission.forget(session.id());
            }
        } else if (dialled == null && !detail.isEmpty()) {
            LOG.info("peer-connection-closed remote={} {}", link.remote(), detail);
        }
    }

    private void attemptEnded(PeerSession session, Line line, PeerLink link, CloseReason reason, String detail) {
        if (line.trying != link) {
            return;
        }
        line.trying = null;
        session.problem = detail;
        backOff(line);
        if (reason == CloseReason.REFUSED && session.gone) {
            reportLost(session);
        }
    }

    private void standingEnded(PeerSession session, PeerLink link, String detail) {
        if (session.bulk.up == link) {
            session.bulk.up = null;
            session.bulk.retryAtOnce();
        }
        if (session.snapshot.up == link) {
            session.snapshot.up = null;
            session.snapshot.retryAtOnce();
            transferEnded(session, true);
        }
        if (session.serving == link) {
            session.serving = null;
            transferEnded(session, false);
        }
        if (session.log.up != link) {
            return;
        }
        LOG.info("peer-disconnected id={} remote={} {}", Admission.hex(session.id()), link.remote(), detail);
        session.log.up = null;
        session.gone = true;
        session.knowsLeader = false;
        session.problem = detail;
        session.retryAtOnce();
        if (listener != null) {
            listener.disconnected(session.id());
        }
        seekLeaderless();
    }

    private void backOff(Line line) {
        line.failures++;
        long base = (long) config.backoffMinMillis() << Math.min(line.failures - 1, REFUSED_FAILURES);
        long nanos = Math.min(base, config.backoffMaxMillis()) * 1_000_000L;
        line.retryAt = now() + nanos / 2 + Long.remainderUnsigned(entropy.nextLong(), nanos / 2 + 1);
    }

    private void reportLost(PeerSession session) {
        if (!session.lostReported && listener != null) {
            session.lostReported = true;
            listener.peerLost(session.id());
        }
    }

    // ---- membership

    private boolean holdsSet() {
        return members.size() > 0;
    }

    private @Nullable PeerSession session(long id) {
        for (int i = 0; i < sessions.size(); i++) {
            if (sessions.get(i).id() == id) {
                return sessions.get(i);
            }
        }
        return null;
    }

    private PeerSession sessionOrNew(long id) {
        PeerSession session = session(id);
        if (session == null) {
            session = new PeerSession(id, Long.compareUnsigned(self, id) < 0, null);
            sessions.add(session);
        }
        return session;
    }

    /**
     * Whoever left is not dialled any more; what still stands is used until it closes. A log that does not name this member yet
     * is of the past: until it does, those who announced it are dialled, too.
     */
    private void keepSessions(Membership newest) {
        Membership also = newest.contains(self) ? Membership.NONE : config.initial();
        for (Membership each : List.of(also, newest)) {
            for (Member member : each.members()) {
                if (member.id() != self) {
                    sessionOrNew(member.id()).member = member;
                }
            }
        }
        for (int i = sessions.size() - 1; i >= 0; i--) {
            PeerSession session = sessions.get(i);
            if (!newest.contains(session.id()) && !also.contains(session.id())) {
                session.member = null;
                if (session.isIdle()) {
                    sessions.remove(i);
                }
            }
        }
    }

    private void tellWaiting() {
        List<String> waiting = logBegan || firstStartTold || config.joins() ? List.of() : firstStart.waitingFor();
        if (!waiting.equals(waitingTold) && listener != null) {
            waitingTold = waiting;
            listener.waitingFor(waiting);
        }
    }

    private void seekLeaderless() {
        boolean found = holdsSet() && leader == 0 && leaderless.holds(members, self, sessions);
        if (leaderless.begins(found) && listener != null) {
            listener.majorityWithoutLeader();
        }
    }
}
