package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Configuration, generator, transitions, copies and the time of the next deed. */
class CoreShapeTest {
    @Test
    void aConfigurationTellsAllItsProblemsAtOnce() {
        assertThatThrownBy(() -> new RaftConfig(0, 0, 1, 10, 10, true, true, 0, 1, 1, 0, 1, -1, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("self must not be 0")
                .hasMessageContaining("electionTicks must be more than heartbeatTicks, is 10 with 10")
                .hasMessageContaining("ringBytes must be at least 1, is 0")
                .hasMessageContaining("windowFrames must be at least 1, is 0")
                .hasMessageContaining("caughtUpEntries must be at least 0, is -1");
    }

    @Test
    void theDefaultsAreThese() {
        assertThat(RaftConfig.defaults(3, 1, 2))
                .isEqualTo(new RaftConfig(
                        3, 1, 2, 100, 1000, true, true, 64L << 20, 1 << 20, 4L << 20, 4, 4096, 1000, true));
    }

    /** The first numbers of seed 0 as the authors' published code gives them; the seed format must not drift. */
    @Test
    void theGeneratorIsThePublishedOne() {
        SplitMix64 random = new SplitMix64(0);
        assertThat(random.next()).isEqualTo(0xe220a8397b1dcdafL);
        assertThat(random.next()).isEqualTo(0x6e789e6aa1b965f4L);
        assertThat(random.next()).isEqualTo(0x06c45d188009454fL);
        int[] counts = new int[10];
        for (int i = 0; i < 100_000; i++) {
            counts[random.below(10)]++;
        }
        assertThat(Arrays.stream(counts).min().orElse(0)).isGreaterThan(9_500);
        assertThatThrownBy(() -> random.below(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void illegalTransitionsAreRefusedInASentence() {
        Scene follower = Scene.of(3).term(4, 0);
        assertThatThrownBy(() -> follower.raft().becomeLeader(List.of()))
                .hasMessageContaining("only a candidate that was voted for becomes leader");
        assertThatThrownBy(() -> follower.raft().becomeFollower(3))
                .hasMessageContaining("the term never falls, from 4 to 3");
        assertThatThrownBy(() -> follower.raft().becomeFollower(4)).hasMessageContaining("is one already");
        Scene leader = Scene.of(3).lead();
        assertThatThrownBy(() -> leader.raft().becomeCandidate(Candidate.Phase.VOTE, false))
                .hasMessageContaining("a leader does not campaign");
        Scene committed = Scene.of(3).leadAndCommit();
        assertThatThrownBy(() -> committed.raft().truncate(1)).hasMessageContaining("committed and cannot be dropped");
    }

    @Test
    void aCopyGoesItsOwnWay() {
        Scene scene = Scene.of(3).leadAndCommit();
        byte[] before = scene.raft().canonicalForm();
        Raft copy = scene.raft().copy();
        assertThat(copy.canonicalForm()).isEqualTo(before);
        copy.propose(EntryKind.COMMAND, 40);
        copy.readIndex(1);
        copy.advance(1000);
        copy.drain();
        assertThat(copy.role()).isEqualTo(RoleName.FOLLOWER);
        assertThat(scene.raft().canonicalForm()).isEqualTo(before);
    }

    @Test
    void theFormOfAStateDoesNotDependOnWhenItWasReached() {
        Scene now = Scene.of(3);
        Scene later = Scene.of(3);
        later.member.advance(50);
        now.heartbeat(2, 1, 0, 0, 0, 0).settle();
        later.heartbeat(2, 1, 0, 0, 0, 0).settle();
        assertThat(later.raft().canonicalForm()).isEqualTo(now.raft().canonicalForm());
    }

    @Test
    void aCopyHoldsWhatIsNotYetDrained() {
        Scene scene = Scene.of(3);
        scene.receive(Scene.requestVote(2, 1, 0, 0));
        Raft copy = scene.raft().copy();
        assertThat(copy.canonicalForm()).isEqualTo(scene.raft().canonicalForm());
        assertThat(Recording.encode(copy.drain()))
                .isEqualTo(Recording.encode(scene.raft().drain()));
    }

    /** Nothing happens before the tick that was told, and something at it: in each role. */
    @Test
    void theTimeOfTheNextDeedIsExact() {
        for (Scene scene : new Scene[] {
            Scene.of(3), Scene.of(3).lead(), preCandidate(), Scene.of(1).lead()
        }) {
            for (int i = 0; i < 20 && scene.raft().ticksUntilDue() != Long.MAX_VALUE; i++) {
                long due = scene.raft().ticksUntilDue();
                RoleName role = scene.raft().role();
                if (due > 1) {
                    scene.member.advance(due - 1);
                    assertThat(scene.settle()).isEmpty();
                    assertThat(scene.raft().role()).isEqualTo(role);
                    assertThat(scene.raft().ticksUntilDue()).isEqualTo(1);
                }
                scene.member.advance(1);
                boolean spoke = !scene.settle().isEmpty();
                assertThat(spoke || scene.raft().role() != role).isTrue();
            }
        }
        assertThat(Scene.of(1).lead().raft().ticksUntilDue()).isEqualTo(Long.MAX_VALUE);
    }

    private static Scene preCandidate() {
        Scene scene = Scene.of(3);
        scene.member.timeOut();
        scene.settle();
        return scene;
    }

    @Test
    void timeDoesNotGoBack() {
        assertThatThrownBy(() -> Scene.of(3).raft().advance(-1)).isInstanceOf(IllegalArgumentException.class);
    }
}
