package io.quorate.bench.host;

/**
 * The CPU time in a {@code /proc/PID/stat}: user and system, of all threads, also of those that ended. Linux counts in ticks of
 * 10 ms for every program, whatever the kernel's own clock.
 */
final class ProcessTimes {
    private static final int TICKS_PER_SECOND = 100;
    private static final long MICROS_PER_TICK = 1_000_000 / TICKS_PER_SECOND;

    // Counted from the first field behind the name, which is the third of all.
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    private ProcessTimes() {}

    /** @param stat the one line; the name in it stands in brackets and may hold blanks and brackets itself */
    static long cpuMicros(String stat) {
        int nameEnds = stat.lastIndexOf(')');
        String[] fields = stat.substring(nameEnds + 2).split(" ", -1);
        return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS])) * MICROS_PER_TICK;
    }

    static String name(String stat) {
        return stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    }
}
