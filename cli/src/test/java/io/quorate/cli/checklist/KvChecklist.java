package io.quorate.cli.checklist;

import static io.quorate.cli.checklist.Etcd.assertPair;
import static io.quorate.cli.checklist.Etcd.assertRefused;
import static io.quorate.cli.checklist.Etcd.bytes;
import static io.quorate.cli.checklist.Etcd.deleteOf;
import static io.quorate.cli.checklist.Etcd.deletePrefix;
import static io.quorate.cli.checklist.Etcd.keys;
import static io.quorate.cli.checklist.Etcd.prefixOf;
import static io.quorate.cli.checklist.Etcd.putOf;
import static io.quorate.cli.checklist.Etcd.rangeOf;
import static io.quorate.cli.checklist.Etcd.values;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.quorate.etcd.etcdserverpb.DeleteRangeRequest;
import io.quorate.etcd.etcdserverpb.DeleteRangeResponse;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.PutResponse;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest.SortOrder;
import io.quorate.etcd.etcdserverpb.RangeRequest.SortTarget;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import io.quorate.server.rpc.EtcdError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Part A of the checklist: single requests. */
abstract class KvChecklist extends Checklist {
    @Test
    @Line(
            value = "A1",
            covers = {"KV.Range", "KV.Put"})
    @JetcdLine("A1")
    void anEmptyStoreIsAtRevisionOneAndTheFirstPutMakesTwo() {
        try (TestCluster empty = cluster.fresh();
                Jetcd jetcd = Jetcd.of(empty.endpoint(1))) {
            Etcd first = new Etcd(empty.members().get(0));
            assertThat(first.revision()).isEqualTo(1);
            assertThat(jetcd.revision()).isEqualTo(1);
            assertThat(first.put("a", "1").getHeader().getRevision()).isEqualTo(2);
            assertThat(jetcd.revision()).isEqualTo(2);
        }
    }

    @Test
    @Line("A2")
    void aPutKeepsTheCreateRevisionAndCountsVersions() {
        long first = etcd.put(key("k"), "v").getHeader().getRevision();
        assertPair(etcd.get(key("k")).getKvs(0), key("k"), "v", first, first, 1);
        long second = etcd.put(key("k"), "v").getHeader().getRevision();
        assertThat(second).isEqualTo(first + 1);
        assertPair(etcd.get(key("k")).getKvs(0), key("k"), "v", first, second, 2);
    }

    @Test
    @Line("A3")
    void aPutBehindADeleteBeginsANewLife() {
        long first = etcd.put(key("k"), "1").getHeader().getRevision();
        etcd.send(deleteOf(key("k")));
        etcd.put(key("k"), "2");
        assertPair(etcd.get(key("k")).getKvs(0), key("k"), "2", first + 2, first + 2, 1);
    }

    @Test
    @Line(
            value = "A4",
            covers = {"PutRequest.prev_kv"})
    void aPutAnswersWithItsRevisionAndThePairBeforeWhenAsked() {
        PutResponse created = etcd.send(putOf(key("k"), "1").setPrevKv(true));
        assertThat(created.hasPrevKv()).isFalse();
        PutResponse silent = etcd.put(key("k"), "2");
        assertThat(silent.hasPrevKv()).isFalse();
        long first = created.getHeader().getRevision();
        PutResponse asked = etcd.send(putOf(key("k"), "3").setPrevKv(true));
        assertThat(asked.getHeader().getRevision()).isEqualTo(first + 2);
        assertPair(asked.getPrevKv(), key("k"), "2", first, first + 1, 2);
        assertThat(asked.getHeader().getClusterId()).isNotZero();
        assertThat(asked.getHeader().getMemberId()).isNotZero();
        assertThat(asked.getHeader().getRaftTerm()).isPositive();
    }

    @Test
    @Line(
            value = "A5",
            covers = {"PutRequest.key", "PutRequest.value"})
    void keysAreBytesInUnsignedOrderAndValuesMayBeEmpty() {
        ByteString prefix = bytes(own);
        List<ByteString> ordered = List.of(
                prefix,
                prefix.concat(ByteString.copyFrom(new byte[] {0})),
                prefix.concat(ByteString.copyFrom(new byte[] {0x7f})),
                prefix.concat(ByteString.copyFrom(new byte[] {(byte) 0x80})),
                prefix.concat(ByteString.copyFrom(new byte[] {(byte) 0xff})),
                prefix.concat(ByteString.copyFrom(new byte[] {(byte) 0xff, 0})));
        for (int i = ordered.size() - 1; i >= 0; i--) {
            etcd.send(PutRequest.newBuilder().setKey(ordered.get(i)));
        }
        RangeResponse all = etcd.send(prefixOf(own));
        assertThat(all.getKvsList()).extracting(kv -> kv.getKey()).containsExactlyElementsOf(ordered);
        assertThat(all.getKvsList()).allSatisfy(kv -> assertThat(kv.getValue()).isEqualTo(ByteString.EMPTY));
    }

    @Test
    @Line(
            value = "A6",
            covers = {"RangeRequest.key", "DeleteRangeRequest.key"})
    void anEmptyKeyIsRefused() {
        etcd.assertRefusedWithoutTrace(EtcdError.EMPTY_KEY, () -> etcd.put("", "v"));
        etcd.assertRefusedWithoutTrace(EtcdError.EMPTY_KEY, () -> etcd.send(RangeRequest.newBuilder()));
        etcd.assertRefusedWithoutTrace(EtcdError.EMPTY_KEY, () -> etcd.send(DeleteRangeRequest.newBuilder()));
    }

    @Test
    @Line("A7")
    void oneKeyIsReadAndAMissingOneIsNoError() {
        etcd.put(key("k"), "v");
        RangeResponse there = etcd.get(key("k"));
        assertThat(values(there)).containsExactly("v");
        assertThat(there.getCount()).isEqualTo(1);
        RangeResponse missing = etcd.get(key("other"));
        assertThat(missing.getKvsList()).isEmpty();
        assertThat(missing.getCount()).isZero();
        assertThat(missing.getMore()).isFalse();
    }

    @Test
    @Line(
            value = "A8",
            covers = {"RangeRequest.range_end"})
    void rangesAreHalfOpenPrefixesOpenEndsOrEverything() {
        putAll("a", "b", "c", "d");
        assertThat(etcd.send(rangeOf(key("a"), key("c"))).getCount()).isEqualTo(2);
        assertThat(etcd.send(prefixOf(own)).getCount()).isEqualTo(4);
        assertThat(etcd.send(rangeOf(key("c"), key("c"))).getCount()).isZero();
        assertThat(etcd.send(rangeOf(key("c"), key("a"))).getCount()).isZero();
        long everything = etcd.send(rangeOf("\0", "\0")).getCount();
        long below = etcd.send(rangeOf("\0", key("c"))).getCount();
        assertThat(etcd.send(rangeOf(key("c"), "\0")).getCount()).isEqualTo(everything - below);
    }

    @Test
    @Line(
            value = "A9",
            covers = {"RangeRequest.limit"})
    void aLimitCutsTheAnswerAndTheCountStaysWhole() {
        putAll("a", "b", "c");
        RangeResponse two = etcd.send(prefixOf(own).setLimit(2));
        assertThat(keys(two)).containsExactly(key("a"), key("b"));
        assertThat(two.getMore()).isTrue();
        assertThat(two.getCount()).isEqualTo(3);
        RangeResponse three = etcd.send(prefixOf(own).setLimit(3));
        assertThat(three.getKvsCount()).isEqualTo(3);
        assertThat(three.getMore()).isFalse();
    }

    @Test
    @Line(
            value = "A10",
            covers = {"RangeRequest.count_only"})
    void countOnlyGivesNoPairs() {
        putAll("a", "b", "c");
        for (int limit = 0; limit < 3; limit++) {
            RangeResponse count = etcd.send(prefixOf(own).setCountOnly(true).setLimit(limit));
            assertThat(count.getKvsList()).isEmpty();
            assertThat(count.getCount()).isEqualTo(3);
            assertThat(count.getMore()).isFalse();
        }
    }

    @Test
    @Line(
            value = "A11",
            covers = {"RangeRequest.keys_only"})
    void keysOnlyKeepsRevisionsAndClearsValues() {
        long first = etcd.put(key("k"), "1").getHeader().getRevision();
        etcd.put(key("k"), "2");
        RangeResponse answer = etcd.send(rangeOf(key("k")).setKeysOnly(true));
        assertPair(answer.getKvs(0), key("k"), "", first, first + 1, 2);
    }

    /** Versions c, a, b; created and modified in other orders; values in yet another. */
    private void putToSort() {
        etcd.put(key("a"), "z");
        etcd.put(key("b"), "q");
        etcd.put(key("c"), "y");
        etcd.put(key("b"), "r");
        etcd.put(key("a"), "w");
        etcd.put(key("b"), "x");
    }

    @Test
    @Line(
            value = "A12",
            covers = {"RangeRequest.sort_order", "RangeRequest.sort_target"})
    void anAnswerIsSortedByAnyFieldEitherWay() {
        putToSort();
        assertSorted(SortTarget.KEY, "a", "b", "c");
        assertSorted(SortTarget.VERSION, "c", "a", "b");
        assertSorted(SortTarget.CREATE, "a", "b", "c");
        assertSorted(SortTarget.MOD, "c", "a", "b");
        assertSorted(SortTarget.VALUE, "a", "b", "c");
        RangeResponse unordered = etcd.send(prefixOf(own).setSortTarget(SortTarget.VERSION));
        assertThat(keys(unordered))
                .as("a target without an order sorts ascending")
                .containsExactly(key("c"), key("a"), key("b"));
    }

    private void assertSorted(SortTarget target, String... names) {
        List<String> ascending = Arrays.stream(names).map(this::key).toList();
        RangeRequest.Builder range = prefixOf(own).setSortTarget(target);
        assertThat(keys(etcd.send(range.setSortOrder(SortOrder.ASCEND))))
                .as("%s", target)
                .isEqualTo(ascending);
        List<String> descending = new ArrayList<>(ascending);
        Collections.reverse(descending);
        assertThat(keys(etcd.send(range.setSortOrder(SortOrder.DESCEND))))
                .as("%s", target)
                .isEqualTo(descending);
    }

    @Test
    @Line("A13")
    void sortingComesBeforeTheLimit() {
        putToSort();
        RangeResponse last = etcd.send(prefixOf(own)
                .setSortTarget(SortTarget.VERSION)
                .setSortOrder(SortOrder.DESCEND)
                .setLimit(2));
        assertThat(keys(last)).containsExactly(key("b"), key("a"));
        assertThat(last.getMore()).isTrue();
        assertThat(last.getCount()).isEqualTo(3);
        etcd.send(PutRequest.newBuilder().setKey(bytes(key("d"))).setValue(ByteString.copyFrom(new byte[] {-1})));
        assertThat(keys(etcd.send(prefixOf(own)
                        .setSortTarget(SortTarget.VALUE)
                        .setSortOrder(SortOrder.DESCEND)
                        .setLimit(1))))
                .as("0xff is above every letter")
                .containsExactly(key("d"));
    }

    @Test
    @Line(
            value = "A14",
            covers = {
                "RangeRequest.min_mod_revision",
                "RangeRequest.max_mod_revision",
                "RangeRequest.min_create_revision",
                "RangeRequest.max_create_revision"
            })
    void revisionFiltersComeBeforeTheLimitAndLeaveTheCount() {
        long a = etcd.put(key("a"), "1").getHeader().getRevision();
        putAll("b", "c");
        etcd.put(key("a"), "2");
        assertThat(keys(etcd.send(prefixOf(own).setMinModRevision(a + 2)))).containsExactly(key("a"), key("c"));
        assertThat(keys(etcd.send(prefixOf(own).setMaxModRevision(a + 1)))).containsExactly(key("b"));
        assertThat(keys(etcd.send(prefixOf(own).setMinCreateRevision(a + 1)))).containsExactly(key("b"), key("c"));
        assertThat(keys(etcd.send(prefixOf(own).setMaxCreateRevision(a)))).containsExactly(key("a"));
        RangeResponse cut = etcd.send(prefixOf(own).setMinCreateRevision(a + 1).setLimit(1));
        assertThat(keys(cut)).containsExactly(key("b"));
        assertThat(cut.getMore()).isTrue();
        assertThat(cut.getCount()).isEqualTo(3);
        assertThat(etcd.send(prefixOf(own).setMinCreateRevision(a + 1).setLimit(2))
                        .getMore())
                .isFalse();
    }

    @Test
    @Line(
            value = "A15",
            covers = {"RangeRequest.revision"})
    void anOldRevisionShowsTheStoreOfThatMoment() {
        long first = etcd.put(key("k"), "old").getHeader().getRevision();
        etcd.put(key("k"), "new");
        etcd.put(key("later"), "x");
        RangeResponse old = etcd.send(prefixOf(own).setRevision(first));
        assertThat(values(old)).containsExactly("old");
        assertThat(old.getCount()).isEqualTo(1);
        assertThat(old.getHeader().getRevision()).isEqualTo(first + 2);
    }

    @Test
    @Line(
            value = "A16",
            covers = {"KV.Compact", "CompactionRequest.revision"})
    void compactedAndFutureRevisionsAreRefused() {
        long first = etcd.put(key("k"), "1").getHeader().getRevision();
        etcd.put(key("k"), "2");
        assertThat(etcd.compact(first + 1).getHeader().getRevision()).isEqualTo(first + 1);
        assertRefused(EtcdError.COMPACTED, () -> etcd.send(rangeOf(key("k")).setRevision(first)));
        assertRefused(
                EtcdError.FUTURE_REVISION, () -> etcd.send(rangeOf(key("k")).setRevision(first + 2)));
        assertThat(values(etcd.send(rangeOf(key("k")).setRevision(first + 1)))).containsExactly("2");
        assertThat(values(etcd.send(rangeOf(key("k")).setRevision(-1)))).containsExactly("2");
        assertRefused(EtcdError.COMPACTED, () -> etcd.compact(first + 1));
        assertRefused(EtcdError.COMPACTED, () -> etcd.compact(-1));
        assertRefused(EtcdError.FUTURE_REVISION, () -> etcd.compact(first + 2));
    }

    @Test
    @Line("A17")
    void aNegativeLimitIsNoneAndAnUnknownSortIsRefused() {
        putAll("a", "b");
        assertThat(etcd.send(prefixOf(own).setLimit(-1)).getKvsCount()).isEqualTo(2);
        assertRefused(
                EtcdError.INVALID_SORT_OPTION, () -> etcd.send(prefixOf(own).setSortOrderValue(7)));
        assertRefused(
                EtcdError.INVALID_SORT_OPTION, () -> etcd.send(prefixOf(own).setSortTargetValue(7)));
    }

    @Test
    @Line(
            value = "A18",
            covers = {"KV.DeleteRange", "DeleteRangeRequest.range_end", "DeleteRangeRequest.prev_kv"})
    void aDeleteTellsWhatItTookInOneRevision() {
        putAll("b", "a", "c");
        long before = etcd.revision();
        DeleteRangeResponse gone = etcd.send(deletePrefix(own).setPrevKv(true));
        assertThat(gone.getDeleted()).isEqualTo(3);
        assertThat(gone.getPrevKvsList())
                .extracting(kv -> kv.getKey().toStringUtf8())
                .containsExactly(key("a"), key("b"), key("c"));
        assertThat(gone.getHeader().getRevision()).isEqualTo(before + 1);
        DeleteRangeResponse nothing = etcd.send(deletePrefix(own).setPrevKv(true));
        assertThat(nothing.getDeleted()).isZero();
        assertThat(nothing.getHeader().getRevision()).isEqualTo(before + 1);
        assertThat(etcd.revision()).isEqualTo(before + 1);
    }

    @Test
    @Line(
            value = "A19",
            covers = {"PutRequest.ignore_value", "PutRequest.ignore_lease"})
    void whatAPutIgnoresItMustNotGiveAndTheKeyMustExist() {
        PutRequest.Builder ignoreValue = putOf(key("k"), "").setIgnoreValue(true);
        PutRequest.Builder ignoreLease = putOf(key("k"), "2").setIgnoreLease(true);
        etcd.assertRefusedWithoutTrace(EtcdError.KEY_NOT_FOUND, () -> etcd.send(ignoreValue));
        etcd.assertRefusedWithoutTrace(EtcdError.KEY_NOT_FOUND, () -> etcd.send(ignoreLease));
        etcd.put(key("k"), "1");
        etcd.assertRefusedWithoutTrace(
                EtcdError.VALUE_PROVIDED, () -> etcd.send(putOf(key("k"), "x").setIgnoreValue(true)));
        etcd.assertRefusedWithoutTrace(
                EtcdError.LEASE_PROVIDED,
                () -> etcd.send(putOf(key("k"), "x").setIgnoreLease(true).setLease(7)));
        etcd.send(ignoreValue);
        assertThat(values(etcd.get(key("k")))).containsExactly("1");
        etcd.send(ignoreLease);
        assertThat(values(etcd.get(key("k")))).containsExactly("2");
        assertThat(etcd.get(key("k")).getKvs(0).getVersion()).isEqualTo(3);
    }

    /** There are no leases yet, so every lease is unknown; line A21 (moving and detaching) comes with them. */
    @Test
    @Line(
            value = "A20",
            covers = {"PutRequest.lease"})
    void anUnknownLeaseIsRefusedAndNothingWritten() {
        etcd.assertRefusedWithoutTrace(
                EtcdError.LEASE_NOT_FOUND, () -> etcd.send(putOf(key("k"), "1").setLease(4711)));
        assertThat(etcd.get(key("k")).getCount()).isZero();
    }

    @Test
    @Line(
            value = "A22",
            covers = {"RangeRequest.serializable"})
    void everyMemberReadsAndWritesAndReadsAreLinearizable() {
        for (int round = 0; round < 20; round++) {
            String value = "v" + round;
            long written = member(round).put(key("k"), value).getHeader().getRevision();
            for (int reader = 0; reader < cluster.members().size(); reader++) {
                RangeResponse read = member(reader).get(key("k"));
                assertThat(values(read))
                        .as("member %d in round %d", reader, round)
                        .containsExactly(value);
                assertThat(read.getHeader().getRevision()).isGreaterThanOrEqualTo(written);
            }
        }
        assertThat(member(0)
                        .send(rangeOf(key("k")).setSerializable(true))
                        .getHeader()
                        .getRevision())
                .isPositive();
    }

    @Test
    @Line("A24")
    void aRefusedRequestLeavesNoTrace() {
        long first = etcd.put(key("k"), "1").getHeader().getRevision();
        assertRefused(
                EtcdError.LEASE_NOT_FOUND, () -> etcd.send(putOf(key("k"), "2").setLease(1)));
        assertRefused(EtcdError.FUTURE_REVISION, () -> etcd.compact(first + 1000));
        assertPair(etcd.get(key("k")).getKvs(0), key("k"), "1", first, first, 1);
        assertThat(etcd.put(key("k"), "2").getHeader().getRevision()).isEqualTo(first + 1);
    }

    private void putAll(String... names) {
        for (String name : names) {
            etcd.put(key(name), name);
        }
    }
}
