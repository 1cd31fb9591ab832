package io.quorate.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bench.BenchException;
import io.quorate.bench.cluster.Contender;
import io.quorate.bench.host.Host;
import io.quorate.bench.host.Proc;
import io.quorate.bench.host.Storage;
import io.quorate.bench.load.Operation;
import io.quorate.bench.load.Workload;
import io.quorate.bench.report.Json;
import io.quorate.bench.report.Latency;
import io.quorate.bench.report.LoadReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TablesTest {
    private static final Workload BASE = new Workload(Operation.PUT, false, 80, 256, 3, 1000, 256, 1, 1, 10);
    private static final Host HOST = new Host(2, "a processor", 4096, "Linux 6", "JDK 17", 0.5);

    private static LoadReport load(Workload workload, double rate, double serverCpu) {
        return new LoadReport(
                "",
                "abc",
                "2026-11-24T04:00:00Z",
                HOST,
                List.of("127.0.0.1:1"),
                workload,
                (long) (10 * rate),
                rate,
                new Latency((long) (10 * rate), 100, 200, 300, 4000, 5000, 6000),
                Map.of("UNAVAILABLE", 3L),
                9,
                serverCpu,
                List.of(),
                new Storage(Storage.Verdict.DURABLE, "ext4", ""),
                new long[] {1, 2});
    }

    private static RunReport run(String contender, int run, double rate, double serverCpu) {
        List<LoadReport> loads = new ArrayList<>();
        for (Workload workload : new Plan(BASE, 30, 1, 1, 1, Path.of("/")).workloads()) {
            loads.add(load(workload, rate, serverCpu));
        }
        return new RunReport(
                contender,
                "1.0",
                run,
                "abc",
                "ext4",
                new long[] {1_000_000},
                new long[] {90_000, 110_000},
                contender.equals("etcd") ? null : new Latency(9, 500, 400, 600, 700, 800, 900),
                loads);
    }

    private static final List<RunReport> RUNS = List.of(
            run("etcd", 1, 10_000, 100),
            run("Quorate", 1, 24_000, 45),
            run("etcd", 2, 12_000, 110),
            run("Quorate", 2, 20_000, 40),
            run("etcd", 3, 11_000, 105),
            run("Quorate", 3, 22_000, 42));

    @Test
    void aRowHoldsTheMedianOfTheRunsAndTheRatioOfTheMedians() {
        assertThat(new Tables(RUNS).markdown())
                .contains("| put, 256 clients | etcd | 11,000 (10,000–12,000) | 200 µs | 4.00 ms | 5.00 ms | 105.0 µs |"
                        + " 9.0 µs | 9 |")
                .contains("| put, 256 clients | Quorate | 22,000 (20,000–24,000) |")
                .contains("| | **ratio** | **2.00** | 1.00 | 1.00 | 1.00 | **0.40** | | |");
    }

    @Test
    void theRowsThatAReaderAsksFirstComeFirst() {
        String tables = new Tables(RUNS).markdown();
        assertThat(tables)
                .contains("| leader election, first start, 3 of each | 1.00 s | 1.00 s | 1.00 s | 1.00 s |")
                .contains("| leader election, after kill -9 of the leader, 6 of each | 90.0 ms | 110 ms |")
                .contains(
                        "| replication, from append to durable on a majority | not measured | not measured | 400 µs | 700 µs |")
                .contains("| read, local, one client |")
                .contains("commit abc")
                .contains("Data on ext4");
        assertThat(tables.indexOf("leader election")).isLessThan(tables.indexOf("put, 256 clients"));
    }

    @Test
    void tablesCanBeWrittenAgainFromTheRawFigures() {
        List<RunReport> read = RUNS.stream()
                .map(run -> Json.read(Json.write(run), RunReport.class))
                .toList();
        assertThat(new Tables(read).markdown()).isEqualTo(new Tables(RUNS).markdown());
    }

    @Test
    void aComparisonInMemoryIsRefusedBeforeAnythingStarts(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("self"));
        Files.write(
                folder.resolve("self").resolve("mounts"),
                List.of("/dev/vda / ext4 rw 0 0", "tmpfs " + folder + " tmpfs rw 0 0"));
        Comparison comparison = new Comparison(new Plan(BASE, 30, 1, 1, 1, folder), new Proc(folder), line -> {});
        assertThatThrownBy(() -> comparison.run(List.of(new Contender("none", "0", List.of("/does/not/exist"), false))))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("tmpfs")
                .hasMessageContaining("--work-dir");
    }

    @Test
    void replicationIsMeasuredInTheLibraryItself(@TempDir Path folder) {
        try (Replication replication = new Replication(folder)) {
            Latency latency = replication.measure(256, 0, 1);
            assertThat(latency.count()).isPositive();
            assertThat(latency.p50()).isPositive().isLessThanOrEqualTo(latency.p99());
        }
    }

    @Test
    void aProgramThatCannotBeStartedIsNamed(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("self"));
        Files.write(folder.resolve("self").resolve("mounts"), List.of("/dev/vda / ext4 rw 0 0"));
        Comparison comparison = new Comparison(new Plan(BASE, 30, 1, 1, 1, folder), new Proc(folder), line -> {});
        assertThatThrownBy(() -> comparison.run(List.of(new Contender("none", "0", List.of("/does/not/exist"), false))))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("cannot start /does/not/exist");
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(folder.resolve("self"));
        }
    }

    @Test
    void aPlanOutOfRangeNamesEveryFlag() {
        assertThatThrownBy(() -> new Plan(BASE, -1, 0, -1, 0, Path.of("/")))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("--first-warmup")
                .hasMessageContaining("--runs")
                .hasMessageContaining("--kills")
                .hasMessageContaining("--starts");
    }
}
