package io.quorate.sim.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.HardState;
import io.quorate.raft.Invariant;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RestartImage;
import io.quorate.sim.story.Story;
import io.quorate.sim.trace.TraceEvent;
import io.quorate.sim.trace.TraceKind;
import io.quorate.sim.trace.TraceReader;
import io.quorate.sim.trace.TraceWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A failed run is told to its end: the input that broke the rule is in its story and in its trace, and is the last thing in them. */
class DecidingInputTest {
    private static final long SECOND = 1_000_000_000;
    private static final long TICK = 1_000_000;

    /** No correct peer sends that: its log has entries of the term that it asks for. */
    private static final Message REFUSED = new Message.RequestVote(0, 2, 1, 1_000, 5, 1_000, false);

    private static final Message FINE = new Message.RequestVote(0, 2, 1, 1_000, 0, 0, false);

    private static Script script() {
        Script any = Swarm.core(1);
        return new Script(
                1,
                Profile.CORE,
                3,
                any.clients(),
                any.keys(),
                any.limits(),
                5 * SECOND,
                List.of(),
                any.workload().subList(0, 5));
    }

    /** A run in which the first member gets a message, right after something was done to it, and in a turn that has nothing else. */
    private static Simulation with(Consumer<CoreMember> before, Message message) {
        return (script, listener) -> {
            List<CoreWorld> worlds = new ArrayList<>();
            CoreWorld world = new CoreWorld(script, happening -> {
                listener.happened(happening);
                boolean isEarlyInItsTick = happening.atNanos() > SECOND && happening.atNanos() % TICK < TICK / 2;
                if (happening instanceof Happening.Drained drained
                        && drained.member() == 0
                        && isEarlyInItsTick
                        && !worlds.isEmpty()) {
                    CoreWorld running = worlds.remove(0);
                    running.after(() -> give(running, before, message), 1);
                }
            });
            worlds.add(world);
            return CoreSimulation.run(world);
        };
    }

    private static void give(CoreWorld world, Consumer<CoreMember> before, Message message) {
        CoreMember first = world.members.get(0);
        Parcel parcel = new Parcel(1, 0, first.life(), message, List.of());
        world.sent(parcel);
        before.accept(first);
        first.receive(parcel);
    }

    /** As if the member had been in a later term before: so any input now breaks a rule. */
    private static void believeLaterTerm(CoreMember member) {
        Raft raft = member.raft();
        RestartImage image = member.disk().image();
        HardState later = new HardState(raft.currentTerm() + 5_000, 0, 0);
        RestartImage laterImage = new RestartImage(later, image.mark(), image.log());
        member.view = Invariant.observe(Raft.restart(member.config, laterImage, 1));
    }

    @Test
    void aMessageThatTheCoreRefuses() {
        assertTold(with(member -> {}, REFUSED), Rule.NO_MESSAGE_IS_REFUSED.name());
    }

    @Test
    void aMessageAfterWhichAnInvariantIsBroken() {
        assertTold(with(DecidingInputTest::believeLaterTerm, FINE), Invariant.TERM_NEVER_FALLS.name());
    }

    private static void assertTold(Simulation simulation, String rule) {
        TraceWriter writer = new TraceWriter(script());
        RunResult result = simulation.run(script(), writer);
        Violation violation = result.violation();
        assertThat(violation).isNotNull();
        assertThat(violation == null ? "" : violation.rule()).isEqualTo(rule);

        List<TraceEvent> events = TraceReader.read(writer.end(result)).events();
        List<TraceEvent> last = events.subList(events.size() - 3, events.size());
        assertThat(last)
                .extracting(TraceEvent::kind)
                .containsExactly(TraceKind.TOLD, TraceKind.VIOLATED, TraceKind.END);
        assertThat(last.get(0).texts()).containsExactly("Receive");
        assertThat(last.get(0).number(0)).isZero();

        List<String> story = Story.of(simulation, script(), List.of());
        String lastCommand = story.stream()
                .filter(line -> line.startsWith("deliver "))
                .reduce((one, other) -> other)
                .orElseThrow();
        assertThat(lastCommand).startsWith("deliver n2 → n1 RequestVote");
        assertThat(story).filteredOn(line -> line.equals(lastCommand)).hasSize(1);
    }
}
