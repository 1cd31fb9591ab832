package io.quorate.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.bench.life.Goal;
import io.quorate.bench.life.Part;
import io.quorate.bench.life.PartReport;
import io.quorate.bench.report.Json;
import io.quorate.cli.processes.RealMember;
import io.quorate.cli.support.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All that {@code bench life} measures, tiny, with real members: that there are figures, and how many; never which. */
@Tag("process")
@Tag("slow")
final class LifeProcessTest {
    private static final String BEGIN = "<!-- written by quorate bench life: begin -->";
    private static final String END = "<!-- written by quorate bench life: end -->";

    @TempDir
    private Path folder;

    /** The figures that each part must have, and how often. */
    private static final Map<Part, Map<String, Integer>> EXPECTED = Map.of(
            Part.SNAPSHOT,
            Map.of("withP99Micros", 2, "withoutP99Micros", 2, "p99Ratio", 2, "takenSeconds", 2, "snapshotBytes", 2),
            Part.LOG,
            Map.of("mostLogBytes", 3, "operations", 1),
            Part.RESTART,
            Map.of("restartMillis", 1, "readingMillis", 1, "replayMillis", 1, "tailEntries", 1),
            Part.REPLACE,
            Map.of("longestWaitMicros", 2, "leaderReplaced", 2),
            Part.FAILOVER,
            Map.of("pauseMicros", 2),
            Part.TRANSFER,
            Map.of("pauseMicros", 3),
            Part.HISTORY,
            Map.of("bench-rareFilteredMillis", 2, "bench-rareScanMillis", 2, "bench-commonScanMillis", 2));

    @Test
    void everyPartLeavesFiguresRowsAndNothingElse() throws IOException, InterruptedException {
        Path document = folder.resolve("page.md");
        Path work = Files.createDirectories(folder.resolve("work"));
        Files.writeString(document, BEGIN + "\n" + END + "\n");

        Path log = folder.resolve("output.log");
        int exitCode = measure(log, document, work);

        assertThat(exitCode).as(Files.readString(log)).isZero();
        String page = Files.readString(document);
        for (Part part : Part.values()) {
            PartReport report = Json.read(
                    Files.readString(folder.resolve("page").resolve("life-" + part.word() + ".json")), PartReport.class);
            Objects.requireNonNull(EXPECTED.get(part)).forEach((figure, count) -> assertThat(
                            report.figures().get(figure))
                    .as("%s of %s", figure, part)
                    .hasSize(count));
            assertThat(report.goals()).isNotEmpty();
            for (Goal goal : report.goals()) {
                assertThat(goal.measured()).as(goal.what()).isFinite().isPositive();
                assertThat(page).contains("| " + goal.what() + " | " + goal.goalText() + " | ");
            }
        }
        try (Stream<Path> left = Files.list(work)) {
            assertThat(left).isEmpty();
        }
    }

    /** Longer than what other tests wait for: some twenty members start in it, one after the other. */
    private static int measure(Path log, Path document, Path work) throws IOException, InterruptedException {
        List<String> words = List.of(
                "bench",
                "life",
                "--snapshot-bytes=4194304",
                "--value-bytes=4096",
                "--segment-bytes=8388608",
                "--clients=4",
                "--warmup=0",
                "--pairs=2",
                "--seconds=1",
                "--log-seconds=3",
                "--rounds=2",
                "--tail-entries=2000",
                "--restarts=1",
                "--replacements=2",
                "--kills=2",
                "--transfers=3",
                "--history-segments=2",
                "--history-tries=2",
                "--heap-mib=256",
                "--first-port=" + Ports.run(40),
                "--work-dir=" + work,
                "--write=" + document);
        ProcessBuilder builder = RealMember.quorate(words.toArray(String[]::new));
        builder.environment().put("QUORATE_JAVA_OPTS", "-Xms32m -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            return process.waitFor();
        } finally {
            process.destroy(); // its members end with it
        }
    }
}
