package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.support.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a shell does with a command's streams, arguments and locale, and what becomes of it. */
@Tag("process")
@Tag("slow")
final class CommandsTest {
    @TempDir
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private RealMember lone;

    @BeforeEach
    void startOne() {
        int port = Ports.run(2);
        lone = new RealMember("lone", port, port + 1, folder.resolve("lone")).start();
        lone.awaitReady();
    }

    @AfterEach
    void endIt() {
        lone.close();
    }

    /** A line for a shell, in which {@code quorate} stands for the launcher. */
    private Ended shell(String line) {
        ProcessBuilder builder = RealMember.quorate();
        String launcher = builder.command().get(0);
        builder.command("sh", "-c", "quorate() { '" + launcher + "' \"$@\"; }\n" + line);
        builder.environment().put("ETCDCTL_ENDPOINTS", lone.endpoint());
        return Ended.of(builder, folder);
    }

    @Test
    void bytesComeBackAsTheyWent() throws Exception {
        byte[] value = new byte[256];
        for (int at = 0; at < value.length; at++) {
            value[at] = (byte) at;
        }
        Path in = Files.write(folder.resolve("value"), value);
        Path out = folder.resolve("back");
        Ended ended = shell("quorate put bytes <'" + in + "' && quorate get bytes --print-value-only >'" + out + "'");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        byte[] back = Files.readAllBytes(out);
        assertThat(back).startsWith(value).hasSize(value.length + 1).endsWith('\n');
    }

    @Test
    void noLocaleSpoilsAnArgument() {
        Ended ended = shell("export LC_ALL=C; quorate put schlüssel grün && LC_ALL=xx_YY.UTF-8 quorate get schlüssel");
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        assertThat(ended.out()).isEqualTo("OK\nschlüssel\ngrün\n");
    }

    @Test
    void anInputThatCannotBeReadIsSaidAndNothingIsWritten() {
        shell("quorate put x </").assertRefusedWith("standard input cannot be read");
        shell("quorate txn </").assertRefusedWith("standard input cannot be read");
        shell("quorate put x </dev/zero").assertRefusedWith("more than 33554432 bytes");
        Ended closed = shell("quorate put x <&-"); // as if it were empty: not a file that Java opened in its place
        assertThat(closed.out()).as(closed.err()).isEqualTo("OK\n");
        assertThat(lone.get("x")).isEmpty();
    }

    @Test
    void anOutputThatCannotBeWrittenIsNoSuccess() {
        lone.put("x", "100");
        shell("quorate get x >/dev/full").assertRefusedWith("standard output cannot be written", "No space left");
        Ended gone = shell("{ quorate log dump '" + lone.data() + "'; echo ended $? >&2; } | head -n 0");
        assertThat(gone.err()).isEqualTo("ended 141\n");
    }

    @Test
    void anEndpointThatIsNoneIsNamedWithoutATrace() {
        shell("quorate get x --endpoints no.such.host.invalid:1")
                .assertRefusedWith("no endpoint answers", "no host is known by the name no.such.host.invalid");
        shell("quorate get x --endpoints 127.0.0.1:99999").assertRefusedWith("there is no port 99999");
        shell("quorate bench put --endpoints no.such.host.invalid:1 --seconds 1 --warmup 0")
                .assertRefusedWith("no.such.host.invalid");
    }

    /** As from outside of a container. */
    @Test
    void aMemberThatTellsClientsAnAddressWhichLeadsNowhereIsStillDescribed() {
        int port = Ports.run(2);
        String flag = "--advertise-client-urls=http://127.0.0.1:" + Ports.one();
        try (RealMember hidden = new RealMember("hidden", port, port + 1, folder.resolve("hidden"), flag)) {
            hidden.start().awaitReady();
            for (String format : List.of("simple", "json", "table")) {
                Ended ended = shell("quorate status -w " + format + " --endpoints " + hidden.endpoint());
                assertThat(ended.exitCode()).as(ended.err()).isZero();
                assertThat(ended.out()).contains("hidden");
            }
        }
    }

    @Test
    void aValueThatIsTooLongIsToldTheLimit() {
        shell("head -c 2000000 /dev/zero | quorate put x")
                .assertRefusedWith("request is too large", "1572864", "--max-request-bytes");
    }

    @Test
    void aTransactionMayHoldALongValue() {
        Ended ended = shell("printf '\\nput x \"%0100000d\"\\n\\n\\n' 7 | quorate txn");
        assertThat(ended.out()).as(ended.err()).startsWith("SUCCESS\n");
        assertThat(lone.get("x")).hasSize(100_000);
    }
}
