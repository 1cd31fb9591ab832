package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.MembershipChange;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import org.junit.jupiter.api.Test;

/**
 * With the product's times, an election timeout of a second among them, nobody waits for a timeout where a hint says that there
 * is no leader: not at the first start, not when the leader's process has ended, and not when the leader was removed.
 */
final class QuickLeaderTest {
    private static final int SEEDS = 20;
    private static final long MOST_MILLIS = 1_000;

    @Test
    void thereIsALeaderOneSecondAfterTheThirdMemberStarts() {
        for (QuietCluster cluster : QuietCluster.patient(SEEDS)) {
            startAll(cluster);
            assertThat(millisToLeader(cluster)).isLessThanOrEqualTo(MOST_MILLIS);
        }
    }

    @Test
    void thereIsAnotherLeaderOneSecondAfterTheLeaderWasKilled() {
        for (QuietCluster cluster : QuietCluster.patient(SEEDS)) {
            Stream lots = startAll(cluster);
            SimMember killed = cluster.awaitLeader();
            cluster.runMillis(lots.between(0, 5_000));
            assertThat(cluster.world.leader()).isSameAs(killed);
            killed.stayDownUntil(Long.MAX_VALUE);
            killed.kill();
            assertThat(millisToLeader(cluster)).isLessThanOrEqualTo(MOST_MILLIS);
            assertThat(cluster.world.leader()).isNotSameAs(killed);
        }
    }

    /** Its followers know of the removal before they hold all of its log, and answer it nevertheless: so it can hand over. */
    @Test
    void thereIsAnotherLeaderOneSecondAfterTheLeaderRemovedItselfUnderWrites() {
        for (QuietCluster cluster : QuietCluster.patient(SEEDS)) {
            startAll(cluster);
            SimMember removed = cluster.awaitLeaderOfAll();
            var change = removed.running().handle.change(MembershipChange.remove(removed.member.id()));
            int passed = 0;
            for (SimMember leader = removed; leader == null || leader == removed; leader = cluster.world.leader()) {
                if (leader == removed) {
                    var unused = cluster.propose(removed);
                }
                cluster.runMillis(1);
                assertThat(++passed).isLessThanOrEqualTo((int) MOST_MILLIS);
            }
            assertThat(change).isDone();
        }
    }

    /** One after another, up to some seconds apart. */
    private static Stream startAll(QuietCluster cluster) {
        Stream lots = cluster.world.script.random().stream(Purpose.PLAN, 0);
        for (SimMember member : cluster.world.members) {
            cluster.runMillis(lots.between(0, 3_000));
            assertThat(cluster.world.leader()).isNull();
            member.start();
        }
        return lots;
    }

    private static long millisToLeader(QuietCluster cluster) {
        long began = cluster.world.queue.now();
        cluster.awaitLeader();
        return (cluster.world.queue.now() - began) / QuietCluster.MILLI;
    }
}
