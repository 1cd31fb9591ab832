package io.quorate.bench.report;

/** Figures are rounded once, where they enter a report: more digits than were measured would only look exact. */
final class Rounded {
    private Rounded() {}

    static double tenth(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
