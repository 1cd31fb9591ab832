package io.quorate.kv;

import static io.quorate.kv.Kv.at;
import static io.quorate.kv.Kv.bytes;
import static io.quorate.kv.Kv.counted;
import static io.quorate.kv.Kv.deleteOp;
import static io.quorate.kv.Kv.keeping;
import static io.quorate.kv.Kv.keys;
import static io.quorate.kv.Kv.leased;
import static io.quorate.kv.Kv.limited;
import static io.quorate.kv.Kv.pair;
import static io.quorate.kv.Kv.putOp;
import static io.quorate.kv.Kv.sorted;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines 1 to 24 of the checklist, as far as they are the store's. */
class KvChecklistTest {
    private final Kv kv = new Kv();

    @Test
    void line1EmptyStoreIsAtRevision1AndTheFirstPutMakes2() {
        assertThat(kv.get("a").revision()).isEqualTo(1);
        assertThat(kv.put("a", "1").revision()).isEqualTo(2);
    }

    @Test
    void line2PutKeepsCreateRevisionAndCountsVersionsAlsoForTheSameValue() {
        kv.put("a", "1");
        assertThat(kv.pair("a")).isEqualTo("1 2 2 1 0");
        kv.put("b", "x");
        kv.put("a", "1");
        assertThat(kv.pair("a")).isEqualTo("1 2 4 2 0");
    }

    @Test
    void line3PutAfterDeleteBeginsANewLife() {
        kv.put("a", "1");
        kv.put("a", "2");
        kv.delete("a", "");
        assertThat(kv.pair("a")).isEqualTo("none");
        kv.put("a", "3");
        assertThat(kv.pair("a")).isEqualTo("3 5 5 1 0");
    }

    @Test
    void line4PutAnswersItsRevisionAndThePreviousPairOnlyIfAsked() {
        PutRequest asking = new PutRequest(bytes("a"), bytes("2"), 0, true, false, false);
        assertThat(((PutResponse) kv.apply(asking)).prevKv()).isNull();
        assertThat(kv.put("a", "3").prevKv()).isNull();
        PutResponse response = (PutResponse) kv.apply(asking);
        assertThat(response.revision()).isEqualTo(4);
        assertThat(response.prevKv()).isEqualTo(KeyValue.of(bytes("a"), bytes("3"), 2, 3, 2, 0));
    }

    @Test
    void line5EmptyValuesAreValuesAndKeysAreOrderedAsUnsignedBytes() {
        kv.put("\u00ff", "");
        kv.put("\u007f", "1");
        kv.put("\0", "2");
        kv.put("\u0080", "3");
        assertThat(keys(kv.range(Kv.from("\0", "\0")).kvs())).containsExactly("\0", "\u007f", "\u0080", "\u00ff");
        assertThat(kv.pair("\u00ff")).isEqualTo(" 2 2 1 0");
    }

    @Test
    void line6EmptyKeysAreRefused() {
        assertThat(kv.apply(putOp("", "1"))).isEqualTo(KvError.EMPTY_KEY);
        assertThat(kv.apply(deleteOp("", "\0"))).isEqualTo(KvError.EMPTY_KEY);
        assertThat(kv.read(Kv.from("", "\0"))).isEqualTo(KvError.EMPTY_KEY);
        assertThat(KvError.EMPTY_KEY.text()).isEqualTo("etcdserver: key is not provided");
        assertThat(KvError.EMPTY_KEY.code()).isEqualTo(KvError.Code.INVALID_ARGUMENT);
        assertThat(kv.store.revision()).isEqualTo(1);
    }

    @Test
    void line7RangeOfOneKey() {
        kv.put("a", "1");
        assertThat(kv.get("a").count()).isEqualTo(1);
        RangeResponse missing = kv.get("b");
        assertThat(missing.kvs()).isEmpty();
        assertThat(missing.count()).isZero();
        assertThat(missing.more()).isFalse();
    }

    @Test
    void line8RangesAreHalfOpenAndAZeroByteMeansNoEnd() {
        putAll("a", "b", "ba", "c", "d");
        assertThat(keys(kv.range(Kv.from("a", "c")).kvs())).containsExactly("a", "b", "ba");
        assertThat(keys(kv.range(Kv.from("b", "c")).kvs())).containsExactly("b", "ba");
        assertThat(keys(kv.range(Kv.from("ba", "\0")).kvs())).containsExactly("ba", "c", "d");
        assertThat(kv.range(Kv.from("\0", "\0")).count()).isEqualTo(5);
        assertThat(kv.range(Kv.from("c", "c")).count()).isZero();
        assertThat(kv.range(Kv.from("d", "a")).kvs()).isEmpty();
    }

    private void putAll(String... keys) {
        for (String key : keys) {
            kv.put(key, key);
        }
    }

    @Test
    void line9LimitCutsAndSaysSoAndTheCountIsOfAll() {
        putAll("a", "b", "c");
        RangeResponse two = kv.range(limited("a", "\0", 2));
        assertThat(keys(two.kvs())).containsExactly("a", "b");
        assertThat(two.more()).isTrue();
        assertThat(two.count()).isEqualTo(3);
        assertThat(kv.range(limited("a", "\0", 3)).more()).isFalse();
    }

    @Test
    void line10CountOnly() {
        putAll("a", "b", "c");
        for (long limit : new long[] {0, 1, 5}) {
            RangeResponse count = kv.range(counted("a", "\0", limit, false, true));
            assertThat(count.kvs()).isEmpty();
            assertThat(count.count()).isEqualTo(3);
            assertThat(count.more()).isFalse();
        }
    }

    @Test
    void line11KeysOnlyKeepsTheNumbers() {
        kv.put("a", "1");
        kv.put("a", "2");
        assertThat(pair(kv.range(counted("a", "\0", 0, true, false)).kvs().get(0)))
                .isEqualTo(" 2 3 2 0");
        assertThat(kv.pair("a")).isEqualTo("2 2 3 2 0");
    }

    @Test
    void line12SortsByEveryTargetInBothDirections() {
        kv.put("a", "z");
        kv.put("b", "y");
        kv.put("c", "x");
        kv.put("a", "m");
        kv.put("a", "m");
        kv.put("b", "n");
        assertSorted(RangeRequest.KEY, "a", "b", "c");
        assertSorted(RangeRequest.VERSION, "c", "b", "a");
        assertSorted(RangeRequest.CREATE, "a", "b", "c");
        assertSorted(RangeRequest.MOD, "c", "a", "b");
        assertSorted(RangeRequest.VALUE, "a", "b", "c");
    }

    private void assertSorted(int target, String... ascending) {
        String[] descending = {ascending[2], ascending[1], ascending[0]};
        assertThat(keys(kv.range(sorted("a", "\0", 0, RangeRequest.ASCEND, target))
                        .kvs()))
                .containsExactly(ascending);
        assertThat(keys(kv.range(sorted("a", "\0", 0, RangeRequest.NONE, target))
                        .kvs()))
                .containsExactly(ascending);
        assertThat(keys(kv.range(sorted("a", "\0", 0, RangeRequest.DESCEND, target))
                        .kvs()))
                .containsExactly(descending);
    }

    @Test
    void line12EqualOnesKeepTheOrderOfKeys() {
        putAll("a", "b", "c");
        for (int order : new int[] {RangeRequest.ASCEND, RangeRequest.DESCEND}) {
            assertThat(keys(kv.range(sorted("a", "\0", 0, order, RangeRequest.VERSION))
                            .kvs()))
                    .containsExactly("a", "b", "c");
        }
    }

    @Test
    void line13SortsBeforeTheLimitAndComparesValuesAsUnsignedBytes() {
        kv.put("a", "\u00ff");
        kv.put("b", "1");
        kv.put("c", "0");
        RangeResponse least = kv.range(sorted("a", "\0", 2, RangeRequest.ASCEND, RangeRequest.VALUE));
        assertThat(keys(least.kvs())).containsExactly("c", "b");
        assertThat(least.more()).isTrue();
    }

    @Test
    void line13OrderNoneTakesTheLimitByKeyAndSortsOnlyThose() {
        kv.put("a", "3");
        kv.put("b", "2");
        kv.put("c", "1");
        RangeResponse quirk = kv.range(sorted("a", "\0", 1, RangeRequest.NONE, RangeRequest.VALUE));
        assertThat(keys(quirk.kvs())).containsExactly("b");
        assertThat(quirk.more()).isTrue();
    }

    @Test
    void line14FiltersComeBeforeTheLimitAndDoNotCount() {
        putAll("a", "b", "c", "d");
        kv.put("a", "again");
        RangeRequest byMod = new RangeRequest(bytes("a"), bytes("\0"), 1, 0, 0, 0, false, false, false, 4, 5, 0, 0);
        RangeResponse filtered = kv.range(byMod);
        assertThat(keys(filtered.kvs())).containsExactly("c");
        assertThat(filtered.more()).isTrue();
        assertThat(filtered.count()).isEqualTo(4);
        RangeRequest byCreate = new RangeRequest(bytes("a"), bytes("\0"), 0, 0, 0, 0, false, false, false, 0, 0, 2, 3);
        assertThat(keys(kv.range(byCreate).kvs())).containsExactly("a", "b");
    }

    @Test
    void line15OldRevisionsAreReadWithTheCurrentOneInTheHeader() {
        kv.put("a", "1");
        kv.put("a", "2");
        kv.delete("a", "");
        kv.put("a", "3");
        assertThat(pairAt("a", 2)).isEqualTo("1 2 2 1 0");
        assertThat(pairAt("a", 3)).isEqualTo("2 2 3 2 0");
        assertThat(kv.range(at("a", 4)).kvs()).isEmpty();
        assertThat(kv.range(at("a", 2)).revision()).isEqualTo(5);
    }

    private String pairAt(String key, long revision) {
        return pair(kv.range(at(key, revision)).kvs().get(0));
    }

    @Test
    void line16RevisionsThatCannotBeRead() {
        putAll("a", "b", "c");
        assertThat(kv.read(at("a", 5))).isEqualTo(KvError.FUTURE_REVISION);
        assertThat(kv.compact(3)).isEqualTo(new CompactResponse(4));
        assertThat(kv.read(at("a", 2))).isEqualTo(KvError.COMPACTED);
        assertThat(kv.range(at("a", 3)).count()).isEqualTo(1);
        assertThat(kv.range(Kv.from("a", "\0")).count()).isEqualTo(3);
        assertThat(kv.range(at("c", -1)).count()).isEqualTo(1);
    }

    @Test
    void line17NegativeLimitsAndUnknownSorts() {
        putAll("a", "b");
        assertThat(kv.range(limited("a", "\0", -1)).kvs()).hasSize(2);
        assertThat(kv.read(sorted("a", "\0", 0, 3, RangeRequest.KEY))).isEqualTo(KvError.INVALID_SORT_OPTION);
        assertThat(kv.read(sorted("a", "\0", 0, 0, 5))).isEqualTo(KvError.INVALID_SORT_OPTION);
        assertThat(kv.read(sorted("a", "\0", 0, -1, 0))).isEqualTo(KvError.INVALID_SORT_OPTION);
    }

    @Test
    void line18DeleteRangeIsOneRevisionInTheOrderOfKeys() {
        putAll("b", "a", "c");
        DeleteRangeResponse two = kv.delete("a", "c");
        assertThat(two.deleted()).isEqualTo(2);
        assertThat(two.revision()).isEqualTo(5);
        assertThat(keys(two.prevKvs())).containsExactly("a", "b");
        DeleteRangeResponse none = kv.delete("a", "c");
        assertThat(none.deleted()).isZero();
        assertThat(none.revision()).isEqualTo(5);
        assertThat(kv.store.revision()).isEqualTo(5);
    }

    @Test
    void line19IgnoreValueAndIgnoreLease() {
        assertThat(kv.apply(keeping("a", "", 0, true, false))).isEqualTo(KvError.KEY_NOT_FOUND);
        assertThat(kv.apply(keeping("a", "x", 0, false, true))).isEqualTo(KvError.KEY_NOT_FOUND);
        assertThat(kv.apply(keeping("a", "x", 0, true, false))).isEqualTo(KvError.VALUE_PROVIDED);
        assertThat(kv.apply(keeping("a", "x", 7, false, true))).isEqualTo(KvError.LEASE_PROVIDED);
        kv.put("a", "1");
        kv.apply(keeping("a", "", 0, true, false));
        assertThat(kv.pair("a")).isEqualTo("1 2 3 2 0");
        kv.apply(keeping("a", "2", 0, false, true));
        assertThat(kv.pair("a")).isEqualTo("2 2 4 3 0");
    }

    @Test
    void line20AndLine24AnUnknownLeaseIsRefusedAndNothingChanges() {
        kv.put("a", "1");
        assertThat(kv.apply(leased("a", 7))).isEqualTo(KvError.LEASE_NOT_FOUND);
        assertThat(kv.apply(leased("b", -7))).isEqualTo(KvError.LEASE_NOT_FOUND);
        assertThat(KvError.LEASE_NOT_FOUND.code()).isEqualTo(KvError.Code.NOT_FOUND);
        assertThat(kv.pair("a")).isEqualTo("1 2 2 1 0");
        assertThat(kv.store.revision()).isEqualTo(2);
    }

    @Test
    void compactRefusesWhatIsCompactedOrStillToCome() {
        assertThat(kv.compact(-1)).isEqualTo(KvError.COMPACTED);
        assertThat(kv.compact(0)).isEqualTo(new CompactResponse(1));
        assertThat(kv.compact(0)).isEqualTo(KvError.COMPACTED);
        assertThat(kv.compact(2)).isEqualTo(KvError.FUTURE_REVISION);
        assertThat(kv.compact(1)).isEqualTo(new CompactResponse(1));
    }

    @Test
    void compactionKeepsWhatIsReadableAtItsRevision() {
        putAll("a", "b", "c");
        kv.put("a", "2");
        kv.delete("b", "");
        kv.put("a", "3");
        kv.compact(5);
        while (kv.store.sweep(1)) {
            assertThat(kv.range(RangeRequest.at(bytes("a"), bytes("\0"), 5)).count())
                    .isEqualTo(3);
        }
        assertThat(pairAt("a", 5)).isEqualTo("2 2 5 2 0");
        assertThat(pairAt("b", 5)).isEqualTo("b 3 3 1 0");
        assertThat(kv.range(at("b", 6)).count()).isZero();
        assertThat(kv.read(at("a", 4))).isEqualTo(KvError.COMPACTED);
    }

    @Test
    void compactionKeepsATombstoneAtExactlyItsRevisionUntilTheNext() {
        putAll("a", "b");
        kv.delete("a", "");
        kv.compact(4);
        sweepAll();
        assertThat(kv.store.view().tree().find(bytes("a"))).isNotNull();
        RevisionLog.Slice log = kv.store.view().log();
        assertThat(log.get(log.positionOf(4)).isTombstone()).isTrue();
        kv.put("c", "1");
        kv.compact(5);
        sweepAll();
        assertThat(kv.store.view().tree().find(bytes("a"))).isNull();
    }

    @Test
    void aCompactionDuringASweepForgetsTheTombstoneThatTheFirstOneKept() {
        kv.put("a", "1");
        for (int i = 0; i < KvStore.SWEEP_PER_COMMAND - 2; i++) {
            kv.put("b", "1");
        }
        long deletedAt = kv.delete("a", "").revision();
        kv.put("c", "1");
        kv.compact(deletedAt);
        kv.compact(deletedAt + 1);
        sweepAll();
        assertThat(kv.store.view().tree().find(bytes("a"))).isNull();
    }

    private void sweepAll() {
        while (kv.store.sweep(3)) {
            assertThat(kv.store.view().revision()).isPositive();
        }
    }

    @Test
    void compactionGivesTheSpaceBack() {
        for (int i = 0; i < 1000; i++) {
            kv.put("a", "value");
        }
        kv.compact(kv.store.revision());
        sweepAll();
        assertThat(kv.store.view().sizeBytes()).isEqualTo(256 + 1 + 5);
        assertThat(kv.store.view().log().end() - kv.store.view().log().first()).isEqualTo(1);
    }

    @Test
    void memberAttributesMakeNoRevision() {
        MemberAttributes attributes = new MemberAttributes(-5, "n1", List.of("http://127.0.0.1:1", "b"));
        View before = kv.store.view();
        assertThat(kv.apply(attributes)).isEqualTo(new MemberAttributesResponse(1));
        assertThat(kv.store.view().memberAttributes(-5)).isEqualTo(attributes);
        assertThat(before.memberAttributes(-5)).isNull();
        assertThat(before.hash()).isNotEqualTo(kv.store.view().hash());
    }
}
