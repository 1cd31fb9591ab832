package io.quorate.sim.spec;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One turn of one member as {@code TraceRaft.tla} reads it: a record of facts by name. {@code spec/README.md} says which there
 * are. Immutable.
 */
final class TraceEvent {
    private final Map<String, String> facts;

    private TraceEvent(Map<String, String> facts) {
        this.facts = facts;
    }

    /** A turn in which a member was told something of this kind; nothing else happened in it yet. */
    static TraceEvent of(String kind, String node) {
        return new TraceEvent(Map.of())
                .with("kind", kind)
                .with("node", node)
                .with("asked", false)
                .withServed(List.of());
    }

    TraceEvent with(String name, String value) {
        return withTla(name, '"' + value + '"');
    }

    TraceEvent with(String name, long value) {
        return withTla(name, Long.toString(value));
    }

    TraceEvent with(String name, boolean value) {
        return withTla(name, value ? "TRUE" : "FALSE");
    }

    /** @param served pairs of a read's number in order of arrival, from 1, and the index that it was answered with */
    TraceEvent withServed(List<long[]> served) {
        List<String> pairs = served.stream()
                .map(read -> "<<" + read[0] + "," + read[1] + ">>")
                .toList();
        return withTla("served", "<<" + String.join(",", pairs) + ">>");
    }

    /** What a message said that was told to the member: requests for votes and answers to reads. */
    TraceEvent message(String from, long term, long last, long lastTerm) {
        return with("from", from).with("mTerm", term).with("mLast", last).with("mLastTerm", lastTerm);
    }

    /** The same for AppendEntries. */
    TraceEvent append(String from, long term, long prev, long prevTerm, long last, long commit, long round) {
        return message(from, term, last, 0)
                .with("prev", prev)
                .with("prevTerm", prevTerm)
                .with("mCommit", commit)
                .with("mRound", round);
    }

    /** The member's memory after the turn. */
    TraceEvent who(String role, long term, String vote, String leader) {
        return with("role", role).with("term", term).with("vote", vote).with("leader", leader);
    }

    TraceEvent log(long last, long lastTerm, long persisted, long commit, long round) {
        return with("last", last)
                .with("lastTerm", lastTerm)
                .with("persisted", persisted)
                .with("commit", commit)
                .with("round", round);
    }

    /** The member's stable storage after the turn. */
    TraceEvent disk(long term, String vote, long last) {
        return with("diskTerm", term).with("diskVote", vote).with("diskLast", last);
    }

    private TraceEvent withTla(String name, String value) {
        Map<String, String> more = new TreeMap<>(facts);
        more.put(name, value);
        return new TraceEvent(Collections.unmodifiableMap(more));
    }

    String toTla() {
        StringBuilder out = new StringBuilder("[");
        facts.forEach((name, value) -> out.append(out.length() == 1 ? "" : ",")
                .append(name)
                .append("|->")
                .append(value));
        return out.append(']').toString();
    }
}
