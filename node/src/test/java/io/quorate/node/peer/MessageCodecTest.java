package io.quorate.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.LogRecord;
import io.quorate.node.port.RecordKind;
import io.quorate.node.port.Versions;
import io.quorate.raft.EntryRun;
import io.quorate.raft.Message;
import io.quorate.raft.Message.AppendEntries;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageCodecTest {
    private static final int BOUND = 1 << 20;

    /** What a reader made of some bytes. */
    private static final class Got implements FrameReader.Sink {
        final List<Message> messages = new ArrayList<>();
        final List<ByteBuffer> records = new ArrayList<>();

        @Override
        public boolean frame(FrameType type, ByteBuffer header, ByteBuffer payload) {
            messages.add(MessageCodec.decode(type, header, payload));
            byte[] copy = new byte[payload.remaining()];
            payload.duplicate().get(copy);
            records.add(ByteBuffer.wrap(copy));
            return true;
        }
    }

    private static Got read(byte[] stream, int... cuts) {
        Got got = new Got();
        FrameReader reader = new FrameReader(BOUND);
        int from = 0;
        for (int cut : cuts) {
            feed(reader, stream, from, cut, got);
            from = cut;
        }
        feed(reader, stream, from, stream.length, got);
        return got;
    }

    /** The bytes are lent for the call: they are spoilt behind it. */
    private static void feed(FrameReader reader, byte[] stream, int from, int to, Got got) {
        byte[] lent = java.util.Arrays.copyOfRange(stream, from, to);
        reader.read(ByteBuffer.wrap(lent), got);
        java.util.Arrays.fill(lent, (byte) 0x77);
    }

    @Test
    void everyMessageComesOutAsItWentIn() {
        RandomMessages source = new RandomMessages(11, 1, 2);
        for (int i = 0; i < 20_000; i++) {
            RandomMessages.Sent sent = source.next();
            Got got = read(sent.frame());
            assertThat(got.messages).containsExactly(sent.message());
            assertThat(got.records.get(0)).isEqualTo(sent.records());
        }
    }

    @Test
    void aStreamCutAtAnyByteIsTheSameStream() {
        RandomMessages source = new RandomMessages(12, 1, 2);
        List<RandomMessages.Sent> sent = new ArrayList<>();
        ByteBuffer stream = ByteBuffer.allocate(1 << 20);
        for (int i = 0; i < 12; i++) {
            sent.add(source.next());
            stream.put(sent.get(i).frame());
        }
        byte[] bytes = java.util.Arrays.copyOf(stream.array(), stream.position());
        List<Message> expected = sent.stream().map(RandomMessages.Sent::message).toList();
        int[] everyByte = new int[bytes.length];
        for (int cut = 0; cut < bytes.length; cut++) {
            everyByte[cut] = cut;
            assertThat(read(bytes, cut).messages).isEqualTo(expected);
        }
        assertThat(read(bytes, everyByte).messages).isEqualTo(expected);
        assertThat(read(bytes, everyByte).records)
                .isEqualTo(sent.stream().map(RandomMessages.Sent::records).toList());
    }

    @Test
    void aLengthBeyondTheBoundIsRefusedBeforeMemoryIsTaken() {
        FrameReader reader = new FrameReader(4096);
        ByteBuffer prefix = ByteBuffer.allocate(Frame.PREFIX_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        prefix.putInt(4097).put(4, FrameType.PING.code());
        assertThatThrownBy(() -> reader.read(prefix.rewind(), new Got()))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("4097")
                .hasMessageContaining("4096");
        assertThat(reader.heldBytes()).isLessThanOrEqualTo(4096);
    }

    @Test
    void memoryGrowsWithWhatCameAndNotWithWhatIsPromised() {
        FrameReader reader = new FrameReader(1 << 30);
        AppendEntries heartbeat = new AppendEntries(0, 1, 2, 1, 0, 0, 0, 0, EntryRun.empty(1));
        ByteBuffer head = MessageCodec.encode(heartbeat, 512 << 20);
        reader.read(head, new Got());
        assertThat(reader.heldBytes()).isLessThanOrEqualTo(4096);
        reader.read(ByteBuffer.allocate(100_000), new Got());
        assertThat(reader.heldBytes()).isLessThan(250_000);
    }

    // ---- records that no correct leader sends

    private static ByteBuffer record(RecordKind kind, int group, long index, long term, byte... payload) {
        ByteBuffer record = ByteBuffer.allocate(LogRecord.size(payload.length)).order(ByteOrder.LITTLE_ENDIAN);
        LogRecord.put(record, kind, 0, group, index, term, ByteBuffer.wrap(payload));
        return record.flip();
    }

    private static void assertRefused(String why, int count, ByteBuffer... records) {
        assertThatThrownBy(() -> RecordScan.scan(joined(records), 7, 10, 3, 5, count))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining(why);
    }

    private static ByteBuffer joined(ByteBuffer... records) {
        ByteBuffer all = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
        for (ByteBuffer record : records) {
            all.put(record.duplicate());
        }
        return all.flip().slice().order(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void recordsThatNoCorrectLeaderSendsAreRefusedWithTheReason() {
        ByteBuffer good = record(RecordKind.ENTRY, 7, 11, 3, (byte) 1);
        assertThat(RecordScan.scan(joined(good), 7, 10, 3, 5, 1).lastIndex()).isEqualTo(11);
        assertRefused("kind HARD_STATE", 1, record(RecordKind.HARD_STATE, 7, 11, 3));
        assertRefused("group is 8", 1, record(RecordKind.ENTRY, 8, 11, 3));
        assertRefused("index is 12", 1, record(RecordKind.ENTRY, 7, 12, 3));
        assertRefused("index is 11", 2, good, good);
        assertRefused("term 2 is behind the term 3", 1, record(RecordKind.ENTRY, 7, 11, 2));
        assertRefused(
                "term 4 is behind the term 5",
                2,
                record(RecordKind.ENTRY, 7, 11, 5),
                record(RecordKind.ENTRY, 7, 12, 4));
        assertRefused("term 6 from a leader of term 5", 1, record(RecordKind.ENTRY, 7, 11, 6));
        assertRefused("bytes follow", 0, good);
        assertRefused("2 entries after index 10 in 40 bytes", 2, good);
        assertRefused("it is no membership", 1, record(RecordKind.MEMBERSHIP, 7, 11, 3, (byte) 1));
    }

    @Test
    void anyFlippedBitOfARecordIsNoticed() {
        ByteBuffer good = record(RecordKind.ENTRY, 7, 11, 3, (byte) 1, (byte) 2, (byte) 3);
        for (int bit = 0; bit < (LogRecord.HEADER_BYTES + 3) * 8; bit++) {
            ByteBuffer bad = joined(good);
            bad.put(bit / 8, (byte) (bad.get(bit / 8) ^ 1 << bit % 8));
            assertThatThrownBy(() -> RecordScan.scan(bad, 7, 10, 3, 5, 1)).isInstanceOf(MalformedFrameException.class);
        }
    }

    @Test
    void anyFlippedBitOfAFramesHeaderIsNoticed() {
        byte[] good = MessageCodec.encode(new Message.RequestVote(7, 1, 2, 3, 4, 5), 0)
                .array();
        byte[] ping = Frame.finish(Frame.begin(FrameType.PING)).array();
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << bit % 8);
            // A length that grew waits for the bytes that follow: the next frames.
            ByteBuffer stream =
                    ByteBuffer.allocate(bad.length + 4 * ping.length).put(bad);
            for (int i = 0; i < 4; i++) {
                stream.put(ping);
            }
            assertThatThrownBy(() -> new FrameReader(BOUND).read(stream.flip(), (type, header, payload) -> true))
                    .isInstanceOf(MalformedFrameException.class);
        }
    }

    @Test
    void anExtensionBlockLongerThanItsPayloadIsRefused() {
        ByteBuffer record = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        LogRecord.put(
                record, RecordKind.ENTRY, LogRecord.FLAG_EXTENSION, 7, 11, 3, ByteBuffer.wrap(new byte[] {9, 0, 1}));
        assertRefused("extension block", 1, record.flip());
    }

    @Test
    void aSetAndARefusalAndAHandshakeSurviveTheWire() {
        HandshakeRefusal refusal = new HandshakeRefusal(HandshakeRefusal.Reason.COPY, "running twice: ä");
        List<Object> got = new ArrayList<>();
        new FrameReader(BOUND).read(refusal.encode(), (type, header, payload) -> {
            got.add(HandshakeRefusal.decode(header));
            return true;
        });
        PeersWorld world = new PeersWorld(1, 3);
        Hello hello = new Hello(
                Versions.CURRENT,
                Hello.Purpose.BULK,
                BOUND,
                1,
                2,
                3,
                4,
                5,
                6,
                7,
                true,
                true,
                true,
                "n3 \u2713",
                world.initial);
        new FrameReader(BOUND).read(hello.encode(), (type, header, payload) -> {
            assertThat(Hello.versions(header)).isEqualTo(Versions.CURRENT);
            got.add(Hello.decode(header));
            return true;
        });
        assertThat(got).containsExactly(refusal, hello);
    }
}
