package io.quorate.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.memory.MemoryLinks;
import io.quorate.node.peer.PeersWorld.Node;
import io.quorate.node.port.PeerLinks.CloseReason;
import io.quorate.node.port.PeerLinks.Handler;
import io.quorate.node.port.PeerLinks.Link;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.Versions;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.SnapshotMark;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What strangers and broken peers send: it closes their connection, and nothing else. */
class FrameFuzzTest {
    private static final int BOUND = 1 << 16;

    @Test
    void tenThousandRandomAndMutatedFramesAreReadOrRefused() {
        RandomMessages source = new RandomMessages(21, 1, 2);
        Random random = source.random();
        int survived = 0;
        int refused = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = i % 4 == 3
                    ? hello(random)
                    : i % 4 == 1 ? transfer(random) : source.next().frame();
            boolean untouched = i % 10 == 0;
            if (!untouched) {
                bytes = mutate(bytes, random, i % 2 == 0);
            }
            FrameReader reader = new FrameReader(BOUND);
            int[] frames = {0};
            try {
                reader.read(ByteBuffer.wrap(bytes), (type, header, payload) -> {
                    MessageOrNot.decode(type, header, payload);
                    frames[0]++;
                    return true;
                });
                survived += frames[0];
                assertThat(!untouched || frames[0] == 1).isTrue();
            } catch (MalformedFrameException e) {
                assertThat(untouched).isFalse();
                refused++;
            }
            assertThat(reader.heldBytes()).isLessThanOrEqualTo(Math.max(4096, 2 * bytes.length));
        }
        assertThat(survived).isGreaterThan(1_000);
        assertThat(refused).isGreaterThan(5_000);
    }

    private static byte[] transfer(Random random) {
        int group = random.nextInt();
        long term = 1L + random.nextInt(1000);
        long number = random.nextLong() >>> 1;
        SnapshotMark mark = new SnapshotMark(1 + (number >>> 1), term, new PeersWorld(1, 3).initial);
        byte[] bytes = new byte[1 + random.nextInt(100)];
        Transfer.Piece piece = new Transfer.Piece(group, term, number, 7, 7 + bytes.length, ByteBuffer.wrap(bytes));
        ByteBuffer head =
                switch (random.nextInt(5)) {
                    case 0 -> TransferCodec.encode(new Transfer.Ask(group, number, number, number), 0);
                    case 1 -> TransferCodec.encode(new Transfer.Read(group, number, bytes.length), 0);
                    case 2 -> TransferCodec.encode(new Transfer.Nothing(group), 0);
                    case 3 ->
                        TransferCodec.encode(
                                new Transfer.Offer(new SnapshotInfo(group, mark, number + 1, number), term), 0);
                    default -> TransferCodec.encode(piece, bytes.length);
                };
        boolean isPiece = head.get(Frame.TYPE_AT) == FrameType.SNAPSHOT_PIECE.code();
        ByteBuffer frame = ByteBuffer.allocate(head.remaining() + (isPiece ? bytes.length : 0));
        return frame.put(head).put(isPiece ? bytes : new byte[0]).array();
    }

    private static byte[] hello(Random random) {
        PeersWorld world = new PeersWorld(random.nextLong(), 1 + random.nextInt(5));
        Hello hello = new Hello(
                Versions.CURRENT,
                Hello.Purpose.LOG,
                BOUND,
                1,
                2,
                3,
                4,
                5,
                6,
                7,
                true,
                false,
                false,
                "n" + random.nextInt(),
                world.initial);
        return hello.encode().array();
    }

    /** Every kind of frame goes through its decoder. */
    private static final class MessageOrNot {
        static void decode(FrameType type, ByteBuffer header, ByteBuffer payload) {
            switch (type) {
                case HELLO -> {
                    Hello.versions(header);
                    Hello.decode(header);
                }
                case REFUSED -> HandshakeRefusal.decode(header);
                case SET -> Hello.set(header);
                case LEADER_REQUEST -> LeaderCodec.request(header);
                case LEADER_ANSWER -> LeaderCodec.answer(header);
                case STATE_HASH -> HashCodec.decode(header);
                case KNOWS_LEADER, PING, FORWARD, FORWARD_EXTENDED, FORWARD_ANSWER -> {}
                case SNAPSHOT_ASK, SNAPSHOT_OFFER, SNAPSHOT_READ, SNAPSHOT_PIECE, SNAPSHOT_NOTHING ->
                    TransferCodec.decode(type, header, payload);
                default -> MessageCodec.decode(type, header, payload);
            }
        }
    }

    /** @param sealed with the header's checksum mended, so that the decoders see the nonsense */
    private static byte[] mutate(byte[] frame, Random random, boolean sealed) {
        byte[] bytes = frame.clone();
        switch (random.nextInt(5)) {
            case 0 -> random.nextBytes(bytes);
            case 1 -> bytes = java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length) + 1);
            case 2 -> bytes = java.util.Arrays.copyOf(bytes, bytes.length + random.nextInt(100) + 1);
            default -> {
                for (int flips = random.nextInt(8); flips >= 0; flips--) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
        }
        return sealed ? seal(bytes, random) : bytes;
    }

    private static byte[] seal(byte[] bytes, Random random) {
        if (bytes.length < Frame.PREFIX_BYTES) {
            return bytes;
        }
        ByteBuffer frame = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        FrameType[] types = FrameType.values();
        if (random.nextInt(4) == 0) {
            frame.put(Frame.TYPE_AT, types[random.nextInt(types.length)].code());
        }
        frame.putInt(Frame.TYPE_AT, frame.get(Frame.TYPE_AT) & 0xff);
        frame.putInt(Frame.LENGTH_AT, bytes.length);
        int header = frame.getInt(Frame.HEADER_BYTES_AT);
        if (header < 0 || header > bytes.length - Frame.PREFIX_BYTES) {
            header = random.nextInt(bytes.length - Frame.PREFIX_BYTES + 1);
            frame.putInt(Frame.HEADER_BYTES_AT, header);
        }
        frame.putInt(Frame.CRC_AT, Frame.headerChecksum(frame, 0, header));
        return bytes;
    }

    @Test
    void tenThousandFramesAtTheDoorOfARunningMemberHarmNobody() {
        PeersWorld world = new PeersWorld(22, 3);
        List<Node> all = world.running();
        Node one = all.get(0);
        MemoryLinks stranger = world.network.join("http://stranger:1", () -> {});
        RandomMessages source = new RandomMessages(23, 2, 1);
        Random random = source.random();
        int[] closed = {0};
        ByteBuffer stream = ByteBuffer.allocate(1 << 18);
        for (int i = 0; i < 10_000; i++) {
            stream.clear();
            if (random.nextBoolean()) {
                stream.put(stranger(world, one, 4 + random.nextInt(100)).encode());
            }
            for (int frames = random.nextInt(3); frames >= 0; frames--) {
                stream.put(mutate(source.next().frame(), random, random.nextBoolean()));
            }
            stranger.connect(one.url, new Talker(copy(stream.flip()), closed));
            if (i % 32 == 0) {
                world.run(10);
            }
        }
        world.run(20_000);
        assertThat(closed[0]).isEqualTo(10_000);
        assertThat(one.refused).isNull();
        assertThat(one.sees(2)).isTrue();
        assertThat(one.sees(3)).isTrue();
        assertThat(one.peers.state()).hasSize(2);
        int before = one.messages.size();
        all.get(1).send(new RequestVote(0, 2, 1, 1, 0, 0));
        world.run(5);
        assertThat(one.messages).hasSize(before + 1);
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }

    /** The handshake of a member that nobody knows yet, which is heard (thesis 4.1). */
    private static Hello stranger(PeersWorld world, Node to, long id) {
        return new Hello(
                Versions.CURRENT,
                Hello.Purpose.LOG,
                BOUND,
                PeersWorld.CLUSTER,
                1,
                id,
                to.directory.id,
                id,
                1,
                world.entropy.nextLong(),
                false,
                false,
                false,
                "stranger",
                to.directory.set);
    }

    /** Says its piece and waits to be closed. */
    private record Talker(ByteBuffer stream, int[] closedCount) implements Handler {
        @Override
        public void opened(Link link) {
            link.send(stream);
            link.flush();
        }

        @Override
        public void received(Link link, ByteBuffer bytes) {}

        @Override
        public void drained(Link link) {}

        @Override
        public void closed(@Nullable Link link, CloseReason reason, String detail) {
            closedCount[0]++;
        }
    }
}
