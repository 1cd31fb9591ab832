package io.quorate.bench.cluster;

import java.util.List;

/**
 * How members are started.
 *
 * @param contender the program
 * @param flags beside those that name, directory and ports ask for
 * @param heapMiB of a server that is ours; 0: what its launcher takes
 * @param firstPort members listen on free ports from this one on; 0: anywhere
 */
public record Setup(Contender contender, List<String> flags, int heapMiB, int firstPort) {
    /** With nothing but defaults. */
    public static Setup of(Contender contender) {
        return new Setup(contender, List.of(), 0, 0);
    }

    FreePorts ports() {
        return firstPort == 0 ? FreePorts.anywhere() : FreePorts.from(firstPort);
    }
}
