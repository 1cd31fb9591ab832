package io.quorate.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.peer.PeersWorld.Node;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.RecordKind;
import io.quorate.raft.EntryRun;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Refusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What waits for a slow peer is bounded, and forwarded commands find their way. */
class BackpressureTest {
    private static final int QUEUE = 4 << 20;
    private final PeersWorld world = new PeersWorld(61, 3);

    private static ByteBuffer record(long index, int bytes) {
        ByteBuffer record = ByteBuffer.allocate(LogRecord.size(bytes)).order(ByteOrder.LITTLE_ENDIAN);
        LogRecord.put(record, RecordKind.ENTRY, 0, 0, index, 1, ByteBuffer.allocate(bytes));
        return record.flip();
    }

    private static AppendEntries append(long index, ByteBuffer record) {
        EntryRun run =
                new EntryRun(index, new long[] {index}, new long[] {1}, new int[] {record.remaining()}, List.of());
        return new AppendEntries(0, 1, 2, 1, index - 1, index == 1 ? 0 : 1, 0, 0, run);
    }

    @Test
    void aPeerThatTakesNothingCostsNoMoreThanTheBoundAndAnswersStillFit() {
        List<Node> all = world.running();
        Node one = all.get(0);
        world.network.partition(one.url, all.get(1).url);
        for (long index = 1; index <= 100; index++) {
            ByteBuffer record = record(index, 500_000);
            one.send(append(index, record), record);
        }
        long waiting = one.peers.queuedBytes(2) - one.peers.sentBytes(2);
        assertThat(waiting).isBetween(QUEUE - 600_000L, (long) QUEUE);
        long dropped = one.peers.droppedMessages();
        assertThat(dropped).isGreaterThan(80);
        for (int i = 0; i < 100; i++) {
            one.send(new AppendAnswer(0, 1, 2, 1, 0, 0, 0, 0, 0, 0));
        }
        assertThat(one.peers.droppedMessages()).isEqualTo(dropped);
        for (int i = 0; i < 100_000; i++) {
            one.send(new AppendAnswer(0, 1, 2, 1, 0, 0, 0, 0, 0, 0));
        }
        assertThat(one.peers.queuedBytes(2) - one.peers.sentBytes(2)).isLessThanOrEqualTo(QUEUE + QUEUE / 8);
        world.network.healAll();
        world.run(1_000);
        assertThat(one.peers.queuedBytes(2)).isEqualTo(one.peers.sentBytes(2));
        assertThat(all.get(1).messages).hasSizeGreaterThan(100);
    }

    @Test
    void bytesOfADeadConnectionAreLetGo() {
        List<Node> all = world.running();
        Node one = all.get(0);
        world.network.partition(one.url, all.get(1).url);
        for (long index = 1; index <= 8; index++) {
            ByteBuffer record = record(index, 500_000);
            one.send(append(index, record), record);
        }
        assertThat(one.peers.queuedBytes(2)).isGreaterThan(one.peers.sentBytes(2));
        long queued = one.peers.queuedBytes(2);
        world.run(10_000);
        assertThat(one.sees(2)).isFalse();
        assertThat(one.peers.queuedBytes(2)).isGreaterThanOrEqualTo(queued);
        assertThat(one.peers.sentBytes(2)).isEqualTo(one.peers.queuedBytes(2));
    }

    /** Else a chunk of the ring is written anew while the socket of one that has just left still reads it, or never again. */
    @Test
    void bytesOfAMemberThatLeftAreHeldUntilItsConnectionIsDeadAndNoLonger() {
        List<Node> all = world.running();
        Node one = all.get(0);
        world.network.partition(one.url, all.get(1).url);
        for (long index = 1; index <= 8; index++) {
            ByteBuffer record = record(index, 500_000);
            one.send(append(index, record), record);
        }
        BooleanSupplier before = one.peers.released();
        List<Member> left = one.directory.set().members().stream()
                .filter(member -> member.id() != 2)
                .toList();
        one.peers.members(Membership.ofVoters(left));
        BooleanSupplier after = one.peers.released();
        assertThat(before.getAsBoolean()).isFalse();
        assertThat(after.getAsBoolean()).isFalse();
        world.run(10_000);
        assertThat(one.peers.state()).noneMatch(state -> state.id() == 2);
        assertThat(before.getAsBoolean()).isTrue();
        assertThat(after.getAsBoolean()).isTrue();
    }

    @Test
    void theRecordsArriveAsTheyWereAndTheCallersBuffersStay() {
        List<Node> all = world.running();
        ByteBuffer record = record(1, 100_001);
        ByteBuffer left = record.duplicate().limit(50_000);
        ByteBuffer right = record.duplicate().position(50_000);
        AppendEntries message = append(1, record);
        all.get(0).send(message, left, right);
        world.run(5);
        assertThat(all.get(1).messages).containsExactly(message);
        assertThat(ByteBuffer.wrap(all.get(1).records.get(0))).isEqualTo(record);
        assertThat(left.remaining() + right.remaining()).isEqualTo(record.remaining());
    }

    @Test
    void aFrameThatTheOtherSideWouldNotTakeIsNotSent() {
        PeersWorld.Directory first = world.fresh(1);
        PeersWorld.Directory second = world.fresh(2);
        Node one = world.start(first);
        second.starts++;
        PeersConfig small = PeersConfig.of(world.config(second).self(), "n2", world.initial, false, 8 << 10, 1 << 20);
        Node two = world.startAs(small, second, PeersWorld.url(2));
        world.start(world.fresh(3));
        world.run(1_000);
        ByteBuffer record = record(1, 9_000);
        one.send(append(1, record), record);
        ByteBuffer fits = record(1, 7_000);
        one.send(append(1, fits), fits);
        world.run(100);
        assertThat(two.messages).containsExactly(append(1, fits));
        assertThat(one.peers.droppedMessages()).isEqualTo(1);
        assertThat(one.sees(2)).isTrue();
    }

    /** The bounds may differ: as many of a message's entries go as fit, and the rest is as if it were lost. */
    @Test
    void ofAMessageThatTheOtherSideWouldNotTakeItsFirstEntriesAreSent() {
        PeersWorld.Directory first = world.fresh(1);
        PeersWorld.Directory second = world.fresh(2);
        Node one = world.start(first);
        second.starts++;
        PeersConfig small = PeersConfig.of(world.config(second).self(), "n2", world.initial, false, 8 << 10, 1 << 20);
        Node two = world.startAs(small, second, PeersWorld.url(2));
        world.start(world.fresh(3));
        world.run(1_000);
        ByteBuffer records = ByteBuffer.allocate(4 * LogRecord.size(3_000));
        for (long index = 1; index <= 4; index++) {
            records.put(record(index, 3_000));
        }
        records.flip();
        int size = LogRecord.size(3_000);
        EntryRun four = new EntryRun(1, new long[] {1}, new long[] {1}, new int[] {size, size, size, size}, List.of());
        one.send(
                new AppendEntries(0, 1, 2, 1, 0, 0, 0, 0, four),
                records.duplicate().limit(4_000),
                records.duplicate().position(4_000));
        world.run(100);
        EntryRun fitting = new EntryRun(1, new long[] {1}, new long[] {1}, new int[] {size, size}, List.of());
        assertThat(two.messages).containsExactly(new AppendEntries(0, 1, 2, 1, 0, 0, 0, 0, fitting));
        assertThat(ByteBuffer.wrap(two.records.get(0)))
                .isEqualTo(records.duplicate().limit(2 * size));
        assertThat(records.remaining()).as("the caller's buffers stay").isEqualTo(4 * size);
        assertThat(one.peers.droppedMessages()).isZero();
    }

    @Test
    void bulkGoesOverAConnectionOfItsOwn() {
        List<Node> all = world.running();
        Node one = all.get(0);
        long queued = one.peers.queuedBytes(2);
        ByteBuffer record = record(1, 900_000);
        one.peers.sendBulk(append(1, record), List.of(record));
        one.peers.flush();
        assertThat(one.peers.queuedBytes(2)).isEqualTo(queued);
        world.run(10);
        assertThat(all.get(1).messages).hasSize(1);
    }

    @Test
    void aForwardedCommandIsAnsweredWithItsPlaceOrItsRefusal() {
        List<Node> all = world.running();
        Node one = all.get(0);
        Node two = all.get(1);
        assertThat(two.peers.forward(1, 7, 0, ByteBuffer.wrap("put x 100".getBytes(StandardCharsets.UTF_8))))
                .isNull();
        two.peers.flush();
        world.run(5);
        assertThat(one.heard).contains("forwarded 2 7 put x 100");
        one.peers.forwardAccepted(2, 7, 41, 3);
        one.peers.forwardRefused(2, 8, Refusal.OVERLOADED);
        one.peers.flush();
        world.run(5);
        assertThat(two.heard).contains("accepted 1 7 41@3", "forward refused 1 8 OVERLOADED");
        world.kill(one);
        world.run(5);
        assertThat(two.peers.forward(1, 9, 0, ByteBuffer.allocate(1))).isEqualTo(Refusal.NOT_LEADER);
    }

    @Test
    void aForwardedCommandThatFindsNoRoomIsNotSentAndNobodyElseIsCalledLeader() {
        List<Node> all = world.running();
        Node two = all.get(1);
        long before = two.peers.queuedBytes(1);
        int sent = 0;
        while (two.peers.forward(1, 100 + sent, 0, ByteBuffer.allocate(100_000)) == null) {
            sent++;
            assertThat(sent).isLessThan(1000);
        }
        long full = two.peers.queuedBytes(1);
        assertThat(full - before).isGreaterThan(sent * 100_000L);
        assertThat(two.peers.forward(1, 7, 0, ByteBuffer.allocate(100_000))).isEqualTo(Refusal.OVERLOADED);
        assertThat(two.peers.queuedBytes(1)).isEqualTo(full);
        two.peers.flush();
        world.run(50);
        assertThat(all.get(0).heard.stream().filter(line -> line.startsWith("forwarded 2")))
                .hasSize(sent);
        assertThat(two.peers.forward(1, 7, 0, ByteBuffer.allocate(100_000))).isNull();
    }

    @Test
    void aForwardedCommandIsSentAsItWasWhateverBecomesOfItsBuffer() {
        List<Node> all = world.running();
        ByteBuffer command = ByteBuffer.wrap("put x 100".getBytes(StandardCharsets.UTF_8));
        assertThat(all.get(1).peers.forward(1, 7, 0, command)).isNull();
        assertThat(command.remaining()).isEqualTo(9);
        command.put(8, (byte) '9');
        all.get(1).peers.flush();
        world.run(5);
        assertThat(all.get(0).heard).contains("forwarded 2 7 put x 100");
    }
}
