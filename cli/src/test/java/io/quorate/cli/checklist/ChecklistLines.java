package io.quorate.cli.checklist;

import java.lang.reflect.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The parts of the checklist that belong to the services that are here: A, the keys; B, transactions; F, the transport.
 * A line is proved by a test that names it, or stands among those that are not there yet with the reason.
 */
final class ChecklistLines {
    private static final Map<String, String> TITLES = new LinkedHashMap<>();

    static {
        number(
                'A',
                1,
                "an empty store is at revision 1, and the first put makes 2",
                "a put's create and mod revision and version",
                "a put after a delete begins a new life of the key",
                "a put's answer: its revision, the pair before only where asked",
                "empty values; keys with any bytes, in unsigned order",
                "an empty key is refused",
                "one key; a key that is not there",
                "ranges, prefixes, from a key on, everything, ranges of nothing",
                "limit, more and count",
                "count only",
                "keys only",
                "five sort targets in both orders",
                "sorted first, then limited",
                "filters on revisions come before the limit and leave the count alone",
                "a read at an old revision",
                "compacted and future revisions",
                "a negative limit; an unknown sort",
                "a delete of several keys is one revision; of none, no revision",
                "ignore_value and ignore_lease",
                "an unknown lease is refused",
                "a put without a lease detaches the key, one with another lease moves it",
                "a read on any member sees every write that was answered",
                "with the quorum lost, stale reads go on and fresh ones end in time",
                "a refused request changes no revision, no version, and no watcher hears of it");
        number(
                'B',
                25,
                "the branch, and its answers in order",
                "one revision for all writes; none for none",
                "the headers of nested answers",
                "a read behind a put in the same transaction sees it",
                "128 operations are allowed and 129 are not, nested ones counted",
                "a key that is put twice, or put and deleted",
                "the exception for a delete from a key on",
                "an operation that asks for nothing",
                "every target by every comparison; a key that is not there",
                "a comparison of a range",
                "a comparison of the lease",
                "a comparison whose value is unset or of another target",
                "nested comparisons see what was before the transaction",
                "only the branch taken is validated; a failure ends all of it",
                "a read at the revision that the transaction makes",
                "a transaction that only reads makes no revision and is fresh",
                "of many that compare and set, one wins each revision",
                "every member applies a transaction equally");
        number(
                'F',
                87,
                "every error that can be raised has etcd's code and text",
                "requests that are too large",
                "unknown methods; health",
                "without a leader: at once for who requires one, else after the timeout",
                "deadlines; what a client cancels frees what it held",
                "no failure inside is UNKNOWN, and none that is definite is UNAVAILABLE",
                "HTTP/1.1 and gRPC on one port, in plain text and over TLS",
                "a client's version that is no text",
                "overload is refused instead of ending the member");
    }

    /** Nothing of these is there. */
    static final Map<String, String> NOT_YET = Map.of("A21", "leases are not there yet");

    /** Of these, a part is missing. */
    static final Map<String, String> NOT_WHOLE = Map.of(
            "A24", "watches are not there yet, so there are no watchers to hear of it",
            "F93", "TLS is not there yet; of HTTP, every path is answered with 404");

    /** There etcd was read and not run: what it does is new in 3.6, or takes a cluster in trouble. */
    private static final List<String> READ =
            List.of("A17", "A22", "A23", "B41", "F89", "F90", "F91", "F92", "F93", "F94", "F95");

    private ChecklistLines() {}

    private static void number(char part, int first, String... titles) {
        for (int at = 0; at < titles.length; at++) {
            TITLES.put(part + "" + (first + at), titles[at]);
        }
    }

    /** Numbers of the checklist that a test proves, by their parts' own annotation. */
    static Map<String, List<String>> testsByLine() {
        Map<String, List<String>> tests = new TreeMap<>();
        for (Class<?> part : Compatibility.PARTS) {
            for (Method method : part.getDeclaredMethods()) {
                Line line = method.getAnnotation(Line.class);
                if (line != null) {
                    tests.merge(line.value(), List.of(method.getName()), ChecklistLines::both);
                }
            }
        }
        return tests;
    }

    private static List<String> both(List<String> left, List<String> right) {
        return Stream.concat(left.stream(), right.stream()).sorted().toList();
    }

    /** What is wrong with the two lists and the tests, as sentences; empty when every line has its place. */
    static List<String> problems() {
        TreeSet<String> problems = new TreeSet<>();
        Map<String, List<String>> tests = testsByLine();
        for (String line : TITLES.keySet()) {
            boolean proved = tests.containsKey(line);
            if (!proved && !NOT_YET.containsKey(line)) {
                problems.add(line + " is neither proved nor named as not there yet");
            }
            if (proved && NOT_YET.containsKey(line)) {
                problems.add(line + " is proved, and yet named as not there");
            }
            if (!proved && NOT_WHOLE.containsKey(line)) {
                problems.add(line + " has a part that is missing, and none that is proved");
            }
        }
        READ.stream()
                .filter(line -> !TITLES.containsKey(line))
                .forEach(line -> problems.add(line + " was read for nothing"));
        tests.keySet().stream()
                .filter(line -> line.matches("[ABF]\\d+") && !TITLES.containsKey(line))
                .forEach(line -> problems.add(line + " is no line of the checklist"));
        return List.copyOf(problems);
    }

    static String markdown() {
        return TITLES.entrySet().stream()
                .map(line -> "| " + line.getKey() + " | " + line.getValue() + " | " + standing(line.getKey()) + " | "
                        + (READ.contains(line.getKey()) || NOT_YET.containsKey(line.getKey()) ? "read" : "3.4 run")
                        + " |\n")
                .collect(Collectors.joining(
                        "", "| line | what it asks for | here | etcd's side |\n| --- | --- | --- | --- |\n", ""));
    }

    private static String standing(String line) {
        if (NOT_YET.containsKey(line)) {
            return "not yet: " + NOT_YET.get(line);
        }
        return NOT_WHOLE.containsKey(line) ? "proved, but for a part: " + NOT_WHOLE.get(line) : "proved";
    }
}
