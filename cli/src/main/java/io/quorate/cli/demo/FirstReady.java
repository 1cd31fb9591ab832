package io.quorate.cli.demo;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Hears the members' lines until all of them serve and one leads, and then says so once: until then a newcomer cannot tell which
 * of the many lines was the last that mattered.
 */
final class FirstReady {
    private final Set<String> waiting;
    private final List<String> endpoints;
    private final String whatNow;
    private @Nullable String leader;
    private boolean said;

    /** @param whatNow what stands below the closing line */
    FirstReady(List<String> members, List<String> endpoints, String whatNow) {
        this.waiting = new TreeSet<>(members);
        this.endpoints = List.copyOf(endpoints);
        this.whatNow = whatNow;
    }

    /** @return the closing lines, if this one was the last that was missing */
    @Nullable
    String hear(String member, String line) {
        // The lines of two members may come in another order than they were written in.
        if (line.contains(" leader-elected ")) {
            leader = member;
        }
        if (line.contains("ready to serve client requests")) {
            waiting.remove(member);
        }
        if (said || leader == null || !waiting.isEmpty()) {
            return null;
        }
        said = true;
        return "Ready: " + leader + " leads, all members serve at " + String.join(",", endpoints)
                + System.lineSeparator() + "       " + whatNow;
    }
}
