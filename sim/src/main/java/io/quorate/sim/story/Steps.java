package io.quorate.sim.story;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The text of a story: narration, commands, a rule, output, an empty line. A story that grows too long loses steps in its middle. */
final class Steps {
    private static final int FIRST = 400;
    private static final int LAST = 4_000;
    private static final int LONGEST_NARRATION = 100;

    private final List<String> head = new ArrayList<>();
    private final ArrayDeque<List<String>> tail = new ArrayDeque<>();
    private int tailLines;
    private long leftOut;

    private final List<String> narration = new ArrayList<>();
    private final List<String> commands = new ArrayList<>();
    private final List<String> output = new ArrayList<>();

    void narrate(long atNanos, String line) {
        end();
        if (narration.size() == LONGEST_NARRATION) {
            narration.add("");
            add(new ArrayList<>(narration));
            narration.clear();
        }
        narration.add("# " + time(atNanos) + ": " + line);
    }

    void command(long atNanos, String line) {
        if (narration.isEmpty() && commands.isEmpty()) {
            narration.add("# " + time(atNanos));
        }
        commands.add(line);
    }

    void output(String line) {
        output.add(line);
    }

    boolean hasCommands() {
        return !commands.isEmpty();
    }

    /** A proposal that another command follows goes on in the same turn. */
    void addToProposals(String more) {
        for (int i = 0; i < commands.size() - 1; i++) {
            if (commands.get(i).startsWith("propose ")) {
                commands.set(i, commands.get(i) + more);
            }
        }
    }

    /** The step is complete; narration without a command stays for the next one. */
    void end() {
        if (commands.isEmpty()) {
            return;
        }
        List<String> step = new ArrayList<>(narration);
        step.addAll(commands);
        step.add("----");
        step.addAll(output);
        step.add("");
        add(step);
        narration.clear();
        commands.clear();
        output.clear();
    }

    private void add(List<String> step) {
        if (head.size() < FIRST) {
            head.addAll(step);
            return;
        }
        tail.add(step);
        tailLines += step.size();
        while (tailLines > LAST) {
            int gone = tail.remove().size();
            tailLines -= gone;
            leftOut += gone;
        }
    }

    List<String> lines() {
        end();
        List<String> lines = new ArrayList<>(head);
        if (leftOut > 0) {
            lines.add("# … " + leftOut + " lines are left out here …");
            lines.add("");
        }
        tail.forEach(lines::addAll);
        lines.addAll(narration);
        return lines;
    }

    static String time(long nanos) {
        return String.format(Locale.ROOT, "%.3f ms", nanos / 1e6);
    }
}
