package io.quorate.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.peer.PeersWorld.Directory;
import io.quorate.node.peer.PeersWorld.Node;
import io.quorate.raft.Message.RequestVote;
import java.util.List;
import org.junit.jupiter.api.Test;

class FirstStartTest {
    @Test
    void threeNewMembersTellEachOtherTheirIncarnationsAndConnect() {
        PeersWorld world = new PeersWorld(1, 3);
        List<Node> all = world.running();
        for (Node node : all) {
            assertThat(node.count("first start complete")).isEqualTo(1);
            assertThat(node.directory.set).isEqualTo(all.get(0).directory.set);
            assertThat(node.waiting).isEmpty();
            assertThat(node.peers.state()).hasSize(2).allMatch(PeerState::connected);
            assertThat(node.count("leaderless")).isEqualTo(1);
        }
        all.get(0).send(new RequestVote(0, 1, 3, 1, 0, 0));
        world.run(5);
        assertThat(all.get(2).messages).containsExactly(new RequestVote(0, 1, 3, 1, 0, 0));
    }

    @Test
    void twoOfThreeNewMembersWaitAndSayForWhom() {
        PeersWorld world = new PeersWorld(2, 3);
        Node one = world.start(world.fresh(1));
        Node two = world.start(world.fresh(2));
        world.run(60_000);
        assertThat(one.waiting).containsExactly("n3");
        assertThat(two.waiting).containsExactly("n3");
        assertThat(one.heard).isEmpty();
        world.start(world.fresh(3));
        world.run(20);
        assertThat(one.waiting).isEmpty();
        assertThat(one.heard).contains("first start complete", "leaderless");
        assertThat(two.heard).contains("first start complete", "leaderless");
    }

    @Test
    void noMessagePassesBeforeTheSetIsWritten() {
        PeersWorld world = new PeersWorld(3, 3);
        Node one = world.start(world.fresh(1));
        Node two = world.start(world.fresh(2));
        world.run(1_000);
        one.send(new RequestVote(0, 1, 2, 1, 0, 0));
        world.run(1_000);
        assertThat(two.messages).isEmpty();
        assertThat(one.peers.droppedMessages()).isEqualTo(1);
    }

    @Test
    void whoHasNotWrittenTheSetYetHearsNoMessageOfThoseWhoHave() {
        PeersWorld world = new PeersWorld(7, 3);
        Node one = world.start(world.fresh(1));
        world.start(world.fresh(2));
        Node three = world.start(world.fresh(3));
        three.keepsSet = false;
        world.run(1_000);
        assertThat(one.sees(3)).isTrue();
        one.send(new RequestVote(0, 1, 3, 1, 0, 0));
        world.run(100);
        assertThat(one.peers.droppedMessages()).isZero();
        assertThat(three.messages).isEmpty();
        assertThat(three.peers.droppedMessages()).isEqualTo(1);
    }

    @Test
    void aMajorityIsEnoughWhereTheOptionSaysSo() {
        PeersWorld world = new PeersWorld(4, 3);
        world.majorityIsEnough = true;
        Node one = world.start(world.fresh(1));
        Node two = world.start(world.fresh(2));
        world.run(1_000);
        assertThat(one.heard).contains("first start complete");
        assertThat(two.heard).contains("first start complete");
        Node three = world.start(world.fresh(3));
        world.run(1_000);
        assertThat(three.refused).isNull();
        assertThat(three.heard).contains("first start complete");
        assertThat(one.sees(3)).isTrue();
    }

    @Test
    void whoDiedAfterTellingItsIncarnationAdoptsTheSetWhenItReturns() {
        PeersWorld world = new PeersWorld(5, 3);
        Node one = world.start(world.fresh(1));
        Node two = world.start(world.fresh(2));
        world.run(100);
        Directory third = world.fresh(3);
        Node three = world.start(third);
        three.keepsSet = false;
        world.run(100);
        assertThat(one.directory.set).isNotNull().isEqualTo(two.directory.set);
        world.kill(three);
        third.set = null;
        Node again = world.start(third);
        world.run(100);
        assertThat(again.directory.set).isEqualTo(one.directory.set);
        assertThat(again.refused).isNull();
    }

    @Test
    void aSingleMemberWaitsForNobody() {
        PeersWorld world = new PeersWorld(6, 1);
        Node one = world.start(world.fresh(1));
        world.run(10);
        assertThat(one.heard).containsExactly("first start complete", "leaderless");
    }
}
