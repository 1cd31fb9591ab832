package io.quorate.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LogLinesTest {
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(Z|[+-]\\d\\d:\\d\\d)";

    @AfterEach
    void giveTheLogBack() throws IOException {
        LogManager.getLogManager().readConfiguration();
        Logger.getLogger("io.quorate").setLevel(null);
    }

    @Test
    void aLineHasTimeLevelEventAndPairs() {
        assertThat(text(Level.INFO, "leader-elected term=2 votes=n1,n2", null))
                .matches(TIME + " info leader-elected term=2 votes=n1,n2");
        JsonObject line = json(Level.INFO, "leader-elected term=2 votes=n1,n2", null);
        assertThat(line.keySet()).containsExactly("ts", "level", "event", "term", "votes");
        assertThat(line.get("ts").getAsString()).matches(TIME);
        assertThat(line.get("level").getAsString()).isEqualTo("info");
        assertThat(line.get("event").getAsString()).isEqualTo("leader-elected");
        assertThat(line.get("term").getAsString()).isEqualTo("2");
        assertThat(line.get("votes").getAsString()).isEqualTo("n1,n2");
    }

    @Test
    void anEventThatIsASentenceStaysWhole() {
        String ready = "ready to serve client requests";
        assertThat(text(Level.INFO, ready, null)).endsWith(" info " + ready);
        assertThat(json(Level.INFO, ready, null).get("event").getAsString()).isEqualTo(ready);
    }

    @Test
    void quotesHoldAValueWithSpacesTogether() {
        String event = "peer-refused name=n2 reason=\"it says \\\"no\\\" to C:\\\\x\" count=1";
        assertThat(text(Level.WARNING, event, null)).endsWith(" warn " + event);
        JsonObject line = json(Level.WARNING, event, null);
        assertThat(line.get("reason").getAsString()).isEqualTo("it says \"no\" to C:\\x");
        assertThat(line.get("count").getAsString()).isEqualTo("1");
        assertThat(line.has("message")).isFalse();
    }

    /** As a matcher that goes a level deeper for each letter would not survive. */
    @Test
    void aValueMayBeLong() {
        String escaped = "x\\\\".repeat(100_000);
        JsonObject line = json(Level.WARNING, "peer-refused reason=\"" + escaped + "\" count=1", null);
        assertThat(line.get("reason").getAsString()).hasSize(200_000);
        assertThat(line.get("count").getAsString()).isEqualTo("1");
    }

    /** A value may hold quotes that nobody escaped, such as a flag's that is JSON itself: nothing of it is lost. */
    @Test
    void whatDoesNotReadAsPairsIsToldWhole() {
        String event = "flag-without-effect text=\"--logger={\"a\": 1} switches nothing\"";
        JsonObject line = json(Level.WARNING, event, null);
        assertThat(line.get("event").getAsString()).isEqualTo("flag-without-effect");
        assertThat(line.get("message").getAsString()).isEqualTo(event);
    }

    @Test
    void anEventIsOneLineWhateverIsInIt() {
        String event = "peer-refused reason=\"one\r\ntwo\"";
        IOException thrown = new IOException("no\nroom");
        String line = text(Level.SEVERE, event, thrown);
        assertThat(line).endsWith(" error peer-refused reason=\"one | two\" cause=java.io.IOException: no | room");
        JsonObject json = json(Level.SEVERE, event, thrown);
        assertThat(json.get("reason").getAsString()).isEqualTo("one | two");
        assertThat(json.get("cause").getAsString()).isEqualTo("java.io.IOException: no | room");
        assertThat(new LogLines.AsJson().format(record(Level.SEVERE, event, thrown)))
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource({"debug, d i w e", "info, i w e", "warn, w e", "error, e"})
    void aLevelShowsItselfAndWhatIsWorse(String level, String shown) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LogLines.start(level, true, new PrintStream(out, true, StandardCharsets.UTF_8));
        Logger ours = Logger.getLogger("io.quorate.cli.test");
        ours.fine("d");
        ours.info("i");
        ours.warning("w");
        ours.severe("e");
        Logger.getLogger("io.netty").info("never");
        assertThat(events(out)).isEqualTo(shown);
    }

    private static String events(ByteArrayOutputStream out) {
        List<String> events = out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> JsonParser.parseString(line)
                        .getAsJsonObject()
                        .get("event")
                        .getAsString())
                .toList();
        return String.join(" ", events);
    }

    private static String text(Level level, String message, @Nullable Throwable thrown) {
        return new LogLines.AsText().format(record(level, message, thrown));
    }

    private static JsonObject json(Level level, String message, @Nullable Throwable thrown) {
        Formatter formatter = new LogLines.AsJson();
        return JsonParser.parseString(formatter.format(record(level, message, thrown)))
                .getAsJsonObject();
    }

    private static LogRecord record(Level level, String message, @Nullable Throwable thrown) {
        LogRecord event = new LogRecord(level, message);
        event.setThrown(thrown);
        return event;
    }
}
