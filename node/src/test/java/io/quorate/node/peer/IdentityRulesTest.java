package io.quorate.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.peer.PeersWorld.Directory;
import io.quorate.node.peer.PeersWorld.Node;
import io.quorate.raft.Message.RequestVote;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Members that lost, copied or rolled back their data directories. */
class IdentityRulesTest {
    private final PeersWorld world = new PeersWorld(41, 3);

    @Test
    void aWipedMemberUnderItsOldNameIsRefusedAndTheOthersGoOn() {
        List<Node> all = world.running();
        world.kill(all.get(2));
        world.run(100);
        Node wiped = world.start(world.fresh(3));
        world.run(5_000);
        assertThat(wiped.refused)
                .contains("member 3", "incarnation " + Long.toHexString(wiped.directory.incarnation))
                .contains(Long.toHexString(all.get(2).directory.incarnation))
                .contains("Put back its data directory", "quorate member replace");
        assertThat(wiped.count("first start complete")).isZero();
        assertThat(wiped.messages).isEmpty();
        Node one = all.get(0);
        Node two = all.get(1);
        assertThat(one.sees(2)).isTrue();
        assertThat(one.sees(3)).isFalse();
        assertThat(one.refused).isNull();
        assertThat(two.refused).isNull();
        one.send(new RequestVote(0, 1, 2, 1, 0, 0));
        world.run(5);
        assertThat(two.messages).hasSize(1);
    }

    @Test
    void aWipedMemberComesBackWhenItsOldDirectoryDoes() {
        List<Node> all = world.running();
        world.kill(all.get(2));
        Node wiped = world.start(world.fresh(3));
        world.run(1_000);
        world.kill(wiped);
        Node back = world.start(all.get(2).directory);
        world.run(5_000);
        assertThat(back.refused).isNull();
        assertThat(all.get(0).sees(3)).isTrue();
        assertThat(all.get(1).sees(3)).isTrue();
    }

    @Test
    void ofACopiedDirectoryStartedTwiceOneIsRefused() {
        List<Node> all = world.running();
        Directory original = all.get(1).directory;
        world.kill(all.get(1));
        Directory copy = original.copy();
        Node first = world.start(original);
        world.run(1_000);
        assertThat(all.get(0).sees(2)).isTrue();
        Node second = world.start(copy, "http://copy:2380");
        world.run(5_000);
        assertThat(second.refused).contains("running twice", "start 2 with start id");
        assertThat(first.refused).isNull();
        assertThat(all.get(0).sees(2)).isTrue();
        assertThat(all.get(2).sees(2)).isTrue();
    }

    @Test
    void anOlderImageOfADirectoryIsRefused() {
        List<Node> all = world.running();
        Directory second = all.get(1).directory;
        Directory image = second.copy();
        world.kill(all.get(1));
        Node again = world.start(second);
        world.run(1_000);
        world.kill(again);
        again = world.start(second);
        world.run(1_000);
        world.kill(again);
        Node old = world.start(image);
        world.run(5_000);
        assertThat(old.refused).contains("has started 2 times", "seen its start number 3", "old copy");
        assertThat(all.get(0).sees(2)).isFalse();
    }

    @Test
    void anEmptyMemberOfAClusterThatExistsStopsByItselfAndSaysHowItComesBack() {
        List<Node> all = world.running();
        Directory third = all.get(2).directory;
        Stream.of(all.get(0), all.get(2)).forEach(world::kill);
        world.run(100);
        Node one = world.start(all.get(0).directory);
        Node wiped = world.start(world.fresh(3));
        world.run(100);
        assertThat(wiped.refused).contains("Put back its data directory", "quorate member replace");
        assertThat(one.refused).isNull();
        assertThat(third.set).isNotNull();
    }

    @Test
    void aMemberOfAnotherClusterStopsNobody() {
        List<Node> all = world.running();
        PeersWorld.Directory foreign = world.fresh(3);
        world.kill(all.get(2));
        foreign.starts = 1;
        PeersConfig config = world.config(foreign);
        io.quorate.node.port.Identity self = new io.quorate.node.port.Identity(0xbad, 1, 3, foreign.incarnation, 1);
        Node other = world.startAs(
                PeersConfig.of(self, "n3", config.initial(), false, 1 << 20, 4 << 20), foreign, all.get(2).url);
        world.run(10_000);
        assertThat(other.refused).isNull();
        assertThat(other.waiting).containsExactly("n1", "n2");
        assertThat(other.peers.state().get(0).remote()).contains("cluster id");
        assertThat(all.get(0).refused).isNull();
        assertThat(all.get(0).sees(2)).isTrue();
        assertThat(all.get(0).sees(3)).isFalse();
    }
}
