package io.quorate.bench.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.bench.host.Host;
import io.quorate.bench.life.Goal.Unit;
import io.quorate.bench.report.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LifeTableTest {
    private static final Host HOST = new Host(2, "a processor", 4096, "Linux 6", "JDK 17", 0.5);

    private static PartReport report(Part part, String version, Goal... goals) {
        return new PartReport(
                part.word(),
                version,
                "abc",
                "2026-11-30T04:00:00Z",
                HOST,
                "ext4",
                Map.of("kills", 100L),
                List.of(goals),
                Map.of("pauseMicros", new double[] {1.5, 2}));
    }

    private static final PartReport REACHED = report(
            Part.FAILOVER, "abc", new Goal("pause, p50", Unit.MICROS, 150_000.0, 150_000, "100 kills; longest 1.00 s"));
    private static final PartReport MISSED =
            report(Part.TRANSFER, "abc", new Goal("pause, p99", Unit.MICROS, 20_000.0, 20_001, "200 transfers"));
    private static final PartReport WITHOUT_GOAL =
            report(Part.HISTORY, "def", new Goal("a key", Unit.TIMES, null, 0.0123, "2 of 17 files read"));

    @Test
    void eachRowSaysGoalFigureAndWhetherItIsReached() {
        assertThat(new LifeTable(List.of(REACHED, MISSED, WITHOUT_GOAL)).markdown())
                .contains(
                        "| pause, p50 | ≤ 150 ms | 150 ms | yes | 100 kills; longest 1.00 s |",
                        "| pause, p99 | ≤ 20.0 ms | 20.0 ms | no | 200 transfers |",
                        "| a key | none | 0.0123× |  | 2 of 17 files read |");
    }

    @Test
    void partsOfOneBuildAndComputerShareALine() {
        assertThat(new LifeTable(List.of(REACHED, MISSED, WITHOUT_GOAL)).markdown())
                .contains(
                        "Measured failover 2026-11-30T04:00:00Z (load average 0.5), transfer 2026-11-30T04:00:00Z (load average"
                                + " 0.5): Quorate abc, members and clients on one computer: 2 processors (a processor), 4,096"
                                + " MiB, Linux 6, JDK 17; data on ext4.\n",
                        "Measured history 2026-11-30T04:00:00Z (load average 0.5): Quorate def");
    }

    @Test
    void theTableIsTheSameFromRawFigures() {
        List<PartReport> read = List.of(
                Json.read(Json.write(REACHED), PartReport.class), Json.read(Json.write(WITHOUT_GOAL), PartReport.class));
        assertThat(new LifeTable(read).markdown())
                .isEqualTo(new LifeTable(List.of(REACHED, WITHOUT_GOAL)).markdown());
        assertThat(read.get(0).figures().get("pauseMicros")).containsExactly(1.5, 2);
    }

    @Test
    void sizesAndRatiosAreWrittenInTheirUnit() {
        Goal size = new Goal("log", Unit.BYTES, 218103808.0, 201326592, "");
        assertThat(size.goalText() + " " + size.measuredText() + " " + size.reachedText())
                .isEqualTo("≤ 208 MiB 192 MiB yes");
        Goal ratio = new Goal("p99", Unit.TIMES, 2.0, 2.345, "");
        assertThat(ratio.goalText() + " " + ratio.measuredText() + " " + ratio.reachedText())
                .isEqualTo("≤ 2.00× 2.35× no");
    }
}
