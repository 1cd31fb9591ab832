package io.quorate.raft.scenario;

import io.quorate.raft.Notation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which messages a command means: {@code [n1 → n2] [Type] [first | last]}; {@code *} is anybody, {@code ↔} both ways. */
final class Selection {
    private final @Nullable String from;
    private final @Nullable String to;
    private final boolean bothWays;
    private final @Nullable String type;
    private final @Nullable String which;

    private Selection(
            @Nullable String from,
            @Nullable String to,
            boolean bothWays,
            @Nullable String type,
            @Nullable String which) {
        this.from = from;
        this.to = to;
        this.bothWays = bothWays;
        this.type = type;
        this.which = which;
    }

    static Selection of(List<String> words) {
        List<String> rest = new ArrayList<>(words);
        String from = null;
        String to = null;
        boolean bothWays = rest.size() >= 3 && rest.get(1).equals("↔");
        if (bothWays || (rest.size() >= 3 && rest.get(1).equals("→"))) {
            from = rest.get(0).equals("*") ? null : rest.get(0);
            to = rest.get(2).equals("*") ? null : rest.get(2);
            rest = rest.subList(3, rest.size());
        }
        String which = null;
        if (!rest.isEmpty() && List.of("first", "last").contains(rest.get(rest.size() - 1))) {
            which = rest.get(rest.size() - 1);
            rest = rest.subList(0, rest.size() - 1);
        }
        if (rest.size() > 1
                || (rest.size() == 1 && !Character.isUpperCase(rest.get(0).charAt(0)))) {
            throw new IllegalArgumentException(
                    "messages are named as n1 → n2 Type first, not " + String.join(" ", words));
        }
        return new Selection(from, to, bothWays, rest.isEmpty() ? null : rest.get(0), which);
    }

    boolean matches(Flight flight) {
        String sender = Notation.name(flight.message().from());
        String receiver = Notation.name(flight.message().to());
        boolean goes = is(from, sender) && is(to, receiver);
        boolean comes = bothWays && is(from, receiver) && is(to, sender);
        return (goes || comes) && is(type, flight.message().getClass().getSimpleName());
    }

    private static boolean is(@Nullable String wanted, String found) {
        return wanted == null || wanted.equals(found);
    }

    List<Flight> matching(List<Flight> flights) {
        List<Flight> found = flights.stream().filter(this::matches).toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException("there is no such message under way");
        }
        if (which == null) {
            return found;
        }
        return List.of(found.get(which.equals("first") ? 0 : found.size() - 1));
    }

    /** Takes them out of the list. Two equal messages are two: they are told apart by identity. */
    @SuppressWarnings("ReferenceEquality")
    List<Flight> take(List<Flight> flights) {
        List<Flight> found = matching(flights);
        flights.removeIf(flight -> found.stream().anyMatch(each -> each == flight));
        return found;
    }
}
