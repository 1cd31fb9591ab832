package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.Input;
import io.quorate.raft.Message;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A run of whole members is the same when somebody listens, who hears of all that traces and stories are made of. */
final class ListenedRunTest {
    private static final int SEEDS = 5;
    private static final Comparator<Class<?>> BY_NAME = Comparator.comparing(Class::getName);

    private final Set<Class<?>> heard = new TreeSet<>(BY_NAME);

    @Test
    void coresAreHeardOfToo() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Script script = NodeSwarm.script(seed, Profile.NODE);
            Told told = new Told(script.members());
            RunResult result = NodeSimulation.run(script, told);
            assertThat(result.violation()).isNull();
            assertThat(result.line())
                    .isEqualTo(NodeSimulation.run(script, RunListener.NONE).line());
            assertThat(told.notDelivered).isZero();
        }
        assertThat(heard)
                .contains(
                        Happening.Started.class,
                        Happening.Told.class,
                        Happening.Drained.class,
                        Happening.Sent.class,
                        Happening.Delivered.class,
                        Happening.Flushed.class,
                        Happening.Applied.class,
                        Happening.Ended.class,
                        Happening.Asked.class,
                        Happening.Answered.class);
    }

    /** Each message that a core is told was sent, and delivered to its member, in that order. */
    private final class Told implements RunListener {
        private final List<List<Message>> delivered = new ArrayList<>();
        private final Set<Message> sent = new HashSet<>();
        private int notDelivered;

        Told(int members) {
            for (int member = 0; member < members; member++) {
                delivered.add(new ArrayList<>());
            }
        }

        @Override
        public void happened(Happening happening) {
            heard.add(happening.getClass());
            if (happening instanceof Happening.Sent message) {
                sent.add(message.message());
            } else if (happening instanceof Happening.Delivered message) {
                notDelivered += sent.contains(message.message()) ? 0 : 1;
                delivered.get(message.to()).add(message.message());
            } else if (happening instanceof Happening.Told told && told.input() instanceof Input.Receive receive) {
                List<Message> waiting = delivered.get(told.member());
                int place = waiting.indexOf(receive.message());
                notDelivered += place < 0 ? 1 : 0;
                waiting.subList(0, place + 1).clear();
            }
        }
    }
}
