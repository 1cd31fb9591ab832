package io.quorate.cli.demo;

import java.io.PrintStream;

/** Whole lines of several members on one stream: never mixed, each flushed. In colour on a terminal only. */
final class DemoOutput {
    private static final int[] COLOURS = {36, 33, 35, 32, 34, 31, 96};

    private final PrintStream out;
    private final boolean colours;

    DemoOutput(PrintStream out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    synchronized void line(String name, String text) {
        out.println(prefix(name) + text);
        out.flush();
    }

    synchronized void say(String text) {
        out.println(text);
        out.flush();
    }

    private String prefix(String name) {
        if (!colours) {
            return "[" + name + "] ";
        }
        int colour = COLOURS[Math.floorMod(name.hashCode(), COLOURS.length)];
        return "\u001b[" + colour + "m[" + name + "]\u001b[0m ";
    }
}
