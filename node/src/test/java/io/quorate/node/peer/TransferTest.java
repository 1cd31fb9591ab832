package io.quorate.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.peer.PeersWorld.Node;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Connections for snapshots: dialled by whoever fetches, whichever side dials the others. */
class TransferTest {
    private final PeersWorld world = new PeersWorld(61, 3);
    private final List<Node> all = world.running();
    private final Node low = all.get(0);
    private final Node high = all.get(2);
    private final SnapshotInfo info =
            new SnapshotInfo(0, new SnapshotMark(70, 3, world.initial), 0x1234_5678_9abc_def0L, 5_000_000_000L);

    private static boolean say(Node who, long to, Transfer transfer) {
        boolean sent = who.peers.transfer(to, transfer);
        who.peers.flush();
        return sent;
    }

    @Test
    void eitherSideFetchesAndAllThatIsSaidArrives() {
        for (Node fetcher : List.of(low, high)) {
            Node source = fetcher == low ? high : low;
            long id = source.directory.id;
            source.transfers.clear();
            fetcher.transfers.clear();
            Transfer.Ask ask = new Transfer.Ask(0, 70, 60, -5);
            assertThat(say(fetcher, id, ask)).isFalse();
            int before = fetcher.peers.connections();
            fetcher.peers.fetchFrom(id);
            world.run(5);
            assertThat(fetcher.peers.connections()).isEqualTo(before + 1);
            Transfer.Read read = new Transfer.Read(0, 4_999_999_000L, 77);
            assertThat(say(fetcher, id, ask)).isTrue();
            assertThat(say(fetcher, id, read)).isTrue();
            Transfer.Offer offer = new Transfer.Offer(info, 9);
            assertThat(say(source, fetcher.directory.id, offer)).isTrue();
            assertThat(say(source, fetcher.directory.id, new Transfer.Nothing(0)))
                    .isTrue();
            world.run(5);
            assertThat(source.transfers).containsExactly(ask, read);
            assertThat(fetcher.transfers).containsExactly(offer, new Transfer.Nothing(0));

            fetcher.peers.fetchFrom(0);
            world.run(5);
            assertThat(source.heard).contains("serve-ended " + fetcher.directory.id);
            assertThat(fetcher.heard).doesNotContain("fetch-ended " + id);
            assertThat(fetcher.peers.connections()).isEqualTo(before);
            assertThat(say(source, fetcher.directory.id, offer)).isFalse();
        }
    }

    @Test
    void aPieceIsCutToWhatAFrameTakesAndItsBytesArrive() {
        low.peers.fetchFrom(3);
        world.run(5);
        byte[] bytes = new byte[1 << 20];
        new Random(1).nextBytes(bytes);
        int at = 0;
        while (at < bytes.length) {
            ByteBuffer rest = ByteBuffer.wrap(bytes, at, bytes.length - at);
            int sent = high.peers.transferPiece(1, new Transfer.Piece(0, 4, 64, at, bytes.length, rest));
            high.peers.flush();
            assertThat(sent).isBetween(1, 1 << 20);
            world.run(5);
            Transfer.Piece came = (Transfer.Piece) low.transfers.remove(0);
            assertThat(came.position()).isEqualTo(at);
            assertThat(came.offset()).isEqualTo(64);
            assertThat(came.total()).isEqualTo(bytes.length);
            assertThat(came.bytes()).isEqualTo(ByteBuffer.wrap(bytes, at, sent));
            at += sent;
        }
    }

    @Test
    void aBrokenOneIsDialledAgainAndBothSidesHearOfIt() {
        high.peers.fetchFrom(1);
        world.run(5);
        world.network.reset(PeersWorld.url(1), PeersWorld.url(3));
        world.run(50);
        assertThat(high.heard).contains("fetch-ended 1");
        assertThat(low.heard).contains("serve-ended 3");
        assertThat(say(high, 1, new Transfer.Ask(0, 1, 0, 0))).isTrue();
        world.kill(low);
        world.run(50);
        assertThat(high.count("fetch-ended 1")).isEqualTo(2);
    }

    /** While this one was away, all others may have been replaced: its log names nobody who has the snapshot that it needs. */
    @Test
    void oneWhomTheLogDoesNotNameIsFetchedFromWhereItSaysItself() {
        PeersWorld.Directory added = world.fresh(4);
        added.set = withFourth("http://elsewhere:2380");
        Node fourth = world.startAs(world.config(added, withFourth(PeersWorld.url(4))), added, PeersWorld.url(4));
        world.run(2_000);
        assertThat(low.sees(4)).isTrue();
        assertThat(low.directory.set().contains(4)).isFalse();

        low.peers.fetchFrom(4);
        world.run(500);
        assertThat(say(low, 4, new Transfer.Ask(0, 1, 0, 0))).isFalse();

        fourth.peers.members(withFourth(PeersWorld.url(4)));
        world.run(500);
        low.peers.fetchFrom(4);
        world.run(50);
        assertThat(say(low, 4, new Transfer.Ask(0, 1, 0, 0))).isTrue();
        world.run(5);
        assertThat(fourth.transfers).containsExactly(new Transfer.Ask(0, 1, 0, 0));
    }

    private Membership withFourth(String url) {
        List<Member> members = new ArrayList<>(low.directory.set().members());
        members.add(new Member(4, 0, "n4", List.of(url)));
        return Membership.ofVoters(members);
    }

    @Test
    void anotherSourceTakesThePlaceOfTheFirst() {
        high.peers.fetchFrom(1);
        world.run(5);
        high.peers.fetchFrom(2);
        world.run(5);
        assertThat(low.heard).contains("serve-ended 3");
        assertThat(say(high, 1, new Transfer.Ask(0, 1, 0, 0))).isFalse();
        assertThat(say(high, 2, new Transfer.Ask(0, 1, 0, 0))).isTrue();
    }

    @Test
    void whatNoMemberSendsIsMalformed() {
        ByteBuffer offer = TransferCodec.encode(new Transfer.Offer(info, 3), 0);
        ByteBuffer header = header(offer);
        assertThat(TransferCodec.decode(FrameType.SNAPSHOT_OFFER, header, ByteBuffer.allocate(0)))
                .isEqualTo(new Transfer.Offer(info, 3));
        for (int at : new int[] {4, 12, 28, 36}) {
            ByteBuffer wrong = header(offer);
            wrong.putLong(at, -1);
            assertThatThrownBy(() -> TransferCodec.decode(FrameType.SNAPSHOT_OFFER, wrong, ByteBuffer.allocate(0)))
                    .isInstanceOf(MalformedFrameException.class);
        }
        ByteBuffer earlier = header(offer);
        earlier.putLong(36, 2);
        assertThatThrownBy(() -> TransferCodec.decode(FrameType.SNAPSHOT_OFFER, earlier, ByteBuffer.allocate(0)))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("term 3 offered in term 2");
        List<Member> one = List.of(new Member(1, 1, "n1", List.of()));
        Membership later = new Membership(one, List.of(1L), List.of(), List.of(), List.of(), 71);
        Transfer.Offer ahead = new Transfer.Offer(new SnapshotInfo(0, new SnapshotMark(70, 3, later), 5, 1), 3);
        ByteBuffer tells = header(TransferCodec.encode(ahead, 0));
        assertThatThrownBy(() -> TransferCodec.decode(FrameType.SNAPSHOT_OFFER, tells, ByteBuffer.allocate(0)))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("membership of entry 71");
        Transfer.Piece tooLong = new Transfer.Piece(0, 1, 0, 90, 100, ByteBuffer.allocate(11));
        ByteBuffer piece = header(TransferCodec.encode(tooLong, 11));
        assertThatThrownBy(() -> TransferCodec.decode(FrameType.SNAPSHOT_PIECE, piece, ByteBuffer.allocate(11)))
                .isInstanceOf(MalformedFrameException.class);
    }

    private static ByteBuffer header(ByteBuffer frame) {
        ByteBuffer copy =
                ByteBuffer.allocate(frame.remaining() - Frame.PREFIX_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        copy.put(frame.duplicate().position(Frame.PREFIX_BYTES)).flip();
        return copy;
    }
}
