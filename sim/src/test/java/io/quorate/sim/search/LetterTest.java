package io.quorate.sim.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.Invariant;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages that are thrown away because nobody will ever heed them. */
class LetterTest {
    /** Each is given to its receiver all the same, in thousands of worlds: nothing comes of it. */
    @Test
    void nothingComesOfADeadLetter() {
        Play play = new Play(SearchBounds.usual().allow(Allowance.TIMEOUT, 3));
        ArrayDeque<World> frontier =
                new ArrayDeque<>(List.of(play.elect(1).world.withNothingSpent()));
        int dead = 0;
        for (int looked = 0; looked < 4_000; looked++) {
            World world = frontier.remove();
            for (Step step : world.steps(play.cluster.bounds())) {
                World after = world.after(step, play.cluster).after();
                frontier.add(after);
                for (Letter letter : world.letters()) {
                    Member receiver = after.member(letter.to());
                    if (letter.isDeadFor(receiver)) {
                        dead++;
                        assertIgnored(play, receiver, letter);
                    }
                }
            }
        }
        assertThat(dead).isGreaterThan(100);
    }

    private static void assertIgnored(Play play, Member receiver, Letter letter) {
        Turn turn = new Turn(play.cluster, receiver);
        turn.receive(letter);
        assertThat(turn.sent()).isEmpty();
        assertThat(turn.outcome().member()).as("%s", letter).isSameAs(receiver);
        assertThat(Invariant.violated(receiver.view(), turn.view)).isEmpty();
    }
}
