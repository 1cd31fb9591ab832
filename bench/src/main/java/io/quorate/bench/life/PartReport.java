package io.quorate.bench.life;

import io.quorate.bench.host.Host;
import java.util.List;
import java.util.Map;

/**
 * All that one part measured.
 *
 * @param part its word
 * @param version of the servers
 * @param commit of this program
 * @param startedAt when, as ISO 8601 in UTC
 * @param fileSystem that the data lay on
 * @param settings sizes and counts, by name
 * @param goals the rows of the table
 * @param figures what was measured each time, by a name that ends with the unit
 */
public record PartReport(
        String part,
        String version,
        String commit,
        String startedAt,
        Host host,
        String fileSystem,
        Map<String, Long> settings,
        List<Goal> goals,
        Map<String, double[]> figures) {}
