package io.quorate.bench.compare;

import io.quorate.bench.report.Latency;
import io.quorate.bench.report.LoadReport;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one contender did in one run.
 *
 * @param contender its name
 * @param run from 1; the contenders take turns within it
 * @param firstWriteMicros for each first start: from the start of three processes in empty directories to the first
 *     acknowledged write
 * @param afterKillMicros for each kill -9 of the leader: from the kill to the next acknowledged write
 * @param fileSystem that the data lay on
 * @param replication of one command after the other through members of the library; null for a contender that is no library
 * @param loads the workloads, in order
 */
public record RunReport(
        String contender,
        String version,
        int run,
        String commit,
        String fileSystem,
        long[] firstWriteMicros,
        long[] afterKillMicros,
        @Nullable Latency replication,
        List<LoadReport> loads) {}
