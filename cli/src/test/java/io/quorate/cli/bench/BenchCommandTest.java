package io.quorate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class BenchCommandTest {
    private final StringWriter err = new StringWriter();

    /** With the messages of misuse and failure, as the whole command prints them in its own words. */
    private int run(String... arguments) {
        PrintWriter to = new PrintWriter(err, true);
        return new CommandLine(new BenchCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setErr(to)
                .setParameterExceptionHandler((misuse, words) -> {
                    to.println(misuse.getMessage());
                    return 2;
                })
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    to.println(failure.getMessage());
                    return 1;
                })
                .execute(arguments);
    }

    @Test
    void withoutALoadItSaysWhichThereAre() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("put, get, mixed, compare or life");
    }

    @Test
    void anUnknownLoadIsRefused() {
        assertThat(run("delete")).isEqualTo(2);
        assertThat(err.toString()).contains("delete");
    }

    @Test
    void valuesOutOfRangeAreNamedTogether() {
        assertThat(run("put", "--clients", "0", "--seconds", "0")).isEqualTo(1);
        assertThat(err.toString())
                .contains("--clients must be from 1 to 100000, not 0")
                .contains("--seconds must be from 1 to 3600, not 0");
    }

    @Test
    void whatIsNoEndpointIsRefused() {
        assertThat(run("put", "--endpoints", "nowhere")).isEqualTo(1);
        assertThat(err.toString()).contains("'nowhere' is no endpoint").contains("HOST:PORT");
        assertThat(run("put", "--endpoints", "https://127.0.0.1:2379")).isEqualTo(1);
        assertThat(err.toString()).contains("TLS is not supported yet");
    }

    @Test
    void aClusterThatIsNotThereIsSaid() {
        assertThat(run("put", "--endpoints", "127.0.0.1:1", "--seconds", "1", "--warmup", "0"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("no answer from 127.0.0.1:1").contains("Is the cluster running?");
    }

    @Test
    void aComparisonNamesAMissingEtcd() {
        assertThat(run("compare", "--etcd", "/does/not/exist")).isEqualTo(1);
        assertThat(err.toString()).contains("cannot start etcd").contains("--only quorate");
    }

    @Test
    void aComparisonKnowsTwoContenders() {
        assertThat(run("compare", "--only", "consul", "--etcd", "/does/not/exist"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("--only is etcd or quorate, not consul");
    }

    @Test
    void partsOfALifeAreKnown() {
        assertThat(run("life", "--parts", "failover,birth")).isEqualTo(2);
        assertThat(err.toString()).contains("birth");
    }

    @Test
    void sizesOfALifeOutOfRangeAreNamedTogether() {
        assertThat(run("life", "--kills", "0", "--snapshot-bytes", "1")).isEqualTo(1);
        assertThat(err.toString())
                .contains("--kills must be from 1 to 10000, not 0")
                .contains("--snapshot-bytes must be from 1048576");
    }

    @Test
    void whatChangesNoPartThatIsMeasuredIsRefused() {
        assertThat(run("life", "--parts", "failover,transfer", "--pairs", "2", "--kills", "5"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("--pairs is for snapshot: not among the --parts to be measured")
                .doesNotContain("--kills is");
    }

    @Test
    void aLifeWantsALauncherToStartMembersWith() {
        assertThat(run("life", "--parts", "failover")).isEqualTo(1);
        assertThat(err.toString()).contains("name the launcher with --quorate");
    }

    @Test
    void aDocumentWithoutMarksIsSaidBeforeAnHourOfMeasuring(@TempDir Path folder) throws IOException {
        Path document = Files.writeString(folder.resolve("page.md"), "# Page");
        assertThat(run("life", "--quorate", "/does/not/exist", "--write", document.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("written by quorate bench life: begin");
    }
}
