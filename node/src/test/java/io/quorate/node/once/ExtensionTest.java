package io.quorate.node.once;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.IdempotencyKey;
import io.quorate.node.port.LogRecord;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class ExtensionTest {
    private static final IdempotencyKey KEY = IdempotencyKey.parse("258-ab");
    private static final ByteBuffer COMMAND = ByteBuffer.wrap(new byte[] {7, 8, 9});

    private static byte[] bytes(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        return bytes;
    }

    @Test
    void theBlockIsThatOfTheDrawing() {
        ByteBuffer payload = Extension.stamped(Extension.payload(KEY, COMMAND), 513);
        assertThat(HexFormat.of().formatHex(bytes(payload)))
                .isEqualTo("1900" + "01" + "0102000000000000" + "02" + "0201000000000000" + "06" + "3235382d6162"
                        + "070809");
        assertThat(LogRecord.extensionBytes(payload)).isEqualTo(27);
        assertThat(Extension.of(payload)).isEqualTo(new Extension(513, KEY));
        assertThat(Extension.of(payload.order(ByteOrder.BIG_ENDIAN))).isEqualTo(new Extension(513, KEY));
        assertThat(COMMAND.remaining()).isEqualTo(3);
    }

    @Test
    void theLongestKeyMakesTheLongestBlock() {
        IdempotencyKey key = IdempotencyKey.parse("1-" + "x".repeat(IdempotencyKey.MAX_LENGTH - 2));
        ByteBuffer payload = Extension.payload(key, COMMAND);
        assertThat(LogRecord.extensionBytes(payload)).isEqualTo(Extension.MAX_BYTES);
        assertThat(Extension.of(payload).key()).isEqualTo(key);
    }

    @Test
    void anUnknownTagIsRefusedByItsNumber() {
        byte[] payload = bytes(Extension.payload(KEY, COMMAND));
        payload[2] = 9;
        assertFlaw(payload, "the tag 9, which is unknown");
        payload[2] = 1;
        payload[11] = (byte) 200;
        assertFlaw(payload, "the tag 200, which is unknown");
        payload[11] = 2;
        payload[0]++; // the command's first byte becomes a third field
        assertFlaw(payload, "the tag 7, which is unknown");
        assertThatThrownBy(() -> Extension.of(ByteBuffer.wrap(payload))).hasMessageContaining("the tag 7");
    }

    @Test
    void aBlockIsCheckedBeforeItIsBelieved() {
        byte[] whole = bytes(Extension.payload(KEY, COMMAND));
        for (int length = 0; length < 27; length++) {
            assertFlaw(Arrays.copyOf(whole, length), "does not fit");
        }
        for (int says = 0; says < 25; says++) {
            byte[] shorter = whole.clone();
            shorter[0] = (byte) says;
            assertThat(Extension.flaw(ByteBuffer.wrap(shorter)))
                    .as("length %d", says)
                    .isNotNull();
        }
        byte[] otherTime = whole.clone();
        otherTime[12]++;
        assertFlaw(otherTime, "is not of the time 259");
        byte[] noKey = whole.clone();
        noKey[25] = ' ';
        assertFlaw(noKey, "printable");
    }

    private static void assertFlaw(byte[] payload, String what) {
        assertThat(Extension.flaw(ByteBuffer.wrap(payload))).contains(what);
    }
}
