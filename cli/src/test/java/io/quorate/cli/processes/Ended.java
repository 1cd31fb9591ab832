package io.quorate.cli.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A process that came to its end by itself, with its two streams apart.
 *
 * @param out standard output
 * @param err standard error
 */
record Ended(int exitCode, String out, String err) {
    private static final long BOUND_SECONDS = 90;

    /** @param folder for two files of its own */
    static Ended of(ProcessBuilder builder, Path folder) {
        builder.environment().keySet().removeIf(name -> name.startsWith("ETCD_"));
        try {
            Path out = Files.createTempFile(folder, "out", ".txt");
            Path err = Files.createTempFile(folder, "err", ".txt");
            Process process = builder.redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                if (!process.waitFor(BOUND_SECONDS, TimeUnit.SECONDS)) {
                    throw new AssertionError("it does not end; it said:\n" + Files.readString(err));
                }
            } finally {
                process.destroyForcibly();
            }
            return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** It failed, said all of these on standard error, said nothing on the other, and showed no trace of its stack. */
    void assertRefusedWith(String... words) {
        assertThat(exitCode).as(err).isNotZero();
        assertThat(err).contains(words).doesNotContain("\tat ");
        assertThat(out).isEmpty();
    }
}
