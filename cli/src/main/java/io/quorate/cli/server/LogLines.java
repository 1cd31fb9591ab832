package io.quorate.cli.server;

import com.google.gson.JsonObject;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The log: one line for each event on standard error, flushed. Modules log an event's name and {@code key=value} pairs
 * through slf4j; here time and level come before it, as text or as JSON.
 */
final class LogLines {
    private static final Pattern PAIR =
            Pattern.compile(" ([A-Za-z][A-Za-z0-9_.-]*)=(\"(?:[^\"\\\\]++|\\\\.)*+\"|\\S*)");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT)
            .withZone(ZoneId.systemDefault());

    private LogLines() {}

    /**
     * Sends the whole process's log there.
     *
     * @param level debug, info, warn or error; a third party's modules are logged from warn on only
     */
    static void start(String level, boolean json, PrintStream err) {
        LogManager.getLogManager().reset();
        Logger root = Logger.getLogger("");
        root.addHandler(new Lines(json ? new AsJson() : new AsText(), err));
        root.setLevel(Level.WARNING);
        OURS.setLevel(julLevel(level));
    }

    /** Kept here: a logger that nobody holds forgets its level. */
    private static final Logger OURS = Logger.getLogger("io.quorate");

    private static Level julLevel(String level) {
        return switch (level) {
            case "debug" -> Level.FINE;
            case "warn" -> Level.WARNING;
            case "error", "dpanic", "panic", "fatal" -> Level.SEVERE;
            default -> Level.INFO;
        };
    }

    private static String name(Level level) {
        if (level.intValue() >= Level.SEVERE.intValue()) {
            return "error";
        }
        if (level.intValue() >= Level.WARNING.intValue()) {
            return "warn";
        }
        return level.intValue() >= Level.INFO.intValue() ? "info" : "debug";
    }

    private static final class Lines extends Handler {
        private final PrintStream err;

        Lines(Formatter formatter, PrintStream err) {
            this.err = err;
            setFormatter(formatter);
        }

        @Override
        public void publish(LogRecord event) {
            if (isLoggable(event)) {
                String line = getFormatter().format(event);
                synchronized (err) {
                    err.println(line);
                    err.flush();
                }
            }
        }

        @Override
        public void flush() {
            err.flush();
        }

        @Override
        public void close() {
            err.flush();
        }
    }

    /** {@code 2026-01-31T12:00:00.000+01:00 info leader_elected term=2 votes=n1,n2} */
    static final class AsText extends Formatter {
        @Override
        public String format(LogRecord event) {
            String text = oneLine(formatMessage(event));
            return TIME.format(Instant.ofEpochMilli(event.getMillis())) + " " + name(event.getLevel()) + " " + text
                    + cause(event, text, " cause=");
        }
    }

    /** {@code {"ts":…,"level":…,"event":…,"term":"2"}}; with the whole as {@code message} where not all of it is pairs. */
    static final class AsJson extends Formatter {
        @Override
        public String format(LogRecord event) {
            String text = oneLine(formatMessage(event));
            JsonObject line = new JsonObject();
            line.addProperty("ts", TIME.format(Instant.ofEpochMilli(event.getMillis())));
            line.addProperty("level", name(event.getLevel()));
            Matcher pair = PAIR.matcher(text);
            line.addProperty("event", pair.find() ? text.substring(0, pair.start()) : text);
            int end = addPairs(line, pair.reset());
            if (end > 0 && end < text.length()) {
                line.addProperty("message", text);
            }
            String cause = cause(event, text, "");
            if (!cause.isEmpty()) {
                line.addProperty("cause", cause);
            }
            return line.toString();
        }

        /** @return where the last of them ends, if only pairs stand between the first and it; else before that; 0 for none */
        private static int addPairs(JsonObject line, Matcher pair) {
            int end = 0;
            boolean gap = false;
            while (pair.find()) {
                gap |= end > 0 && pair.start() != end;
                line.addProperty(pair.group(1), unquoted(pair.group(2)));
                end = gap ? end : pair.end();
            }
            return end;
        }

        private static String unquoted(String value) {
            boolean quoted = value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"");
            return quoted ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1") : value;
        }
    }

    /** Empty as well where the line has said it. */
    private static String cause(LogRecord event, String text, String prefix) {
        @Nullable Throwable thrown = event.getThrown();
        if (thrown == null || (thrown.getMessage() != null && text.contains(oneLine(thrown.getMessage())))) {
            return "";
        }
        return prefix + oneLine(thrown.toString());
    }

    private static String oneLine(String text) {
        return text.replace("\r", "").replace("\n", " | ");
    }
}
