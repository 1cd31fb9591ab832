package io.quorate.node.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class StateMachineTest {
    /** What a build writes a result as may change from one to the next, and is asked for only where it is to be kept. */
    @Test
    void aMachineThatSaysNothingOfItsStateIsNotComparedByItsResults() {
        StateMachine<String> machine = new StateMachine<>() {
            @Override
            public String apply(long index, long term, ByteBuffer command) {
                return "";
            }

            @Override
            public byte[] saveResult(String result, int mostBytes) {
                throw new AssertionError("no command with a key was applied");
            }
        };
        assertThat(machine.effect("a")).isZero().isEqualTo(machine.effect("b"));
    }
}
