package io.quorate.cli.server;

import io.quorate.cli.server.Flag.Standing;
import java.util.LinkedHashMap;
import java.util.Map;

/** The flags of {@code quorate server} as a table for {@code docs/etcd-compatibility.md}. */
public final class FlagTable {
    private static final Map<Standing, String> HERE = new LinkedHashMap<>();

    static {
        HERE.put(Standing.WORKS, "same");
        HERE.put(Standing.OURS, "ours");
        HERE.put(Standing.NOTHING_TO_SWITCH, "accepted with a warning: nothing to switch");
        HERE.put(Standing.NOT_YET, "absent: another value than the default stops the start");
    }

    private FlagTable() {}

    /** In the order of the list above, and within it of the flags' own list. */
    public static String markdown() {
        StringBuilder table =
                new StringBuilder("| flag | default | here | what it does, or why not |\n| --- | --- | --- | --- |\n");
        HERE.forEach((standing, here) -> Flags.of(standing).forEach(flag -> table.append("| `--")
                .append(flag.name())
                .append("` | ")
                .append(flag.initial().isEmpty() ? "" : "`" + flag.initial() + "`")
                .append(" | ")
                .append(here)
                .append(" | ")
                .append(flag.meaning())
                .append(" |\n")));
        return table.toString();
    }
}
