package io.quorate.kv;

import static io.quorate.kv.Kv.at;
import static io.quorate.kv.Kv.bytes;
import static io.quorate.kv.Kv.deleteOp;
import static io.quorate.kv.Kv.keeping;
import static io.quorate.kv.Kv.leased;
import static io.quorate.kv.Kv.pair;
import static io.quorate.kv.Kv.putOp;
import static io.quorate.kv.Kv.txnOp;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines 25 to 42 of the checklist, as far as they are the store's. */
class TxnChecklistTest {
    private static final int[] RESULTS = {Compare.EQUAL, Compare.GREATER, Compare.LESS, Compare.NOT_EQUAL};

    private final Kv kv = new Kv();

    private boolean holds(Compare compare) {
        return kv.txn(List.of(compare), List.of(), List.of()).succeeded();
    }

    /** For which of the four results the comparison holds, as "= > < !". */
    private String holding(int target, String key, long number) {
        StringBuilder all = new StringBuilder();
        for (int result : RESULTS) {
            all.append(holds(Compare.number(bytes(key), target, result, number)) ? "=><!".charAt(result) : '.');
        }
        return all.toString();
    }

    private String holding(String key, String value) {
        StringBuilder all = new StringBuilder();
        for (int result : RESULTS) {
            all.append(holds(Compare.value(bytes(key), result, bytes(value))) ? "=><!".charAt(result) : '.');
        }
        return all.toString();
    }

    private static Compare overRange(int target, int result, String key, String end, long number) {
        return new Compare(result, target, bytes(key), bytes(end), target, number, bytes(""));
    }

    @Test
    void line25RunsTheBranchAndAnswersInOrder() {
        kv.put("a", "1");
        Compare absent = Compare.number(bytes("a"), Compare.CREATE, Compare.EQUAL, 0);
        TxnResponse response = kv.txn(
                List.of(absent),
                List.of(putOp("a", "2")),
                List.of(Kv.from("a", ""), putOp("b", "3"), deleteOp("a", "")));
        assertThat(response.succeeded()).isFalse();
        assertThat(response.responses()).hasSize(3);
        assertThat(response.responses().get(0)).isInstanceOf(RangeResponse.class);
        assertThat(response.responses().get(1)).isInstanceOf(PutResponse.class);
        assertThat(response.responses().get(2)).isInstanceOf(DeleteRangeResponse.class);
        assertThat(kv.pair("b")).isEqualTo("3 3 3 1 0");
    }

    @Test
    void line26OneRevisionForAllWritesAndNoneForNone() {
        TxnResponse response = (TxnResponse) kv.then(putOp("a", "1"), putOp("b", "2"), deleteOp("x", ""));
        assertThat(response.revision()).isEqualTo(2);
        assertThat(kv.pair("a")).isEqualTo("1 2 2 1 0");
        assertThat(kv.pair("b")).isEqualTo("2 2 2 1 0");
        assertThat(((TxnResponse) kv.then(deleteOp("x", "y"), Kv.from("a", "\0"))).revision())
                .isEqualTo(2);
        assertThat(kv.store.revision()).isEqualTo(2);
    }

    @Test
    void line27NestedHeadersCarryTheRevisionOfTheirMomentAndNestedTransactionsNone() {
        TxnResponse response = (TxnResponse) kv.then(
                Kv.from("a", ""),
                deleteOp("a", ""),
                putOp("b", "1"),
                deleteOp("a", ""),
                Kv.from("a", ""),
                txnOp(List.of(putOp("c", "1")), List.of()));
        assertThat(response.responses().stream().map(ResponseOp::revision)).containsExactly(1L, 1L, 2L, 2L, 2L, 0L);
        TxnResponse nested = (TxnResponse) response.responses().get(5);
        assertThat(nested.responses().get(0).revision()).isEqualTo(2);
    }

    @Test
    void line28ARangeSeesWhatWasWrittenBeforeItAndPrevKvIsThePairBefore() {
        kv.put("a", "old");
        TxnResponse response = (TxnResponse)
                kv.then(new PutRequest(bytes("a"), bytes("new"), 0, true, false, false), Kv.from("a", ""), at("a", 2));
        assertThat(((PutResponse) response.responses().get(0)).prevKv())
                .isEqualTo(KeyValue.of(bytes("a"), bytes("old"), 2, 2, 1, 0));
        assertThat(pair(((RangeResponse) response.responses().get(1)).kvs().get(0)))
                .isEqualTo("new 2 3 2 0");
        assertThat(pair(((RangeResponse) response.responses().get(2)).kvs().get(0)))
                .isEqualTo("old 2 2 1 0");
    }

    @Test
    void line29CountsTheLargestOfThreeListsAndGivesWhatIsLeftToNestedOnes() {
        Compare compare = Compare.number(bytes("a"), Compare.MOD, Compare.EQUAL, 0);
        List<Compare> compares = Collections.nCopies(128, compare);
        List<RequestOp> ops = Collections.nCopies(128, Kv.from("a", ""));
        assertThat(Validation.check(new TxnRequest(compares, ops, ops), 128)).isNull();
        List<RequestOp> over = Collections.nCopies(129, Kv.from("a", ""));
        TxnRequest tooMany = new TxnRequest(List.of(), List.of(), over);
        assertThat(Validation.check(tooMany, 128)).isEqualTo(KvError.TOO_MANY_OPS);
        assertThat(Validation.check(new TxnRequest(Collections.nCopies(129, compare), List.of(), List.of()), 128))
                .isEqualTo(KvError.TOO_MANY_OPS);
        TxnRequest parent = txnOp(List.of(txnOp(Collections.nCopies(127, Kv.from("a", "")), List.of())), List.of());
        assertThat(Validation.check(parent, 128)).isNull();
        assertThat(Validation.check(txnOp(List.of(txnOp(ops, List.of())), List.of()), 128))
                .isEqualTo(KvError.TOO_MANY_OPS);
        assertThat(kv.apply(tooMany)).isInstanceOf(TxnResponse.class);
    }

    @Test
    void line30NothingIsWrittenTwice() {
        assertThat(kv.then(putOp("a", "1"), putOp("a", "2"))).isEqualTo(KvError.DUPLICATE_KEY);
        assertThat(kv.then(putOp("b", "1"), deleteOp("a", "c"))).isEqualTo(KvError.DUPLICATE_KEY);
        assertThat(kv.then(putOp("a", "1"), deleteOp("a", ""))).isEqualTo(KvError.DUPLICATE_KEY);
        assertThat(kv.then(putOp("a", "1"), txnOp(List.of(putOp("a", "2")), List.of())))
                .isEqualTo(KvError.DUPLICATE_KEY);
        assertThat(kv.then(deleteOp("a", "z"), txnOp(List.of(), List.of(putOp("m", "2")))))
                .isEqualTo(KvError.DUPLICATE_KEY);
        assertThat(kv.apply(txnOp(List.of(), List.of(putOp("a", "1"), putOp("a", "2")))))
                .isEqualTo(KvError.DUPLICATE_KEY);
        assertThat(kv.store.revision()).isEqualTo(1);
        assertThat(kv.then(deleteOp("a", "c"), deleteOp("b", "d"))).isInstanceOf(TxnResponse.class);
        assertThat(kv.then(deleteOp("a", "c"), putOp("c", "1"))).isInstanceOf(TxnResponse.class);
        assertThat(kv.then(txnOp(List.of(putOp("a", "1")), List.of(putOp("a", "2")))))
                .isInstanceOf(TxnResponse.class);
    }

    /** A real etcd looks for duplicates when all else in the tree is in order. */
    @Test
    void line30AFaultOfFormIsNamedBeforeADuplicate() {
        TxnRequest twice = txnOp(List.of(putOp("a", "1"), putOp("a", "2")), List.of());
        assertThat(kv.then(twice, putOp("", "1"))).isEqualTo(KvError.EMPTY_KEY);
        assertThat(kv.apply(txnOp(List.of(twice), List.of(deleteOp("", ""))))).isEqualTo(KvError.EMPTY_KEY);
    }

    @Test
    void line30MergedDeletesAreStillDeletes() {
        assertThat(kv.then(deleteOp("a", "c"), deleteOp("e", "g"), deleteOp("b", "f"), putOp("d", "1")))
                .isEqualTo(KvError.DUPLICATE_KEY);
        assertThat(kv.then(deleteOp("a", "c"), deleteOp("e", "g"), putOp("d", "1")))
                .isInstanceOf(TxnResponse.class);
        assertThat(kv.then(deleteOp("a", "z"), deleteOp("b", "c"), putOp("y", "1")))
                .isEqualTo(KvError.DUPLICATE_KEY);
        assertThat(kv.then(deleteOp("b", "z"), deleteOp("a", "c"), putOp("y", "1")))
                .isEqualTo(KvError.DUPLICATE_KEY);
    }

    @Test
    void line31ADeleteWithoutEndIsNotSeenByThatCheckAndTheOrderDecides() {
        kv.put("x", "1");
        assertThat(kv.then(deleteOp("a", "\0"), putOp("x", "2"))).isInstanceOf(TxnResponse.class);
        assertThat(kv.pair("x")).isEqualTo("2 3 3 1 0");
        RevisionLog.Slice log = kv.store.view().log();
        assertThat(log.get(log.positionOf(3)).isTombstone()).isTrue();
        assertThat(log.get(log.positionOf(3) + 1).isTombstone()).isFalse();
        assertThat(kv.then(putOp("x", "3"), deleteOp("a", "\0"))).isInstanceOf(TxnResponse.class);
        assertThat(kv.pair("x")).isEqualTo("none");
        assertThat(kv.range(at("x", 3)).count()).isEqualTo(1);
    }

    @Test
    void line31APutThatKeepsWhatSuchADeleteTookAbortsAll() {
        kv.put("x", "1");
        long size = kv.store.view().sizeBytes();
        assertThat(kv.then(putOp("b", "1"), deleteOp("x", "\0"), keeping("x", "", 0, true, false)))
                .isEqualTo(KvError.KEY_NOT_FOUND);
        assertThat(kv.store.revision()).isEqualTo(2);
        assertThat(kv.pair("x")).isEqualTo("1 2 2 1 0");
        assertThat(kv.pair("b")).isEqualTo("none");
        assertThat(kv.store.view().sizeBytes()).isEqualTo(size);
        assertThat(kv.put("y", "1").revision()).isEqualTo(3);
    }

    @Test
    void line32AnEmptyOperationIsKeyNotFound() {
        assertThat(kv.then(RequestOp.Unset.UNSET)).isEqualTo(KvError.KEY_NOT_FOUND);
        assertThat(kv.apply(txnOp(List.of(), List.of(RequestOp.Unset.UNSET)))).isEqualTo(KvError.KEY_NOT_FOUND);
    }

    @Test
    void line33ComparesEveryTargetWithEveryResult() {
        kv.put("a", "1");
        kv.put("b", "m");
        kv.put("b", "m");
        assertThat(holding(Compare.VERSION, "b", 1)).isEqualTo(".>.!");
        assertThat(holding(Compare.VERSION, "b", 2)).isEqualTo("=...");
        assertThat(holding(Compare.CREATE, "b", 4)).isEqualTo("..<!");
        assertThat(holding(Compare.CREATE, "b", 3)).isEqualTo("=...");
        assertThat(holding(Compare.MOD, "b", 4)).isEqualTo("=...");
        assertThat(holding(Compare.MOD, "b", 3)).isEqualTo(".>.!");
        assertThat(holding("b", "m")).isEqualTo("=...");
        assertThat(holding("b", "\u00ff")).isEqualTo("..<!");
        assertThat(holding("b", "")).isEqualTo(".>.!");
    }

    @Test
    void line33AMissingKeyIsZerosButItsValueIsNothing() {
        for (int target : new int[] {Compare.VERSION, Compare.CREATE, Compare.MOD, Compare.LEASE}) {
            assertThat(holding(target, "none", 0)).isEqualTo("=...");
            assertThat(holding(target, "none", 1)).isEqualTo("..<!");
        }
        assertThat(holding("none", "")).isEqualTo("....");
        assertThat(holding("none", "x")).isEqualTo("....");
        assertThat(holds(Compare.value(bytes("none"), 9, bytes("")))).isFalse();
    }

    @Test
    void line34AllKeysOfARangeMustHold() {
        kv.put("a", "1");
        kv.put("b", "1");
        kv.put("b", "1");
        assertThat(holds(overRange(Compare.VERSION, Compare.GREATER, "a", "c", 0)))
                .isTrue();
        assertThat(holds(overRange(Compare.VERSION, Compare.EQUAL, "a", "c", 1)))
                .isFalse();
        assertThat(holds(overRange(Compare.VERSION, Compare.EQUAL, "a", "b", 1)))
                .isTrue();
        assertThat(holds(overRange(Compare.VERSION, Compare.EQUAL, "b", "\0", 2)))
                .isTrue();
        assertThat(holds(overRange(Compare.VERSION, Compare.EQUAL, "m", "z", 0)))
                .isTrue();
        assertThat(holds(overRange(Compare.VALUE, Compare.NOT_EQUAL, "m", "z", 0)))
                .isFalse();
        kv.delete("b", "");
        assertThat(holds(overRange(Compare.VERSION, Compare.EQUAL, "a", "c", 1)))
                .isTrue();
    }

    @Test
    void line35ComparesLeases() {
        kv.put("a", "1");
        assertThat(holding(Compare.LEASE, "a", 0)).isEqualTo("=...");
        assertThat(holding(Compare.LEASE, "a", -1)).isEqualTo(".>.!");
    }

    @Test
    void line36AnOperandOfAnotherTargetCountsAsZero() {
        kv.put("a", "1");
        Compare mismatched =
                new Compare(Compare.GREATER, Compare.MOD, bytes("a"), bytes(""), Compare.VERSION, 99, bytes(""));
        assertThat(holds(mismatched)).isTrue();
        Compare unset =
                new Compare(Compare.GREATER, Compare.VALUE, bytes("a"), bytes(""), Compare.NO_OPERAND, 0, bytes(""));
        assertThat(holds(unset)).isTrue();
        assertThat(holds(Compare.number(bytes("a"), Compare.MOD, 17, 99))).isTrue();
        assertThat(holds(Compare.number(bytes("a"), 17, Compare.EQUAL, 99))).isTrue();
    }

    @Test
    void line37NestedComparisonsSeeTheStateBeforeTheOuterWrites() {
        Compare absent = Compare.number(bytes("a"), Compare.VERSION, Compare.EQUAL, 0);
        TxnRequest nested = new TxnRequest(List.of(absent), List.of(putOp("b", "then")), List.of(putOp("b", "else")));
        kv.then(putOp("a", "1"), nested);
        assertThat(kv.pair("b")).isEqualTo("then 2 2 1 0");
    }

    @Test
    void line38OnlyTheTakenPathIsCheckedAndAFailureAbortsAll() {
        kv.put("a", "1");
        assertThat(kv.apply(txnOp(List.of(putOp("b", "1")), List.of(leased("c", 7)))))
                .isInstanceOf(TxnResponse.class);
        assertThat(kv.then(putOp("z", "1"), leased("c", 7))).isEqualTo(KvError.LEASE_NOT_FOUND);
        assertThat(kv.then(putOp("z", "1"), keeping("none", "", 0, true, false)))
                .isEqualTo(KvError.KEY_NOT_FOUND);
        assertThat(kv.then(putOp("z", "1"), keeping("none", "", 7, true, false)))
                .isEqualTo(KvError.KEY_NOT_FOUND);
        assertThat(kv.then(putOp("z", "1"), txnOp(List.of(at("a", 99)), List.of())))
                .isEqualTo(KvError.FUTURE_REVISION);
        assertThat(kv.pair("z")).isEqualTo("none");
        assertThat(kv.store.revision()).isEqualTo(3);
    }

    @Test
    void line39TheRevisionBeingMadeIsInTheFuture() {
        kv.put("a", "1");
        assertThat(kv.then(putOp("a", "2"), at("a", 3))).isEqualTo(KvError.FUTURE_REVISION);
        assertThat(kv.pair("a")).isEqualTo("1 2 2 1 0");
    }

    @Test
    void line40AReadOnlyTransactionIsServedFromAView() {
        kv.put("a", "1");
        TxnRequest read = txnOp(List.of(Kv.from("a", "\0"), at("a", 1)), List.of());
        assertThat(read.isReadOnly()).isTrue();
        assertThat(read.isSerializable()).isFalse();
        TxnResponse response = (TxnResponse) kv.store.view().txn(read);
        assertThat(response.revision()).isEqualTo(2);
        assertThat(((RangeResponse) response.responses().get(0)).count()).isEqualTo(1);
        assertThat(kv.store.view().txn(txnOp(List.of(at("a", 9)), List.of()))).isEqualTo(KvError.FUTURE_REVISION);
        assertThat(txnOp(List.of(), List.of()).isReadOnly()).isTrue();
        assertThat(txnOp(List.of(), List.of()).isSerializable()).isFalse();
        assertThat(txnOp(List.of(txnOp(List.of(), List.of())), List.of()).isReadOnly())
                .isFalse();
    }

    @Test
    void line42RangesAtCompactedRevisionsFailOnEveryMemberWhetherItAnswersOrNot() {
        KvStore silent = new KvStore();
        List<Command> commands = List.of(
                putOp("a", "1"),
                putOp("a", "2"),
                putOp("a", "3"),
                new CompactRequest(3, false),
                txnOp(List.of(putOp("b", "1"), at("a", 2)), List.of()),
                txnOp(List.of(putOp("c", "1"), at("a", 3), deleteOp("a", "")), List.of()),
                txnOp(List.of(putOp("d", "1"), at("a", -1)), List.of()));
        for (Command command : commands) {
            Result answered = kv.apply(command);
            Result unasked = silent.apply(command, false);
            assertThat(unasked instanceof KvError).isEqualTo(answered instanceof KvError);
            assertThat(silent.view().hash()).isEqualTo(kv.store.view().hash());
        }
        assertThat(kv.pair("b")).isEqualTo("none");
        assertThat(kv.pair("c")).isEqualTo("1 5 5 1 0");
        assertThat(kv.pair("d")).isEqualTo("none");
    }
}
