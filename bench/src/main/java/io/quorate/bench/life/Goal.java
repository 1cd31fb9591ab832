package io.quorate.bench.life;

import io.quorate.bench.report.Units;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A figure beside what it should be.
 *
 * @param what was measured, with the sizes that it was measured at
 * @param unit of measured and limit
 * @param limit that it should not exceed; null where nothing was asked for
 * @param detail how the figure came about, for people
 */
public record Goal(String what, Unit unit, @Nullable Double limit, double measured, String detail) {
    /** How a figure is written. */
    public enum Unit {
        TIMES,
        MICROS,
        BYTES
    }

    /** Only of one that has a limit. */
    public boolean isReached() {
        return limit != null && measured <= limit;
    }

    public String goalText() {
        return limit == null ? "none" : "≤ " + text(limit);
    }

    public String measuredText() {
        return text(measured);
    }

    public String reachedText() {
        if (limit == null) {
            return "";
        }
        return isReached() ? "yes" : "no";
    }

    private String text(double value) {
        return switch (unit) {
            case TIMES -> times(value);
            case MICROS -> Units.time(value);
            case BYTES -> Units.bytes(value);
        };
    }

    /** Small ratios are told by their size, not as 0.00. */
    private static String times(double ratio) {
        return String.format(Locale.ROOT, ratio < 0.1 ? "%.4f×" : "%.2f×", ratio);
    }
}
