package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.SocketException;
import org.junit.jupiter.api.Test;

class ListenFailureTest {
    private static String sentence(Throwable failure) {
        return ListenFailure.sentence("127.0.0.1:80", failure);
    }

    @Test
    void eachReasonHasAdviceOfItsOwn() {
        assertThat(sentence(new IOException("Failed to bind", new BindException("bind(..): Address already in use"))))
                .startsWith("127.0.0.1:80 is in use: ")
                .contains("End it");
        assertThat(sentence(new SocketException("bind(..) failed: Permission denied")))
                .contains("below 1024")
                .doesNotContain("End it");
        assertThat(sentence(new BindException("Cannot assign requested address")))
                .contains("no address of this computer");
    }

    @Test
    void anUnknownReasonIsToldAsItIs() {
        assertThat(sentence(new IOException("outer", new IOException("inner"))))
                .isEqualTo("127.0.0.1:80 cannot be listened on: inner");
        assertThat(sentence(new IOException())).contains("java.io.IOException");
    }
}
