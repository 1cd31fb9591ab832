package io.quorate.sim.node;

import io.quorate.node.RaftException;
import io.quorate.node.RaftOptions;
import io.quorate.node.internal.Applier;
import io.quorate.node.internal.NodeHandle;
import io.quorate.node.internal.NodeLoop;
import io.quorate.node.internal.NodeParts;
import io.quorate.node.peer.PeerSessions;
import io.quorate.node.peer.PeerState;
import io.quorate.node.peer.PeersConfig;
import io.quorate.node.port.Agent;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.Identity;
import io.quorate.node.port.LogStore;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.raft.Effects;
import io.quorate.raft.Message;
import io.quorate.raft.Replay;
import io.quorate.raft.RestartImage;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.Mark;
import io.quorate.storage.DataDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One life of a member's process: the production classes, wired as the library wires them, with virtual time and chance. */
final class MemberLife implements SimLog.Watch, SimSnapshots.Watch, SimPeers.Watch, CheckedStore.Watch {
    private static final long MICRO = 1_000;
    private static final int FULL_RETRY_MILLIS = 100;

    final SimMember member;
    final CheckedStore store;
    final NodeHandle<Reply> handle;
    private final NodeWorld world;
    private final NodeLoop<Reply> loop;
    private final SimLog log;
    private final SimSnapshots files;
    private final PeerSessions sessions;
    private final SimNet.Endpoint links;
    private final DataDirectory directory;
    private final KeyedRandom.Stream scheduler;
    private final List<AgentDriver> drivers = new ArrayList<>();
    private final AgentDriver loopDriver;
    private final AgentDriver writer;
    private final AgentDriver housekeeping;
    private final AgentDriver snapshots;
    private final List<Runnable> reports = new ArrayList<>();
    private final List<Runnable> postponed = new ArrayList<>();
    private long allocatedBytes;
    private boolean inTurn;
    private boolean ended;

    /** Whether it was last heard to say that its state is not that of a majority. */
    boolean differs;

    /** Whether it said when it was asked last that its own state counts where majorities are counted. */
    boolean counts = true;

    MemberLife(NodeWorld world, SimMember member) throws IOException {
        this.world = world;
        this.member = member;
        KeyedRandom random = world.script.random();
        long key = KeyedRandom.key(member.number, member.lives());
        scheduler = random.stream(Purpose.SCHEDULER, key);
        KeyedRandom.Stream drawn = random.stream(Purpose.ENTROPY, key);
        Entropy entropy = drawn::next;
        loopDriver = driver(0, 50);
        writer = driver(5, 100);
        housekeeping = driver(20, 300);
        snapshots = driver(20, 300);
        NodeSettings settings = world.settings;
        directory = DataDirectory.open(
                member.disk.open(),
                NodeSettings.CLUSTER_ID,
                member.member.id(),
                settings.log(FULL_RETRY_MILLIS, member.versions()),
                settings.snapshots(),
                entropy);
        log = new SimLog(directory.log(), this);
        files = new SimSnapshots(directory.snapshots(), settings.answerBytes(), this);
        links = world.net.endpoint(member.number, loopDriver);
        store = new CheckedStore(member.number, world.application, world.applied, settings.quick(), this);
        RaftOptions options = settings.options();
        PeersConfig peers = settings.peers(
                directory.identity(), member.member.name(), member.joins() ? world.memberships.newest() : null);
        sessions = new PeerSessions(peers.speaking(member.versions()), links, member.clock, entropy);
        loop = new NodeLoop<>(new NodeParts<>(
                member.member.name(),
                directory.identity(),
                member.versions(),
                options,
                store,
                log,
                files,
                new SimPeers(sessions, this),
                member.clock,
                member.clock::wallMillis,
                entropy,
                settings.keyLimits(),
                Runnable::run,
                member::happened,
                new Replay(new CoreTeller(world, member))::piece,
                loopDriver,
                4 << 10,
                this::chunk));
        handle = loop.handle();
        var unused = handle.stopped().whenComplete((nothing, failure) -> stopped(failure));
    }

    private ByteBuffer chunk(int bytes) {
        allocatedBytes += bytes;
        return ByteBuffer.allocate(bytes);
    }

    /** Of memory for entries, since the life began: no less than what it holds. */
    long allocatedBytes() {
        return allocatedBytes;
    }

    /** Given to connections, and not taken by the system yet. */
    long waitingBytes() {
        return links.waitingBytes();
    }

    private AgentDriver driver(int leastMicros, int mostMicros) {
        AgentDriver driver = new AgentDriver(
                world.queue, member.clock, () -> scheduler.between(leastMicros * MICRO, mostMicros * MICRO));
        drivers.add(driver);
        return driver;
    }

    Identity identity() {
        return directory.identity();
    }

    @Nullable
    RestartImage recovered() {
        List<LogStore.GroupImage> images = log.recovered();
        return images.isEmpty() ? null : images.get(0).image();
    }

    /** How often that member had started when this one last heard it; 0 if it never did. */
    long seenStarts(long id) {
        for (PeerState state : sessions.state()) {
            if (state.id() == id) {
                return state.startCounter();
            }
        }
        return 0;
    }

    void begin() {
        if (ended) {
            return;
        }
        log.wakeups(writer, housekeeping);
        files.wakeup(snapshots);
        Applier<Reply> applier = loop.applier();
        if (applier != null) {
            AgentDriver applying = driver(10, 500);
            applier.wakeups(applying, loopDriver);
            applying.drive(applier);
        }
        loopDriver.drive(loop);
        writer.drive(now -> turn(log.writer(), writer, now));
        housekeeping.drive(now -> turn(log.housekeeping(), housekeeping, now));
        snapshots.drive(now -> turn(files.agent(), snapshots, now));
        if (member.isPaused()) {
            pause();
        }
    }

    /** A turn of an agent that works on the disk: what it reports is heard when its calls are done. */
    private long turn(Agent agent, AgentDriver driver, long now) {
        inTurn = true;
        try {
            return agent.turn(now);
        } catch (PowerLoss e) {
            reports.clear();
            world.queue.after(0, () -> powerLost());
            end(false);
            return Agent.NEVER;
        } finally {
            inTurn = false;
            long spent = member.disk.takeSpent();
            driver.busyUntil(world.queue.now() + spent);
            for (Runnable report : reports) {
                world.queue.after(spent, () -> hear(report));
            }
            reports.clear();
        }
    }

    private void powerLost() {
        if (member.life() == this) {
            world.faults.loseArmedPower(member);
        }
    }

    private void hear(Runnable report) {
        if (ended) {
            return;
        }
        if (member.isPaused()) {
            postponed.add(report);
        } else {
            report.run();
        }
    }

    private void stopped(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RaftException reason) {
            world.queue.after(0, () -> member.stopped(this, reason));
        }
    }

    void end(boolean told) {
        if (!ended) {
            ended = true;
            files.cutShort(member.model().markIndex(), world.ledger);
            drivers.forEach(AgentDriver::stop);
            links.die(told);
        }
    }

    void pause() {
        drivers.forEach(AgentDriver::hold);
        links.pause();
    }

    void resume() {
        List<Runnable> due = List.copyOf(postponed);
        postponed.clear();
        drivers.forEach(AgentDriver::resume);
        due.forEach(this::hear);
        links.resume();
    }

    void wakeAll() {
        drivers.forEach(AgentDriver::wake);
    }

    // ---- what passes between the loop and its log

    @Override
    public void submitted(LogStore.LogWrite write) {
        world.judge.check(() -> NodeRule.WIPED_STAYS_OUT.require(
                !member.mustStayOut() || world.judge.hasUnseen(),
                () -> member.member.name() + " took part with an empty directory under its old name"));
        member.model().submitted(write);
        world.stateFaults.submitted(member, write);
    }

    @Override
    public void reported() {
        world.judge.check(() -> NodeRule.NO_WORD_AFTER_FAILURE.require(
                !member.disk.hasFailed(), () -> member.member.name() + " called something durable after a failure"));
    }

    @Override
    public void persisted(long number) {
        for (Effects.Write write : member.model().persisted(number)) {
            if (world.listener.isListening()) {
                world.listener.happened(new Happening.Flushed(world.queue.now(), member.number, write));
            }
        }
    }

    @Override
    public void whenDone(Runnable report) {
        if (inTurn) {
            reports.add(report);
        } else {
            hear(report);
        }
    }

    @Override
    public void diskFull(boolean full) {
        if (!full) {
            world.ledger.hit(Mark.SPACE_CAME_BACK);
        }
    }

    @Override
    public void removedBefore(long index) {
        world.judge.check(() -> NodeRule.LOG_KEEPS_THE_REST.require(
                index <= member.model().markIndex() + 1,
                () -> member.member.name() + " lets go of entries before " + index + " with " + member.model()));
    }

    // ---- what passes between the loop and its snapshots

    @Override
    public void droppedBefore(long index) {
        world.judge.check(() -> NodeRule.SNAPSHOT_STAYS.require(
                index <= member.model().markIndex(),
                () -> member.member.name() + " lets go of snapshots before " + index + " with " + member.model()));
    }

    @Override
    public void fetchBegins(long offset) {
        if (offset > 0) {
            world.ledger.hit(Mark.FETCH_WENT_ON);
        }
        world.faults.fetchBegins(member.number);
    }

    @Override
    public void refused(SnapshotRefusal reason) {
        if (reason == SnapshotRefusal.DISK_FULL) {
            world.ledger.hit(Mark.SNAPSHOT_WITHOUT_ROOM);
        }
    }

    // ---- what passes between the loop and its peers

    @Override
    public void sent(Message message) {
        if (world.listener.isListening()) {
            int to = SimMember.number(message.to());
            world.listener.happened(new Happening.Sent(world.queue.now(), member.number, to, message));
        }
        world.judge.check(() -> world.promises.sent(message, member.model()));
        member.sent(message);
    }

    @Override
    public void delivered(Message message) {
        if (world.listener.isListening()) {
            int from = SimMember.number(message.from());
            world.listener.happened(new Happening.Delivered(world.queue.now(), from, member.number, message));
        }
        world.judge.check(() -> world.promises.delivered(message));
        world.judge.check(() -> world.memberships.delivered(member, message));
    }

    // ---- what the store does

    @Override
    public void applied(long index, long term, int operation) {
        world.hash.event(EventKind.APPLIED.code());
        world.hash.mix(member.number);
        world.hash.mix(index);
        world.hash.mix(operation);
        if (world.listener.isListening()) {
            world.listener.happened(new Happening.Applied(world.queue.now(), member.number, index, term, operation));
        }
    }

    @Override
    public void scarred() {
        world.stateFaults.scarred(member);
    }

    @Override
    public Judge judge() {
        return world.judge;
    }
}
