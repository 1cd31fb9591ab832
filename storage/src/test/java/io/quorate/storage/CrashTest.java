package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.storage.LogModel.Step;
import io.quorate.storage.MemoryDisk.Hook;
import io.quorate.storage.MemoryDisk.Loss;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same history is ended at every single call to the disk, with every kind of loss. What is found afterwards must be the
 * state after some whole write: not before the last one reported, not after the last one submitted.
 */
final class CrashTest {
    private static final int STEPS = 40;

    /** A history of writes of two groups, several of which wait together at times. */
    private record History(List<Step> steps, List<LogModel> states, boolean[] runAfter, long seed) {
        static History of(long seed) {
            Random random = new Random(seed);
            LogModel model = new LogModel();
            List<Step> steps = new ArrayList<>();
            List<LogModel> states = new ArrayList<>(List.of(model.copy()));
            boolean[] runAfter = new boolean[STEPS];
            for (int i = 0; i < STEPS; i++) {
                Step step = model.next(random, 1 + random.nextInt(2), 30);
                model.apply(step);
                steps.add(step);
                states.add(model.copy());
                runAfter[i] = random.nextInt(3) > 0;
            }
            return new History(steps, states, runAfter, seed);
        }
    }

    /** How far one life came. */
    private static final class Life {
        int submitted;
        int persisted;
    }

    private static final class Crash extends IOException {
        private static final long serialVersionUID = 1;
    }

    private static Hook crashAt(int call, int[] calls) {
        return (operation, name, bytes) -> {
            if (calls[0]++ >= call) {
                throw new Crash();
            }
        };
    }

    private static Life live(MemoryDisk disk, LogOptions options, History history) {
        Life life = new Life();
        try {
            LogDriver driver = new LogDriver(disk.open(), options, LogDriver.entropy(history.seed));
            for (int i = 0; i < STEPS && driver.failures.isEmpty(); i++) {
                history.steps.get(i).submit(driver);
                life.submitted++;
                driver.log.removeBefore(1, Long.MAX_VALUE);
                driver.log.removeBefore(2, Long.MAX_VALUE);
                if (history.runAfter[i]) {
                    driver.run();
                }
                for (long number : driver.persisted.values()) {
                    life.persisted = (int) Math.max(life.persisted, number);
                }
            }
        } catch (IOException e) {
            assertThat(e).isInstanceOf(Crash.class);
        }
        return life;
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 2048})
    void a_crash_at_any_call_to_the_disk_loses_nothing_reported_and_keeps_no_half_write(int segmentBytes)
            throws IOException {
        LogOptions options = LogOptions.defaults().withSizes(segmentBytes, 250);
        for (long seed = 1; seed <= 2; seed++) {
            History history = History.of(seed);
            int[] calls = new int[1];
            MemoryDisk whole = new MemoryDisk("n");
            whole.hook(crashAt(Integer.MAX_VALUE, calls));
            assertThat(live(whole, options, history).submitted).isEqualTo(STEPS);
            assertThat(whole.list().get(0)).isGreaterThan("log-0000000000000001");
            int total = calls[0];
            for (int call = 0; call < total; call++) {
                crashOnce(options, history, call);
            }
        }
    }

    private static void crashOnce(LogOptions options, History history, int call) throws IOException {
        MemoryDisk disk = new MemoryDisk("n");
        disk.hook(crashAt(call, new int[1]));
        Life life = live(disk, options, history);
        disk.hook(Hook.NONE);
        for (Loss loss : Loss.values()) {
            for (int lot = 0; lot < (loss == Loss.RANDOM ? 4 : 1); lot++) {
                MemoryDisk after = disk.copy();
                after.crash(loss, LogDriver.entropy(1000L * call + lot));
                String when = "seed " + history.seed + ", call " + call + ", lost " + loss + " " + lot;
                requireWhole(after, options, history, life, when);
            }
        }
    }

    private static void requireWhole(MemoryDisk disk, LogOptions options, History history, Life life, String when)
            throws IOException {
        recoverAndCrash(disk, options, Math.floorMod(when.hashCode(), 40));
        int found = state(disk, options, history, life, when);
        // What recovery told is durable: the same is found after the power went right then.
        disk.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        assertThat(state(disk, options, history, life, when)).isEqualTo(found);
    }

    /** A second crash, in the middle of recovery, must not make it worse. */
    private static void recoverAndCrash(MemoryDisk disk, LogOptions options, int call) {
        disk.hook(crashAt(call, new int[1]));
        try {
            new LogDriver(disk.open(), options, LogDriver.entropy(98)).run();
        } catch (IOException e) {
            assertThat(e).isInstanceOf(Crash.class);
        }
        disk.hook(Hook.NONE);
        disk.crash(Loss.RANDOM, LogDriver.entropy(call));
    }

    private static int state(MemoryDisk disk, LogOptions options, History history, Life life, String when)
            throws IOException {
        LogDriver driver = new LogDriver(disk.open(), options, LogDriver.entropy(99));
        for (int state = life.submitted; state >= life.persisted; state--) {
            if (history.states.get(state).isWhat(driver)) {
                return state;
            }
        }
        throw new AssertionError(when + ": found " + driver.log.recovered() + ", which is no state from write "
                + life.persisted + " to write " + life.submitted);
    }
}
