package io.quorate.cli.checklist;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every line of the checklist runs through jetcd, or stands here with what jetcd lacks. */
class JetcdCoverageTest {
    private static final List<Class<?>> JETCD_PARTS =
            List.of(JetcdKvChecklist.class, JetcdTxnChecklist.class, JetcdClusterChecklist.class);

    private static final Map<String, String> NOT_IN_JETCD = Map.ofEntries(
            Map.entry("A19", "its PutOption has neither ignore_value nor ignore_lease"),
            Map.entry("B32", "each of its operations holds a request"),
            Map.entry("B34", "its Cmp has no range_end"),
            Map.entry("B35", "its CmpTarget knows no lease"),
            Map.entry("B36", "its Cmp always has the operand that fits its target, and one of four results"),
            Map.entry("F87", "many of the requests that raise these errors cannot be made with its types"),
            Map.entry("F89", "it calls only methods that it knows, and has no health service"),
            Map.entry("F91", "it gives a call no deadline"),
            Map.entry("F92", "it sends no bytes that are no message"),
            Map.entry("F93", "it speaks gRPC only"),
            Map.entry("F94", "its headers are text"),
            Map.entry(
                    "F95", "it does not leave a crowd of calls alone: what it takes for safe it calls again by itself"),
            Map.entry("Q-node", "our own service, which is none of etcd's"));

    @Test
    void everyLineRunsThroughJetcdOrSaysWhatJetcdLacks() {
        Set<String> lines = new TreeSet<>();
        Compatibility.PARTS.forEach(part -> lines.addAll(lines(part, JetcdCoverageTest::line)));
        Set<String> accountedFor = new TreeSet<>(NOT_IN_JETCD.keySet());
        accountedFor.addAll(throughJetcd());
        assertThat(accountedFor).isEqualTo(lines);
    }

    @Test
    void whatJetcdIsSaidToLackIsNotTested() {
        assertThat(throughJetcd()).doesNotContainAnyElementsOf(NOT_IN_JETCD.keySet());
    }

    private static Set<String> throughJetcd() {
        Set<String> lines = new HashSet<>();
        Stream.concat(JETCD_PARTS.stream(), Compatibility.PARTS.stream())
                .forEach(part -> lines.addAll(lines(part, JetcdCoverageTest::jetcdLine)));
        return lines;
    }

    private static List<String> lines(Class<?> part, Function<Method, String> line) {
        return Stream.of(part.getDeclaredMethods())
                .map(line)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private static String line(Method test) {
        Line line = test.getAnnotation(Line.class);
        return line == null ? "" : line.value();
    }

    private static String jetcdLine(Method test) {
        JetcdLine line = test.getAnnotation(JetcdLine.class);
        return line == null ? "" : line.value();
    }
}
