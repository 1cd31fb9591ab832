package io.quorate.node.internal;

import io.quorate.node.RaftEventLine;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.membership.Membership;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The core's events as log lines, without those that only say again what was said. A member that is cut off asks for pre-votes
 * every second or two, for hours, and each round tells the same: the first is logged, the others are counted. With the first
 * line that tells something new comes their number.
 */
final class EventLines {
    /** Of different lines in one situation; a few are usual. Beyond it, some may be told twice. */
    private static final int REMEMBERED = 64;

    private final Set<RaftEvent> told = new HashSet<>();
    private final Map<String, Integer> repeats = new LinkedHashMap<>();

    /** What is to be logged now that this happened, in order; nothing when it repeats what was told in this situation. */
    List<String> of(Membership membership, RaftEvent event) {
        String line = RaftEventLine.of(membership, event);
        if (told.contains(event)) {
            repeats.merge(line.substring(0, line.indexOf(' ')), 1, Integer::sum);
            return List.of();
        }
        if (!isAttempt(event) || told.size() == REMEMBERED) {
            told.clear();
        }
        if (isAttempt(event)) {
            told.add(event);
        }
        return repeats.isEmpty() ? List.of(line) : List.of(summary(), line);
    }

    /** Whether it leaves everything as it was: any other event begins a new situation, in which attempts are news again. */
    private static boolean isAttempt(RaftEvent event) {
        return event instanceof RaftEvent.ElectionTimedOut
                || (event instanceof RaftEvent.VoteAsked asked && asked.preVote())
                || (event instanceof RaftEvent.VoteGranted granted && granted.preVote())
                || (event instanceof RaftEvent.VoteRefused refused && refused.preVote())
                || (event instanceof RaftEvent.VoteReceived received && received.preVote());
    }

    private String summary() {
        StringBuilder line = new StringBuilder("events-repeated");
        repeats.forEach(
                (name, count) -> line.append(' ').append(name).append('=').append(count));
        repeats.clear();
        return line.toString();
    }
}
