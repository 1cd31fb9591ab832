package io.quorate;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.RaftException;
import io.quorate.node.RaftNode;
import io.quorate.node.RaftOptions;
import io.quorate.node.port.StateMachine;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 64 threads do with one member what they like, and some of them close it: every future ends, no acknowledged value is lost. */
class ManyThreadsTest {
    private static final int THREADS = 64;
    private static final int CALLS = 200;

    @TempDir
    Path folder;

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
    void everyFutureEndsAndNoAcknowledgedValueIsLost() throws Exception {
        Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
        AtomicLong nextValue = new AtomicLong();
        // A member alone is dialled by nobody: its URL is only its name, and it listens wherever there is room.
        String members = "n1=http://127.0.0.1:1";
        for (int round = 0; round < 4; round++) {
            RaftNode<Long> node = start(members, new Values(round % 2 == 0));
            awaitLeader(node);
            Queue<CompletableFuture<?>> futures = new ConcurrentLinkedQueue<>();
            List<Throwable> defects = useFromManyThreads(node, round, nextValue, acknowledged, futures);
            node.close();
            assertThat(defects).isEmpty();
            for (CompletableFuture<?> future : futures) {
                assertThat(future.handle((value, failure) -> unwrapped(failure)).get(20, TimeUnit.SECONDS))
                        .satisfiesAnyOf(failure -> assertThat(failure).isNull(), failure -> assertThat(failure)
                                .isInstanceOfSatisfying(RaftException.class, e -> assertThat(e.code())
                                        .isEqualTo(RaftException.Code.STOPPED)));
            }
        }
        Values machine = new Values(true);
        try (RaftNode<Long> node = start(members, machine)) {
            awaitLeader(node);
            node.read(Consistency.LINEARIZABLE, () -> 0).get(20, TimeUnit.SECONDS);
            assertThat(acknowledged).isNotEmpty();
            assertThat(machine.values).containsAll(acknowledged);
        }
    }

    private static @Nullable Throwable unwrapped(@Nullable Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    private static List<Throwable> useFromManyThreads(
            RaftNode<Long> node,
            int round,
            AtomicLong nextValue,
            Set<Long> acknowledged,
            Queue<CompletableFuture<?>> futures)
            throws InterruptedException {
        CountDownLatch begin = new CountDownLatch(1);
        List<Throwable> defects = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            Random random = new Random(round * 1000L + t);
            boolean closes = t < 3;
            Thread thread = new Thread(() -> {
                try {
                    begin.await();
                    for (int call = 0; call < CALLS; call++) {
                        CompletableFuture<?> future = call(node, random, nextValue, acknowledged);
                        futures.add(future);
                        if (call % 20 == 19) {
                            future.handle((value, failure) -> null).join();
                        }
                    }
                    if (closes) {
                        node.close();
                    }
                } catch (InterruptedException | RuntimeException e) {
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
        return defects;
    }

    private static CompletableFuture<?> call(
            RaftNode<Long> node, Random random, AtomicLong nextValue, Set<Long> acknowledged) {
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

    private RaftNode<Long> start(String members, Values machine) {
        return Quorate.replicate(machine)
                .name("n1")
                .directory(folder.resolve("n1"))
                .members(members)
                .listen("127.0.0.1", 0)
                .segmentBytes(8 << 20)
                .options(RaftOptions.builder()
                        .electionTimeoutMillis(100)
                        .heartbeatMillis(20)
                        .build())
                .start();
    }

    private static void awaitLeader(RaftNode<Long> node) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!(node.propose(ByteBuffer.allocate(8)).get(20, TimeUnit.SECONDS) instanceof Applied)) {
            assertThat(System.nanoTime()).as("a member alone leads soon").isLessThan(deadline);
        }
    }
}
