package io.quorate.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ForwardRefusalsTest {
    @ParameterizedTest
    @EnumSource
    void everyRefusalComesBackFromItsCode(Refusal refusal) {
        byte code = ForwardRefusals.code(refusal);
        assertThat(code).isPositive();
        assertThat(ForwardRefusals.of(code)).isEqualTo(refusal);
    }

    @Test
    void anotherCodeIsRefused() {
        byte unknown = (byte) (Refusal.values().length + 1);
        assertThatThrownBy(() -> ForwardRefusals.of(unknown)).isInstanceOf(MalformedFrameException.class);
        assertThatThrownBy(() -> ForwardRefusals.of((byte) 0)).isInstanceOf(MalformedFrameException.class);
    }
}
