package io.quorate.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.peer.HashMessage.Ask;
import io.quorate.node.peer.HashMessage.Differs;
import io.quorate.node.peer.HashMessage.Report;
import io.quorate.node.peer.HashMessage.Standing;
import io.quorate.node.peer.HashMessage.Values;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HashCodecTest {
    private static ByteBuffer header(HashMessage message) {
        ByteBuffer frame = HashCodec.encode(message);
        return frame.slice(Frame.PREFIX_BYTES, frame.limit() - Frame.PREFIX_BYTES)
                .order(java.nio.ByteOrder.LITTLE_ENDIAN);
    }

    static List<HashMessage> messages() {
        return List.of(
                new Report(3, 10_000, -5, Standing.OWN),
                new Report(3, 10_000, 5, Standing.GIVEN),
                new Report(3, 10_000, 0, Standing.NONE),
                new Ask(3, 10_000, 40, Values.MOST),
                new Values(3, 10_000, 40, List.of(1L, -2L, Long.MIN_VALUE)),
                new Values(3, 10_000, 1, new ArrayList<>(Collections.nCopies(Values.MOST, 7L))),
                new Differs(3, 10_000, 0, 9_000),
                new Differs(3, 10_000, 8_999, 9_000));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void whatIsSaidIsHeard(HashMessage message) {
        assertThat(HashCodec.decode(header(message))).isEqualTo(message);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aFrameOfAnotherSizeIsRefused(HashMessage message) {
        ByteBuffer header = header(message);
        ByteBuffer shorter = header.slice(0, header.limit() - 1).order(header.order());
        assertThatThrownBy(() -> HashCodec.decode(shorter)).isInstanceOf(MalformedFrameException.class);
    }

    static List<HashMessage> nonsense() {
        return List.of(
                new Report(0, 0, 5, Standing.OWN),
                new Report(0, -1, 5, Standing.OWN),
                new Ask(0, 10, 0, 1),
                new Ask(0, 10, 11, 1),
                new Ask(0, 10, 1, 0),
                new Ask(0, 10, 1, Values.MOST + 1),
                new Values(0, 10, 0, List.of(1L)),
                new Values(0, 10_000, 1, new ArrayList<>(Collections.nCopies(Values.MOST + 1, 7L))),
                new Differs(0, 10, 5, 5),
                new Differs(0, 10, -1, 5),
                new Differs(0, 10, 5, 11));
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void whatNobodySaysIsRefused(HashMessage message) {
        ByteBuffer header = header(message);
        assertThatThrownBy(() -> HashCodec.decode(header)).isInstanceOf(MalformedFrameException.class);
    }

    @Test
    void anUnknownKindIsRefused() {
        ByteBuffer header = header(new Report(0, 1, 5, Standing.OWN));
        header.put(0, (byte) 9);
        assertThatThrownBy(() -> HashCodec.decode(header)).isInstanceOf(MalformedFrameException.class);
    }

    @Test
    void aStandingThatNobodyHasIsRefused() {
        ByteBuffer header = header(new Report(0, 1, 5, Standing.NONE));
        header.put(header.limit() - 1, (byte) 3);
        assertThatThrownBy(() -> HashCodec.decode(header)).isInstanceOf(MalformedFrameException.class);
    }
}
