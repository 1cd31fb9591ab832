package io.quorate.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which keys a command is said to write, against the naive model. */
class WrittenKeysTest {
    private static final byte[] ALL = {0};

    private final List<String> told = new ArrayList<>();

    private List<String> applied(Kv kv, Command command) {
        told.clear();
        kv.apply(command);
        return told;
    }

    @Test
    void putsAndDeletesAreToldAndReadsAreNot() {
        Kv kv = new Kv();
        kv.put("old", "");
        kv.store.onWrite(key -> told.add(Kv.string(key)));
        assertThat(applied(kv, Kv.putOp("a", "1"))).containsExactly("a");
        assertThat(applied(kv, Kv.putOp("b", "1"))).containsExactly("b");
        assertThat(applied(kv, Kv.deleteOp("a", "c"))).containsExactly("a", "b");
        assertThat(applied(kv, Kv.deleteOp("a", "c"))).isEmpty();
        assertThat(applied(kv, Kv.txnOp(List.of(Kv.from("a", "\0")), List.of())))
                .isEmpty();
        assertThat(applied(kv, new CompactRequest(3, true))).isEmpty();
        assertThat(applied(kv, new MemberAttributes(1, "a", List.of()))).isEmpty();
        TxnRequest inner = Kv.txnOp(List.of(Kv.putOp("inner", "")), List.of(Kv.putOp("not chosen", "")));
        assertThat(applied(kv, Kv.txnOp(List.of(inner, Kv.deleteOp("old", ""), Kv.putOp("c", "")), List.of())))
                .containsExactly("inner", "old", "c");
        assertThat(applied(kv, Kv.leased("a", 5))).isEmpty();
    }

    @Test
    void eachKeyThatChangesIsToldHoweverTheCommandIsCut() {
        int many = 0;
        for (long seed = 1; seed <= 40; seed++) {
            RandomRequests random = new RandomRequests(seed);
            Model model = new Model();
            Kv kv = new Kv();
            kv.store.onWrite(key -> told.add(Kv.string(key)));
            for (int step = 0; step < 250; step++) {
                Command command = random.command(model);
                long before = model.revision();
                model.apply(command);
                TreeSet<String> expected = new TreeSet<>(model.changedAfter(before));
                byte[] bytes = Commands.encode(command);
                told.clear();
                Result result = kv.store.begin(bytes, 0, bytes.length, random.oneIn(2), 1 + random.below(3));
                while (result == null) {
                    result = kv.store.goOn(1 + random.below(3));
                }
                String where = "seed " + seed + " step " + step + ": " + Commands.describe(bytes);
                many += expected.size() > 1 ? 1 : 0;
                if (result instanceof KvError) {
                    // What was taken back may have been told.
                    assertThat(expected).as(where).isEmpty();
                } else {
                    assertThat(new TreeSet<>(told)).as(where).isEqualTo(expected);
                }
            }
            told.clear();
            kv.store.apply(new DeleteRangeRequest(ALL, ALL, false), false);
            assertThat(told).hasSize(model.stateAt(model.revision()).size());
        }
        assertThat(many).isGreaterThan(300);
    }
}
