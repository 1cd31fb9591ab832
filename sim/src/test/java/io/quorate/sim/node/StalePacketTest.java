package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Mark;
import org.junit.jupiter.api.Test;

/** What a link held back finds another life of its receiver; only that is a fault's doing. */
final class StalePacketTest {
    private static final long MILLI = 1_000_000;
    private static final long STEP = MILLI / 2;

    private final QuietCluster cluster = QuietCluster.started(3);
    private final SimMember leader = cluster.awaitLeader();
    private final SimMember receiver = cluster.other(leader);

    /** Each time sooner or later after a write began, so that now and then something is under way to it. */
    private void endTheReceiver() {
        for (int times = 0; times < 20; times++) {
            var unused = cluster.propose(leader);
            cluster.world.runUntil(cluster.world.queue.now() + times * STEP);
            receiver.kill();
            receiver.start();
            cluster.runMillis(500);
        }
    }

    @Test
    void bytesForAnEarlierLifeAreNotAlwaysAFault() {
        endTheReceiver();
        assertThat(cluster.world.ledger.timesHit(Mark.MESSAGE_TO_EARLIER_LIFE)).isPositive();
        assertThat(cluster.world.ledger.timesFired(FaultKind.STALE_PACKET)).isZero();
    }

    @Test
    void bytesThatALinkHeldBackAre() {
        long now = cluster.world.queue.now();
        cluster.world.net.faults.begin(
                new Fault(1, FaultKind.STALE_PACKET, now, 60_000 * MILLI, leader.number, receiver.number, 60));
        endTheReceiver();
        assertThat(cluster.world.ledger.timesFired(FaultKind.STALE_PACKET)).isPositive();
    }
}
