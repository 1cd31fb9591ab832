package io.quorate.node.once;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.Applied;
import io.quorate.node.IdempotencyKey;
import io.quorate.node.Outcome;
import io.quorate.node.Refused;
import io.quorate.node.Unknown;
import io.quorate.node.once.KnownKeys.Limits;
import io.quorate.node.port.BlockSink;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateMachine;
import io.quorate.node.port.StateRestore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class KnownKeysTest {
    private static final Limits LIMITS = new Limits(1_000, 300, 4, 1 << 20, 20);

    /** Keeps what it was told; the result is the command and how many there were. */
    private static final class Texts implements StateMachine<String> {
        final List<String> texts = new ArrayList<>();

        @Override
        public String apply(long index, long term, ByteBuffer command) {
            texts.add(StandardCharsets.UTF_8.decode(command).toString());
            return texts.get(texts.size() - 1) + texts.size();
        }

        @Override
        public byte[] saveResult(String result, int mostBytes) {
            return result.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String loadResult(byte[] saved) {
            return new String(saved, StandardCharsets.UTF_8);
        }
    }

    private final Texts machine = new Texts();
    private KnownKeys<String> keys = new KnownKeys<>(machine, LIMITS);
    private long index = 100;

    private Outcome<String> apply(long logTime, String key, String command) {
        return keys.apply(
                new Extension(logTime, IdempotencyKey.parse(key)),
                ++index,
                7,
                ByteBuffer.wrap(command.getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer());
    }

    private static Refused<String> refused(Refused.Reason reason) {
        return new Refused<>(reason, null, 0);
    }

    private static Unknown<String> unknown(Unknown.Reason reason) {
        return new Unknown<>(reason);
    }

    @Test
    void aRetryGetsTheFirstAnswerAndItsPlace() {
        Outcome<String> first = apply(5_000, "5000-a", "x");
        assertThat(first).isEqualTo(new Applied<>("x1", 101, 7));
        assertThat(apply(5_001, "5000-b", "y")).isEqualTo(new Applied<>("y2", 102, 7));
        assertThat(apply(5_900, "5000-a", "x")).isEqualTo(first);
        assertThat(machine.texts).containsExactly("x", "y");
    }

    @Test
    void aKeyOfAnotherCommandIsRefused() {
        Outcome<String> first = apply(5_000, "5000-a", "x");
        assertThat(apply(5_000, "5000-a", "z")).isEqualTo(refused(Refused.Reason.KEY_REUSED));
        assertThat(apply(5_000, "5000-a", "x")).isEqualTo(first);
        assertThat(machine.texts).containsExactly("x");
    }

    @Test
    void aKeyIsForgottenByLogTimeAloneAndNeverAppliedAgain() {
        Outcome<String> first = apply(5_000, "5000-a", "x");
        assertThat(apply(5_999, "5000-a", "x")).isEqualTo(first);
        assertThat(apply(6_000, "5000-a", "x")).isEqualTo(unknown(Unknown.Reason.KEY_FORGOTTEN));
        // A later leader's clock is behind: log time does not fall.
        assertThat(apply(5_000, "5000-a", "x")).isEqualTo(unknown(Unknown.Reason.KEY_FORGOTTEN));
        assertThat(apply(5_000, "5000-never", "y")).isEqualTo(unknown(Unknown.Reason.KEY_FORGOTTEN));
        assertThat(machine.texts).containsExactly("x");
    }

    @Test
    void aKeyMadeTooFarAheadIsRefusedUntilItsTimeComes() {
        assertThat(apply(5_000, "5301-a", "x")).isEqualTo(refused(Refused.Reason.KEY_AHEAD));
        assertThat(apply(5_001, "5301-a", "x")).isInstanceOf(Applied.class);
        // It was made in what was the future, and stays as long as any other made then.
        assertThat(apply(6_300, "5301-a", "x")).isEqualTo(new Applied<>("x1", 102, 7));
        assertThat(apply(6_301, "5301-a", "x")).isEqualTo(unknown(Unknown.Reason.KEY_FORGOTTEN));
    }

    @Test
    void tooManyKeysPushTheOldestOutAndTheHorizonUp() {
        for (int k = 0; k < 4; k++) {
            apply(5_000, (5_000 + k) + "-a", "x" + k);
        }
        assertThat(apply(5_000, "5010-new", "new")).isInstanceOf(Applied.class);
        assertThat(apply(5_000, "5000-a", "x0")).isEqualTo(unknown(Unknown.Reason.KEY_FORGOTTEN));
        assertThat(apply(5_000, "5000-other", "y")).isEqualTo(unknown(Unknown.Reason.KEY_FORGOTTEN));
        assertThat(apply(5_000, "5001-a", "x1")).isInstanceOf(Applied.class);
        assertThat(machine.texts).hasSize(5);
    }

    @Test
    void keysOfOneMomentGoTogether() {
        for (String name : List.of("a", "b", "c", "d", "e")) {
            apply(5_000, "5000-" + name, name);
        }
        for (String name : List.of("a", "b", "c", "d", "e")) {
            assertThat(apply(5_000, "5000-" + name, name)).isEqualTo(unknown(Unknown.Reason.KEY_FORGOTTEN));
        }
        assertThat(machine.texts).hasSize(5);
    }

    @Test
    void bytesAreBounded() {
        keys = new KnownKeys<>(machine, new Limits(1_000, 300, 100, 3 * (KnownKeys.ENTRY_BYTES + 6 + 2), 20));
        for (int k = 1; k <= 4; k++) {
            apply(5_000, "500" + k + "-a", "x");
        }
        assertThat(apply(5_000, "5001-a", "x")).isEqualTo(unknown(Unknown.Reason.KEY_FORGOTTEN));
        assertThat(apply(5_000, "5002-a", "x")).isInstanceOf(Applied.class);
    }

    @Test
    void aLongAnswerIsNotKeptAndTheCommandIsNotAppliedAgain() {
        String nineteen = "x".repeat(19);
        assertThat(apply(5_000, "5000-fits", nineteen)).isInstanceOf(Applied.class);
        assertThat(apply(5_000, "5000-fits", nineteen)).isInstanceOf(Applied.class);
        assertThat(apply(5_000, "5000-long", nineteen + "x")).isInstanceOf(Applied.class);
        assertThat(apply(5_000, "5000-long", nineteen + "x")).isEqualTo(unknown(Unknown.Reason.ANSWER_NOT_KEPT));
        assertThat(machine.texts).hasSize(2);
    }

    @Test
    void aMachineThatSavesNoResultsAppliesOnceAllTheSame() {
        int[] applied = {0};
        KnownKeys<Integer> counted = new KnownKeys<>((i, term, command) -> ++applied[0], LIMITS);
        Extension extension = new Extension(5_000, IdempotencyKey.parse("5000-a"));
        assertThat(counted.apply(extension, 1, 1, ByteBuffer.allocate(1))).isEqualTo(new Applied<>(1, 1, 1));
        assertThat(counted.apply(extension, 2, 1, ByteBuffer.allocate(1)))
                .isEqualTo(new Unknown<>(Unknown.Reason.ANSWER_NOT_KEPT));
        assertThat(applied[0]).isEqualTo(1);
    }

    // ---- images

    private static List<ByteBuffer> blocks(StateImage image) {
        List<ByteBuffer> blocks = new ArrayList<>();
        BlockSink sink = (payload, firstKey, keyHashes, keys) -> {
            assertThat(payload.remaining()).isBetween(1, BlockSink.MAX_BYTES);
            blocks.add(ByteBuffer.allocate(payload.remaining()).put(payload).flip());
        };
        while (image.writeNext(sink)) {}
        return blocks;
    }

    private static KnownKeys<String> restored(Texts machine, Limits limits, List<ByteBuffer> blocks) {
        KnownKeys<String> restored = new KnownKeys<>(machine, limits);
        StateRestore restore = restored.restore();
        blocks.forEach(block -> restore.block(block.asReadOnlyBuffer()));
        restore.finish();
        return restored;
    }

    @Test
    void anImageIsFrozenAndGivesTheSameTable() {
        Outcome<String> first = apply(5_000, "5000-a", "x");
        apply(5_000, "4500-long", "y".repeat(30));
        StateImage image = keys.image();
        apply(5_400, "5300-later", "z");
        List<ByteBuffer> blocks = blocks(image);
        keys = restored(machine, LIMITS, blocks);
        assertThat(blocks(keys.image())).isEqualTo(blocks);
        assertThat(apply(5_400, "5000-a", "x")).isEqualTo(first);
        assertThat(apply(5_400, "4500-long", "y".repeat(30))).isEqualTo(unknown(Unknown.Reason.ANSWER_NOT_KEPT));
        assertThat(apply(5_400, "5300-later", "z")).isEqualTo(new Applied<>("z4", index, 7));
    }

    @Test
    void anImageKeepsWhatIsForgotten() {
        apply(5_000, "5000-a", "x");
        apply(9_000, "9000-b", "y");
        keys = restored(machine, LIMITS, blocks(keys.image()));
        assertThat(apply(1_000, "5000-a", "x")).isEqualTo(unknown(Unknown.Reason.KEY_FORGOTTEN));
        assertThat(apply(1_000, "8000-c", "x")).isEqualTo(unknown(Unknown.Reason.KEY_FORGOTTEN));
        assertThat(apply(1_000, "8001-d", "x")).isInstanceOf(Applied.class);
    }

    @Test
    void anUnusedTableIsRestoredFromNothing() {
        assertThat(keys.isUnused()).isTrue();
        apply(5_000, "5000-a", "x");
        assertThat(keys.isUnused()).isFalse();
        keys = restored(machine, LIMITS, List.of());
        assertThat(keys.isUnused()).isTrue();
        assertThat(apply(5_000, "5000-a", "x")).isInstanceOf(Applied.class);
    }

    @Test
    void aLargeTableGoesOnInFurtherBlocks() {
        keys = new KnownKeys<>(machine, Limits.DEFAULTS);
        for (int k = 0; k < 3_000; k++) {
            apply(5_000_000, (5_000_000 + k) + "-key", "x");
        }
        List<ByteBuffer> blocks = blocks(keys.image());
        assertThat(blocks.size()).isBetween(3, 6);
        KnownKeys<String> again = restored(machine, Limits.DEFAULTS, blocks);
        assertThat(blocks(again.image())).isEqualTo(blocks);
    }

    @Test
    void whatNobodyWritesIsRefusedByName() {
        apply(5_000, "5000-a", "x");
        apply(5_000, "5001-b", "y");
        ByteBuffer whole = blocks(keys.image()).get(0);
        for (int length = 1; length < whole.remaining(); length++) {
            ByteBuffer cut = whole.slice(0, length);
            boolean betweenEntries = length == 16 || length == 16 + (whole.remaining() - 16) / 2;
            if (!betweenEntries) {
                assertThatThrownBy(() -> keys.restore().block(cut))
                        .as("%d bytes", length)
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
        StateRestore restore = keys.restore();
        restore.block(whole.slice());
        assertThatThrownBy(() -> restore.block(whole.slice(16, whole.remaining() - 16)))
                .hasMessageContaining("5000-a is out of order");
        ByteBuffer behindHorizon =
                ByteBuffer.allocate(whole.remaining()).put(whole.slice()).flip();
        behindHorizon.putLong(8, 5_000);
        assertThatThrownBy(() -> keys.restore().block(behindHorizon)).hasMessageContaining("out of order");
    }

    /** Whatever clocks say and however small the table is, a key is applied at most once, and every answer is the first one. */
    @Test
    void noKeyIsAppliedTwiceInAnyOrderOfTimes() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            Texts store = new Texts();
            Limits limits = new Limits(
                    1 + random.nextInt(2_000),
                    random.nextInt(2_000),
                    1 + random.nextInt(20),
                    1 + random.nextInt(4_000),
                    20);
            keys = new KnownKeys<>(store, limits);
            for (int k = 0; k < 300; k++) {
                String key = random.nextInt(3_000) / 100 * 100 + "-" + random.nextInt(3);
                Outcome<String> outcome = apply(random.nextInt(3_000), key, key);
                if (outcome instanceof Applied<String> applied) {
                    assertThat(applied.result()).startsWith(key);
                }
                if (random.nextInt(10) == 0) {
                    keys = restored(store, limits, blocks(keys.image()));
                }
            }
            assertThat(new TreeSet<>(store.texts)).as("seed %d", seed).hasSameSizeAs(store.texts);
        }
    }
}
