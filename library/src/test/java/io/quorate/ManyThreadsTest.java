package io.quorate;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.RaftException;
import io.quorate.node.RaftNode;
import io.quorate.node.RaftOptions;
import io.quorate.node.Served;
import io.quorate.node.port.StateMachine;
import io.quorate.raft.RoleName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * 64 threads do with their members what they like, and some of them close one at a random call, while the others go on:
 * every future ends, no acknowledged value is lost.
 */
class ManyThreadsTest {
    private static final List<String> NAMES = List.of("n1", "n2", "n3");
    private static final int THREADS = 64;
    private static final int CALLS = 200;
    /** So many threads close the member alone, each at a call of its own. */
    private static final int CLOSERS = 3;

    @TempDir
    Path folder;

    private final Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
    private final AtomicLong nextValue = new AtomicLong();
    private final List<RaftNode<Long>> running = new ArrayList<>();

    @AfterEach
    void closeAll() {
        running.forEach(RaftNode::close);
    }

    /** Keeps every value it was given. */
    private static final class Values implements StateMachine<Long> {
        final Set<Long> values = ConcurrentHashMap.newKeySet();
        private final boolean quick;

        Values(boolean quick) {
            this.quick = quick;
        }

        @Override
        public Long apply(long index, long term, ByteBuffer command) {
            long value = command.getLong();
            values.add(value);
            return value;
        }

        @Override
        public boolean isQuick() {
            return quick;
        }
    }

    @Test
    void aMemberAloneIsClosedAtRandomCalls() throws Exception {
        // A member alone is dialled by nobody: its URL is only its name, and it listens wherever there is room.
        String members = "n1=http://127.0.0.1:1";
        for (int round = 0; round < 4; round++) {
            RaftNode<Long> node = startAlone(members, new Values(round % 2 == 0));
            awaitApplied(node);
            useFromManyThreads(List.of(node), CLOSERS, () -> node, round);
            assertThat(node.stopped()).isCompleted();
        }
        Values machine = new Values(true);
        RaftNode<Long> node = startAlone(members, machine);
        awaitApplied(node);
        assertHoldsAll(node, machine);
    }

    /** Calls go to all three, and what a follower forwards may be lost with its leader: then it is unknown, and that is told. */
    @Test
    void theLeaderOfThreeIsClosedAtARandomCall() throws Exception {
        String members = members();
        for (int round = 0; round < 2; round++) {
            boolean quick = round % 2 == 0;
            List<RaftNode<Long>> nodes = new ArrayList<>();
            for (String name : NAMES) {
                nodes.add(start(name, members, new Values(quick)));
            }
            awaitApplied(nodes.get(0));
            AtomicReference<@Nullable RaftNode<Long>> closed = new AtomicReference<>();
            useFromManyThreads(
                    nodes,
                    1,
                    () -> {
                        RaftNode<Long> leader = leader(nodes);
                        closed.set(leader);
                        return leader;
                    },
                    10 + round);
            RaftNode<Long> gone = Objects.requireNonNull(closed.get());
            assertThat(gone.stopped()).isCompleted();
            for (RaftNode<Long> node : nodes) {
                if (node != gone) {
                    awaitApplied(node);
                }
            }
            nodes.forEach(RaftNode::close);
        }
        List<Values> machines = new ArrayList<>();
        List<RaftNode<Long>> nodes = new ArrayList<>();
        for (String name : NAMES) {
            machines.add(new Values(true));
            nodes.add(start(name, members, machines.get(machines.size() - 1)));
        }
        for (int k = 0; k < nodes.size(); k++) {
            awaitApplied(nodes.get(k));
            assertHoldsAll(nodes.get(k), machines.get(k));
        }
    }

    private void assertHoldsAll(RaftNode<Long> node, Values machine) throws Exception {
        assertThat(node.read(Consistency.LINEARIZABLE, () -> 0L).get(20, TimeUnit.SECONDS))
                .isInstanceOf(Served.class);
        assertThat(acknowledged).hasSizeGreaterThan(THREADS);
        assertThat(machine.values).containsAll(acknowledged);
    }

    private static RaftNode<Long> leader(List<RaftNode<Long>> nodes) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < deadline) {
            for (RaftNode<Long> node : nodes) {
                if (node.status().join().role() == RoleName.LEADER) {
                    return node;
                }
            }
        }
        throw new AssertionError("nobody leads");
    }

    private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    /**
     * Ends when all threads have, and then asks that all futures do.
     *
     * @param closers so many threads close, each once, what they are told then
     */
    private void useFromManyThreads(
            List<RaftNode<Long>> nodes, int closers, Supplier<RaftNode<Long>> toClose, int round) throws Exception {
        Queue<CompletableFuture<?>> futures = new ConcurrentLinkedQueue<>();
        CountDownLatch begin = new CountDownLatch(1);
        List<Throwable> defects = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            Random random = new Random(round * 1000L + t);
            int closesAt = t < closers ? random.nextInt(CALLS) : CALLS;
            Thread thread = new Thread(() -> {
                try {
                    begin.await();
                    for (int call = 0; call < CALLS; call++) {
                        if (call == closesAt) {
                            toClose.get().close();
                        }
                        CompletableFuture<?> future = call(nodes.get(random.nextInt(nodes.size())), random);
                        futures.add(future);
                        if (call % 20 == 19) {
                            future.handle((value, failure) -> null).join();
                        }
                    }
                } catch (InterruptedException | RuntimeException | AssertionError e) {
                    defects.add(e);
                }
            });
            thread.start();
            threads.add(thread);
        }
        begin.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(defects).isEmpty();
        assertThat(futures).hasSize(THREADS * CALLS);
        for (CompletableFuture<?> future : futures) {
            assertEnded(future);
        }
    }

    private static void assertEnded(CompletableFuture<?> future) throws Exception {
        Throwable failure = future.handle((value, thrown) -> unwrapped(thrown)).get(20, TimeUnit.SECONDS);
        if (failure != null) {
            assertThat(failure).isInstanceOfSatisfying(RaftException.class, e -> assertThat(e.code())
                    .isEqualTo(RaftException.Code.STOPPED));
        }
    }

    private CompletableFuture<?> call(RaftNode<Long> node, Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> node.read(Consistency.LINEARIZABLE, () -> 1);
            case 1 -> node.read(Consistency.LOCAL, () -> 2);
            case 2 -> node.status();
            case 3 -> node.readLog(1 + random.nextInt(100));
            default -> {
                long value = nextValue.incrementAndGet();
                yield node.propose(ByteBuffer.allocate(8).putLong(0, value)).thenAccept(outcome -> {
                    if (outcome instanceof Applied) {
                        acknowledged.add(value);
                    }
                });
            }
        };
    }

    private RaftNode<Long> startAlone(String members, Values machine) {
        return start(builder("n1", members, machine).listen("127.0.0.1", 0));
    }

    private RaftNode<Long> start(String name, String members, Values machine) {
        return start(builder(name, members, machine));
    }

    private RaftNode<Long> start(Quorate<Long> builder) {
        RaftNode<Long> node = builder.start();
        running.add(node);
        return node;
    }

    private Quorate<Long> builder(String name, String members, Values machine) {
        return Quorate.replicate(machine)
                .name(name)
                .directory(folder.resolve(name))
                .members(members)
                .segmentBytes(8 << 20)
                .options(RaftOptions.builder()
                        .electionTimeoutMillis(300)
                        .heartbeatMillis(30)
                        .requestTimeoutMillis(2_000)
                        .forwardToLeader(true)
                        .build());
    }

    private static void awaitApplied(RaftNode<Long> node) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!(node.propose(ByteBuffer.allocate(8)).get(20, TimeUnit.SECONDS) instanceof Applied)) {
            assertThat(System.nanoTime()).as("there is a leader soon").isLessThan(deadline);
        }
    }

    /**
     * At an address that nobody else on this computer uses, since it is made of this process's id: of 127.0.0.1 another
     * process could take a free port before the member does.
     */
    private static String members() throws IOException {
        long pid = ProcessHandle.current().pid();
        String host = "127." + (1 + (pid >>> 16) % 254) + "." + ((pid >>> 8) & 0xff) + "." + (1 + (pid & 0x7f));
        List<String> members = new ArrayList<>();
        List<ServerSocket> held = new ArrayList<>();
        for (String name : NAMES) {
            ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName(host));
            held.add(free);
            members.add(name + "=http://" + host + ":" + free.getLocalPort());
        }
        for (ServerSocket free : held) {
            free.close();
        }
        return String.join(",", members);
    }
}
