package io.quorate.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Long commands in slices: how they are cut shows in nothing but the number of slices. */
class SlicesTest {
    private static final byte[] ALL = {0};

    private int slices;

    /** Applies a command in slices, and makes sure that nothing of it is seen before its end. */
    private Result sliced(KvStore store, Command command, LongSupplier maxKeys) {
        byte[] bytes = Commands.encode(command);
        View before = store.view();
        Result result = store.begin(bytes, 0, bytes.length, true, maxKeys.getAsLong());
        slices = 1;
        while (result == null) {
            assertThat(store.view()).isSameAs(before);
            result = store.goOn(maxKeys.getAsLong());
            slices++;
        }
        return result;
    }

    @Test
    void howeverACommandIsCutAnswersAndStatesAreTheSame() {
        int paused = 0;
        for (long seed = 1; seed <= 40; seed++) {
            RandomRequests random = new RandomRequests(seed);
            RandomRequests cuts = new RandomRequests(-seed);
            Model model = new Model();
            KvStore whole = new KvStore();
            KvStore cut = new KvStore();
            for (int step = 0; step < 250; step++) {
                Command command = random.command(model);
                model.apply(command);
                String where = "seed " + seed + " step " + step + ": " + Commands.describe(Commands.encode(command));
                Result result = sliced(cut, command, () -> 1 + cuts.below(3));
                paused += slices > 1 ? 1 : 0;
                assertThat(Results.encode(result)).as(where).isEqualTo(Results.encode(whole.apply(command)));
                assertThat(cut.view().hash()).as(where).isEqualTo(whole.view().hash());
                assertThat(cut.view().sizeBytes()).isEqualTo(whole.view().sizeBytes());
            }
            assertThat(cut.view().hashKv(0)).isEqualTo(whole.view().hashKv(0));
        }
        assertThat(paused).isGreaterThan(500);
    }

    private static KvStore storeOf(int keys) {
        KvStore store = new KvStore();
        for (int k = 0; k < keys; k++) {
            store.apply(Kv.putOp(key(k), "value " + k % 7));
        }
        return store;
    }

    private static String key(int k) {
        return "key " + (100_000 + k);
    }

    @Test
    void aDeleteOfManyKeysTakesASliceForEachFewOfThem() {
        KvStore store = storeOf(10_000);
        Result result = sliced(store, new DeleteRangeRequest(ALL, ALL, false), () -> 100);
        assertThat(result).isEqualTo(new DeleteRangeResponse(10_002, 10_000, List.of()));
        assertThat(slices).isBetween(100, 101);
        assertThat(store.view().keyCount()).isZero();
    }

    @Test
    void aTransactionIsCutInItsComparisonsItsReadsAndItsWrites() {
        KvStore store = storeOf(1000);
        Compare all =
                new Compare(Compare.GREATER, Compare.VERSION, Kv.bytes("key"), ALL, Compare.VERSION, 0, Bytes.EMPTY);
        RangeRequest sorted = Kv.sorted("key", "\0", 3, RangeRequest.DESCEND, RangeRequest.MOD);
        TxnRequest inner = new TxnRequest(List.of(all), List.of(Kv.deleteOp("key", "\0")), List.of());
        TxnRequest txn = new TxnRequest(List.of(all), List.of(sorted, inner, Kv.putOp("new", "x")), List.of());
        TxnResponse response = (TxnResponse) sliced(store, txn, () -> 10);
        assertThat(slices).isBetween(400, 410);
        RangeResponse read = (RangeResponse) response.responses().get(0);
        assertThat(Kv.keys(read.kvs())).containsExactly(key(999), key(998), key(997));
        assertThat(response.revision()).isEqualTo(1002);
        assertThat(store.view().keyCount()).isEqualTo(1);
    }

    /** The one kind of range that the check of a transaction does not see is deleted; then a put wants to keep a value in it. */
    @Test
    void aTransactionThatFailsLateTakesBackAllItsSlices() {
        KvStore store = storeOf(100);
        int hash = store.view().hash();
        TxnRequest txn = new TxnRequest(
                List.of(), List.of(Kv.deleteOp("key", "\0"), Kv.keeping(key(5), "", 0, true, false)), List.of());
        assertThat(sliced(store, txn, () -> 7)).isEqualTo(KvError.KEY_NOT_FOUND);
        assertThat(slices).isGreaterThan(10);
        assertThat(store.view().hash()).isEqualTo(hash);
        assertThat(store.apply(Kv.putOp("next", "x"))).isEqualTo(new PutResponse(102, null));
    }

    @Test
    void nothingElseIsAppliedBeforeACommandIsFinished() {
        KvStore store = storeOf(100);
        byte[] delete = Commands.encode(new DeleteRangeRequest(ALL, ALL, false));
        assertThat(store.begin(delete, 0, delete.length, true, 10)).isNull();
        assertThatThrownBy(() -> store.apply(Kv.putOp("a", "b"))).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> store.sweep(1)).isInstanceOf(IllegalStateException.class);
        assertThat(store.goOn(1000)).isEqualTo(new DeleteRangeResponse(102, 100, List.of()));
        assertThatThrownBy(() -> store.goOn(1)).isInstanceOf(IllegalStateException.class);
    }
}
