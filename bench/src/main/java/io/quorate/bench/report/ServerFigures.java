package io.quorate.bench.report;

import io.quorate.bench.host.Storage;

/**
 * What one server process cost.
 *
 * @param process its name and what it runs, as Linux says
 * @param cpuMicrosPerOperation of this process, over all operations of the run
 */
public record ServerFigures(String endpoint, long pid, String process, double cpuMicrosPerOperation, Storage storage) {}
