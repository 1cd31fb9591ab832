package io.quorate.bench.life;

import io.quorate.bench.life.Goal.Unit;
import io.quorate.bench.report.Samples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a part finds, as it finds it. For one thread. */
final class Findings {
    private final Map<String, Long> settings = new LinkedHashMap<>();
    private final Map<String, List<Double>> figures = new LinkedHashMap<>();
    private final List<Goal> goals = new ArrayList<>();

    void setting(String name, long value) {
        settings.put(name, value);
    }

    /** One more of that name, which ends with the unit. */
    void figure(String name, double value) {
        figures.computeIfAbsent(name, first -> new ArrayList<>()).add(value);
    }

    void figure(String name, long value) {
        figure(name, (double) value);
    }

    double[] figures(String name) {
        return figures.getOrDefault(name, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
    }

    double median(String name) {
        return Samples.median(figures(name));
    }

    double sum(String name) {
        return Arrays.stream(figures(name)).sum();
    }

    double most(String name) {
        return Samples.most(figures(name));
    }

    void goal(String what, Unit unit, @Nullable Double limit, double measured, String detail) {
        goals.add(new Goal(what, unit, limit, measured, detail));
    }

    Map<String, Long> settings() {
        return settings;
    }

    Map<String, double[]> figures() {
        Map<String, double[]> all = new LinkedHashMap<>();
        figures.keySet().forEach(name -> all.put(name, figures(name)));
        return all;
    }

    List<Goal> goals() {
        return goals;
    }
}
