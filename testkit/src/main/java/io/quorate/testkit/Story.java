package io.quorate.testkit;

import io.quorate.sim.core.Fault;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.RunListener;
import java.util.ArrayDeque;

/** What happened in a run, a line for each thing that a user's machine or its clients could notice. */
final class Story implements RunListener {
    private static final int MOST_LINES = 60;

    private final Requests<?> requests;
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private int leftOut;

    Story(Requests<?> requests) {
        this.requests = requests;
    }

    @Override
    public void happened(Happening happening) {
        if (happening instanceof Happening.FaultBegan began) {
            add(happening, fault(began.fault()));
        } else if (happening instanceof Happening.FaultEnded ended) {
            add(happening, ended.fault().kind() + " is over");
        } else if (happening instanceof Happening.Ended ended) {
            add(happening, member(ended.member()) + " ends: " + ended.why());
        } else if (happening instanceof Happening.Asked asked) {
            add(happening, "client " + asked.client() + " asks " + member(asked.member()) + ": " + request(asked));
        } else if (happening instanceof Happening.Answered answered) {
            String number = "#" + answered.operation().number();
            add(happening, "client " + answered.client() + " hears of " + number + ": " + answered.answer());
        } else if (happening instanceof Happening.Applied applied) {
            String number = "#" + applied.operation();
            add(happening, member(applied.member()) + " has applied " + number + " at " + applied.index());
        }
    }

    private static String member(int number) {
        return "member " + (number + 1);
    }

    private static String fault(Fault fault) {
        String where = fault.member() < 0 ? "" : " on " + member(fault.member());
        String to = fault.peer() < 0 ? "" : " to " + member(fault.peer());
        return fault.kind() + where + to + ": " + fault.kind().sentence() + " (strength " + fault.strength() + ")";
    }

    private String request(Happening.Asked asked) {
        Operation operation = asked.operation();
        String read = operation.isWrite() ? "" : "read ";
        return "#" + operation.number() + " " + read + Texts.of(requests.request(operation));
    }

    private void add(Happening happening, String what) {
        lines.add(time(happening.atNanos()) + "  " + what);
        if (lines.size() > MOST_LINES) {
            lines.remove();
            leftOut++;
        }
    }

    /** In milliseconds. */
    private static String time(long nanos) {
        String micros = Long.toString(1_000 + nanos / 1_000 % 1_000).substring(1);
        String text = nanos / 1_000_000 + "." + micros + " ms";
        return " ".repeat(Math.max(0, 14 - text.length())) + text;
    }

    String text() {
        String before = leftOut == 0 ? "" : leftOut + " lines are left out\n";
        return before + String.join("\n", lines);
    }
}
