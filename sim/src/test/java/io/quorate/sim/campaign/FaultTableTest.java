package io.quorate.sim.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Profile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** The document says which faults each profile draws. */
final class FaultTableTest {
    private static final Path PAGE = Path.of("..", "docs", "simulation-reference.md");

    /** So many that every kind which a profile can draw is in some script. */
    private static final int SEEDS = 300;

    @Test
    void thePageTellsWhichProfileHasWhichFault() throws IOException {
        Map<Profile, EnumSet<FaultKind>> drawn = new EnumMap<>(Profile.class);
        for (Simulator simulator : Simulator.ALL) {
            drawn.put(simulator.profile(), drawnBy(simulator));
        }
        EnumSet<FaultKind> core = drawn.getOrDefault(Profile.CORE, EnumSet.noneOf(FaultKind.class));
        EnumSet<FaultKind> node = drawn.getOrDefault(Profile.NODE, EnumSet.noneOf(FaultKind.class));
        assertThat(drawn.get(Profile.UNBOUNDED)).isEqualTo(node);
        List<String> rows = new ArrayList<>();
        for (FaultKind.Layer layer : FaultKind.Layer.values()) {
            rows.add("| " + name(layer) + " | " + names(layer, kind -> core.contains(kind) && node.contains(kind))
                    + " | "
                    + names(layer, kind -> core.contains(kind) && !node.contains(kind)) + " | "
                    + names(layer, kind -> !core.contains(kind) && node.contains(kind)) + " |");
        }
        assertThat(Files.readAllLines(PAGE)).containsSequence(rows);
    }

    private static EnumSet<FaultKind> drawnBy(Simulator simulator) {
        EnumSet<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
        for (long seed = 1; seed <= SEEDS; seed++) {
            simulator.swarm().apply(seed).faults().stream().map(Fault::kind).forEach(kinds::add);
        }
        return kinds;
    }

    private static String names(FaultKind.Layer layer, Predicate<FaultKind> wanted) {
        List<String> names = new ArrayList<>();
        for (FaultKind kind : FaultKind.values()) {
            if (kind.layer() == layer && wanted.test(kind)) {
                names.add(name(kind));
            }
        }
        return names.isEmpty() ? "–" : String.join(", ", names);
    }

    private static String name(Enum<?> name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
