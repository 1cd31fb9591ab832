package io.quorate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RequestBytesTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 8, 9, 127, 128, 256, 16_383, 16_384, 1_000_000})
    void aPutIsWhatTheGeneratedClassWrites(int valueBytes) throws InvalidProtocolBufferException {
        byte[] bytes = RequestBytes.put(valueBytes, 5).of(4711, 6);
        PutRequest parsed = PutRequest.parseFrom(bytes);
        assertThat(parsed.getKey()).isEqualTo(ByteString.copyFromUtf8("bench/0000004711"));
        assertThat(parsed.getValue().size()).isEqualTo(valueBytes);
        assertThat(PutRequest.newBuilder()
                        .setKey(parsed.getKey())
                        .setValue(parsed.getValue())
                        .build()
                        .toByteArray())
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRangeIsWhatTheGeneratedClassWrites(boolean serializable) {
        byte[] expected = RangeRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("bench/0099999999"))
                .setSerializable(serializable)
                .build()
                .toByteArray();
        assertThat(RequestBytes.range(serializable).of(99_999_999, 1)).isEqualTo(expected);
    }

    @Test
    void theArrayIsUsedAgainAndEveryValueDiffers() throws InvalidProtocolBufferException {
        RequestBytes put = RequestBytes.put(20, 5);
        byte[] first = put.of(1, 100);
        ByteString firstValue = PutRequest.parseFrom(first).getValue();
        byte[] second = put.of(23, 101);
        assertThat(second).isSameAs(first);
        assertThat(PutRequest.parseFrom(second).getKey().toStringUtf8()).isEqualTo("bench/0000000023");
        assertThat(PutRequest.parseFrom(second).getValue()).isNotEqualTo(firstValue);
    }

    @Test
    void equalSeedsGiveEqualBytes() {
        assertThat(RequestBytes.put(64, 9).of(3, 4))
                .isEqualTo(RequestBytes.put(64, 9).of(3, 4));
        assertThat(RequestBytes.put(64, 9).of(3, 4))
                .isNotEqualTo(RequestBytes.put(64, 10).of(3, 4));
    }
}
