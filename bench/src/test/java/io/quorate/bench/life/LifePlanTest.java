package io.quorate.bench.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bench.BenchException;
import io.quorate.bench.cluster.Contender;
import io.quorate.bench.host.Proc;
import io.quorate.bench.life.LifePlan.Counts;
import io.quorate.bench.life.LifePlan.Place;
import io.quorate.bench.life.LifePlan.Sizes;
import io.quorate.bench.life.LifePlan.Times;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LifePlanTest {
    private static final Sizes SIZES = new Sizes(1 << 30, 1024, 64 << 20, 1_000_000, 256);
    private static final Counts COUNTS = new Counts(16, 3, 10, 3, 4, 100, 200, 16, 9);
    private static final Times TIMES = new Times(30, 30, 600);

    private static LifePlan plan(List<Part> parts, Place place) {
        return new LifePlan(parts, SIZES, COUNTS, TIMES, place);
    }

    @Test
    void whatTheGoalsAskForIsAPlan() {
        assertThatCode(() -> plan(List.of(Part.values()), new Place(Path.of("."), 0, 0)))
                .doesNotThrowAnyException();
    }

    @Test
    void allValuesOutOfRangeAreNamedTogether() {
        assertThatThrownBy(() -> new LifePlan(
                        List.of(Part.LOG, Part.LOG),
                        new Sizes(5, 1, (8 << 20) + 1, 0, 0),
                        new Counts(0, 0, 0, 0, 0, 0, 0, 1, 0),
                        new Times(-1, 0, 4000),
                        new Place(Path.of("."), 80, 1)))
                .isInstanceOf(BenchException.class)
                .hasMessageContainingAll(
                        "--parts must name each part once",
                        "--snapshot-bytes must be from 1048576 to 8589934592, not 5",
                        "--value-bytes must be from 16",
                        "--segment-bytes must be a multiple of 512",
                        "--tail-entries must be from 1 to",
                        "--tail-value-bytes must be from 1 to",
                        "--clients must be from 1 to 1000, not 0",
                        "--pairs must be",
                        "--rounds must be",
                        "--restarts must be",
                        "--replacements must be",
                        "--kills must be",
                        "--transfers must be",
                        "--history-segments must be from 2",
                        "--history-tries must be",
                        "--warmup must be from 0 to 3600, not -1",
                        "--seconds must be",
                        "--log-seconds must be from 1 to 3600, not 4000",
                        "--first-port must be",
                        "--heap-mib must be from 64");
    }

    @Test
    void theStoreHasAtLeastTheSizeThatWasAskedFor() {
        Sizes sizes = new Sizes(1 << 20, 1008, 8 << 20, 1, 1);
        assertThat(sizes.keys() * 1024L).isGreaterThanOrEqualTo(1 << 20);
    }

    @Test
    void aHeapThatWasGivenIsTakenElseItGrowsWithTheStore() {
        assertThat(plan(List.of(Part.LOG), new Place(Path.of("."), 0, 300)).heapMiBFor(1 << 30))
                .isEqualTo(300);
        assertThat(plan(List.of(Part.LOG), new Place(Path.of("."), 0, 0)).heapMiBFor(1 << 30))
                .isEqualTo(4096);
    }

    @Test
    void theRoomIsThatOfTheLargestPart() {
        Place place = new Place(Path.of("."), 0, 0);
        long most = Arrays.stream(Part.values())
                .mapToLong(part -> plan(List.of(part), place).diskBytes())
                .max()
                .orElseThrow();
        assertThat(plan(List.of(Part.values()), place).diskBytes()).isEqualTo(most);
    }

    @Test
    void aFolderInMemoryIsRefusedBeforeAnythingStarts(@TempDir Path folder) throws IOException {
        Files.createDirectories(folder.resolve("self"));
        Files.write(
                folder.resolve("self").resolve("mounts"),
                List.of("/dev/vda / ext4 rw 0 0", "tmpfs " + folder + " tmpfs rw 0 0"));
        Life life = new Life(
                plan(List.of(Part.FAILOVER), new Place(folder, 0, 0)),
                new Contender("Quorate", "1", List.of("/does/not/exist"), true),
                new Proc(folder),
                line -> {});
        assertThatThrownBy(() -> life.run(report -> {}))
                .isInstanceOf(BenchException.class)
                .hasMessageContaining("which is memory");
    }
}
