package io.quorate.raft;

import static io.quorate.raft.Scene.all;
import static io.quorate.raft.Scene.preVote;
import static io.quorate.raft.Scene.requestVote;
import static io.quorate.raft.Scene.vote;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Message.VoteAnswer;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What must be on disk before what is told: paper figure 2 ("updated on stable storage before responding"), thesis 3.8. */
class DurabilityRulesTest {
    @Test
    @DisplayName("figure 2: a vote leaves when it is durable, and not before")
    void aVoteWaitsForTheDisk() {
        Scene scene = Scene.of(3);
        scene.receive(requestVote(2, 1, 0, 0));
        assertThat(scene.drain()).isEmpty();
        scene.member.persistOne();
        assertThat(scene.drain(VoteAnswer.class).refusal()).isEqualTo(VoteRefusal.NONE);
    }

    @Test
    @DisplayName("a candidate asks for votes when its term and its own vote are durable")
    void aCandidateWaitsForTheDisk() {
        Scene scene = Scene.of(3);
        scene.member.timeOut();
        scene.receive(preVote(2, 1));
        assertThat(all(scene.drain(), RequestVote.class)).isEmpty();
        scene.member.persistOne();
        assertThat(all(scene.drain(), RequestVote.class)).hasSize(2);
    }

    @Test
    @DisplayName("nobody leads before its own vote is durable, however many grants have come")
    void nobodyLeadsBeforeItsVoteIsDurable() {
        Scene scene = Scene.of(3);
        scene.member.timeOut();
        scene.receive(preVote(2, 1));
        scene.drain();
        scene.receive(vote(2, 1)).receive(vote(3, 1));
        assertThat(scene.raft().role()).isEqualTo(RoleName.CANDIDATE);
        scene.member.persistOne();
        assertThat(scene.raft().role()).isEqualTo(RoleName.LEADER);
    }

    @Test
    @DisplayName("a message that tells a term waits for the write of an earlier turn that is still in flight")
    void aMessageWaitsForAnEarlierWrite() {
        Scene scene = Scene.of(3);
        scene.append(2, 3, 0, 0, 0, 3);
        assertThat(scene.drain()).isEmpty();
        scene.heartbeat(2, 3, 1, 3, 0, 0);
        Effects effects = scene.member.drain();
        assertThat(effects.write()).isNull();
        assertThat(effects.messages()).hasSize(1).allMatch(out -> out.afterWrite() == 1);
        scene.member.persistOne();
        assertThat(all(scene.drain(), AppendAnswer.class)).isNotEmpty();
    }

    @Test
    @DisplayName("with its term durable, a follower says what it verified at once, and what is durable when it is")
    void verifiedLeavesAtOnce() {
        Scene scene = Scene.of(3);
        scene.heartbeat(2, 1, 0, 0, 0, 0).settle();
        AppendAnswer verified = scene.append(2, 1, 0, 0, 0, 1, 1).drain(AppendAnswer.class);
        assertThat(verified.verifiedIndex()).isEqualTo(2);
        assertThat(verified.durableIndex()).isZero();
        scene.member.persistOne();
        AppendAnswer durable = scene.drain(AppendAnswer.class);
        assertThat(durable.durableIndex()).isEqualTo(2);
        assertThat(scene.drain()).isEmpty();
    }

    @Test
    @DisplayName("what was durable before this leader came counts only as far as this leader verified it")
    void durableIsNoMoreThanVerified() {
        Scene scene = Scene.of(3).log(1, 1, 1, 1).term(1, 0);
        AppendAnswer answer = scene.heartbeat(2, 2, 2, 1, 0, 0).settle(AppendAnswer.class);
        assertThat(answer.durableIndex()).isEqualTo(2);
    }

    @Test
    @DisplayName("the late completion of entries that were replaced vouches for none of their successors")
    void aLateCompletionVouchesForNothing() {
        Scene scene = Scene.of(3);
        scene.heartbeat(2, 1, 0, 0, 0, 0).settle();
        scene.append(2, 1, 0, 0, 0, 1, 1, 1).drain(); // The write of 1@1..3@1 is in flight …
        scene.append(3, 2, 1, 1, 0, 2, 2).drain(); // … when another leader puts its own at 2 and 3.
        scene.member.persistOne();
        assertThat(scene.raft().persistedIndex()).isEqualTo(1);
        assertThat(all(scene.drain(), AppendAnswer.class)).allMatch(answer -> answer.durableIndex() <= 1);
        scene.member.persistOne();
        assertThat(scene.raft().persistedIndex()).isEqualTo(3);
    }

    @Test
    @DisplayName("one member alone commits only what its disk has")
    void aMemberAloneCommitsWhatIsPersisted() {
        Scene scene = Scene.of(1).lead();
        scene.propose(2);
        scene.drain();
        assertThat(scene.raft().commitIndex()).isEqualTo(1);
        scene.member.persistOne();
        assertThat(scene.raft().commitIndex()).isEqualTo(3);
    }

    @Test
    @DisplayName("a vote and entries of one turn are one write; a turn that changes nothing durable writes nothing")
    void oneWriteInATurn() {
        Scene scene = Scene.of(3);
        scene.append(2, 4, 0, 0, 0, 4);
        Effects effects = scene.member.drain();
        assertThat(hardState(effects).currentTerm()).isEqualTo(4);
        assertThat(write(effects).firstIndex()).isEqualTo(1);
        assertThat(write(effects).lastIndex()).isEqualTo(1);
        scene.heartbeat(2, 4, 1, 4, 1, 0);
        assertThat(scene.member.drain().write()).isNull(); // A commit hint causes no write of its own …
        scene.append(2, 4, 1, 4, 1, 4);
        assertThat(hardState(scene.member.drain()).commitHint()).isEqualTo(1); // … but rides in the next.
    }

    @Test
    @DisplayName(
            "after a restart the log is durable, and committed as far as a hint or the mark says, but not past its end")
    void aRestartKnowsWhatWasCommitted() {
        Scene scene = Scene.of(3).log(1, 1, 1).term(1, 0).committed(2);
        assertThat(scene.raft().commitIndex()).isEqualTo(2);
        assertThat(scene.raft().persistedIndex()).isEqualTo(3);
        assertThat(scene.member.drain().applyThrough()).isEqualTo(2);
        Scene shorter = Scene.of(3).log(1).term(1, 0).committed(2);
        assertThat(shorter.raft().commitIndex()).isEqualTo(1);
    }

    @Test
    @DisplayName("what storage cannot have kept is damage, and no member starts from it")
    void anImpossibleImageIsRefused() {
        SnapshotMark mark = new SnapshotMark(3, 2, Scene.voters(3));
        HardState term = new HardState(2, 0, 0);
        LogSummary later = new LogSummary(4, new long[] {4}, new long[] {3}, List.of());
        LogSummary gap = new LogSummary(5, new long[] {5}, new long[] {2}, List.of());
        LogSummary falling = new LogSummary(5, new long[] {4, 5}, new long[] {2, 1}, List.of());
        for (LogSummary log : List.of(later, gap, falling, LogSummary.empty(2))) {
            assertThatThrownBy(() -> Raft.restart(Scene.config(), new RestartImage(term, mark, log), 1))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cannot have been kept");
        }
        Raft whole = Raft.restart(Scene.config(), new RestartImage(term, mark, LogSummary.empty(3)), 1);
        assertThat(whole.lastIndex()).isEqualTo(3);
        assertThat(whole.commitIndex()).isEqualTo(3);
        assertThat(whole.firstIndex()).isEqualTo(4);
    }

    @Test
    @DisplayName("a state machine with files of its own tells at the start how far they reach")
    void ownFilesGoOnWhereTheyWere() {
        Scene scene = Scene.of(3).log(1, 1, 1).term(1, 0);
        scene.member.tell(new Input.Applied(2));
        assertThat(scene.raft().commitIndex()).isEqualTo(2);
        assertThat(scene.member.drain().applyThrough()).isZero();
        assertThatThrownBy(() -> scene.raft().applied(3)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("completions come in order and of writes that are in flight; anything else is the driver's mistake")
    void completionsComeInOrder() {
        Scene scene = Scene.of(3);
        scene.receive(requestVote(2, 1, 0, 0)).drain();
        assertThatThrownBy(() -> scene.raft().persisted(2)).isInstanceOf(IllegalArgumentException.class);
        scene.raft().persisted(1);
        assertThatThrownBy(() -> scene.raft().persisted(1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("one completion may stand for several writes")
    void completionsMayBeSkipped() {
        Scene scene = Scene.of(1).lead();
        for (int i = 0; i < 20; i++) {
            scene.propose(1);
            scene.drain();
        }
        assertThat(scene.raft().persistedIndex()).isEqualTo(1);
        scene.raft().persisted(scene.member.writes.getLast().write().number());
        assertThat(scene.raft().persistedIndex()).isEqualTo(21);
    }

    private static Effects.Write write(Effects effects) {
        return Objects.requireNonNull(effects.write());
    }

    private static HardState hardState(Effects effects) {
        return Objects.requireNonNull(write(effects).hardState());
    }
}
