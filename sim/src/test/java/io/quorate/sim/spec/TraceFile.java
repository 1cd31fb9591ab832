package io.quorate.sim.spec;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tlc2.overrides.TLAPlusOperator;
import tlc2.value.impl.BoolValue;
import tlc2.value.impl.IntValue;
import tlc2.value.impl.RecordValue;
import tlc2.value.impl.StringValue;
import tlc2.value.impl.TupleValue;
import tlc2.value.impl.Value;
import util.UniqueString;

/**
 * Runs in a file that TLC reads as a value: as a module they would cost its parser more time and room than checking them
 * does. A line is an event, a record as TLA+ writes it; an empty line ends a run.
 */
public final class TraceFile {
    static final String NAME = "traces.txt";

    /** Read once, though TLC asks for it at each event. */
    private static final class Read {
        static final Value RUNS = read();
    }

    private final String line;
    private int at;

    private TraceFile(String line) {
        this.line = line;
    }

    static void write(Path folder, List<List<String>> runs) throws IOException {
        List<String> lines = new ArrayList<>();
        for (List<String> run : runs) {
            lines.addAll(run);
            lines.add("");
        }
        Files.write(folder.resolve(NAME), lines);
    }

    /** What stands for {@code Traces} in TraceRaft.tla; called by TLC, in the folder of the run. */
    @TLAPlusOperator(identifier = "Traces", module = "Traces", warn = false)
    public static Value traces() {
        return Read.RUNS;
    }

    private static Value read() {
        List<Value> runs = new ArrayList<>();
        List<Value> run = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(Path.of(NAME))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.isEmpty()) {
                    run.add(new TraceFile(line).value());
                } else {
                    runs.add(tuple(run));
                    run.clear();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Value all = tuple(runs);
        all.deepNormalize(); // Two workers look at it.
        return all;
    }

    private static Value tuple(List<Value> values) {
        return new TupleValue(values.toArray(new Value[0]));
    }

    /** One value: a record, a tuple, a string, TRUE or FALSE, or a number from 0. */
    private Value value() {
        if (takes("[")) {
            return record();
        }
        if (takes("<<")) {
            List<Value> values = new ArrayList<>();
            while (!takes(">>")) {
                values.add(value());
                takes(",");
            }
            return tuple(values);
        }
        if (takes("\"")) {
            int from = at;
            at = line.indexOf('"', from) + 1;
            return new StringValue(line.substring(from, at - 1));
        }
        if (takes("TRUE")) {
            return BoolValue.ValTrue;
        }
        if (takes("FALSE")) {
            return BoolValue.ValFalse;
        }
        int from = at;
        while (Character.isDigit(line.charAt(at))) {
            at++;
        }
        return IntValue.gen(Integer.parseInt(line.substring(from, at)));
    }

    private Value record() {
        List<UniqueString> names = new ArrayList<>();
        List<Value> values = new ArrayList<>();
        while (!takes("]")) {
            int from = at;
            at = line.indexOf("|->", from);
            names.add(UniqueString.uniqueStringOf(line.substring(from, at)));
            at += "|->".length();
            values.add(value());
            takes(",");
        }
        return new RecordValue(names.toArray(new UniqueString[0]), values.toArray(new Value[0]), false);
    }

    private boolean takes(String text) {
        boolean isThere = line.startsWith(text, at);
        at += isThere ? text.length() : 0;
        return isThere;
    }
}
