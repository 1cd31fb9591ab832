package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordingTest {
    private static final Membership CHANGED = new Membership(
            List.of(
                    new Member(1, 0, "a", List.of("x"), 3),
                    new Member(2, 5, "", List.of()),
                    new Member(-4, 6, "c", List.of())),
            List.of(1L),
            List.of(),
            List.of(2L),
            List.of(7L, -9L),
            4);

    static Stream<Input> inputs() {
        EntryRun run = new EntryRun(
                4,
                new long[] {4, 6},
                new long[] {2, 3},
                new int[] {40, 48, 56},
                List.of(new MembershipAt(5, Scene.voters(3))));
        return Stream.of(
                new Input.Advance(17),
                new Input.Propose(EntryKind.COMMAND, 48),
                new Input.ReadIndex(-3),
                new Input.Persisted(9),
                new Input.Applied(8),
                new Input.PeerLost(-1),
                new Input.PeerBack(2),
                new Input.MajorityWithoutLeader(),
                new Input.Transfer(-2),
                new Input.Change(7, CHANGED),
                new Input.FitnessIs(Fitness.SICK),
                new Input.ElectionTimedOut(),
                new Input.HeartbeatDue(),
                new Input.SnapshotTaken(new SnapshotMark(7, 3, Scene.voters(3))),
                new Input.SnapshotReceived(new SnapshotMark(7, 3, Scene.voters(2)), 4),
                new Input.Restored(7),
                new Input.LogBeginsAt(5),
                new Input.Receive(new Message.RequestPreVote(1, 2, 3, 4, 5, 6)),
                new Input.Receive(new Message.PreVoteAnswer(1, 2, 3, 4, VoteRefusal.LOG_BEHIND)),
                new Input.Receive(new Message.RequestVote(1, 2, 3, 4, 5, 6)),
                new Input.Receive(new Message.RequestVote(1, 2, 3, 4, 5, 6, true)),
                new Input.Receive(new Message.TimeoutNow(1, 2, 3, 4)),
                new Input.Receive(new Message.VoteAnswer(1, 2, 3, 4, VoteRefusal.NONE)),
                new Input.Receive(new Message.AppendEntries(1, 2, 3, 4, 3, 1, 7, 8, run)),
                new Input.Receive(new Message.AppendEntries(1, 2, 3, 4, 3, 1, 7, 8, EntryRun.empty(4))),
                new Input.Receive(new Message.AppendAnswer(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
                new Input.Receive(new Message.AppendAnswer(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, true, false)),
                new Input.Receive(new Message.AppendAnswer(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, false, true)),
                new Input.Receive(new Message.InstallSnapshot(1, 2, 3, 4, 5, 4, 6)),
                new Input.Receive(new Message.ReadIndexRequest(1, 2, 3, 4, 5, 6)),
                new Input.Receive(new Message.ReadIndexAnswer(1, 2, 3, 4, 5, 6, 7)));
    }

    @ParameterizedTest
    @MethodSource("inputs")
    void anInputIsReadAsItWasWritten(Input input) {
        CanonicalForm out = new CanonicalForm();
        InputCodec.write(input, out);
        byte[] bytes = out.toBytes();
        CanonicalReader in = new CanonicalReader(bytes);
        assertThat(InputCodec.read(in)).isEqualTo(input);
        assertThat(in.isAtEnd()).isTrue();
        for (int length = 0; length < bytes.length; length++) {
            CanonicalReader cut = new CanonicalReader(Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> InputCodec.read(cut)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void everyInputAndMessageIsTried() {
        long kinds = inputs().map(Object::getClass).distinct().count();
        assertThat(kinds).isEqualTo(Input.class.getPermittedSubclasses().length);
        long messages = inputs().filter(Input.Receive.class::isInstance)
                .map(input -> ((Input.Receive) input).message().getClass())
                .distinct()
                .count();
        assertThat(messages).isEqualTo(Message.class.getPermittedSubclasses().length);
    }

    @Test
    void aDamagedStartIsReplayedAsOne() {
        SnapshotMark mark = new SnapshotMark(0, 0, Scene.voters(3));
        RestartImage image = new RestartImage(new HardState(2, 0, 0), mark, 0, 0, LogSummary.empty(0), 7);
        Recording recording = new Recording();
        recording.start(Scene.config(), image, 4);
        Raft replayed = Recording.replay(recording.take());
        assertThat(replayed.lostThrough()).isEqualTo(7);
        assertThat(replayed.canonicalForm())
                .isEqualTo(Raft.restart(Scene.config(), image, 4).canonicalForm());
    }

    @Test
    void aReplayThatWantsSomethingElseIsNoticed() {
        RestartImage image =
                new RestartImage(HardState.INITIAL, new SnapshotMark(0, 0, Scene.voters(3)), LogSummary.empty(0));
        Raft raft = Raft.restart(Scene.config(), image, 4);
        Recording recording = new Recording();
        recording.start(Scene.config(), image, 4);
        Input timeOut = new Input.ElectionTimedOut();
        recording.input(timeOut);
        raft.apply(timeOut);
        recording.turn(raft.drain());
        byte[] good = recording.take();
        assertThat(Recording.replay(good).canonicalForm()).isEqualTo(raft.canonicalForm());
        assertThat(recording.length()).isZero();
        byte[] bad = good.clone();
        bad[bad.length - 8] ^= 1; // The ring's first index, last in the effects of the last turn.
        assertThatThrownBy(() -> Recording.replay(bad))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("turn 0");
    }

    @Test
    void aPieceByPieceRecordingIsOne() {
        TestMember member = Scene.of(3).member;
        member.restartRecorded(8);
        member.advance(300);
        member.drain();
        byte[] first = member.recording.orElseThrow().take();
        member.advance(10);
        member.drain();
        byte[] second = member.recording.orElseThrow().take();
        byte[] whole = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, whole, first.length, second.length);
        assertThat(Recording.replay(whole).canonicalForm()).isEqualTo(member.raft.canonicalForm());
    }
}
