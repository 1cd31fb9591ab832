package io.quorate.cli.common;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class StandardOutputTest {
    private static final ByteString NO_TEXT = ByteString.copyFrom(new byte[] {(byte) 0xff, 0, (byte) 0xc3});

    @Test
    void textIsUtf8AndBytesAreAsTheyAreInTheOrderPrinted() {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        StandardOutput out = new StandardOutput(to);
        out.print("ä");
        StandardOutput.print(out, NO_TEXT);
        StandardOutput.print(out, ByteString.copyFromUtf8("ö"));
        out.flush();
        ByteString expected = ByteString.copyFromUtf8("ä").concat(NO_TEXT).concat(ByteString.copyFromUtf8("ö"));
        assertThat(to.toByteArray()).isEqualTo(expected.toByteArray());
    }

    @Test
    void anotherWriterGetsTheText() {
        StringWriter to = new StringWriter();
        StandardOutput.print(new PrintWriter(to), NO_TEXT);
        assertThat(to.toString()).isEqualTo(NO_TEXT.toString(StandardCharsets.UTF_8));
    }
}
