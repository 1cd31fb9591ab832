package io.quorate.bench.life;

import java.util.Locale;

/** What can be measured, each by itself. */
public enum Part {
    SNAPSHOT,
    LOG,
    RESTART,
    REPLACE,
    FAILOVER,
    TRANSFER,
    HISTORY;

    /** As it is typed. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
