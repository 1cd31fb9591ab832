package io.quorate;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.QuorateTest.Sum;
import io.quorate.node.Applied;
import io.quorate.node.ChangeOutcome;
import io.quorate.node.ChangeOutcome.Changed;
import io.quorate.node.Consistency;
import io.quorate.node.IdempotencyKey;
import io.quorate.node.Outcome;
import io.quorate.node.RaftNode;
import io.quorate.node.RaftOptions;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.Served;
import io.quorate.node.StateHashStatus;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateMachine;
import io.quorate.node.port.StateRestore;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member whose state machine goes wrong is found, over real sockets and files, stops, and is replaced. */
class DifferingStateTest {
    private static final int INTERVAL = 16;
    private static final RaftOptions OPTIONS = RaftOptions.builder()
            .forwardToLeader(true)
            .slowWorkMillis(60_000)
            .stateHashEntries(INTERVAL)
            .build();

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** A sum that counts one command twice, once it is told to. */
    private static final class FaultySum implements StateMachine<Long> {
        final Sum right = new Sum(true);
        final AtomicBoolean fault = new AtomicBoolean();

        @Override
        public Long apply(long index, long term, ByteBuffer command) {
            if (fault.getAndSet(false)) {
                right.apply(index, term, command.duplicate());
            }
            return right.apply(index, term, command);
        }

        @Override
        public long effect(Long result) {
            return result;
        }

        @Override
        public byte @Nullable [] saveResult(Long result, int mostBytes) {
            return right.saveResult(result, mostBytes);
        }

        @Override
        public Long loadResult(byte[] saved) {
            return right.loadResult(saved);
        }

        @Override
        public boolean isQuick() {
            return true;
        }

        @Override
        public @Nullable StateImage image() {
            return right.image();
        }

        @Override
        public StateRestore restore() {
            return right.restore();
        }
    }

    @TempDir
    Path folder;

    private final Map<String, String> urls = new LinkedHashMap<>();
    private final Map<String, RaftNode<Long>> running = new LinkedHashMap<>();
    private final Map<String, FaultySum> machines = new LinkedHashMap<>();

    @AfterEach
    void closeAll() {
        running.values().forEach(RaftNode::close);
    }

    @Test
    void aLeaderWhoseStateDiffersHandsOverServesNothingAndIsReplaced() throws Exception {
        for (String name : List.of("n1", "n2", "n3")) {
            url(name);
        }
        for (String name : List.of("n1", "n2", "n3")) {
            start(name, false);
        }
        add(INTERVAL);
        String wrong = nameOfLeader();
        machine(wrong).fault.set(true);
        add(2 * INTERVAL);
        awaitThat(() -> state(wrong).differs() && state(wrong).sameThrough() == state(wrong).differsFrom() - 1);
        assertThat(state(wrong).problem()).contains("it has differed since entry " + state(wrong).differsFrom());
        awaitThat(() -> !node(wrong).leadership().isLeader());
        String next = nameOfLeader();
        assertThat(next).isNotEqualTo(wrong);

        ReadOutcome<Long> read = await(node(wrong).read(Consistency.LOCAL, machine(wrong).right.sum::get));
        assertThat(read).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                .isEqualTo(Refused.Reason.STATE_DIFFERS));
        Outcome<Long> write = await(node(wrong).propose(command()));
        assertThat(write).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                .isEqualTo(Refused.Reason.STATE_DIFFERS));
        assertThat(state(next).problem()).isNull();

        long id = await(node(wrong).status()).memberId();
        CompletableFuture<ChangeOutcome> replacing = node(next).replace(id, "n4", List.of(url("n4")), PATIENCE);
        awaitThat(() -> await(node(next).members()).members().size() == 4);
        start("n4", true);
        assertThat(await(replacing)).isInstanceOf(Changed.class);
        awaitThat(() -> await(node("n4").read(Consistency.LINEARIZABLE, machine("n4").right.sum::get))
                        instanceof Served<Long> served
                && served.value() == 3 * INTERVAL);
    }

    private StateHashStatus state(String name) throws Exception {
        return await(node(name).status()).stateHash();
    }

    private RaftNode<Long> node(String name) {
        return Objects.requireNonNull(running.get(name), name);
    }

    private FaultySum machine(String name) {
        return Objects.requireNonNull(machines.get(name), name);
    }

    private void start(String name, boolean joins) throws Exception {
        FaultySum machine = new FaultySum();
        List<String> first = joins ? new ArrayList<>(running.keySet()) : new ArrayList<>(List.of("n1", "n2", "n3"));
        if (!first.contains(name)) {
            first.add(name);
        }
        Quorate<Long> quorate = Quorate.replicate(machine)
                .name(name)
                .directory(folder.resolve(name))
                .members(first.stream().map(each -> each + "=" + urls.get(each)).collect(Collectors.joining(",")))
                .options(OPTIONS)
                .segmentBytes(8 << 20);
        running.put(name, (joins ? quorate.joins() : quorate).start());
        machines.put(name, machine);
    }

    private String url(String name) throws Exception {
        if (!urls.containsKey(name)) {
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                urls.put(name, "http://127.0.0.1:" + free.getLocalPort());
            }
        }
        return Objects.requireNonNull(urls.get(name));
    }

    /** It may lead no more by now. */
    private String nameOfLeader() throws Exception {
        List<String> leading = new ArrayList<>();
        awaitThat(() -> {
            running.forEach((name, node) -> {
                if (node.leadership().isLeader()) {
                    leading.add(name);
                }
            });
            return !leading.isEmpty();
        });
        return leading.get(0);
    }

    private static ByteBuffer command() {
        return ByteBuffer.wrap("1".getBytes(StandardCharsets.US_ASCII));
    }

    /** So many commands, each once: what the leader that is found out does not tell any more the next one does. */
    private void add(int commands) throws Exception {
        for (int k = 0; k < commands; k++) {
            IdempotencyKey key = node(nameOfLeader()).newKey();
            awaitThat(() -> await(node(nameOfLeader()).propose(command(), key)) instanceof Applied);
        }
    }

    /** The bound is there to end a test that would hang. */
    private static void awaitThat(Callable<Boolean> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("within the bound").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }
}
