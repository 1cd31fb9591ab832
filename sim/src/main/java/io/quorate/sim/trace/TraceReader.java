package io.quorate.sim.trace;

import io.quorate.sim.core.Script;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads a whole trace. */
public final class TraceReader {
    private final BytesReader in;
    private long lastNanos;

    private TraceReader(BytesReader in) {
        this.in = in;
    }

    /** @throws TraceFormatException if it is none, of another version, cut off or damaged */
    public static Trace read(byte[] file) {
        return new TraceReader(new BytesReader(file)).read();
    }

    private Trace read() {
        if (!in.startsWith(TraceWriter.MAGIC.getBytes(StandardCharsets.US_ASCII))) {
            throw new TraceFormatException("it is no trace: it does not begin with \"quorate trace\"");
        }
        long version = in.count();
        if (version != TraceWriter.VERSION) {
            throw new TraceFormatException("it has version " + version + " of the format, and this build reads version "
                    + TraceWriter.VERSION);
        }
        Script script = ScriptForm.read(in);
        List<TraceEvent> events = new ArrayList<>();
        boolean isWhole = false;
        while (!isWhole) {
            isWhole = readEvent(events);
        }
        if (!in.isAtEnd()) {
            throw new TraceFormatException("something follows its end");
        }
        return new Trace(script, events);
    }

    /** @return whether it was the last */
    private boolean readEvent(List<TraceEvent> events) {
        TraceKind kind = TraceKind.of(in.count());
        lastNanos += in.number();
        List<Long> numbers = new ArrayList<>();
        for (long left = in.count(); left > 0; left--) {
            numbers.add(in.number());
        }
        List<String> texts = new ArrayList<>();
        for (long left = in.count(); left > 0; left--) {
            texts.add(in.text());
        }
        if (kind != null) {
            events.add(new TraceEvent(kind, lastNanos, numbers, texts));
        }
        if (kind == TraceKind.END && numbers.size() < 2) {
            throw new TraceFormatException("its end does not name events and hash");
        }
        return kind == TraceKind.END;
    }
}
