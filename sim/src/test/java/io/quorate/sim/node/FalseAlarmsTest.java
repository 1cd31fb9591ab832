package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Applied;
import io.quorate.sim.campaign.Simulator;
import io.quorate.sim.core.Profile;
import org.junit.jupiter.api.Test;

/** Where a rule once blamed the product for what the simulator had wrong; others are among the tests of what was wrong. */
final class FalseAlarmsTest {
    /** Seed 351822620285 of profile unbounded, when faults still shared streams. */
    @Test
    void emptyMembersNeedNotElectALeaderWhileTheOneThatTheyWaitForIsRefused() {
        QuietCluster cluster = QuietCluster.started(3, Profile.UNBOUNDED);
        SimMember refused = cluster.world.members.get(0);
        cluster.runMillis(200);
        SimDisk.Image first = refused.disk.image();
        LogModel old = refused.model().copy();
        refused.kill();
        refused.start();
        cluster.runMillis(500);
        refused.restore(first, old);
        refused.start();
        cluster.runMillis(500);
        assertThat(refused.isOut()).isTrue();
        assertThat(cluster.write(cluster.awaitLeader())).isInstanceOf(Applied.class);

        for (SimMember other : cluster.world.members.subList(1, 3)) {
            other.wipe(false);
        }
        cluster.world.settle();

        assertThat(cluster.world.leader()).isNull();
        assertThat(cluster.world.members.get(1).isUp()).isTrue();
        assertThat(cluster.world.members.get(2).isUp()).isTrue();
    }

    /** Found by taking out {@code SimMember.beforeFailedStart}: a write is lost, and the start that mends the log finds no room. */
    @Test
    void aStartThatMendedTheLogAndFailedIsRemembered() {
        assertThat(Simulator.of(Profile.UNBOUNDED).run(56_401_327_152L).violation())
                .isNull();
    }
}
