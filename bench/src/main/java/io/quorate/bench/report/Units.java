package io.quorate.bench.report;

import java.util.Locale;

/** Times and sizes for people: three digits and the unit that fits. */
public final class Units {
    private static final double MICROS_PER_MILLI = 1_000;
    private static final double MICROS_PER_SECOND = 1_000_000;
    private static final double BYTES_PER_KIB = 1024;

    private Units() {}

    public static String time(double micros) {
        if (micros < MICROS_PER_MILLI) {
            return digits(micros) + " µs";
        }
        return micros < MICROS_PER_SECOND
                ? digits(micros / MICROS_PER_MILLI) + " ms"
                : digits(micros / MICROS_PER_SECOND) + " s";
    }

    public static String bytes(long bytes) {
        return bytes((double) bytes);
    }

    public static String bytes(double bytes) {
        if (bytes < BYTES_PER_KIB) {
            return String.format(Locale.ROOT, "%.0f bytes", bytes);
        }
        if (bytes < BYTES_PER_KIB * BYTES_PER_KIB) {
            return digits(bytes / BYTES_PER_KIB) + " KiB";
        }
        return bytes < BYTES_PER_KIB * BYTES_PER_KIB * BYTES_PER_KIB
                ? digits(bytes / (BYTES_PER_KIB * BYTES_PER_KIB)) + " MiB"
                : digits(bytes / (BYTES_PER_KIB * BYTES_PER_KIB * BYTES_PER_KIB)) + " GiB";
    }

    /** Three digits, or all before the point when there are more. */
    private static String digits(double value) {
        int behindPoint = value < 10 ? 2 : value < 100 ? 1 : 0;
        return String.format(Locale.ROOT, "%." + behindPoint + "f", value);
    }
}
