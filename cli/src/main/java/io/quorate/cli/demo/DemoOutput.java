package io.quorate.cli.demo;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;

/** Whole lines of several members on one stream: never mixed, each flushed. In colour on a terminal only. */
final class DemoOutput {
    private static final int[] COLOURS = {36, 33, 35, 32, 34, 31, 96};

    private static final String ERASE_LINE = "\u001b[2K\r";

    private final PrintStream out;
    private final boolean colours;
    private @Nullable FirstReady ready;
    private @Nullable Runnable whenGone;
    private String prompt = "";

    DemoOutput(PrintStream out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    /** Has the members' lines heard, and says what comes of it. */
    synchronized void announce(FirstReady firstReady) {
        ready = firstReady;
    }

    /** Runs once when nobody reads the lines any more, as behind {@code | head}. */
    synchronized void whenGone(Runnable action) {
        whenGone = action;
    }

    /** On a terminal: from now on this stands below all lines. */
    synchronized void prompt(String text) {
        prompt = text;
        out.print(text);
        out.flush();
    }

    /** A line was typed: what comes now is its answer. */
    synchronized void promptAnswered() {
        prompt = "";
    }

    /** Takes the prompt away, if it stands there. */
    synchronized void promptEnds() {
        if (!prompt.isEmpty()) {
            out.print(ERASE_LINE);
            prompt = "";
        }
    }

    private void print(String text) {
        if (prompt.isEmpty()) {
            out.println(text);
        } else {
            out.print(ERASE_LINE + text + System.lineSeparator() + prompt);
        }
        Runnable action = whenGone;
        if (out.checkError() && action != null) { // which flushes too
            whenGone = null;
            action.run();
        }
    }

    synchronized void line(String name, String text) {
        print(prefix(name) + text);
        String news = ready == null ? null : ready.hear(name, text);
        if (news != null) {
            say(news);
        }
    }

    synchronized void say(String text) {
        print(text);
    }

    /** On a terminal less bright than its neighbours. */
    String dim(String text) {
        return colours ? "\u001b[2m" + text + "\u001b[0m" : text;
    }

    private String prefix(String name) {
        if (!colours) {
            return "[" + name + "] ";
        }
        int colour = COLOURS[Math.floorMod(name.hashCode(), COLOURS.length)];
        return "\u001b[" + colour + "m[" + name + "]\u001b[0m ";
    }
}
