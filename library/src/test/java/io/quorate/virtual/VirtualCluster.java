package io.quorate.virtual;

import io.quorate.internal.DataDirectory;
import io.quorate.kv.Result;
import io.quorate.node.RaftOptions;
import io.quorate.node.internal.Applier;
import io.quorate.node.internal.NodeHandle;
import io.quorate.node.internal.NodeLoop;
import io.quorate.node.internal.NodeParts;
import io.quorate.node.peer.PeerSessions;
import io.quorate.node.peer.PeersConfig;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.Identity;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.Disk;
import io.quorate.storage.LogOptions;
import io.quorate.storage.MemoryDisk;
import io.quorate.storage.MemoryDisk.Loss;
import io.quorate.storage.SegmentedLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Some members with their disks and links; all of them, and all chance, in one thread. */
final class VirtualCluster {
    private static final long CLUSTER_ID = 0xc1;
    private static final int SEGMENT_BYTES = 64 << 10;
    private static final int TURN_BYTES = 8 << 10;

    static final RaftOptions OPTIONS = RaftOptions.builder()
            .maxCommandBytes(1 << 10)
            .maxInFlightBytes(64 << 10)
            .appendBytes(4 << 10)
            .windowBytes(16 << 10)
            .turnBytes(TURN_BYTES)
            .forwardToLeader(true)
            .build();

    /** The power goes while the disk is at work. Not an exception: nothing may catch it. */
    static final class PowerLoss extends Error {
        private static final long serialVersionUID = 1L;
    }

    final Random random;
    final VirtualTime time = new VirtualTime();
    final Trace trace = new Trace(time);
    final VirtualNet net;
    final List<Node> nodes = new ArrayList<>();
    private final RaftOptions options;
    private final boolean quick;
    private final UnaryOperator<Disk> decorator;
    private final Membership initial;

    VirtualCluster(long seed, int size, RaftOptions options, UnaryOperator<Disk> decorator) {
        this.random = new Random(seed);
        this.options = options;
        this.quick = random.nextBoolean();
        this.decorator = decorator;
        this.net = new VirtualNet(time, random, trace);
        List<Member> members = new ArrayList<>();
        for (int k = 1; k <= size; k++) {
            members.add(new Member(k, 0, "n" + k, List.of("http://n" + k)));
        }
        initial = Membership.ofVoters(members);
        for (Member member : members) {
            nodes.add(new Node(member));
        }
    }

    void startAll() {
        nodes.forEach(Node::start);
    }

    List<Node> alive() {
        return nodes.stream().filter(Node::isAlive).toList();
    }

    @Nullable
    Node leader() {
        return alive().stream()
                .filter(node -> node.handle().leadership().isLeader())
                .findFirst()
                .orElse(null);
    }

    /** Runs until somebody leads, at most for that long. */
    Node awaitLeader(long millis) {
        for (long passed = 0; passed < millis; passed++) {
            Node leader = leader();
            if (leader != null) {
                return leader;
            }
            time.runMillis(1);
        }
        throw new AssertionError("nobody led within " + millis + " ms");
    }

    private long micros(int least, int most) {
        return (least + random.nextInt(most - least)) * 1000L;
    }

    /** One member: its disk outlives its processes. */
    final class Node {
        final Member member;
        final MemoryDisk medium;
        private @Nullable Life life;

        /** Disk calls until the power goes; negative: it stays. */
        private int callsLeft = -1;

        Node(Member member) {
            this.member = member;
            this.medium = new MemoryDisk(member.name());
            medium.hook((operation, name, bytes) -> {
                trace.add(member.name(), operation.name(), bytes);
                if (callsLeft == 0) {
                    throw new PowerLoss();
                }
                callsLeft--;
            });
        }

        boolean isAlive() {
            return life != null;
        }

        NodeHandle<Result> handle() {
            return life().handle;
        }

        Registers machine() {
            return life().machine;
        }

        NodeLoop<Result> loop() {
            return life().loop;
        }

        /** The log's writer hangs in the disk. */
        void stallDisk() {
            life().writer.hold();
        }

        void resumeDisk() {
            life().writer.resume();
        }

        private Life life() {
            if (life == null) {
                throw new IllegalStateException(member.name() + " does not run");
            }
            return life;
        }

        void start() {
            try {
                life = new Life(this);
                life.begin();
                trace.add(member.name(), "start", 0);
            } catch (PowerLoss e) {
                powerLoss();
            } catch (IOException e) {
                throw new IllegalStateException(member.name() + " cannot start", e);
            }
        }

        /** kill -9: what was written is in the operating system's hands; connections are reset. */
        void kill() {
            end(true, Loss.NOTHING);
        }

        /** Everything not flushed is lost, by lot, and nobody is told. */
        void powerLoss() {
            end(false, random.nextBoolean() || losesAll ? Loss.EVERYTHING : Loss.RANDOM);
        }

        /** The power goes in the middle of one of the next disk calls. */
        void powerLossWithin(int calls) {
            callsLeft = random.nextInt(calls);
        }

        private void end(boolean told, Loss loss) {
            callsLeft = -1;
            trace.add(member.name(), "end " + loss, 0);
            Life ending = life;
            if (ending != null) {
                ending.end(told);
            }
            life = null;
            medium.crash(loss, random::nextLong);
            listeners.forEach(listener -> listener.accept(this));
        }
    }

    /** Whether each loss of power takes everything that was not flushed, rather than some of it by lot. */
    boolean losesAll;

    /** Hear of every end of a process. */
    final List<java.util.function.Consumer<Node>> listeners = new ArrayList<>();

    /** One life of a process. */
    private final class Life {
        final Node node;
        final Registers machine = new Registers(quick);
        final NodeHandle<Result> handle;
        final NodeLoop<Result> loop;
        private final SegmentedLog log;
        private final VirtualNet.Endpoint links;
        private final List<AgentDriver> drivers = new ArrayList<>();
        private final AgentDriver loopDriver = driver(0, 50);
        private final AgentDriver writer = driver(50, 3000);
        private final AgentDriver housekeeping = driver(100, 5000);

        Life(Node node) throws IOException {
            this.node = node;
            Entropy entropy = random::nextLong;
            Disk disk = decorator.apply(node.medium.open());
            DataDirectory directory = DataDirectory.open(
                    disk,
                    CLUSTER_ID,
                    node.member.id(),
                    LogOptions.defaults().withSizes(SEGMENT_BYTES, 2 * TURN_BYTES),
                    entropy);
            Identity identity = directory.identity();
            log = directory.log();
            links = net.endpoint(node.member.peerUrls().get(0), loopDriver);
            PeersConfig peers = PeersConfig.of(identity, node.member.name(), initial, false, 64 << 10, 256 << 10);
            loop = new NodeLoop<>(new NodeParts<>(
                    node.member.name(),
                    identity,
                    options,
                    machine,
                    log,
                    new PeerSessions(peers, links, time, entropy),
                    time,
                    entropy,
                    Runnable::run,
                    event -> trace.add(node.member.name(), event.toString(), 0),
                    null,
                    loopDriver,
                    4 << 10,
                    ByteBuffer::allocate));
            handle = loop.handle();
        }

        void begin() {
            log.wakeups(writer, housekeeping);
            Applier<Result> applier = loop.applier();
            if (applier != null) {
                AgentDriver applying = driver(10, 500);
                applier.wakeups(applying, loopDriver);
                applying.drive(applier);
            }
            loopDriver.drive(loop);
            writer.drive(guarded(log.writer()));
            housekeeping.drive(guarded(log.housekeeping()));
        }

        private io.quorate.node.port.Agent guarded(io.quorate.node.port.Agent agent) {
            return now -> {
                try {
                    return agent.turn(now);
                } catch (PowerLoss e) {
                    node.powerLoss();
                    return io.quorate.node.port.Agent.NEVER;
                }
            };
        }

        private AgentDriver driver(int leastMicros, int mostMicros) {
            AgentDriver driver = new AgentDriver(time, () -> micros(leastMicros, mostMicros));
            drivers.add(driver);
            return driver;
        }

        void end(boolean told) {
            drivers.forEach(AgentDriver::stop);
            links.die(told);
        }
    }
}
