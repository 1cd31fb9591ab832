package io.quorate.cli.checklist;

import static io.quorate.cli.checklist.Etcd.assertRefused;
import static io.quorate.cli.checklist.Jetcd.assertPair;
import static io.quorate.cli.checklist.Jetcd.bytes;
import static io.quorate.cli.checklist.Jetcd.keys;
import static io.quorate.cli.checklist.Jetcd.text;
import static io.quorate.cli.checklist.Jetcd.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.DeleteResponse;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.PutResponse;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.GetOption.SortOrder;
import io.etcd.jetcd.options.GetOption.SortTarget;
import io.etcd.jetcd.options.PutOption;
import io.quorate.server.rpc.EtcdError;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Part A of the checklist through jetcd: single requests. */
abstract class JetcdKvChecklist extends JetcdChecklist {
    @Test
    @JetcdLine("A2")
    void aPutKeepsTheCreateRevisionAndCountsVersions() {
        long first = jetcd.put(key("k"), "v").getHeader().getRevision();
        assertPair(jetcd.get(key("k")).getKvs().get(0), key("k"), "v", first, first, 1);
        long second = jetcd.put(key("k"), "v").getHeader().getRevision();
        assertThat(second).isEqualTo(first + 1);
        assertPair(jetcd.get(key("k")).getKvs().get(0), key("k"), "v", first, second, 2);
    }

    @Test
    @JetcdLine("A3")
    void aPutBehindADeleteBeginsANewLife() {
        long first = jetcd.put(key("k"), "1").getHeader().getRevision();
        jetcd.delete(key("k"), DeleteOption.builder());
        jetcd.put(key("k"), "2");
        assertPair(jetcd.get(key("k")).getKvs().get(0), key("k"), "2", first + 2, first + 2, 1);
    }

    @Test
    @JetcdLine("A4")
    void aPutAnswersWithItsRevisionAndThePairBeforeWhenAsked() {
        PutOption asking = PutOption.builder().withPrevKV().build();
        PutResponse created = jetcd.put(key("k"), "1", asking);
        assertThat(created.hasPrevKv()).isFalse();
        assertThat(jetcd.put(key("k"), "2").hasPrevKv()).isFalse();
        long first = created.getHeader().getRevision();
        PutResponse asked = jetcd.put(key("k"), "3", asking);
        assertThat(asked.getHeader().getRevision()).isEqualTo(first + 2);
        assertPair(asked.getPrevKv(), key("k"), "2", first, first + 1, 2);
        assertThat(asked.getHeader().getClusterId()).isNotZero();
        assertThat(asked.getHeader().getMemberId()).isNotZero();
        assertThat(asked.getHeader().getRaftTerm()).isPositive();
    }

    @Test
    @JetcdLine("A5")
    void keysAreBytesInUnsignedOrderAndValuesMayBeEmpty() {
        ByteSequence prefix = bytes(own);
        List<ByteSequence> ordered = List.of(
                prefix,
                prefix.concat(ByteSequence.from(new byte[] {0})),
                prefix.concat(ByteSequence.from(new byte[] {0x7f})),
                prefix.concat(ByteSequence.from(new byte[] {(byte) 0x80})),
                prefix.concat(ByteSequence.from(new byte[] {(byte) 0xff})),
                prefix.concat(ByteSequence.from(new byte[] {(byte) 0xff, 0})));
        for (int i = ordered.size() - 1; i >= 0; i--) {
            Jetcd.await(jetcd.kv().put(ordered.get(i), ByteSequence.EMPTY));
        }
        List<KeyValue> all = jetcd.prefix(own).getKvs();
        assertThat(all).extracting(KeyValue::getKey).containsExactlyElementsOf(ordered);
        assertThat(all).allSatisfy(kv -> assertThat(kv.getValue().isEmpty()).isTrue());
    }

    @Test
    @JetcdLine("A6")
    void anEmptyKeyIsRefused() {
        jetcd.assertRefusedWithoutTrace(EtcdError.EMPTY_KEY, () -> jetcd.put("", "v"));
        jetcd.assertRefusedWithoutTrace(EtcdError.EMPTY_KEY, () -> jetcd.get(""));
        jetcd.assertRefusedWithoutTrace(EtcdError.EMPTY_KEY, () -> jetcd.delete("", DeleteOption.builder()));
    }

    @Test
    @JetcdLine("A7")
    void oneKeyIsReadAndAMissingOneIsNoError() {
        jetcd.put(key("k"), "v");
        GetResponse there = jetcd.get(key("k"));
        assertThat(values(there)).containsExactly("v");
        assertThat(there.getCount()).isEqualTo(1);
        GetResponse missing = jetcd.get(key("other"));
        assertThat(missing.getKvs()).isEmpty();
        assertThat(missing.getCount()).isZero();
        assertThat(missing.isMore()).isFalse();
    }

    @Test
    @JetcdLine("A8")
    void rangesAreHalfOpenPrefixesOpenEndsOrEverything() {
        putAll("a", "b", "c", "d");
        assertThat(count(key("a"), key("c"))).isEqualTo(2);
        assertThat(jetcd.prefix(own).getCount()).isEqualTo(4);
        assertThat(count(key("c"), key("c"))).isZero();
        assertThat(count(key("c"), key("a"))).isZero();
        assertThat(count(key("c"), "\0")).isEqualTo(count("\0", "\0") - count("\0", key("c")));
    }

    private long count(String from, String end) {
        return jetcd.get(from, GetOption.builder().withRange(bytes(end))).getCount();
    }

    @Test
    @JetcdLine("A9")
    void aLimitCutsTheAnswerAndTheCountStaysWhole() {
        putAll("a", "b", "c");
        GetResponse two = jetcd.prefix(own, GetOption.builder().withLimit(2));
        assertThat(keys(two)).containsExactly(key("a"), key("b"));
        assertThat(two.isMore()).isTrue();
        assertThat(two.getCount()).isEqualTo(3);
        GetResponse three = jetcd.prefix(own, GetOption.builder().withLimit(3));
        assertThat(three.getKvs()).hasSize(3);
        assertThat(three.isMore()).isFalse();
    }

    @Test
    @JetcdLine("A10")
    void countOnlyGivesNoPairs() {
        putAll("a", "b", "c");
        for (int limit = 0; limit < 3; limit++) {
            GetResponse count =
                    jetcd.prefix(own, GetOption.builder().withCountOnly(true).withLimit(limit));
            assertThat(count.getKvs()).isEmpty();
            assertThat(count.getCount()).isEqualTo(3);
            assertThat(count.isMore()).isFalse();
        }
    }

    @Test
    @JetcdLine("A11")
    void keysOnlyKeepsRevisionsAndClearsValues() {
        long first = jetcd.put(key("k"), "1").getHeader().getRevision();
        jetcd.put(key("k"), "2");
        GetResponse answer = jetcd.get(key("k"), GetOption.builder().withKeysOnly(true));
        assertPair(answer.getKvs().get(0), key("k"), "", first, first + 1, 2);
    }

    /** By version: c, a, b; created and modified in other orders; values in yet another. */
    private void putToSort() {
        jetcd.put(key("a"), "z");
        jetcd.put(key("b"), "q");
        jetcd.put(key("c"), "y");
        jetcd.put(key("b"), "r");
        jetcd.put(key("a"), "w");
        jetcd.put(key("b"), "x");
    }

    @Test
    @JetcdLine("A12")
    void anAnswerIsSortedByAnyFieldEitherWay() {
        putToSort();
        assertSorted(SortTarget.KEY, "a", "b", "c");
        assertSorted(SortTarget.VERSION, "c", "a", "b");
        assertSorted(SortTarget.CREATE, "a", "b", "c");
        assertSorted(SortTarget.MOD, "c", "a", "b");
        assertSorted(SortTarget.VALUE, "a", "b", "c");
        assertThat(keys(jetcd.prefix(own, GetOption.builder().withSortField(SortTarget.VERSION))))
                .as("a target without an order sorts ascending")
                .containsExactly(key("c"), key("a"), key("b"));
    }

    private void assertSorted(SortTarget target, String... names) {
        List<String> order = new ArrayList<>(Arrays.stream(names).map(this::key).toList());
        assertThat(keys(sorted(target, SortOrder.ASCEND, 0))).as("%s", target).isEqualTo(order);
        Collections.reverse(order);
        assertThat(keys(sorted(target, SortOrder.DESCEND, 0))).as("%s", target).isEqualTo(order);
    }

    private GetResponse sorted(SortTarget target, SortOrder order, long limit) {
        return jetcd.prefix(
                own,
                GetOption.builder().withSortField(target).withSortOrder(order).withLimit(limit));
    }

    @Test
    @JetcdLine("A13")
    void sortingComesBeforeTheLimit() {
        putToSort();
        GetResponse last = sorted(SortTarget.VERSION, SortOrder.DESCEND, 2);
        assertThat(keys(last)).containsExactly(key("b"), key("a"));
        assertThat(last.isMore()).isTrue();
        assertThat(last.getCount()).isEqualTo(3);
        Jetcd.await(jetcd.kv().put(bytes(key("d")), ByteSequence.from(new byte[] {-1})));
        assertThat(keys(sorted(SortTarget.VALUE, SortOrder.DESCEND, 1)))
                .as("0xff is above every letter")
                .containsExactly(key("d"));
    }

    @Test
    @JetcdLine("A14")
    void revisionFiltersComeBeforeTheLimitAndLeaveTheCount() {
        long a = jetcd.put(key("a"), "1").getHeader().getRevision();
        putAll("b", "c");
        jetcd.put(key("a"), "2");
        assertThat(keys(jetcd.prefix(own, GetOption.builder().withMinModRevision(a + 2))))
                .containsExactly(key("a"), key("c"));
        assertThat(keys(jetcd.prefix(own, GetOption.builder().withMaxModRevision(a + 1))))
                .containsExactly(key("b"));
        assertThat(keys(jetcd.prefix(own, GetOption.builder().withMaxCreateRevision(a))))
                .containsExactly(key("a"));
        GetResponse cut = jetcd.prefix(
                own, GetOption.builder().withMinCreateRevision(a + 1).withLimit(1));
        assertThat(keys(cut)).containsExactly(key("b"));
        assertThat(cut.isMore()).isTrue();
        assertThat(cut.getCount()).isEqualTo(3);
    }

    @Test
    @JetcdLine("A15")
    void anOldRevisionShowsTheStoreOfThatMoment() {
        long first = jetcd.put(key("k"), "old").getHeader().getRevision();
        jetcd.put(key("k"), "new");
        jetcd.put(key("later"), "x");
        GetResponse old = jetcd.prefix(own, GetOption.builder().withRevision(first));
        assertThat(values(old)).containsExactly("old");
        assertThat(old.getCount()).isEqualTo(1);
        assertThat(old.getHeader().getRevision()).isEqualTo(first + 2);
    }

    @Test
    @JetcdLine("A16")
    void compactedAndFutureRevisionsAreRefused() {
        long first = jetcd.put(key("k"), "1").getHeader().getRevision();
        jetcd.put(key("k"), "2");
        assertThat(jetcd.compact(first + 1).getHeader().getRevision()).isEqualTo(first + 1);
        assertRefused(EtcdError.COMPACTED, () -> at(first));
        assertRefused(EtcdError.FUTURE_REVISION, () -> at(first + 2));
        assertThat(values(at(first + 1))).containsExactly("2");
        assertThat(values(at(-1))).containsExactly("2");
        assertRefused(EtcdError.COMPACTED, () -> jetcd.compact(first + 1));
        assertRefused(EtcdError.COMPACTED, () -> jetcd.compact(-1));
        assertRefused(EtcdError.FUTURE_REVISION, () -> jetcd.compact(first + 2));
    }

    private GetResponse at(long revision) {
        return jetcd.get(key("k"), GetOption.builder().withRevision(revision));
    }

    /** The other half of the line, a sort that etcd does not know, cannot be said by jetcd's enums. */
    @Test
    @JetcdLine("A17")
    void aNegativeLimitIsNone() {
        putAll("a", "b");
        assertThat(jetcd.prefix(own, GetOption.builder().withLimit(-1)).getKvs())
                .hasSize(2);
    }

    @Test
    @JetcdLine("A18")
    void aDeleteTellsWhatItTookInOneRevision() {
        putAll("b", "a", "c");
        long before = jetcd.revision();
        DeleteOption.Builder everything = DeleteOption.builder().isPrefix(true).withPrevKV(true);
        DeleteResponse gone = jetcd.delete(own, everything);
        assertThat(gone.getDeleted()).isEqualTo(3);
        assertThat(gone.getPrevKvs()).extracting(kv -> text(kv.getKey())).containsExactly(key("a"), key("b"), key("c"));
        assertThat(gone.getHeader().getRevision()).isEqualTo(before + 1);
        DeleteResponse nothing = jetcd.delete(own, everything);
        assertThat(nothing.getDeleted()).isZero();
        assertThat(nothing.getHeader().getRevision()).isEqualTo(before + 1);
        assertThat(jetcd.revision()).isEqualTo(before + 1);
    }

    @Test
    @JetcdLine("A20")
    void anUnknownLeaseIsRefusedAndNothingWritten() {
        PutOption leased = PutOption.builder().withLeaseId(4711).build();
        jetcd.assertRefusedWithoutTrace(EtcdError.LEASE_NOT_FOUND, () -> jetcd.put(key("k"), "1", leased));
        assertThat(jetcd.get(key("k")).getCount()).isZero();
    }

    @Test
    @JetcdLine("A22")
    void everyMemberReadsAndWritesAndReadsAreLinearizable() {
        for (int round = 0; round < 12; round++) {
            String value = "v" + round;
            Jetcd writer = clients().get(round % clients().size());
            long written = writer.put(key("k"), value).getHeader().getRevision();
            for (Jetcd reader : clients()) {
                GetResponse read = reader.get(key("k"));
                assertThat(values(read)).as("round %d", round).containsExactly(value);
                assertThat(read.getHeader().getRevision()).isGreaterThanOrEqualTo(written);
            }
        }
        assertThat(jetcd.get(key("k"), GetOption.builder().withSerializable(true))
                        .getHeader()
                        .getRevision())
                .isPositive();
    }

    @Test
    @JetcdLine("A24")
    void aRefusedRequestLeavesNoTrace() {
        long first = jetcd.put(key("k"), "1").getHeader().getRevision();
        PutOption leased = PutOption.builder().withLeaseId(1).build();
        assertRefused(EtcdError.LEASE_NOT_FOUND, () -> jetcd.put(key("k"), "2", leased));
        assertRefused(EtcdError.FUTURE_REVISION, () -> jetcd.compact(first + 1000));
        assertPair(jetcd.get(key("k")).getKvs().get(0), key("k"), "1", first, first, 1);
        assertThat(jetcd.put(key("k"), "2").getHeader().getRevision()).isEqualTo(first + 1);
    }

    private void putAll(String... names) {
        for (String name : names) {
            jetcd.put(key(name), name);
        }
    }
}
