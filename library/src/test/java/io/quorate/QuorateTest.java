package io.quorate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.IdempotencyKey;
import io.quorate.node.LogEntry;
import io.quorate.node.NodeStatus;
import io.quorate.node.Outcome;
import io.quorate.node.RaftException;
import io.quorate.node.RaftNode;
import io.quorate.node.RaftOptions;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.Served;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateMachine;
import io.quorate.node.port.StateRestore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members with real threads, files and sockets, all on this computer. */
class QuorateTest {
    private static final RaftOptions OPTIONS =
            RaftOptions.builder().forwardToLeader(true).build();
    private static final int SEGMENT_BYTES = 8 << 20;
    /** There to end a test that would hang; a computer that has much else to do is slow and right. */
    private static final long BOUND_SECONDS = 120;

    @TempDir
    Path folder;

    private final List<RaftNode<Long>> running = new ArrayList<>();

    @AfterEach
    void closeAll() {
        running.forEach(RaftNode::close);
    }

    /** Adds numbers. */
    static final class Sum implements StateMachine<Long> {
        final AtomicLong sum = new AtomicLong();
        final AtomicInteger restores = new AtomicInteger();
        private final boolean quick;

        Sum(boolean quick) {
            this.quick = quick;
        }

        @Override
        public Long apply(long index, long term, ByteBuffer command) {
            return sum.addAndGet(
                    Long.parseLong(StandardCharsets.US_ASCII.decode(command).toString()));
        }

        @Override
        public byte[] saveResult(Long result, int mostBytes) {
            return ByteBuffer.allocate(8).putLong(result).array();
        }

        @Override
        public Long loadResult(byte[] saved) {
            return ByteBuffer.wrap(saved).getLong();
        }

        @Override
        public boolean isQuick() {
            return quick;
        }

        @Override
        public StateImage image() {
            long now = sum.get();
            return sink -> {
                sink.block(ByteBuffer.allocate(8).putLong(0, now));
                return false;
            };
        }

        @Override
        public StateRestore restore() {
            AtomicLong restored = new AtomicLong();
            return new StateRestore() {
                @Override
                public void block(ByteBuffer payload) {
                    restored.set(payload.getLong());
                }

                @Override
                public void finish() {
                    sum.set(restored.get());
                    restores.incrementAndGet();
                }
            };
        }
    }

    /** The log is some times as long as what its directory may hold, and the third member misses the most of it. */
    @Test
    void logsStayBoundedAndWhoMissedWhatIsGoneGetsASnapshot() throws Exception {
        for (boolean quick : new boolean[] {true, false}) {
            Path data = folder.resolve("bounded-" + quick);
            String members = members(3);
            RaftOptions often = OPTIONS.toBuilder()
                    .snapshotLogBytes(4 << 20)
                    .tailBytes(1 << 20)
                    .build();
            Sum first = new Sum(quick);
            RaftNode<Long> one = start("n1", members, data, often, first);
            start("n2", members, data, often, new Sum(quick));
            RaftNode<Long> third = start("n3", members, data, often, new Sum(quick));
            applied(one, 0);
            third.close();
            long sum = 0;
            for (int k = 0; k < 240; k++) {
                sum = applied(one, "0".repeat(250_000) + "1");
            }
            assertThat(bytesIn(data.resolve("n1"))).isLessThan(5L * SEGMENT_BYTES);
            Sum late = new Sum(quick);
            RaftNode<Long> again = start("n3", members, data, often, late);
            awaitSum(again, late, sum);
            assertThat(late.restores).hasValue(1);
            NodeStatus status = await(again.status());
            assertThat(status.snapshots().index()).isGreaterThan(200);
            assertThat(status.firstIndex()).isGreaterThan(200);
            again.close();
            late = new Sum(quick);
            awaitSum(start("n3", members, data, often, late), late, sum);
            assertThat(late.restores).as("at its start").hasValue(1);
            closeAll();
            running.clear();
        }
    }

    private static long bytesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        }
    }

    private static void awaitSum(RaftNode<Long> node, Sum machine, long sum) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        while (!(await(node.read(Consistency.LINEARIZABLE, machine.sum::get)) instanceof Served)) {
            assertThat(System.nanoTime()).as("it catches up").isLessThan(deadline);
        }
        assertThat(machine.sum).hasValue(sum);
    }

    @Test
    void threeMembersAgreeOverFilesAndSocketsAlsoAfterARestart() throws Exception {
        for (boolean quick : new boolean[] {true, false}) {
            Path data = folder.resolve(quick ? "quick" : "slow");
            String members = members(3);
            List<RaftNode<Long>> nodes = new ArrayList<>();
            for (int k = 1; k <= 3; k++) {
                nodes.add(start("n" + k, members, data, new Sum(quick)));
            }
            long sum = 0;
            for (int k = 0; k < 30; k++) {
                sum += k;
                assertThat(applied(nodes.get(k % 3), k)).isEqualTo(sum);
            }
            nodes.get(1).close();
            Applied<Long> last = end(nodes.get(0), 1000);
            assertThat(last.result()).isEqualTo(sum + 1000);
            Sum machine = new Sum(quick);
            RaftNode<Long> restarted = start("n2", members, data, machine);
            ReadOutcome<Long> read = await(restarted.read(Consistency.LINEARIZABLE, machine.sum::get));
            assertThat(read).isInstanceOfSatisfying(Served.class, served -> assertThat(served.value())
                    .isEqualTo(1000L + 29 * 30 / 2));
            NodeStatus status = onceConnected(restarted);
            assertThat(status.peers()).hasSize(2).allMatch(peer -> peer.connected());
            assertThat(status.membership().members()).allMatch(member -> member.incarnation() != 0);
            LogEntry entry = entry(await(restarted.readLog(last.index())));
            assertThat(StandardCharsets.US_ASCII.decode(entry.payload()).toString())
                    .isEqualTo("1000");
            closeAll();
            running.clear();
        }
    }

    /** To be answered a member needs its leader alone. */
    private static NodeStatus onceConnected(RaftNode<Long> node) throws Exception {
        long bound = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        NodeStatus status = await(node.status());
        while (!status.peers().stream().allMatch(peer -> peer.connected()) && System.nanoTime() - bound < 0) {
            status = await(node.status());
        }
        return status;
    }

    @Test
    void whatIsNoUrlIsNamed() {
        assertThatThrownBy(() -> Quorate.replicate(new Sum(true))
                        .name("n1")
                        .directory(folder)
                        .members("n1=http://not a url:1")
                        .start())
                .isInstanceOfSatisfying(RaftException.class, refused -> assertThat(refused.code())
                        .isEqualTo(RaftException.Code.MISUSE))
                .hasMessageContaining("http://not a url:1");
    }

    private static LogEntry entry(ReadOutcome<Optional<LogEntry>> read) {
        return ((Served<Optional<LogEntry>>) read).value().orElseThrow();
    }

    /** Its leader sends up to 4 MiB at once, and it takes no more than one largest command. */
    @Test
    void aFollowerThatTakesLessAtOnceCatchesUpAllTheSame() throws Exception {
        String members = members(3);
        RaftOptions small = OPTIONS.toBuilder()
                .appendBytes(OPTIONS.maxCommandBytes() + 1024)
                .turnBytes(OPTIONS.maxCommandBytes())
                .build();
        RaftNode<Long> one = start("n1", members, folder, new Sum(true));
        start("n2", members, folder, new Sum(true));
        RaftNode<Long> third = start("n3", members, folder, small, new Sum(true));
        assertThat(applied(one, 0)).isZero();
        third.close();
        assertThat(applied(one, 0)).as("by a leader of the other two").isZero();
        long sum = 0;
        for (int k = 0; k < 60; k++) {
            sum = applied(one, "0".repeat(200_000) + "1");
        }
        Sum machine = new Sum(true);
        RaftNode<Long> again = start("n3", members, folder, small, machine);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        while (!(await(again.read(Consistency.LINEARIZABLE, machine.sum::get)) instanceof Served)) {
            assertThat(System.nanoTime()).as("it catches up").isLessThan(deadline);
        }
        assertThat(machine.sum).hasValue(sum);
    }

    @Test
    void aCommandWithAKeyIsAppliedOnceAndItsAnswerComesWithTheSnapshot() throws Exception {
        for (boolean quick : new boolean[] {true, false}) {
            Path data = folder.resolve("once-" + quick);
            String members = members(3);
            RaftOptions often =
                    OPTIONS.toBuilder().snapshotEntries(10).tailEntries(0).build();
            RaftNode<Long> one = start("n1", members, data, often, new Sum(quick));
            RaftNode<Long> two = start("n2", members, data, often, new Sum(quick));
            RaftNode<Long> three = start("n3", members, data, often, new Sum(quick));
            long sum = applied(one, 1);
            IdempotencyKey key = one.newKey();
            Outcome<Long> first = asked(one, 10, key);
            assertThat(((Applied<Long>) first).result()).isEqualTo(sum + 10);
            three.close();
            for (int k = 0; k < 30; k++) {
                sum = applied(two, 100);
            }
            assertThat(asked(two, 10, key)).isEqualTo(first);
            Sum machine = new Sum(quick);
            RaftNode<Long> again = start("n3", members, data, often, machine);
            assertThat(asked(again, 10, key)).isEqualTo(first);
            assertThat(machine.restores.get()).isPositive();
            assertThat(machine.sum).hasValue(sum);
            assertThat(asked(again, 20, key)).isEqualTo(new Refused<>(Refused.Reason.KEY_REUSED, null, 0));
            closeAll();
            running.clear();
        }
    }

    /** Until it is known, as a user does it. */
    private static Outcome<Long> asked(RaftNode<Long> node, long number, IdempotencyKey key) throws Exception {
        ByteBuffer command = ByteBuffer.wrap(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        while (true) {
            Outcome<Long> outcome = await(node.propose(command, key));
            boolean isEnd = outcome instanceof Applied
                    || (outcome instanceof Refused<Long> refused && refused.reason() == Refused.Reason.KEY_REUSED);
            if (isEnd || System.nanoTime() - deadline >= 0) {
                return outcome;
            }
        }
    }

    @Test
    void aMemberAloneServes() throws Exception {
        RaftNode<Long> node = start("n1", members(1), folder, new Sum(true));
        assertThat(applied(node, 7)).isEqualTo(7);
        node.close();
        assertThat(node.stopped()).isCompleted();
        assertThatThrownBy(() -> node.propose(ByteBuffer.allocate(1)).join())
                .hasCauseInstanceOf(RaftException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void whatIsInTheWayIsSaid() throws Exception {
        String members = members(1);
        start("n1", members, folder, new Sum(true));
        assertThatThrownBy(() -> start("n1", members, folder, new Sum(true)))
                .isInstanceOfSatisfying(
                        RaftException.class, e -> assertThat(e.code()).isEqualTo(RaftException.Code.DATA_DIRECTORY))
                .hasMessageContaining("in use");
        assertThatThrownBy(() -> start("n1", members, folder.resolve("other"), new Sum(true)))
                .isInstanceOfSatisfying(
                        RaftException.class, e -> assertThat(e.code()).isEqualTo(RaftException.Code.ADDRESS));
        assertThat(folder.resolve("other"))
                .as("who cannot have the address founds no directory")
                .doesNotExist();
        assertThatThrownBy(() -> start("n9", members, folder, new Sum(true)))
                .hasMessageContaining("n9")
                .hasMessageContaining("[n1]");
        closeAll();
        assertThatThrownBy(() -> start("n1", members(1), folder, new Sum(true)))
                .as("a directory of another cluster")
                .isInstanceOfSatisfying(
                        RaftException.class, e -> assertThat(e.code()).isEqualTo(RaftException.Code.DATA_DIRECTORY));
    }

    private RaftNode<Long> start(String name, String members, Path data, Sum machine) {
        return start(name, members, data, OPTIONS, machine);
    }

    private RaftNode<Long> start(String name, String members, Path data, RaftOptions options, Sum machine) {
        RaftNode<Long> node = Quorate.replicate(machine)
                .name(name)
                .directory(data.resolve(name))
                .members(members)
                .options(options)
                .segmentBytes(SEGMENT_BYTES)
                .start();
        running.add(node);
        return node;
    }

    /** Proposes until it is applied: before there is a leader, proposals are refused. */
    private static long applied(RaftNode<Long> node, long number) throws Exception {
        return applied(node, Long.toString(number));
    }

    private static long applied(RaftNode<Long> node, String number) throws Exception {
        return end(node, number).result();
    }

    private static Applied<Long> end(RaftNode<Long> node, long number) throws Exception {
        return end(node, Long.toString(number));
    }

    private static Applied<Long> end(RaftNode<Long> node, String number) throws Exception {
        byte[] command = number.getBytes(StandardCharsets.US_ASCII);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(BOUND_SECONDS);
        while (true) {
            Outcome<Long> outcome = await(node.propose(ByteBuffer.wrap(command)));
            if (outcome instanceof Applied<Long> applied) {
                return applied;
            }
            if (System.nanoTime() - deadline >= 0) {
                throw new AssertionError("at last " + outcome + " of " + await(node.status()));
            }
        }
    }

    private static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(BOUND_SECONDS, TimeUnit.SECONDS);
    }

    private static String members(int count) throws Exception {
        List<String> members = new ArrayList<>();
        List<ServerSocket> held = new ArrayList<>();
        for (int k = 1; k <= count; k++) {
            ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            held.add(free);
            members.add("n" + k + "=http://127.0.0.1:" + free.getLocalPort());
        }
        for (ServerSocket free : held) {
            free.close();
        }
        return String.join(",", members);
    }
}
