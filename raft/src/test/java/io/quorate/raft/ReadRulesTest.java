package io.quorate.raft;

import static io.quorate.raft.Scene.all;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.ReadIndexAnswer;
import io.quorate.raft.Message.ReadIndexRequest;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Linearizable reads without writing to the log (thesis 6.4). */
class ReadRulesTest {
    @Test
    @DisplayName("thesis 6.4 step 1: no read is confirmed before an entry of the leader's own term is committed")
    void aReadWaitsForTheTermStart() {
        Scene scene = Scene.of(3).log(1, 1).term(1, 0).committed(2);
        scene.lead();
        read(scene, 7);
        scene.member.advance(10);
        assertThat(all(scene.settle(), AppendEntries.class)).isNotEmpty().allMatch(m -> m.readRound() == 0);
        scene.acknowledge(2, 2, 2, 0);
        assertThat(answered(scene)).isEmpty();
        scene.acknowledge(2, 3, 3, 0);
        AppendEntries round = all(scene.drain(), AppendEntries.class).get(0);
        assertThat(round.readRound()).isEqualTo(1);
        scene.acknowledge(2, 3, 3, 1);
        scene.apply();
        assertThat(answered(scene)).containsExactly(7L);
    }

    @Test
    @DisplayName("thesis 6.4 step 3: a read is confirmed by a majority that answers a round begun after it came")
    void aReadNeedsARoundOfItsOwn() {
        Scene scene = Scene.of(5).leadAndCommit();
        read(scene, 1);
        assertThat(all(scene.drain(), AppendEntries.class)).hasSize(4).allMatch(m -> m.readRound() == 1);
        read(scene, 2); // Round 1 began before it.
        scene.drain();
        scene.acknowledge(2, 1, 1, 1);
        assertThat(answered(scene)).isEmpty();
        scene.acknowledge(3, 1, 1, 1);
        assertThat(answered(scene)).containsExactly(1L);
        scene.acknowledge(4, 1, 1, 1).acknowledge(5, 1, 1, 1);
        assertThat(answered(scene)).isEmpty();
        scene.acknowledge(4, 1, 1, 2).acknowledge(5, 1, 1, 2);
        assertThat(answered(scene)).containsExactly(2L);
    }

    @Test
    @DisplayName("reads that come while a round is under way share the next one")
    void readsShareARound() {
        Scene scene = Scene.of(3).leadAndCommit();
        for (long token = 1; token <= 4; token++) {
            read(scene, token);
        }
        assertThat(all(scene.drain(), AppendEntries.class)).hasSize(2);
        scene.acknowledge(3, 1, 1, 1);
        assertThat(answered(scene)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(scene.drain()).isEmpty();
    }

    @Test
    @DisplayName("thesis 6.4 step 4: a read waits until its index is applied")
    void aReadWaitsForApply() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.propose(1);
        scene.settle();
        scene.acknowledge(2, 2);
        read(scene, 9);
        scene.drain();
        scene.acknowledge(2, 2, 2, 1);
        assertThat(answered(scene)).isEmpty();
        scene.apply();
        assertThat(answered(scene)).containsExactly(9L);
    }

    @Test
    @DisplayName(
            "a leader that was replaced without knowing confirms nothing; its clients' reads go to the next leader")
    void anOldLeaderConfirmsNothing() {
        Scene scene = Scene.of(3).leadAndCommit();
        read(scene, 5);
        scene.drain();
        scene.heartbeat(2, 2, 1, 1, 1, 0);
        ReadIndexRequest request = scene.settle(ReadIndexRequest.class);
        assertThat(request.to()).isEqualTo(2);
        assertThat(answered(scene)).isEmpty();
        scene.receive(answer(2, 2, request.number(), 1));
        assertThat(answered(scene)).containsExactly(5L);
    }

    @Test
    @DisplayName("a follower asks its leader, with its incarnation and a number, and takes no other answer")
    void aFollowerAsks() {
        Scene scene = Scene.of(3);
        read(scene, 1);
        assertThat(scene.settle()).isEmpty(); // Nobody to ask yet.
        ReadIndexRequest request = scene.append(2, 1, 0, 0, 1, 1).settle(ReadIndexRequest.class);
        assertThat(request.incarnation()).isEqualTo(101);
        scene.apply();
        scene.receive(answer(3, 1, request.number(), 1));
        scene.receive(answer(2, 1, request.number() + 1, 1));
        scene.receive(answer(2, 1, request.number() - 1, 1));
        scene.receive(new ReadIndexAnswer(0, 2, 1, 1, 999, request.number(), 1));
        assertThat(answered(scene)).isEmpty();
        scene.receive(answer(2, 1, request.number(), 1));
        assertThat(answered(scene)).containsExactly(1L);
    }

    @Test
    @DisplayName("each life of a member numbers its questions from elsewhere, so that no answer of a former one fits")
    void livesNumberDifferently() {
        Scene scene = Scene.of(3);
        read(scene, 1);
        long first =
                scene.heartbeat(2, 1, 0, 0, 0, 0).settle(ReadIndexRequest.class).number();
        scene.member.restart(6);
        read(scene, 1);
        long second =
                scene.heartbeat(2, 1, 0, 0, 0, 0).settle(ReadIndexRequest.class).number();
        assertThat(Math.abs(first - second)).isGreaterThan(1_000_000);
    }

    @Test
    @DisplayName("a question that stays without an answer is asked again after a heartbeat interval")
    void aLostQuestionIsAskedAgain() {
        Scene scene = Scene.of(3);
        read(scene, 1);
        long first =
                scene.heartbeat(2, 1, 0, 0, 0, 0).settle(ReadIndexRequest.class).number();
        assertThat(scene.raft().ticksUntilDue()).isEqualTo(10);
        scene.member.advance(10);
        long second = scene.settle(ReadIndexRequest.class).number();
        assertThat(second).isEqualTo(first + 1);
        scene.receive(answer(2, 1, first, 0)); // Late, but asked after the read came.
        assertThat(answered(scene)).containsExactly(1L);
    }

    @Test
    @DisplayName("the answer carries commitIndex, so a quiet follower need not wait for a heartbeat")
    void theAnswerCommits() {
        Scene scene = Scene.of(3);
        read(scene, 1);
        long number =
                scene.append(2, 1, 0, 0, 0, 1, 1).settle(ReadIndexRequest.class).number();
        scene.receive(answer(2, 1, number, 2));
        assertThat(scene.raft().commitIndex()).isEqualTo(2);
        scene.settle();
        scene.apply();
        assertThat(answered(scene)).containsExactly(1L);
    }

    @Test
    @DisplayName("but no further than the follower has verified against this leader")
    void theAnswerCommitsWhatIsVerified() {
        Scene scene = Scene.of(3).log(1, 1, 1).term(1, 0);
        read(scene, 1);
        long number =
                scene.heartbeat(2, 2, 1, 1, 0, 0).settle(ReadIndexRequest.class).number();
        scene.receive(answer(2, 2, number, 3));
        assertThat(scene.raft().commitIndex()).isEqualTo(1);
        assertThat(answered(scene)).isEmpty();
    }

    @Test
    @DisplayName("a leader answers a follower when a round has confirmed it, with the commitIndex of that round")
    void aLeaderAnswersAFollower() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.receive(new ReadIndexRequest(0, 3, 1, 1, 103, 77));
        assertThat(all(scene.drain(), ReadIndexAnswer.class)).isEmpty();
        ReadIndexAnswer answer = scene.acknowledge(2, 1, 1, 1).drain(ReadIndexAnswer.class);
        assertThat(answer).isEqualTo(new ReadIndexAnswer(0, 1, 3, 1, 103, 77, 1));
    }

    @Test
    @DisplayName("one member alone reads without a message")
    void aMemberAloneReads() {
        Scene scene = Scene.of(1).lead();
        scene.settle();
        scene.apply();
        read(scene, 3);
        assertThat(answered(scene)).containsExactly(3L);
    }

    @Test
    @DisplayName("reads that wait are bounded; one more is refused")
    void waitingReadsAreBounded() {
        Scene scene = Scene.of(3);
        for (long token = 1; token <= 5; token++) {
            read(scene, token);
        }
        scene.drain();
        assertThat(scene.member.reads).containsExactly(new Effects.ReadAnswer(5, 0, Refusal.OVERLOADED));
    }

    private static Message answer(long from, long term, long number, long readIndex) {
        return new ReadIndexAnswer(0, from, 1, term, 101, number, readIndex);
    }

    private static void read(Scene scene, long token) {
        scene.member.tell(new Input.ReadIndex(token));
    }

    private static List<Long> answered(Scene scene) {
        scene.drain();
        List<Long> tokens =
                scene.member.reads.stream().map(Effects.ReadAnswer::token).toList();
        scene.member.reads.clear();
        return tokens;
    }
}
