package io.quorate.bench.life;

import io.quorate.bench.host.Host;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The goals of all reports as one table, in Markdown, below the circumstances in which each was measured. */
public final class LifeTable {
    private final List<PartReport> reports;

    /** @param reports at least one, in the order of the rows */
    public LifeTable(List<PartReport> reports) {
        this.reports = List.copyOf(reports);
    }

    public String markdown() {
        StringBuilder text = new StringBuilder();
        circumstances()
                .forEach((where, parts) ->
                        text.append("Measured ").append(parts).append(where).append("\n\n"));
        text.append("| figure | goal | measured | reached | how |\n| --- | ---: | ---: | --- | --- |\n");
        for (PartReport report : reports) {
            report.goals().forEach(goal -> row(text, goal));
        }
        return text.toString();
    }

    private static void row(StringBuilder text, Goal goal) {
        text.append("| ")
                .append(String.join(
                        " | ", goal.what(), goal.goalText(), goal.measuredText(), goal.reachedText(), goal.detail()))
                .append(" |\n");
    }

    /** Which parts were measured where. */
    private Map<String, String> circumstances() {
        Map<String, String> all = new LinkedHashMap<>();
        for (PartReport report : reports) {
            String part = String.format(
                    Locale.ROOT,
                    "%s %s (load average %.1f)",
                    report.part(),
                    report.startedAt(),
                    report.host().load());
            all.merge(where(report), part, (before, next) -> before + ", " + next);
        }
        return all;
    }

    private static String where(PartReport report) {
        Host host = report.host();
        return String.format(
                Locale.ROOT,
                ": Quorate %s, members and clients on one computer: %d processors (%s), %,d MiB, %s, %s; data on %s.",
                report.version(),
                host.processors(),
                host.processor(),
                host.memoryMiB(),
                host.system(),
                host.jdk(),
                report.fileSystem());
    }
}
