package io.quorate.node.internal;

import io.quorate.node.RaftOptions;
import io.quorate.node.once.KnownKeys;
import io.quorate.node.port.Agent;
import io.quorate.node.port.BlockSink;
import io.quorate.node.port.Identity;
import io.quorate.node.port.KeyHash;
import io.quorate.node.port.SlicedStateMachine;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateRestore;
import io.quorate.node.port.TouchedKeys;
import io.quorate.node.port.Versions;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Some whole nodes over fake logs and links, in one thread and virtual time. The flush of a log takes a while. */
final class Trio {
    /** Of all members, until a test says that a peer speaks less. */
    static final Versions VERSIONS = new Versions(1, 2);

    static final long FLUSH_NANOS = 300_000;

    final VirtualTime time = new VirtualTime();
    final Map<Long, FakePeers> network = FakePeers.network();
    final Map<Long, Node> nodes = new TreeMap<>();
    final Membership membership;
    private long seed = 7;

    /** How long after a turn the next begins, where a node wants one at once. */
    long turnNanos;

    static final long NOON = 1_767_268_800_000L;

    /** How wrong the time of day is on all nodes. */
    long wallOffset;

    final KnownKeys.Limits keyLimits;

    Trio(int size, RaftOptions options, boolean quick) {
        this(size, options, quick, KnownKeys.Limits.DEFAULTS);
    }

    Trio(int size, RaftOptions options, boolean quick, KnownKeys.Limits keyLimits) {
        this(size, size, options, quick, keyLimits);
    }

    /** @param voters the others, of the highest ids, are learners */
    Trio(int size, int voters, RaftOptions options, boolean quick, KnownKeys.Limits keyLimits) {
        this.keyLimits = keyLimits;
        List<Member> members = new ArrayList<>();
        for (long id = 1; id <= size; id++) {
            members.add(new Member(id, 100 + id, "n" + id, List.of()));
        }
        List<Long> ids = members.stream().map(Member::id).toList();
        membership = new Membership(members, ids.subList(0, voters), List.of());
        for (Member member : members) {
            nodes.put(member.id(), new Node(member, options, quick));
            nodes.get(member.id()).start();
        }
    }

    /** Appends texts; the result is how many it has. A text that begins with "long" takes many slices. */
    static final class Texts implements SlicedStateMachine<Integer> {
        static final int SLICES = 50_000;

        final List<String> texts = new ArrayList<>();
        private final boolean quick;
        private String text = "";
        private int slicesLeft;
        private TouchedKeys touched = hash -> {};
        int restores;

        /** How many of the next texts are kept with a letter too many, as by a fault of the memory. */
        int faults;

        @Nullable
        RuntimeException defect;

        Texts(boolean quick) {
            this.quick = quick;
        }

        @Override
        public boolean begin(long index, long term, ByteBuffer command) {
            if (defect != null) {
                throw defect;
            }
            if (slicesLeft > 0) {
                throw new IllegalStateException("the text before is not finished");
            }
            text = StandardCharsets.UTF_8.decode(command).toString();
            slicesLeft = text.startsWith("long") ? SLICES : 1;
            return goOn();
        }

        @Override
        public boolean goOn() {
            slicesLeft--;
            if (slicesLeft == 0) {
                texts.add(faults-- > 0 ? text + "!" : text);
                faults = Math.max(0, faults);
                touched.touched(text.hashCode());
            }
            return slicesLeft == 0;
        }

        @Override
        public Integer result() {
            return texts.size();
        }

        @Override
        public long effect(Integer result) {
            return KeyHash.of(text(texts.get(result - 1))) + result;
        }

        @Override
        public byte[] saveResult(Integer result, int mostBytes) {
            return result > 100 ? null : new byte[] {result.byteValue()};
        }

        @Override
        public Integer loadResult(byte[] saved) {
            return (int) saved[0];
        }

        @Override
        public boolean isQuick() {
            return quick;
        }

        @Override
        public boolean reportTo(TouchedKeys listener) {
            touched = listener;
            return true;
        }

        /** Some texts in a block. */
        @Override
        public StateImage image() {
            if (slicesLeft > 0) {
                throw new IllegalStateException("an image in the middle of a text");
            }
            List<String> frozen = List.copyOf(texts);
            return new StateImage() {
                private int next;

                @Override
                public boolean writeNext(BlockSink sink) {
                    int end = Math.min(next + 10, frozen.size());
                    if (next < end) {
                        sink.block(text(String.join("\n", frozen.subList(next, end))));
                    }
                    next = end;
                    return next < frozen.size();
                }
            };
        }

        @Override
        public StateRestore restore() {
            List<String> restored = new ArrayList<>();
            return new StateRestore() {
                @Override
                public void block(ByteBuffer payload) {
                    restored.addAll(List.of(
                            StandardCharsets.UTF_8.decode(payload).toString().split("\n")));
                }

                @Override
                public void finish() {
                    if (slicesLeft > 0) {
                        throw new IllegalStateException("restored in the middle of a text");
                    }
                    texts.clear();
                    texts.addAll(restored);
                    restores++;
                }
            };
        }
    }

    final class Node {
        final Member member;
        final RaftOptions options;
        final FakeLog log = new FakeLog();
        final FakeSnapshots snapshots;
        private final boolean quick;
        Texts machine;
        NodeLoop<Integer> loop;
        NodeHandle<Integer> handle;
        boolean diskStalled;

        /** It has no turn before that time: its thread gets no processor. */
        long pausedUntil;

        private int life;

        /** The current life of the core, as it can be lived again. */
        ByteArrayOutputStream recording = new ByteArrayOutputStream();

        private long turnAt = Long.MAX_VALUE;

        Node(Member member, RaftOptions options, boolean quick) {
            this.member = member;
            this.options = options;
            this.quick = quick;
            this.snapshots = new FakeSnapshots(time, member.id());
        }

        void start() {
            int thisLife = ++life;
            machine = new Texts(quick);
            recording = new ByteArrayOutputStream();
            loop = new NodeLoop<>(new NodeParts<>(
                    member.name(),
                    new Identity(9, 1, member.id(), member.incarnation(), life),
                    VERSIONS,
                    options,
                    machine,
                    log,
                    snapshots,
                    new FakePeers(time, member.id(), network, membership),
                    time,
                    () -> NOON + time.nanoTime() / 1_000_000 + wallOffset,
                    () -> seed = seed * 6364136223846793005L + 1442695040888963407L,
                    keyLimits,
                    Runnable::run,
                    event -> {},
                    recording::writeBytes,
                    () -> wake(thisLife),
                    4096,
                    ByteBuffer::allocate));
            handle = loop.handle();
            Applier<Integer> applier = loop.applier();
            if (applier != null) {
                applier.wakeups(() -> time.after(1000, () -> applier.turn(time.nanoTime())), () -> wake(thisLife));
            }
            turnAt = Long.MAX_VALUE;
            wake(thisLife);
        }

        /** The process is gone; the log keeps what was flushed. */
        void crash() {
            life++;
            FakePeers peers = network.remove(member.id());
            if (peers != null) {
                peers.close();
                snapshots.listen(null);
            }
        }

        private void wake(int ofLife) {
            turnAt(ofLife, time.nanoTime());
        }

        private void turnAt(int ofLife, long at) {
            if (at < turnAt && ofLife == life) {
                turnAt = at;
                time.after(at - time.nanoTime(), () -> turn(ofLife, at));
            }
        }

        private void turn(int ofLife, long at) {
            if (ofLife != life || turnAt != at) {
                return;
            }
            turnAt = Long.MAX_VALUE;
            if (time.nanoTime() < pausedUntil) {
                turnAt(ofLife, pausedUntil);
                return;
            }
            long next = loop.turn(time.nanoTime());
            if (!diskStalled && !log.waiting.isEmpty()) {
                time.after(FLUSH_NANOS, () -> flush(ofLife));
            }
            if (next != Agent.NEVER) {
                turnAt(ofLife, Math.max(next, time.nanoTime() + turnNanos));
            }
        }

        void flush(int ofLife) {
            if (ofLife == life && !diskStalled) {
                log.flush();
            }
        }

        void resumeDisk() {
            diskStalled = false;
            log.flush();
        }
    }

    /** The links of a node that runs. */
    FakePeers peers(Node node) {
        return java.util.Objects.requireNonNull(network.get(node.member.id()));
    }

    Node node(long id) {
        return nodes.get(id);
    }

    /** Runs until some node leads, at most for that long. */
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

    @Nullable
    Node leader() {
        for (Node node : nodes.values()) {
            if (network.containsKey(node.member.id())
                    && node.handle.leadership().isLeader()) {
                return node;
            }
        }
        return null;
    }

    static ByteBuffer text(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
