package io.quorate.sim.history;

import io.quorate.raft.SplitMix64;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Objects that a user of the search might have: registers with compare-and-set, and a queue. */
final class Models {
    private Models() {}

    /** On one key: {@code write a}, {@code cas a b} or {@code read}. */
    record Step(String key, String name, int a, int b) {}

    /** All registers as one state. An answer is the value read, or 1 for a done and 0 for a failed change. */
    static final class Registers implements SequentialModel<Map<String, Integer>, Step, Integer> {
        @Override
        public Map<String, Integer> initial() {
            return Map.of();
        }

        @Override
        public @Nullable Map<String, Integer> step(Map<String, Integer> state, Step input, @Nullable Integer output) {
            int held = state.getOrDefault(input.key(), 0);
            int answer =
                    switch (input.name()) {
                        case "read" -> held;
                        case "cas" -> held == input.a() ? 1 : 0;
                        default -> 1;
                    };
            if (output != null && output != answer) {
                return null;
            }
            Map<String, Integer> next = new LinkedHashMap<>(state);
            if (!input.name().equals("read") && answer == 1) {
                next.put(input.key(), input.name().equals("cas") ? input.b() : input.a());
            }
            return next;
        }
    }

    /** A sum: a request adds its number and gets the new sum; 0 reads. */
    static final class Sum implements SequentialModel<Integer, Integer, Integer> {
        @Override
        public Integer initial() {
            return 0;
        }

        @Override
        public @Nullable Integer step(Integer state, Integer input, @Nullable Integer output) {
            int next = state + input;
            return output != null && output != next ? null : (Integer) next;
        }

        @Override
        public boolean isRead(Integer input) {
            return input == 0;
        }
    }

    /**
     * A value that may be one of several, as the set of these: {@code pick} makes it 1 or 2, {@code swap} answers it and makes it
     * the other one, {@code read} answers it.
     */
    static final class Pick implements SequentialModel<Set<Integer>, String, Integer> {
        @Override
        public Set<Integer> initial() {
            return Set.of(0);
        }

        @Override
        public @Nullable Set<Integer> step(Set<Integer> state, String input, @Nullable Integer output) {
            if (input.equals("pick")) {
                return Set.of(1, 2);
            }
            if (output == null || !state.contains(output)) {
                return output == null ? state : null;
            }
            return Set.of(input.equals("swap") ? 3 - output : output);
        }

        @Override
        public boolean isRead(String input) {
            return input.equals("read");
        }
    }

    /** The registers, key by key. */
    static final class PartitionedRegisters implements SequentialModel<Map<String, Integer>, Step, Integer> {
        private final Registers all = new Registers();

        @Override
        public Map<String, Integer> initial() {
            return all.initial();
        }

        @Override
        public @Nullable Map<String, Integer> step(Map<String, Integer> state, Step input, @Nullable Integer output) {
            return all.step(state, input, output);
        }

        @Override
        public Object partition(Step input) {
            return input.key();
        }

        @Override
        public boolean isRead(Step input) {
            return input.name().equals("read");
        }
    }

    /** {@code write a} adds at the end, {@code read} takes the first and answers it, or 0 if there is none. */
    static final class Queue implements SequentialModel<List<Integer>, Step, Integer> {
        @Override
        public List<Integer> initial() {
            return List.of();
        }

        @Override
        public @Nullable List<Integer> step(List<Integer> state, Step input, @Nullable Integer output) {
            boolean takes = input.name().equals("read");
            int answer = !takes ? 1 : state.isEmpty() ? 0 : state.get(0);
            if (output != null && output != answer) {
                return null;
            }
            List<Integer> next = new ArrayList<>(state);
            if (takes && !next.isEmpty()) {
                next.remove(0);
            } else if (!takes) {
                next.add(input.a());
            }
            return next;
        }
    }

    /**
     * Overlapping operations on a right object, some refused, some unanswered; then, of every second history, one
     * answer is replaced by a random one.
     */
    static <S> History<Step, Integer> randomHistory(
            SequentialModel<S, Step, Integer> model, SplitMix64 random, int size, boolean spoil) {
        HistoryRecorder<Step, Integer> recorder = new HistoryRecorder<>();
        List<Integer> open = new ArrayList<>();
        List<Step> steps = new ArrayList<>();
        List<@Nullable Integer> answers = new ArrayList<>();
        int victim = spoil ? random.below(size) : -1;
        S state = model.initial();
        while (steps.size() < size || !open.isEmpty()) {
            if (steps.size() < size && random.below(3) != 0) {
                steps.add(randomStep(random));
                answers.add(null);
                open.add(recorder.call(open.size(), steps.get(steps.size() - 1), steps.size()));
            } else if (!open.isEmpty()) {
                int id = open.get(random.below(open.size()));
                Integer answer = answers.get(id);
                int luck = random.below(10);
                if (answer == null && luck == 0) {
                    recorder.refused(id, steps.size());
                } else if (luck == 1) {
                    recorder.unknown(id, steps.size());
                } else if (answer == null) {
                    answers.set(id, answerOf(model, state, steps.get(id)));
                    state = after(model, state, steps.get(id));
                    continue;
                } else {
                    recorder.returned(id, id == victim ? random.below(4) : answer, steps.size());
                }
                open.remove((Integer) id);
            }
        }
        return recorder.history();
    }

    private static Step randomStep(SplitMix64 random) {
        String name = List.of("read", "write", "cas", "read").get(random.below(4));
        return new Step("r" + random.below(2), name, random.below(4), random.below(4));
    }

    private static <S> int answerOf(SequentialModel<S, Step, Integer> model, S state, Step step) {
        int answer = 0;
        while (model.step(state, step, answer) == null) {
            answer++;
        }
        return answer;
    }

    private static <S> S after(SequentialModel<S, Step, Integer> model, S state, Step step) {
        S next = model.step(state, step, null);
        if (next == null) {
            throw new AssertionError("an unknown answer is always possible");
        }
        return next;
    }
}
