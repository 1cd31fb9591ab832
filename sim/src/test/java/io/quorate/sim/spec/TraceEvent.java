package io.quorate.sim.spec;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One input of one member as {@code TraceRaft.tla} reads it: a record of facts by name. {@code spec/README.md} says which there
 * are. Immutable.
 */
final class TraceEvent {
    private static final Pattern FIRST_READ = Pattern.compile("^<<<<(\\d+),(\\d+)>>");

    private final Map<String, String> facts;

    private TraceEvent(Map<String, String> facts) {
        this.facts = facts;
    }

    /** A turn in which a member was told something of this kind alone, and which answered nobody. */
    static TraceEvent of(String kind, String node) {
        return new TraceEvent(Map.of())
                .with("kind", kind)
                .with("node", node)
                .with("ends", true)
                .with("asked", false)
                .withServed(List.of());
    }

    String text(String name) {
        String value = fact(name);
        return value.substring(1, value.length() - 1);
    }

    long number(String name) {
        return Long.parseLong(fact(name));
    }

    boolean is(String name) {
        return fact(name).equals("TRUE");
    }

    private String fact(String name) {
        String value = facts.get(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name + " in " + toTla());
        }
        return value;
    }

    boolean isOf(String... kinds) {
        return List.of(kinds).contains(text("kind"));
    }

    /** Whether these facts are the same in both. */
    boolean isLike(TraceEvent other, String... names) {
        return Stream.of(names).allMatch(name -> fact(name).equals(other.fact(name)));
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

    /** Reads that were answered in this turn, as {@link #withServed} takes them. */
    boolean hasServed() {
        return !fact("served").equals("<<>>");
    }

    /** The first of them with the index behind its own. */
    TraceEvent withLaterRead() {
        Matcher first = FIRST_READ.matcher(fact("served"));
        if (!first.find()) {
            throw new IllegalArgumentException("no read is served in " + toTla());
        }
        long later = Long.parseLong(first.group(2)) + 1;
        return withTla("served", first.replaceFirst("<<<<$1," + later + ">>"));
    }

    /** @param reads numbers of reads that a message confirms */
    TraceEvent withHeard(List<Long> reads) {
        return withTla(
                "heard",
                "<<" + String.join(",", reads.stream().map(String::valueOf).toList()) + ">>");
    }

    /** What a message said that was told to the member: requests for votes and answers to reads. */
    TraceEvent message(String from, long term, long last, long lastTerm) {
        return with("from", from).with("mTerm", term).with("mLast", last).with("mLastTerm", lastTerm);
    }

    /** The same for AppendEntries. */
    TraceEvent append(
            String from, long term, long prev, long prevTerm, long last, long lastTerm, long commit, long round) {
        return message(from, term, last, lastTerm)
                .with("prev", prev)
                .with("prevTerm", prevTerm)
                .with("mCommit", commit)
                .with("mRound", round);
    }

    /** The member's memory after the input. */
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

    /** The member's stable storage after the input, as far as it was told. */
    TraceEvent disk(long term, String vote, long last) {
        return with("diskTerm", term).with("diskVote", vote).with("diskLast", last);
    }

    private TraceEvent withTla(String name, String value) {
        Map<String, String> more = new TreeMap<>(facts);
        more.put(name, value);
        return new TraceEvent(Collections.unmodifiableMap(more));
    }

    static List<String> lines(List<TraceEvent> run) {
        return run.stream().map(TraceEvent::toTla).toList();
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
