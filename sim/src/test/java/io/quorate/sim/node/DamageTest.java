package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.Profile;
import io.quorate.sim.core.Unseen;
import io.quorate.sim.core.Violation;
import io.quorate.sim.node.NodeRule.Subject;
import org.junit.jupiter.api.Test;

/** Damage that nobody can see explains no more than it can reach. */
final class DamageTest {
    private final QuietCluster cluster = QuietCluster.started(3, Profile.UNBOUNDED);

    @Test
    void whoLostEntriesOnlyLostWhatStoodThereAndBehind() {
        SimMember leader = cluster.awaitLeader();
        cluster.write(leader);
        LogModel before = leader.model().copy();
        long last = before.lastIndex();
        cluster.write(leader);
        cluster.write(leader);
        cluster.runMillis(100);

        Damage damage = Damage.between(Unseen.LOST_LAST_WRITE, leader.model(), before);
        assertThat(damage.isNothing()).isFalse();
        assertThat(damage.explains(Subject.INDEX, last)).isFalse();
        assertThat(damage.explains(Subject.INDEX, last + 1)).isTrue();
        assertThat(damage.explains(Subject.TERM, leader.model().hardState().currentTerm()))
                .isFalse();
        assertThat(damage.explains(Subject.MEMBER, Violation.NOWHERE)).isFalse();
        assertThat(damage.explains(Subject.RUN, Violation.NOWHERE)).isTrue();
    }

    @Test
    void whoForgotVotesMayVoteAgainInThoseTerms() {
        SimMember leader = cluster.awaitLeader();
        SimMember other = cluster.other(leader);
        cluster.runMillis(200);
        LogModel before = other.model().copy();
        leader.kill();
        cluster.runMillis(20);
        cluster.awaitLeader();
        cluster.runMillis(200);

        long was = before.hardState().currentTerm();
        long is = other.model().hardState().currentTerm();
        assertThat(is).isGreaterThan(was);
        Damage damage = Damage.between(Unseen.OLD_IMAGE_FORGOTTEN, other.model(), before);
        assertThat(damage.explains(Subject.TERM, was - 1)).isFalse();
        assertThat(damage.explains(Subject.TERM, was)).isTrue();
        assertThat(damage.explains(Subject.TERM, is)).isTrue();
        assertThat(damage.explains(Subject.TERM, is + 1)).isFalse();
        assertThat(damage.explains(Subject.INDEX, 1)).isTrue();
    }

    /** An image that holds all that its member was told to keep does nobody harm, whoever takes it for the newest. */
    @Test
    void whoLostNothingDidNoDamage() {
        SimMember leader = cluster.awaitLeader();
        cluster.write(leader);
        cluster.runMillis(200);
        SimMember other = cluster.other(leader);
        other.restore(other.held());
        other.forgotten(Unseen.OLD_IMAGE_FORGOTTEN);
        assertThat(cluster.world.judge.hasUnseen()).isFalse();

        LogModel empty = new LogModel();
        assertThat(Damage.between(Unseen.OLD_IMAGE_FORGOTTEN, leader.model(), empty)
                        .explains(Subject.TERM, 1))
                .isTrue();
    }
}
