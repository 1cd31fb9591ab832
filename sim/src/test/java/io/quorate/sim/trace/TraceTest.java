package io.quorate.sim.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.sim.core.CoreSimulation;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import io.quorate.sim.core.Swarm;
import io.quorate.sim.core.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TraceTest {
    private static final int SEEDS = 5;

    private static byte[] trace(Script script, RunListener also) {
        TraceWriter writer = new TraceWriter(script);
        return writer.end(CoreSimulation.run(script, happening -> {
            writer.happened(happening);
            also.happened(happening);
        }));
    }

    private static TraceKind kindOf(Happening happening) {
        String name = happening.getClass().getSimpleName();
        return TraceKind.valueOf(name.replaceAll("([a-z])([A-Z])", "$1_$2").toUpperCase(Locale.ROOT));
    }

    @Test
    void everyHappeningIsInTheFileInItsOrderAndAtItsTime() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Script script = Swarm.core(seed);
            List<String> heard = new ArrayList<>();
            byte[] file = trace(script, happening -> heard.add(kindOf(happening) + " at " + happening.atNanos()));
            Trace trace = TraceReader.read(file);
            RunResult result = CoreSimulation.run(script);
            heard.add("END at " + result.virtualNanos());
            assertThat(trace.events())
                    .extracting(event -> event.kind() + " at " + event.atNanos())
                    .isEqualTo(heard);
            assertThat(trace.script()).isEqualTo(script);
            assertThat(trace.hash()).isEqualTo(result.hash());
            assertThat(trace.brokenRule()).isEmpty();
        }
    }

    @Test
    void theNumbersOfAnEventAreThoseOfTheRun() {
        Script script = Swarm.core(2);
        List<String> heard = new ArrayList<>();
        byte[] file = trace(script, happening -> {
            if (happening instanceof Happening.Applied h) {
                heard.add(h.member() + " " + h.index() + " " + h.term() + " " + h.operation());
            } else if (happening instanceof Happening.Drained h) {
                heard.add(h.member() + " " + h.raft().currentTerm() + " "
                        + h.raft().commitIndex() + " " + h.raft().role());
            }
        });
        List<String> read = new ArrayList<>();
        for (TraceEvent event : TraceReader.read(file).events()) {
            if (event.kind() == TraceKind.APPLIED) {
                read.add(event.number(0) + " " + event.number(1) + " " + event.number(2) + " " + event.number(3));
            } else if (event.kind() == TraceKind.DRAINED) {
                read.add(event.number(0) + " " + event.number(1) + " " + event.number(7) + " "
                        + event.texts().get(0));
            }
        }
        assertThat(read).isNotEmpty().isEqualTo(heard);
    }

    @Test
    void aDeliveryNamesTheMessageThatWasSent() {
        List<TraceEvent> events =
                TraceReader.read(trace(Swarm.core(3), RunListener.NONE)).events();
        List<TraceEvent> sent =
                events.stream().filter(event -> event.kind() == TraceKind.SENT).toList();
        List<TraceEvent> delivered = events.stream()
                .filter(event -> event.kind() == TraceKind.DELIVERED)
                .toList();
        assertThat(delivered).isNotEmpty().allSatisfy(event -> {
            TraceEvent message = sent.get((int) event.number(2));
            assertThat(message.numbers().subList(0, 2))
                    .isEqualTo(event.numbers().subList(0, 2));
            assertThat(message.atNanos()).isLessThan(event.atNanos());
        });
    }

    @Test
    void aBrokenRuleIsNamedAtTheEnd() {
        Script script = Swarm.core(1);
        TraceWriter writer = new TraceWriter(script);
        RunResult result = CoreSimulation.run(script, happening -> {
            writer.happened(happening);
            if (happening instanceof Happening.Applied) {
                throw new Violation("PLANTED", "an entry was applied");
            }
        });
        Trace trace = TraceReader.read(writer.end(result));
        assertThat(trace.brokenRule()).isEqualTo("PLANTED");
        assertThat(trace.events().get(trace.events().size() - 2)).satisfies(event -> {
            assertThat(event.kind()).isEqualTo(TraceKind.VIOLATED);
            assertThat(event.texts()).containsExactly("PLANTED", "PLANTED: an entry was applied");
        });
    }

    @Test
    void anotherVersionIsRefusedWithBothNumbers() {
        byte[] file = trace(Swarm.core(1), RunListener.NONE);
        assertThat(file[TraceWriter.MAGIC.length()]).isEqualTo((byte) TraceWriter.VERSION);
        file[TraceWriter.MAGIC.length()] = 77;
        assertThatThrownBy(() -> TraceReader.read(file))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("version 77")
                .hasMessageContaining("reads version " + TraceWriter.VERSION);
    }

    @Test
    void whatIsNoTraceIsRefused() {
        assertThatThrownBy(() -> TraceReader.read(new byte[0])).hasMessageContaining("no trace");
        assertThatThrownBy(() -> TraceReader.read("quorate".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("no trace");
    }

    @Test
    void aFileThatIsCutOffOrGoesOnIsRefused() {
        byte[] file = trace(Swarm.core(1).withWorkload(List.of()).withFaults(List.of()), RunListener.NONE);
        for (int length = TraceWriter.MAGIC.length() + 1; length < file.length; length += 97) {
            byte[] part = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> TraceReader.read(part))
                    .as("the first %s bytes", length)
                    .isInstanceOf(TraceFormatException.class);
        }
        byte[] more = Arrays.copyOf(file, file.length + 1);
        assertThatThrownBy(() -> TraceReader.read(more)).hasMessageContaining("follows its end");
    }

    @Test
    @Tag("slow")
    void aChangedByteGivesAnotherTraceOrASentence() {
        byte[] file = trace(Swarm.core(1).withWorkload(List.of()).withFaults(List.of()), RunListener.NONE);
        for (int at = 0; at < file.length; at += 101) {
            byte[] changed = file.clone();
            changed[at] ^= (byte) 0xFF;
            try {
                assertThat(TraceReader.read(changed)).isNotNull();
            } catch (TraceFormatException refused) {
                assertThat(refused).hasMessageMatching("(?s)(it|its|something) .*");
            }
        }
    }

    @Test
    void numbersOfEverySizeComeBack() {
        Bytes out = new Bytes();
        long[] numbers = {0, 1, -1, 63, 64, -64, -65, 1L << 31, Long.MAX_VALUE, Long.MIN_VALUE};
        for (long number : numbers) {
            out.number(number);
        }
        out.text("ä");
        out.text("b");
        out.text("ä");
        BytesReader in = new BytesReader(out.toArray());
        for (long number : numbers) {
            assertThat(in.number()).isEqualTo(number);
        }
        assertThat(List.of(in.text(), in.text(), in.text())).containsExactly("ä", "b", "ä");
        assertThat(in.isAtEnd()).isTrue();
    }
}
