package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.quorate.node.port.Agent;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NettyLoopTest {
    private final EventLoopGroup group = EventLoops.start(1, "loop-test").group();
    private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
    private final NettyLoop loop = new NettyLoop(group.next(), System::nanoTime, failure::complete);

    @AfterEach
    void shutDown() throws Exception {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(5, TimeUnit.SECONDS);
    }

    @Test
    void manyWakeupsOfOneBatchAreOneTurn() throws Exception {
        AtomicInteger turns = new AtomicInteger();
        loop.drive(now -> {
            turns.incrementAndGet();
            return Agent.NEVER;
        });
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        loop.execute(() -> {
            held.countDown();
            awaitQuietly(go);
        });
        held.await();
        for (int i = 0; i < 1000; i++) {
            loop.wake();
        }
        go.countDown();
        settle();
        assertThat(turns.get()).isEqualTo(2);
    }

    @Test
    void anAgentIsTurnedWhenItsTimeHasCome() throws Exception {
        CompletableFuture<Long> late = new CompletableFuture<>();
        AtomicLong wanted = new AtomicLong(Long.MIN_VALUE);
        loop.drive(now -> {
            if (wanted.get() == Long.MIN_VALUE) {
                wanted.set(now + 3_000_000);
            } else if (now >= wanted.get()) {
                late.complete(now - wanted.get());
                return Agent.NEVER;
            }
            return wanted.get();
        });
        assertThat(late.get(10, TimeUnit.SECONDS)).isNotNegative();
    }

    @Test
    void anEarlierWishReplacesALaterOne() throws Exception {
        CompletableFuture<Boolean> fired = new CompletableFuture<>();
        AtomicInteger turns = new AtomicInteger();
        loop.drive(now -> switch (turns.incrementAndGet()) {
            case 1 -> now + TimeUnit.HOURS.toNanos(1);
            case 2 -> now + 1_000_000;
            default -> {
                fired.complete(true);
                yield Agent.NEVER;
            }
        });
        loop.wake();
        assertThat(fired.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anAgentThatAlwaysWantsAnotherTurnLetsOthersRun() throws Exception {
        loop.drive(now -> now);
        for (int i = 0; i < 100; i++) {
            settle();
        }
        loop.stop().get(10, TimeUnit.SECONDS);
    }

    @Test
    void noTurnBeginsAfterStop() throws Exception {
        AtomicInteger turns = new AtomicInteger();
        loop.drive(now -> {
            turns.incrementAndGet();
            return now;
        });
        loop.stop().get(10, TimeUnit.SECONDS);
        int before = turns.get();
        loop.wake();
        settle();
        assertThat(turns.get()).isEqualTo(before);
    }

    @Test
    void whatATurnThrowsIsReportedOnceAndTheSecondTimeIsTheLast() throws Exception {
        AtomicInteger turns = new AtomicInteger();
        loop.drive(now -> {
            throw new IllegalStateException("broken " + turns.incrementAndGet());
        });
        assertThat(failure.get(10, TimeUnit.SECONDS)).hasMessage("broken 1");
        for (int i = 0; i < 5; i++) {
            loop.wake();
            settle();
        }
        assertThat(turns.get()).isEqualTo(2);
    }

    @Test
    void anOwnerThatHearsOfAFailureCanStillTurnItsAgent() throws Exception {
        CompletableFuture<String> ended = new CompletableFuture<>();
        AtomicInteger turns = new AtomicInteger();
        loop.drive(now -> {
            if (turns.incrementAndGet() == 1) {
                throw new IllegalStateException("broken");
            }
            ended.complete("in order");
            return Agent.NEVER;
        });
        failure.get(10, TimeUnit.SECONDS);
        loop.wake();
        assertThat(ended.get(10, TimeUnit.SECONDS)).isEqualTo("in order");
    }

    /** All that was asked of the loop so far has run. */
    private void settle() throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.execute(() -> loop.execute(() -> done.complete(null)));
        done.get(10, TimeUnit.SECONDS);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
