package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Profile;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import org.junit.jupiter.api.Test;

class NodeSimulationTest {
    @Test
    void explore() {
        Profile profile = Profile.valueOf(System.getProperty("profile", "NODE"));
        long from = Long.getLong("from", 1);
        long to = Long.getLong("to", 20);
        Ledger ledger = new Ledger();
        long start = System.nanoTime();
        int failed = 0;
        for (long seed = from; seed <= to; seed++) {
            Script script = NodeSwarm.script(seed, profile);
            RunResult result;
            try {
                result = NodeSimulation.run(script, RunListener.NONE);
            } catch (RuntimeException e) {
                System.out.println("seed " + seed + " THREW " + e);
                for (int i = 0; i < Math.min(12, e.getStackTrace().length); i++) System.out.println("   " + e.getStackTrace()[i]);
                failed++;
                continue;
            }
            ledger.add(result.ledger());
            if (!result.passed()) {
                failed++;
                System.out.println("seed " + seed + " n=" + script.members() + " faults=" + script.faults().size() + " " + result.violation().getMessage());
            }
        }
        System.out.printf("%s seeds %d failed %d in %d ms; events %d virtual s %d counted %d ops %d%n", profile, to - from + 1, failed, (System.nanoTime() - start) / 1_000_000, ledger.events(), ledger.virtualNanos() / 1_000_000_000L, ledger.countedNanos() / 1_000_000_000L, ledger.operations());
        System.out.println("never fired " + ledger.neverFired());
        System.out.println("never hit " + ledger.neverHit());
        for (var u : io.quorate.sim.core.Unseen.values()) System.out.println(u + " " + ledger.timesUnseen(u));
        assertThat(failed).isZero();
    }
}
