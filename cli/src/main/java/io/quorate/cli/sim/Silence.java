package io.quorate.cli.sim;

import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Members of a simulated cluster log as real ones do, thousands of lines a second: what matters of it is in the story. */
final class Silence {
    private Silence() {}

    /** From now on, of the whole process. */
    static void begin() {
        LogManager.getLogManager().reset();
        Logger.getLogger("").setLevel(Level.OFF);
    }
}
