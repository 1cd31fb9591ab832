package io.quorate.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The number over what a command did: the same on stores that are equal, another where they are not. */
class EffectHashTest {
    private static final byte[] NO_COMMAND = {99};

    private static long effect(Kv kv, Command command) {
        kv.apply(command);
        return kv.store.effect();
    }

    @Test
    void equalStoresGiveEqualEffectsHoweverTheyCameToBe() {
        int restores = 0;
        for (long seed = 1; seed <= 60; seed++) {
            RandomRequests random = new RandomRequests(seed);
            Model model = new Model();
            KvStore one = new KvStore();
            KvStore other = new KvStore();
            for (int step = 0; step < 200; step++) {
                byte[] bytes = random.oneIn(50) ? NO_COMMAND : Commands.encode(random.command(model));
                Command command = Commands.decode(bytes, 0, bytes.length);
                if (command != null) {
                    model.apply(command);
                }
                one.apply(bytes, 0, bytes.length, true);
                Result result = other.begin(bytes, 0, bytes.length, random.oneIn(2), 1 + random.below(3));
                while (result == null) {
                    result = other.goOn(1 + random.below(3));
                }
                assertThat(other.effect())
                        .as("seed %d step %d: %s", seed, step, Commands.describe(bytes))
                        .isEqualTo(one.effect());
                assertThat(other.effect()).as("asked again").isEqualTo(one.effect());
                if (random.oneIn(10)) {
                    other = Images.restored(Images.of(other));
                    restores++;
                }
                if (random.oneIn(10)) {
                    other.sweep(1000);
                }
            }
        }
        assertThat(restores).isGreaterThan(500);
    }

    @Test
    void aVersionThatIsNotAsInTheOthersIsFoundWhenItIsReplaced() {
        assertThat(effectOn(store("value"), Kv.putOp("a", "new")))
                .isNotEqualTo(effectOn(store("valuf"), Kv.putOp("a", "new")));
        assertThat(effectOn(store("value"), Kv.deleteOp("a", "")))
                .isNotEqualTo(effectOn(store("valuf"), Kv.deleteOp("a", "")));
        assertThat(effectOn(store("value"), Kv.putOp("b", "new")))
                .as("another key")
                .isEqualTo(effectOn(store("valuf"), Kv.putOp("b", "new")));
    }

    private static Kv store(String value) {
        Kv kv = new Kv();
        kv.put("a", value);
        return kv;
    }

    private static long effectOn(Kv kv, Command command) {
        return effect(kv, command);
    }

    @Test
    void whatIsWrittenCounts() {
        long one = effect(new Kv(), Kv.putOp("a", "1"));
        assertThat(one)
                .isNotEqualTo(effect(new Kv(), Kv.putOp("a", "2")))
                .isNotEqualTo(effect(new Kv(), Kv.putOp("b", "1")))
                .isNotEqualTo(effect(new Kv(), Kv.putOp("a1", "")))
                .isNotEqualTo(effect(store("x"), Kv.putOp("a", "1")));
    }

    @Test
    void whatATransactionTakesBackDoesNotCountAndItsRevisionDoes() {
        Kv kv = new Kv();
        long nothing = effect(kv, Kv.txnOp(List.of(Kv.from("a", "")), List.of()));
        assertThat(effect(kv, Kv.deleteOp("a", ""))).isEqualTo(nothing);
        kv.put("a", "1");
        assertThat(effect(kv, Kv.deleteOp("z", ""))).isNotEqualTo(nothing);
    }

    @Test
    void theHashIsPartOfTheClusterVersionAndStaysAsItIs() {
        assertThat(effect(new Kv(), Kv.putOp("a", "1"))).isEqualTo(5402217267307282272L);
    }
}
