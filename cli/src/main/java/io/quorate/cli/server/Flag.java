package io.quorate.cli.server;

import java.util.Locale;

/**
 * One of etcd's flags, or one of ours.
 *
 * @param name without dashes
 * @param initial value when it is not given
 * @param standing what becomes of it here
 * @param meaning for help: what it does, or why there is nothing to switch
 */
record Flag(String name, String initial, Standing standing, String meaning) {
    enum Standing {
        /** It does what it does in etcd. */
        WORKS,
        /** It is accepted with one warning: what it switches does not exist here. */
        NOTHING_TO_SWITCH,
        /** A value other than the default stops the start. */
        NOT_YET,
        /** Not one of etcd's. */
        OURS
    }

    /** The environment variable that gives it where the command line does not. */
    String variable() {
        String prefix = standing == Standing.OURS ? "QUORATE_" : "ETCD_";
        return prefix + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** Whether it may be given without a value, which then is true. */
    boolean isBoolean() {
        return initial.equals("true") || initial.equals("false");
    }

    /** Whether that value, though given, asks for nothing else than leaving the flag out. */
    boolean isInitial(String value) {
        boolean namesStandardError = name.equals("log-outputs") && value.equals("stderr");
        return value.equals(initial) || namesStandardError;
    }
}
