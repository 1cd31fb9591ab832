package io.quorate.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.memory.MemoryNetwork;
import io.quorate.node.peer.PeersWorld.Node;
import io.quorate.raft.Message.RequestVote;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Connections that break, peers that go and come back, and what the node is told of it. */
class ReconnectTest {
    private final PeersWorld world = new PeersWorld(51, 3);

    private static String url(long id) {
        return PeersWorld.url(id);
    }

    @Test
    void aBrokenConnectionIsMadeAgainAtOnce() {
        List<Node> all = world.running();
        for (Node node : all) {
            node.heard.clear();
        }
        world.network.reset(url(1), url(2));
        world.run(5);
        assertThat(all.get(0).heard).contains("disconnected 2").doesNotContain("lost 2");
        assertThat(all.get(1).heard).contains("disconnected 1").doesNotContain("lost 1");
        assertThat(all.get(0).sees(2)).isTrue();
        assertThat(all.get(1).sees(1)).isTrue();
    }

    @Test
    void aKilledMemberIsReportedLostByBothSidesThatDialAndThatDoNot() {
        List<Node> all = world.running();
        world.kill(all.get(1));
        world.run(5);
        assertThat(all.get(0).heard).contains("lost 2");
        assertThat(all.get(2).heard).contains("lost 2");
        world.run(60_000);
        assertThat(all.get(0).count("lost 2")).isEqualTo(1);
        assertThat(all.get(0).count("disconnected 2")).isEqualTo(1);
    }

    @Test
    void aRestartedMemberIsALostOneEvenIfItWasNeverRefused() {
        List<Node> all = world.running();
        PeersWorld.Directory second = all.get(1).directory;
        world.kill(all.get(1));
        world.start(second);
        world.run(100);
        for (Node node : List.of(all.get(0), all.get(2))) {
            assertThat(node.count("lost 2")).isEqualTo(1);
            assertThat(node.count("back 2")).isZero();
            assertThat(node.sees(2)).isTrue();
        }
    }

    @Test
    void aMemberOfTheSameLifeIsBackWhenItsPortAnswersAgain() {
        List<Node> all = world.running();
        world.network.refuse(url(2), true);
        world.network.reset(url(1), url(2));
        world.run(100);
        assertThat(all.get(0).count("lost 2")).isEqualTo(1);
        assertThat(all.get(0).count("back 2")).isZero();
        world.network.refuse(url(2), false);
        world.run(1_000);
        assertThat(all.get(0).count("lost 2")).isEqualTo(1);
        assertThat(all.get(0).count("back 2")).isEqualTo(1);
        assertThat(all.get(0).sees(2)).isTrue();
    }

    @Test
    void aPartitionIsNoHint() {
        List<Node> all = world.running();
        world.network.partition(url(1), url(2));
        world.run(30_000);
        assertThat(all.get(0).count("lost 2")).isZero();
        assertThat(all.get(0).sees(2)).isFalse();
        assertThat(all.get(1).sees(1)).isFalse();
        world.network.healAll();
        world.run(3_000);
        assertThat(all.get(0).sees(2)).isTrue();
        assertThat(all.get(1).sees(1)).isTrue();
    }

    @Test
    void aShortPartitionOnlyDelays() {
        List<Node> all = world.running();
        world.network.partition(url(1), url(2));
        all.get(0).send(new RequestVote(0, 1, 2, 1, 0, 0));
        world.run(2_000);
        assertThat(all.get(1).messages).isEmpty();
        world.network.heal(url(1), url(2));
        world.run(10);
        assertThat(all.get(1).messages).hasSize(1);
        assertThat(all.get(0).count("disconnected 2")).isZero();
    }

    @Test
    void aPauseOfTheComputerClosesNothing() {
        List<Node> all = world.running();
        world.now += 20_000 * PeersWorld.MILLI;
        world.run(2_000);
        for (Node node : all) {
            assertThat(node.heard).containsExactly("first start complete", "leaderless");
            assertThat(node.peers.state()).allMatch(PeerState::connected);
        }
    }

    @Test
    void attemptsBackOffToASecondWithJitter() {
        Node one = world.start(world.fresh(1));
        world.run(30_000);
        // Two lines to each of two peers; between 0.5 and 1 s each at the slowest.
        long attempts = world.network.dials();
        assertThat(attempts).isBetween(4L * 30, 4L * 75);
        assertThat(one.waiting).containsExactly("n2", "n3");
    }

    @Test
    void whoStartsLateIsConnectedAtOnceForItKnocks() {
        world.start(world.fresh(1));
        world.start(world.fresh(2));
        world.run(30_000);
        Node three = world.start(world.fresh(3));
        world.run(10);
        assertThat(three.sees(1)).isTrue();
        assertThat(three.sees(2)).isTrue();
    }

    @Test
    void everyPairEndsWithOneConnectionOfEachKindWhateverHappens() {
        List<Node> all = world.running();
        world.network.settings(new MemoryNetwork.Settings(50_000, 20_000_000, 40, 1 << 16, 300_000_000L));
        for (int i = 0; i < 300; i++) {
            long a = 1 + Long.remainderUnsigned(world.entropy.nextLong(), 3);
            long b = 1 + a % 3;
            if (i % 3 == 0) {
                world.network.partition(url(a), url(b));
            } else if (i % 3 == 1) {
                world.network.reset(url(a), url(b));
            } else {
                world.network.healAll();
            }
            world.run(Long.remainderUnsigned(world.entropy.nextLong(), 700));
        }
        world.network.healAll();
        world.network.settings(MemoryNetwork.Settings.LAN);
        world.run(10_000);
        for (Node node : all) {
            assertThat(node.peers.state()).hasSize(2).allMatch(PeerState::connected);
            assertThat(node.peers.connections()).isEqualTo(4);
            assertThat(node.refused).isNull();
        }
        assertThat(world.network.openConnections()).isEqualTo(6);
    }

    @Test
    void aMajorityWithoutALeaderIsToldOncePerTimeItComesAbout() {
        List<Node> all = world.running();
        Node one = all.get(0);
        assertThat(one.count("leaderless")).isEqualTo(1);
        for (Node node : all) {
            node.peers.leaderIs(2);
            node.peers.flush();
        }
        world.run(10);
        assertThat(one.count("leaderless")).isEqualTo(1);
        world.kill(all.get(1));
        world.run(10);
        one.peers.leaderIs(0);
        one.peers.flush();
        world.run(10);
        assertThat(one.count("leaderless")).isEqualTo(1);
        all.get(2).peers.leaderIs(0);
        all.get(2).peers.flush();
        world.run(10);
        assertThat(one.count("leaderless")).isEqualTo(2);
        assertThat(all.get(2).count("leaderless")).isEqualTo(2);
    }
}
