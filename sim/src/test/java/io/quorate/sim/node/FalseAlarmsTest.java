package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.campaign.Simulator;
import io.quorate.sim.core.Profile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs in which a rule once blamed the product for what the simulator had wrong. */
final class FalseAlarmsTest {
    @ParameterizedTest
    @CsvSource({
        "NODE,      65365855756, a vote answered in a term that its sender had left",
        "NODE,      197286809302, a full disk brought back by an old image",
        "NODE,      623230655190, a member that campaigned before it was handed what had waited",
        "NODE,      293116339750, a later term that came by another message than the one judged",
        "UNBOUNDED, 33416899131, a start that mended the log and failed for want of room",
        "UNBOUNDED, 597811879147, rot beside a write that a disk lied about",
        "UNBOUNDED, 891102220366, a lost write that a later one to the same page brought back",
        "UNBOUNDED, 1082957065931, a vote under way when an old image was put back",
    })
    void isNone(Profile profile, long seed, String what) {
        assertThat(Simulator.of(profile).run(seed).violation()).as(what).isNull();
    }
}
