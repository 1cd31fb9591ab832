package io.quorate.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.memory.MemoryLinks;
import io.quorate.node.peer.HandshakeRefusal.Reason;
import io.quorate.node.peer.Hello.Purpose;
import io.quorate.node.peer.PeersWorld.Directory;
import io.quorate.node.peer.PeersWorld.Node;
import io.quorate.node.port.PeerLinks.CloseReason;
import io.quorate.node.port.PeerLinks.Handler;
import io.quorate.node.port.PeerLinks.Link;
import io.quorate.node.port.Versions;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who is refused, and that both values are said. */
class HandshakeTest {
    private final PeersWorld world = new PeersWorld(31, 3);

    /** Dials a member, says a handshake, and keeps the answer. */
    private static final class Caller implements Handler {
        private final ByteBuffer words;
        private final FrameReader reader = new FrameReader(1 << 20);

        @Nullable
        HandshakeRefusal refusal;

        @Nullable
        Hello answer;

        @Nullable
        Link link;

        final List<CloseReason> closed = new ArrayList<>();

        Caller(ByteBuffer words) {
            this.words = words;
        }

        @Override
        public void opened(Link opened) {
            link = opened;
            link.send(words);
            link.flush();
        }

        void hangUp() {
            java.util.Objects.requireNonNull(link).close();
        }

        @Override
        public void received(Link link, ByteBuffer bytes) {
            reader.read(bytes, (type, header, payload) -> {
                if (type == FrameType.REFUSED) {
                    refusal = HandshakeRefusal.decode(header);
                } else if (type == FrameType.HELLO) {
                    answer = Hello.decode(header);
                }
                return true;
            });
        }

        @Override
        public void drained(Link link) {}

        @Override
        public void closed(@Nullable Link link, CloseReason reason, String detail) {
            closed.add(reason);
        }

        String refusalText() {
            return refusal == null ? "" : refusal.text();
        }

        Hello answer() {
            return Objects.requireNonNull(answer);
        }

        @Nullable
        Reason reason() {
            return refusal == null ? null : refusal.reason();
        }
    }

    private Caller call(Node to, ByteBuffer words) {
        MemoryLinks links =
                world.network.join("http://caller" + world.network.urls().size() + ":1", () -> {});
        Caller caller = new Caller(words);
        links.connect(to.url, caller);
        world.run(50);
        return caller;
    }

    /** What member 2 would say to member 1. */
    private Hello ofTwo(Node one, Node two) {
        Directory directory = two.directory;
        return new Hello(
                Versions.CURRENT,
                Purpose.LOG,
                1 << 20,
                PeersWorld.CLUSTER,
                1,
                2,
                1,
                directory.incarnation,
                directory.starts + 1,
                99,
                false,
                false,
                false,
                "n2",
                one.directory.set);
    }

    private static Hello with(Hello h, long cluster, long epoch, long from, long to, long incarnation, long starts) {
        return new Hello(
                h.versions(),
                h.purpose(),
                h.frameBound(),
                cluster,
                epoch,
                from,
                to,
                incarnation,
                starts,
                h.startId(),
                false,
                false,
                false,
                h.name(),
                h.set());
    }

    private static Hello withFrames(Hello h, int frameBound) {
        return new Hello(
                h.versions(),
                h.purpose(),
                frameBound,
                h.clusterId(),
                h.epoch(),
                h.from(),
                h.to(),
                h.incarnation(),
                h.startCounter(),
                h.startId(),
                false,
                false,
                false,
                h.name(),
                h.set());
    }

    private void assertRefused(Reason reason, UnaryOperator<Hello> change, String... texts) {
        List<Node> all = world.nodes.isEmpty() ? world.running() : world.nodes;
        Node one = all.get(0);
        Caller caller = call(one, change.apply(ofTwo(one, all.get(1))).encode());
        assertThat(caller.reason()).isEqualTo(reason);
        assertThat(caller.refusalText()).contains(texts);
        assertThat(caller.answer).isNull();
        world.run(1_000);
        assertThat(caller.closed).hasSize(1);
        assertThat(one.sees(2)).isTrue();
        assertThat(one.refused).isNull();
    }

    @Test
    void aHandshakeThatDoesNotFitIsRefusedWithBothValues() {
        assertRefused(
                Reason.OTHER_CLUSTER,
                h -> with(h, 0xbad, 1, 2, 1, h.incarnation(), 9),
                "cluster id bad of member 2 (n2)",
                "c1 of member 1");
        assertRefused(
                Reason.OTHER_EPOCH,
                h -> with(h, h.clusterId(), 7, 2, 1, h.incarnation(), 9),
                "epoch 7 of member 2 (n2)",
                "1 of member 1");
        assertRefused(
                Reason.WRONG_MEMBER,
                h -> with(h, h.clusterId(), 1, 2, 3, h.incarnation(), 9),
                "looks for member 3",
                "this is member 1");
        assertRefused(Reason.WRONG_MEMBER, h -> with(h, h.clusterId(), 1, 1, 1, 12345, 9), "reached its own id");
        assertRefused(
                Reason.OTHER_INCARNATION,
                h -> with(h, h.clusterId(), 1, 2, 1, 0xabc, 9),
                "has incarnation abc",
                "the cluster knows incarnation " + Long.toHexString(world.nodes.get(1).directory.incarnation),
                "a copy made since it last stopped");
        assertRefused(
                Reason.OLD_IMAGE,
                h -> with(h, h.clusterId(), 1, 2, 1, h.incarnation(), 0),
                "has started 0 times",
                "seen its start number 1");
        assertRefused(
                Reason.COPY,
                h -> with(h, h.clusterId(), 1, 2, 1, h.incarnation(), 1),
                "start 1 with start id 63",
                "copies of one data directory");
        assertRefused(
                Reason.COPY,
                h -> with(h, h.clusterId(), 1, 1, 1, world.nodes.get(0).directory.incarnation, 1),
                "member 1",
                "running twice");
    }

    /** A frame has 16 bytes before its header, and the header of an AppendEntries has 64. */
    @Test
    void aPeerWhoseFramesCannotHoldOneLargestRecordIsRefusedWithBothValues() {
        List<Node> all = startedWith(800_000, 1 << 20, 1 << 20);
        Node one = all.get(0);
        Hello two = ofTwo(one, all.get(1));
        Caller small = call(one, withFrames(two, 800_079).encode());
        assertThat(small.reason()).isEqualTo(Reason.SMALL_FRAMES);
        assertThat(small.refusalText())
                .contains("member 2 (n2) takes frames of at most 800079 bytes", "member 1 needs a frame of 800080");
        assertThat(small.answer).isNull();
        Caller enough = call(one, withFrames(two, 800_080).encode());
        assertThat(enough.refusal).isNull();
        assertThat(enough.answer).isNotNull();
    }

    /** Member 1 dials member 2, whoever of the two takes the smaller frames. */
    @Test
    void theOneWhoDialsAndTheOneWhoIsDialledRefuseSmallFrames() {
        List<Node> dialling = startedWith(800_000, 1 << 20, 500_000);
        assertThat(dialling.get(0).sees(2)).isFalse();
        assertThat(dialling.get(1).sees(1)).isFalse();
        assertThat(remote(dialling.get(0), 2))
                .contains("member 2 (n2) takes frames of at most 500000 bytes", "member 1 needs a frame of 800080");
        dialling.forEach(world::kill);

        List<Node> dialled = startedWith(400_000, 400_080, 1 << 20);
        assertThat(dialled.get(0).sees(2))
                .as("of the smallest frame that is enough")
                .isTrue();
        dialled.forEach(world::kill);

        List<Node> answering = startedWith(0, 400_000, 1 << 20, 800_000);
        assertThat(answering.get(0).sees(2)).isFalse();
        assertThat(remote(answering.get(0), 2))
                .contains("member 1 (n1) takes frames of at most 400000 bytes", "member 2 needs a frame of 800080");
        assertThat(answering.get(0).refused).as("no reason to stop").isNull();
    }

    private static String remote(Node node, long id) {
        return node.peers.state().stream()
                .filter(state -> state.id() == id)
                .findFirst()
                .orElseThrow()
                .remote();
    }

    private List<Node> startedWith(int record, int frames, int othersFrames) {
        return startedWith(record, frames, othersFrames, 0);
    }

    /** Member 1 with its largest record and its frame bound, and members 2 and 3 with theirs. */
    private List<Node> startedWith(int record, int frames, int othersFrames, int othersRecord) {
        List<Node> started = new ArrayList<>();
        for (long id = 1; id <= 3; id++) {
            Directory directory = world.fresh(id);
            directory.starts++;
            PeersConfig config = PeersConfig.of(
                            world.config(directory).self(),
                            "n" + id,
                            world.initial,
                            false,
                            id == 1 ? frames : othersFrames,
                            4 << 20)
                    .withLargestRecord(id == 1 ? record : othersRecord);
            started.add(world.startAs(config, directory, PeersWorld.url(id)));
        }
        world.run(2_000);
        return started;
    }

    @Test
    void aBuildWithoutAVersionInCommonIsRefusedWithTheNumbersOfBoth() {
        List<Node> all = world.running();
        ByteBuffer words = ofTwo(all.get(0), all.get(1)).encode().order(ByteOrder.LITTLE_ENDIAN);
        words.putShort(Frame.PREFIX_BYTES + 8, (short) 9);
        words.putShort(Frame.PREFIX_BYTES + 10, (short) 8);
        words.putInt(Frame.CRC_AT, Frame.headerChecksum(words, 0, words.getInt(Frame.HEADER_BYTES_AT)));
        Caller caller = call(all.get(0), words);
        assertThat(caller.reason()).isEqualTo(Reason.OTHER_PROTOCOL);
        assertThat(caller.refusalText()).contains("versions 8 to 9 there, version 1 here");
    }

    @Test
    void aLaterBuildIsHeardWhateverItSaysBehindWhatIsKnown() {
        List<Node> all = world.running();
        Hello two = speaking(ofTwo(all.get(0), all.get(1)), new Versions(1, 2));
        Caller caller = call(all.get(0), followedBy(two, "more to come".getBytes(StandardCharsets.UTF_8)));
        assertThat(caller.reason()).isNull();
        assertThat(caller.answer().versions()).isEqualTo(Versions.CURRENT);
    }

    @Test
    void aBuildThatHasNoLaterVersionHasNothingToSayBehindIt() {
        List<Node> all = world.running();
        Caller caller = call(all.get(0), followedBy(ofTwo(all.get(0), all.get(1)), new byte[3]));
        assertThat(caller.answer).isNull();
        assertThat(caller.closed).isNotEmpty();
    }

    private static Hello speaking(Hello h, Versions versions) {
        return new Hello(
                versions,
                h.purpose(),
                h.frameBound(),
                h.clusterId(),
                h.epoch(),
                h.from(),
                h.to(),
                h.incarnation(),
                h.startCounter(),
                h.startId(),
                false,
                false,
                false,
                h.name(),
                h.set());
    }

    private static ByteBuffer followedBy(Hello hello, byte[] more) {
        ByteBuffer known = hello.encode().position(Frame.PREFIX_BYTES);
        int behind = known.remaining() - Hello.FIXED_BYTES + more.length;
        return Frame.finish(Frame.begin(FrameType.HELLO, Hello.FIXED_BYTES + behind)
                .put(known)
                .put(more));
    }

    /** Members that speak the next version too, and have agreed on it. */
    private List<Node> atVersionTwo() {
        List<Node> all = startedSpeaking(new Versions(1, 2));
        Membership set = all.get(0).directory.set();
        Membership raised = set.next(set.atVersion(2), 7);
        for (Node node : all) {
            node.peers.members(raised);
            node.directory.set = raised;
        }
        world.run(50);
        return all;
    }

    private List<Node> startedSpeaking(Versions versions) {
        List<Node> started = new ArrayList<>();
        for (long id = 1; id <= 3; id++) {
            Directory directory = world.fresh(id);
            directory.starts++;
            started.add(world.startAs(world.config(directory).speaking(versions), directory, PeersWorld.url(id)));
        }
        world.run(2_000);
        return started;
    }

    @Test
    void twoBuildsSpeakTheLowerOfTheirNewestVersions() {
        List<Node> all = startedSpeaking(new Versions(1, 2));
        assertThat(all.get(0).peers.state()).extracting(PeerState::version).containsOnly(2);
        Directory directory = all.get(2).directory;
        world.kill(all.get(2));
        Node older = world.start(directory);
        world.run(2_000);
        assertThat(older.peers.state()).extracting(PeerState::version).containsOnly(1);
        assertThat(older.peers.state()).extracting(PeerState::versions).containsOnly(new Versions(1, 2));
        PeerState third = all.get(0).peers.state().get(1);
        assertThat(third.version()).isEqualTo(1);
        assertThat(third.versions()).isEqualTo(Versions.CURRENT);
    }

    @Test
    void aBuildThatDoesNotKnowTheClusterVersionIsRefusedAndStops() {
        List<Node> all = atVersionTwo();
        Caller caller = call(all.get(0), ofTwo(all.get(0), all.get(1)).encode());
        assertThat(caller.reason()).isEqualTo(Reason.CLUSTER_VERSION);
        assertThat(caller.refusalText())
                .contains("member 2", "the cluster has version 2", "this build of Quorate knows version 1");
        Directory behind = all.get(2).directory;
        behind.set = behind.set().atVersion(1);
        world.kill(all.get(2));
        Node older = world.start(behind);
        world.run(2_000);
        assertThat(older.refused).contains("cluster has version 2", "knows version 1", "nothing was changed");
        assertThat(older.sees(1) || older.sees(2)).isFalse();
    }

    @Test
    void aBuildThatDoesNotKnowTheVersionOfTheSetThatItIsToldStops() {
        List<Node> all = atVersionTwo();
        Directory fresh = world.fresh(3);
        world.kill(all.get(2));
        Node older = world.start(fresh);
        world.run(2_000);
        assertThat(older.refused).contains("cluster has version 2", "knows version 1");
    }

    @Test
    void aStandingConnectionWithABuildThatDoesNotKnowANewVersionEnds() {
        List<Node> all = startedSpeaking(new Versions(1, 2));
        Directory directory = all.get(2).directory;
        world.kill(all.get(2));
        Node older = world.start(directory);
        world.run(2_000);
        assertThat(all.get(0).sees(3)).isTrue();
        Membership set = all.get(0).directory.set();
        all.get(0).peers.members(set.next(set.atVersion(2), 7));
        world.run(50);
        assertThat(all.get(0).sees(3)).isFalse();
        assertThat(all.get(1).sees(3)).isTrue();
        world.run(2_000);
        assertThat(older.refused).contains("cluster has version 2");
    }

    @Test
    void oneThatNoMembershipNamesIsHeardIfItHoldsASetAndRefusedIfNot() {
        List<Node> all = world.running();
        Hello two = ofTwo(all.get(0), all.get(1));
        Caller unknown =
                call(all.get(0), with(two, two.clusterId(), 1, 77, 1, 7, 1).encode());
        assertThat(unknown.answer()).matches(Hello::noAddress);
        Hello empty = new Hello(
                Versions.CURRENT,
                Purpose.LOG,
                1 << 20,
                two.clusterId(),
                1,
                78,
                1,
                8,
                1,
                5,
                false,
                false,
                false,
                "n78",
                null);
        Caller wiped = call(all.get(0), empty.encode());
        assertThat(wiped.reason()).isEqualTo(Reason.OTHER_INCARNATION);
        assertThat(wiped.refusalText()).contains("has incarnation 8", "no member with this id");
    }

    /** Each is heard, as if it were a member not known yet; what is remembered of them must not grow for ever. */
    @Test
    void whoWasNoMemberAndIsGoneIsForgotten() {
        List<Node> all = world.running();
        Hello two = ofTwo(all.get(0), all.get(1));
        for (int id = 1000; id < 1300; id++) {
            Caller caller =
                    call(all.get(0), with(two, two.clusterId(), 1, id, 1, 7, 1).encode());
            assertThat(caller.answer()).matches(Hello::noAddress);
            caller.hangUp();
            world.run(5);
        }
        assertThat(all.get(0).peers.remembered()).isEqualTo(2);
    }

    @Test
    void oneWhoHasNoIdentityYetIsToldTheMembers() {
        List<Node> all = world.running();
        Hello ask =
                new Hello(Versions.CURRENT, Purpose.ASK, 1 << 20, 0, 0, 0, 0, 0, 0, 1, false, false, false, "", null);
        Caller caller = call(all.get(0), ask.encode());
        assertThat(caller.answer().set()).isEqualTo(all.get(0).directory.set);
        assertThat(caller.answer().clusterId()).isEqualTo(PeersWorld.CLUSTER);
    }

    @Test
    void aMessageBeforeTheHandshakeClosesTheConnection() {
        List<Node> all = world.running();
        Caller caller = call(all.get(0), MessageCodec.encode(new RequestVote(0, 2, 1, 5, 0, 0), 0));
        assertThat(caller.closed).containsExactly(CloseReason.CLOSED_BY_PEER);
        assertThat(all.get(0).messages).isEmpty();
    }

    @Test
    void aRefusalFromSomebodyWhoCallsStopsNobody() {
        List<Node> all = world.running();
        for (Reason reason : Reason.values()) {
            Caller caller = call(all.get(0), new HandshakeRefusal(reason, "made up").encode());
            assertThat(caller.closed).as("%s", reason).hasSize(1);
        }
        Hello two = ofTwo(all.get(0), all.get(1));
        ByteBuffer hello = with(two, two.clusterId(), 1, 77, 1, 7, 1).encode();
        ByteBuffer refusal = new HandshakeRefusal(Reason.COPY, "made up").encode();
        ByteBuffer words = ByteBuffer.allocate(hello.remaining() + refusal.remaining());
        call(all.get(0), words.put(hello).put(refusal).flip());
        assertThat(all.get(0).refused).isNull();
    }

    @Test
    void aMessageInAnothersNameClosesTheConnection() {
        List<Node> all = world.running();
        Hello two = ofTwo(all.get(0), all.get(1));
        ByteBuffer hello = with(two, two.clusterId(), 1, 77, 1, 7, 1).encode();
        ByteBuffer vote = MessageCodec.encode(new RequestVote(0, 3, 1, 5, 0, 0), 0);
        ByteBuffer words = ByteBuffer.allocate(hello.remaining() + vote.remaining());
        Caller caller = call(all.get(0), words.put(hello).put(vote).flip());
        assertThat(caller.closed).containsExactly(CloseReason.CLOSED_BY_PEER);
        assertThat(all.get(0).messages).isEmpty();
    }

    @Test
    void whoeverSaysNothingIsClosedInTime() {
        List<Node> all = world.running();
        Caller caller = call(all.get(0), ByteBuffer.allocate(0));
        world.run(6_000);
        assertThat(caller.closed).hasSize(1);
    }

    @Test
    void strangersWhoSayNothingAreBoundedAndMembersStillGetIn() {
        List<Node> all = world.running();
        MemoryLinks links = world.network.join("http://crowd:1", () -> {});
        for (int i = 0; i < 500; i++) {
            links.connect(all.get(0).url, new Caller(ByteBuffer.allocate(0)));
        }
        world.run(100);
        assertThat(world.network.openConnections()).isBetween(6L + 60, 6L + 64);
        world.run(10_000);
        assertThat(world.network.openConnections()).isEqualTo(6);
        assertThat(all.get(0).sees(2)).isTrue();
    }

    /** Members 1 and 2 dial member 3, so it is there that a crowd could keep them out. */
    @Test
    void aMemberGetsInThoughACrowdHoldsEveryPlaceForStrangers() {
        List<Node> all = world.running();
        Node third = all.get(2);
        world.kill(all.get(0));
        MemoryLinks links = world.network.join("http://crowd:1", () -> {});
        for (int i = 0; i < 100; i++) {
            links.connect(third.url, new Caller(ByteBuffer.allocate(0)));
        }
        world.run(100);
        world.start(all.get(0).directory);
        for (int k = 0; k < 10; k++) {
            for (int i = 0; i < 20; i++) {
                links.connect(third.url, new Caller(ByteBuffer.allocate(0)));
            }
            world.run(100);
        }
        assertThat(third.sees(1)).isTrue();
        assertThat(world.network.openConnections()).isBetween(6L + 60, 6L + 64);
    }

    @Test
    void aRemovedMemberIsToldAndStops() {
        List<Node> all = world.running();
        List<Member> rest = all.get(0).directory.set().members().stream()
                .filter(member -> member.id() != 3)
                .toList();
        List<Long> voters = rest.stream().map(Member::id).toList();
        Membership without = new Membership(rest, voters, List.of(), List.of(), List.of(3L), 7);
        for (Node node : all.subList(0, 2)) {
            node.peers.members(without);
        }
        world.run(1_000);
        assertThat(all.get(2).removed)
                .as("not committed: it may still be needed")
                .isNull();
        assertThat(all.get(0).sees(3)).isTrue();
        for (Node node : all.subList(0, 2)) {
            node.peers.committed(without);
        }
        world.run(1_000);
        assertThat(all.get(2).removed).as("told while it runs").contains("member 3 (n3) was removed from the cluster");
        Directory third = all.get(2).directory;
        world.kill(all.get(2));
        Node again = world.start(third);
        world.run(1_000);
        assertThat(again.removed).contains("member 3 (n3) was removed from the cluster");
        assertThat(all.get(0).sees(3)).isFalse();
    }

    /** It needs their answers to hand over. */
    @Test
    void aRemovedLeaderIsHeardUntilItLeadsNoMore() {
        List<Node> all = world.running();
        Node one = all.get(0);
        Node two = all.get(1);
        Node third = all.get(2);
        List<Member> rest = one.directory.set().members().stream()
                .filter(member -> member.id() != 3)
                .toList();
        Membership without = new Membership(rest, List.of(1L, 2L), List.of(), List.of(), List.of(3L), 7);
        for (Node node : List.of(one, two)) {
            node.peers.leaderIs(3);
            node.peers.members(without);
            node.peers.committed(without);
        }
        world.run(1_000);
        assertThat(third.removed).isNull();
        assertThat(one.sees(3)).isTrue();
        assertThat(third.sees(1)).isTrue();
        two.peers.leaderIs(1);
        world.run(1_000);
        assertThat(third.removed).contains("member 3 (n3) was removed from the cluster");
        one.peers.leaderIs(0);
        world.run(1_000);
        assertThat(one.sees(3)).isFalse();
    }
}
