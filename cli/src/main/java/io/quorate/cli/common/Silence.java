package io.quorate.cli.common;

import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/** Members that are simulated or measured in this process log as real ones do, up to thousands of lines a second. */
public final class Silence {
    private Silence() {}

    /** From now on, of the whole process. */
    public static void begin() {
        LogManager.getLogManager().reset();
        Logger.getLogger("").setLevel(Level.OFF);
    }
}
