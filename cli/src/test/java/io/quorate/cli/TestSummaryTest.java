package io.quorate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.cli.support.Checkout;
import io.quorate.cli.support.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code ./quorate test} says at its end, and how it ends: {@code build/TestSummary.java} over reports made by hand. */
@Tag("process")
final class TestSummaryTest {
    private static final String PASSED = "<testcase classname='A' name='passes' time='1'/>";
    private static final String SKIPPED =
            "<testcase classname='A' name='waits' time='0'><skipped message='Assumption failed: no etcd; to mend: get it'/>"
                    + "</testcase>";

    @TempDir
    private Path checkout = Path.of("");

    private Path parts = Path.of("");

    @BeforeEach
    void noPartBroke() throws IOException {
        parts = Files.writeString(checkout.resolve("parts"), "7|done|unit tests|a.log\n");
    }

    @Test
    void whatPassedIsCountedOverAllModulesAndBuilds() throws IOException {
        report("raft", "verify", PASSED + PASSED);
        report("cli", "jdk25", PASSED);
        Running.Finished summary = summary("");
        assertThat(summary.output()).contains("  7 s  unit tests", "A (on JDK 25)");
        assertEnds(summary, 0, "3 passed, 0 failed, 0 skipped");
    }

    @Test
    void aFailureAndAnErrorAreNamedAndEndWithOne() throws IOException {
        report(
                "raft",
                "verify",
                PASSED + "<testcase classname='A' name='fails' time='0'><failure message='no'/></testcase>"
                        + "<testcase classname='A' name='breaks' time='0'><error message='oh'/></testcase>");
        Running.Finished summary = summary("true");
        assertThat(summary.output()).contains("Failed:\n  A.fails\n  A.breaks");
        assertEnds(summary, 1, "1 passed, 2 failed, 0 skipped");
    }

    @Test
    void aSkippedTestIsNamedWithItsReasonAndNeverCountsAsPassed() throws IOException {
        report("raft", "verify", PASSED + SKIPPED);
        Running.Finished summary = summary("");
        assertThat(summary.output()).contains("Skipped:\n  A.waits: no etcd; to mend: get it");
        assertEnds(summary, 0, "1 passed, 0 failed, 1 skipped");
    }

    @Test
    void aSkippedTestFailsWhereABuildServerSaysSo() throws IOException {
        report("raft", "verify", PASSED + SKIPPED);
        Running.Finished summary = summary("true");
        assertThat(summary.output()).contains("A.waits was skipped, with CI=true: no etcd; to mend: get it");
        assertEnds(summary, 1, "1 passed, 1 failed, 0 skipped");
    }

    /** Its test JVM died while it wrote. */
    @Test
    void aTornReportFails() throws IOException {
        Path torn = report("raft", "verify", PASSED + PASSED);
        String whole = Files.readString(torn);
        Files.writeString(torn, whole.substring(0, whole.length() / 2));
        Running.Finished summary = summary("");
        assertThat(summary.output()).contains(torn + " cannot be read: the tests were cut short");
        assertEnds(summary, 1, "0 passed, 1 failed, 0 skipped");
    }

    @Test
    void aPartThatBrokeFailsAndOneThatWasSkippedIsNamed() throws IOException {
        report("raft", "verify", PASSED);
        Files.writeString(parts, "3|broken|real processes|b.log\n0|skipped|JDK 25|none was found|install one\n");
        Running.Finished summary = summary("true");
        assertThat(summary.output())
                .contains("the part \"real processes\" broke; its log: b.log")
                .contains("JDK 25: none was found; to mend: install one");
        assertEnds(summary, 1, "1 passed, 1 failed, 1 skipped");
    }

    @Test
    void aRunWithoutATestIsNoSuccess() {
        assertEnds(summary(""), 1, "0 passed, 1 failed, 0 skipped");
    }

    private static void assertEnds(Running.Finished summary, int exitCode, String lastLine) {
        List<String> lines = summary.output().lines().toList();
        assertThat(lines.get(lines.size() - 1)).isEqualTo(lastLine);
        assertThat(summary.exitCode()).isEqualTo(exitCode);
    }

    private Path report(String module, String build, String cases) throws IOException {
        Path folder = Files.createDirectories(checkout.resolve(module + "/target/" + build + "/surefire-reports"));
        return Files.writeString(
                folder.resolve("TEST-A.xml"), "<testsuite name='A' time='1,234.5'>" + cases + "</testsuite>");
    }

    private Running.Finished summary(String ci) {
        ProcessBuilder java = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                Checkout.root().resolve("build/TestSummary.java").toString(),
                checkout.toString(),
                parts.toString(),
                "9");
        java.environment().put("CI", ci);
        return Running.run(java);
    }
}
