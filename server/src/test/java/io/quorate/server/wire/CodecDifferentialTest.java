package io.quorate.server.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Drainable;
import io.grpc.KnownLength;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.ResponseHeader;
import io.quorate.kv.Commands;
import io.quorate.kv.KeyValue;
import io.quorate.kv.PutResponse;
import io.quorate.kv.RangeResponse;
import io.quorate.kv.RequestOp;
import io.quorate.kv.TxnRequest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The codecs written by hand against the generated classes, over random messages with a printed seed. */
class CodecDifferentialTest {
    private static final int ROUNDS = 20_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);

    @BeforeEach
    void sayTheSeed() {
        System.out.println("CodecDifferentialTest seed " + seed);
    }

    @Test
    void putRequestsAreReadAsTheGeneratedClassReadsThem() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] message = mutate(randomPut().toByteArray());
            io.quorate.kv.PutRequest expected;
            try {
                expected = FromWire.put(PutRequest.parseFrom(message));
            } catch (InvalidProtocolBufferException malformed) {
                assertMalformed(() -> PutCodec.requests().parse(new ByteArrayInputStream(message)));
                continue;
            }
            assertThat(command(PutCodec.requests().parse(new ByteArrayInputStream(message))))
                    .isEqualTo(command(expected));
        }
    }

    @Test
    void rangeRequestsAreReadAsTheGeneratedClassReadsThem() {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] message = mutate(randomRange().toByteArray());
            io.quorate.kv.RangeRequest expected;
            try {
                expected = FromWire.range(RangeRequest.parseFrom(message));
            } catch (InvalidProtocolBufferException malformed) {
                assertMalformed(() -> RangeCodec.requests().parse(new ByteArrayInputStream(message)));
                continue;
            }
            assertThat(command(RangeCodec.requests().parse(new ByteArrayInputStream(message))))
                    .isEqualTo(command(expected));
        }
    }

    @Test
    void putResponsesAreWrittenAsTheGeneratedClassWritesThem() throws IOException {
        for (int round = 0; round < ROUNDS / 10; round++) {
            ResponseHeader header = randomHeader();
            PutResponse response = new PutResponse(header.getRevision(), random.nextBoolean() ? null : randomPair());
            InputStream written =
                    PutCodec.responses(codec(header)).stream(new Answer<>(response, header.getRaftTerm()));
            assertWritten(ToWire.put(header, response).toByteArray(), written);
        }
    }

    @Test
    void rangeResponsesAreWrittenAsTheGeneratedClassWritesThem() throws IOException {
        for (int round = 0; round < ROUNDS / 10; round++) {
            ResponseHeader header = randomHeader();
            List<KeyValue> kvs = new ArrayList<>();
            for (int left = random.nextInt(5); left > 0; left--) {
                kvs.add(randomPair());
            }
            RangeResponse response = new RangeResponse(header.getRevision(), kvs, random.nextBoolean(), randomNumber());
            InputStream written =
                    RangeCodec.responses(codec(header)).stream(new Answer<>(response, header.getRaftTerm()));
            assertWritten(ToWire.range(header, response).toByteArray(), written);
        }
    }

    @Test
    void aMessageReadByteByByteIsTheSame() throws IOException {
        ResponseHeader header = randomHeader();
        PutResponse response = new PutResponse(header.getRevision(), randomPair());
        InputStream written = PutCodec.responses(codec(header)).stream(new Answer<>(response, header.getRaftTerm()));
        assertThat(written.readAllBytes())
                .isEqualTo(ToWire.put(header, response).toByteArray());
    }

    /** The store's bytes of a command say every field of a request. */
    private static byte[] command(RequestOp request) {
        return Commands.encode(new TxnRequest(List.of(), List.of(request), List.of()));
    }

    private static void assertWritten(byte[] expected, InputStream written) throws IOException {
        assertThat(written).isInstanceOf(KnownLength.class);
        assertThat(written.available()).isEqualTo(expected.length);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(((Drainable) written).drainTo(bytes)).isEqualTo(expected.length);
        assertThat(bytes.toByteArray()).isEqualTo(expected);
        assertThat(written.available()).isZero();
    }

    private static void assertMalformed(ThrowingCallable parsing) {
        assertThatThrownBy(parsing).isInstanceOfSatisfying(StatusRuntimeException.class, refused -> assertThat(
                        refused.getStatus().getCode())
                .isEqualTo(Status.Code.INTERNAL));
    }

    private static HeaderCodec codec(ResponseHeader header) {
        return new HeaderCodec(header.getClusterId(), header.getMemberId());
    }

    private PutRequest randomPut() {
        return PutRequest.newBuilder()
                .setKey(randomBytes())
                .setValue(randomBytes())
                .setLease(randomNumber())
                .setPrevKv(random.nextBoolean())
                .setIgnoreValue(random.nextBoolean())
                .setIgnoreLease(random.nextBoolean())
                .build();
    }

    private RangeRequest randomRange() {
        RangeRequest.Builder range = RangeRequest.newBuilder()
                .setKey(randomBytes())
                .setRangeEnd(randomBytes())
                .setLimit(randomNumber())
                .setRevision(randomNumber())
                .setSortOrderValue((int) randomNumber())
                .setSortTargetValue(random.nextInt(6))
                .setSerializable(random.nextBoolean())
                .setKeysOnly(random.nextBoolean())
                .setCountOnly(random.nextBoolean());
        if (random.nextInt(4) == 0) {
            range.setMinModRevision(randomNumber()).setMaxCreateRevision(randomNumber());
        }
        return range.build();
    }

    /** Most stay whole; the rest lose their end, a bit, or get more fields of any kind behind them. */
    private byte[] mutate(byte[] message) {
        byte[] mutated =
                switch (random.nextInt(6)) {
                    case 0 -> Arrays.copyOf(message, random.nextInt(message.length + 1));
                    case 1 -> concat(message, randomBytes().toByteArray());
                    case 2 -> concat(message, message);
                    default -> message;
                };
        if (mutated.length > 0 && random.nextInt(6) == 0) {
            mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return mutated;
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private ResponseHeader randomHeader() {
        return ResponseHeader.newBuilder()
                .setClusterId(randomNumber())
                .setMemberId(randomNumber())
                .setRevision(randomNumber())
                .setRaftTerm(randomNumber())
                .build();
    }

    private KeyValue randomPair() {
        return KeyValue.of(
                randomBytes().toByteArray(),
                randomBytes().toByteArray(),
                randomNumber(),
                randomNumber(),
                randomNumber(),
                randomNumber());
    }

    /** All sizes of varints, 0 and negative ones among them. */
    private long randomNumber() {
        return random.nextInt(4) == 0 ? 0 : random.nextLong() >> random.nextInt(64);
    }

    private ByteString randomBytes() {
        byte[] bytes = new byte[random.nextInt(3) == 0 ? 0 : random.nextInt(random.nextInt(10) == 0 ? 3000 : 40)];
        random.nextBytes(bytes);
        return ByteString.copyFrom(bytes);
    }
}
