package io.quorate.sim.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What a simulator reports becomes a history. */
class HistoryRecorderTest {
    private final HistoryRecorder<String, Integer> recorder = new HistoryRecorder<>();

    @Test
    void everyEndIsKept() {
        int answered = recorder.call(7, "a", 10);
        int refused = recorder.call(8, "b", 11);
        int lost = recorder.call(9, "c", 12);
        int waiting = recorder.call(7, "d", 12);
        recorder.returned(answered, 5, 13);
        recorder.refused(refused, 14);
        recorder.unknown(lost, 15);
        assertThat(recorder.open()).isEqualTo(1);
        History<String, Integer> history = recorder.history();
        assertThat(history.operation(answered))
                .isEqualTo(new Operation<>(0, 7, "a", Outcome.RETURNED, 5, 10, 13, 0, 4));
        assertThat(history.operation(refused))
                .isEqualTo(new Operation<>(1, 8, "b", Outcome.REFUSED, null, 11, 14, 1, 5));
        assertThat(history.operation(lost))
                .isEqualTo(new Operation<>(2, 9, "c", Outcome.UNKNOWN, null, 12, 15, 2, Operation.OPEN));
        assertThat(history.operation(waiting))
                .isEqualTo(new Operation<>(3, 7, "d", Outcome.UNKNOWN, null, 12, Operation.NEVER, 3, Operation.OPEN));
        assertThat(history.operation(waiting)).hasToString("#3 client 7 [12..… ns] d -> UNKNOWN");
    }

    @Test
    void onlyWhatIsOverPrecedes() {
        int first = recorder.call(1, "a", 0);
        recorder.returned(first, 1, 0);
        int lost = recorder.call(1, "b", 0);
        recorder.unknown(lost, 0);
        int last = recorder.call(1, "c", 0);
        History<String, Integer> history = recorder.history();
        assertThat(history.operation(first).precedes(history.operation(lost))).isTrue();
        assertThat(history.operation(lost).precedes(history.operation(last))).isFalse();
        assertThat(history.operation(last).precedes(history.operation(first))).isFalse();
    }

    @Test
    void aHistoryDoesNotChangeWhenRecordingGoesOn() {
        int id = recorder.call(1, "a", 0);
        History<String, Integer> early = recorder.history();
        recorder.returned(id, 1, 5);
        assertThat(early.operation(id).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(recorder.history().operation(id).outcome()).isEqualTo(Outcome.RETURNED);
    }

    @Test
    void whatEndedDoesNotEndAgain() {
        int id = recorder.call(1, "a", 0);
        recorder.unknown(id, 1);
        assertThatThrownBy(() -> recorder.returned(id, 1, 2)).isInstanceOf(IllegalStateException.class);
        assertThat(recorder.history().operation(id).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void timeNeverFalls() {
        int id = recorder.call(1, "a", 5);
        assertThatThrownBy(() -> recorder.returned(id, 1, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> recorder.call(2, "b", 4)).isInstanceOf(IllegalArgumentException.class);
        recorder.returned(id, 1, 5);
        assertThat(recorder.open()).isZero();
    }

    @Test
    void anOperationThatContradictsItselfIsRefused() {
        assertThatThrownBy(() -> new Operation<>(0, 1, "a", Outcome.REFUSED, 1, 0, 1, 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Operation<>(0, 1, "a", Outcome.RETURNED, null, 0, 1, 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Operation<>(0, 1, "a", Outcome.UNKNOWN, null, 0, 1, 0, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Operation<>(0, 1, "a", Outcome.REFUSED, null, 0, 1, 3, 2))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
