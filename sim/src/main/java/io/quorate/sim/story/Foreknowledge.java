package io.quorate.sim.story;

import io.quorate.raft.Effects.MadeHere;
import io.quorate.raft.EntryKind;
import io.quorate.raft.Input;
import io.quorate.raft.Message;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.Intervention;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.RunListener;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a teller must know ahead of the moment that it tells of, from a first play of the same run: what an entry writes, which
 * the core never knows, and how often each message will arrive.
 */
final class Foreknowledge implements RunListener {
    private final Map<Integer, Operation> operations = new TreeMap<>();
    private final Map<String, String> entries = new TreeMap<>();
    private final IdentityHashMap<Message, Integer> numbers = new IdentityHashMap<>();
    private final List<Integer> arrivals = new ArrayList<>();

    Foreknowledge(List<Operation> workload) {
        workload.forEach(one -> operations.put(one.number(), one));
    }

    @Override
    public void happened(Happening happening) {
        if (happening instanceof Happening.Asked asked) {
            operations.put(asked.operation().number(), asked.operation());
        } else if (happening instanceof Happening.Applied applied && applied.operation() != 0) {
            Operation operation = operations.get(applied.operation());
            entries.put(key(applied.index(), applied.term()), operation == null ? "" : " \"" + words(operation) + "\"");
        } else if (happening instanceof Happening.Drained drained) {
            drained.effects().madeHere().forEach(this::made);
        } else if (happening instanceof Happening.Sent sent) {
            numbers.put(sent.message(), arrivals.size());
            arrivals.add(0);
        } else if (happening instanceof Happening.Told told && told.input() instanceof Input.Receive receive) {
            Integer number = numbers.get(receive.message());
            if (number != null) {
                arrivals.set(number, arrivals.get(number) + 1);
            }
        }
    }

    private void made(MadeHere made) {
        entries.put(key(made.index(), made.term()), made.kind() == EntryKind.NO_OP ? " no-op" : " membership");
    }

    private static String key(long index, long term) {
        return index + "@" + term;
    }

    Item item(long index, long term) {
        return new Item(index, term, entries.getOrDefault(key(index, term), ""));
    }

    /** How often the message that was sent as the n-th, from 0, arrives and is taken in. */
    int arrivals(int number) {
        return number < arrivals.size() ? arrivals.get(number) : 0;
    }

    static String words(Operation operation) {
        String key = "k" + operation.key();
        return switch (operation.kind()) {
            case PUT -> "put " + key + " " + operation.number();
            case DELETE -> "delete " + key;
            case COMPARE_AND_SET -> "put " + key + " " + operation.number() + " if " + operation.expected();
            case READ -> "read " + key;
            case STALE_READ -> "stale read " + key;
        };
    }

    static String words(Intervention one) {
        String member = one.member() < 0 ? "" : " n" + (one.member() + 1);
        String other = one.other() < 0 ? "" : " by n" + (one.other() + 1);
        return "intervention " + one.number() + ", " + one.kind() + member + other + " strength " + one.strength()
                + ":";
    }
}
