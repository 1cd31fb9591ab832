package io.quorate.cli.checklist;

import static io.quorate.cli.checklist.Etcd.assertRefused;
import static io.quorate.cli.checklist.Jetcd.assertPair;
import static io.quorate.cli.checklist.Jetcd.bytes;
import static io.quorate.cli.checklist.Jetcd.commit;
import static io.quorate.cli.checklist.Jetcd.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.DeleteOption;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.PutOption;
import io.quorate.server.rpc.EtcdError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Part B of the checklist through jetcd: transactions. */
abstract class JetcdTxnChecklist extends JetcdChecklist {
    private static final Op[] NONE = {};

    private static Op put(String key, String value) {
        return Op.put(bytes(key), bytes(value), PutOption.DEFAULT);
    }

    private static Op get(String key) {
        return Op.get(bytes(key), GetOption.DEFAULT);
    }

    private static Op getAt(String key, long revision) {
        return Op.get(bytes(key), GetOption.builder().withRevision(revision).build());
    }

    private static Op delete(String key) {
        return Op.delete(bytes(key), DeleteOption.DEFAULT);
    }

    private static Op deletePrefix(String prefix) {
        return Op.delete(bytes(prefix), DeleteOption.builder().isPrefix(true).build());
    }

    private static Op nested(Op... success) {
        return Op.txn(new Cmp[] {}, success, NONE);
    }

    private static Cmp versionIs(String key, long version) {
        return new Cmp(bytes(key), Cmp.Op.EQUAL, CmpTarget.version(version));
    }

    private TxnResponse then(Op... ops) {
        return commit(jetcd.txn().Then(ops));
    }

    /** jetcd sorts the answers by kind, so their order across kinds cannot be seen through it. */
    @Test
    @JetcdLine("B25")
    void theBranchFollowsTheCompares() {
        Cmp isNew = versionIs(key("k"), 0);
        Op[] create = {put(key("k"), "created"), get(key("k")), delete(key("none")), nested()};
        TxnResponse created = commit(jetcd.txn().If(isNew).Then(create).Else(get(key("k"))));
        assertThat(created.isSucceeded()).isTrue();
        assertThat(created.getPutResponses()).hasSize(1);
        assertThat(created.getGetResponses()).hasSize(1);
        assertThat(created.getDeleteResponses()).hasSize(1);
        assertThat(created.getTxnResponses()).hasSize(1);
        TxnResponse there = commit(jetcd.txn().If(isNew).Then(create).Else(get(key("k"))));
        assertThat(there.isSucceeded()).isFalse();
        assertThat(there.getPutResponses()).isEmpty();
        assertThat(values(there.getGetResponses().get(0))).containsExactly("created");
    }

    @Test
    @JetcdLine("B26")
    void allWritesOfATransactionShareOneRevision() {
        long before = jetcd.revision();
        assertThat(then(put(key("a"), "1"), put(key("b"), "2")).getHeader().getRevision())
                .isEqualTo(before + 1);
        assertThat(jetcd.prefix(own).getKvs())
                .hasSize(2)
                .extracting(KeyValue::getModRevision)
                .containsOnly(before + 1);
        assertThat(then(get(key("a")), delete(key("none"))).getHeader().getRevision())
                .isEqualTo(before + 1);
        assertThat(jetcd.revision()).isEqualTo(before + 1);
    }

    @Test
    @JetcdLine("B27")
    void headersInsideCarryTheRevisionOnlyAndThoseOfNestedTransactionsNothing() {
        TxnResponse answer = then(put(key("a"), "1"), get(key("a")), delete(key("none")), nested(put(key("b"), "2")));
        long revision = answer.getHeader().getRevision();
        assertThat(answer.getHeader().getMemberId()).isNotZero();
        TxnResponse inner = answer.getTxnResponses().get(0);
        Stream.of(
                        answer.getPutResponses().get(0).getHeader(),
                        answer.getGetResponses().get(0).getHeader(),
                        answer.getDeleteResponses().get(0).getHeader(),
                        inner.getPutResponses().get(0).getHeader())
                .forEach(header -> assertThat(List.of(
                                header.getRevision(),
                                header.getMemberId(),
                                header.getClusterId(),
                                header.getRaftTerm()))
                        .containsExactly(revision, 0L, 0L, 0L));
        assertThat(inner.getHeader().getRevision()).isZero();
    }

    @Test
    @JetcdLine("B28")
    void aRangeInsideSeesThePutsBeforeIt() {
        long first = jetcd.put(key("k"), "old").getHeader().getRevision();
        PutOption asking = PutOption.builder().withPrevKV().build();
        TxnResponse answer = then(get(key("k")), Op.put(bytes(key("k")), bytes("new"), asking), get(key("k")));
        List<GetResponse> reads = answer.getGetResponses();
        assertThat(values(reads.get(0))).containsExactly("old");
        assertPair(answer.getPutResponses().get(0).getPrevKv(), key("k"), "old", first, first, 1);
        assertPair(reads.get(1).getKvs().get(0), key("k"), "new", first, first + 1, 2);
    }

    @Test
    @JetcdLine("B29")
    void aTransactionHasAtMost128ComparesOrOperations() {
        Op[] full = gets(128);
        Cmp[] compares = IntStream.range(0, 128)
                .mapToObj(i -> versionIs(key("k" + i), 0))
                .toArray(Cmp[]::new);
        assertThat(commit(jetcd.txn().If(compares).Then(full).Else(full)).getGetResponses())
                .hasSize(128);
        assertRefused(EtcdError.TOO_MANY_OPS, () -> then(gets(129)));
        assertRefused(
                EtcdError.TOO_MANY_OPS, () -> commit(jetcd.txn().Then(full).Else(gets(129))));
        Op pair = nested(gets(2));
        assertRefused(EtcdError.TOO_MANY_OPS, () -> then(and(gets(126), pair)));
        assertThat(then(and(gets(125), pair)).getTxnResponses()).hasSize(1);
    }

    private Op[] gets(int count) {
        return IntStream.range(0, count).mapToObj(i -> get(key("k" + i))).toArray(Op[]::new);
    }

    private static Op[] and(Op[] ops, Op last) {
        return Stream.concat(Stream.of(ops), Stream.of(last)).toArray(Op[]::new);
    }

    @Test
    @JetcdLine("B30")
    void aKeyIsWrittenOnceInATransaction() {
        Op put = put(key("a"), "1");
        assertDuplicate(put, put);
        assertDuplicate(put, deletePrefix(own));
        assertDuplicate(deletePrefix(own), put);
        assertDuplicate(put, nested(put));
        assertDuplicate(nested(put), nested(put));
        jetcd.assertRefusedWithoutTrace(
                EtcdError.DUPLICATE_KEY, () -> commit(jetcd.txn().Else(put, put)));
        then(delete(key("a")), deletePrefix(own));
        commit(jetcd.txn().Then(put).Else(put));
    }

    private void assertDuplicate(Op... ops) {
        jetcd.assertRefusedWithoutTrace(EtcdError.DUPLICATE_KEY, () -> then(ops));
    }

    @Test
    @JetcdLine("B31")
    void aDeleteWithAnOpenEndMayStandBesideAPut() {
        String behindAllOthers = "~" + own;
        Op open = Op.delete(
                bytes(behindAllOthers),
                DeleteOption.builder().withRange(bytes("\0")).build());
        then(open, put(behindAllOthers + "x", "kept"));
        assertThat(values(jetcd.get(behindAllOthers + "x"))).containsExactly("kept");
        then(put(behindAllOthers + "x", "lost"), open);
        assertThat(jetcd.get(behindAllOthers + "x").getCount()).isZero();
    }

    @Test
    @JetcdLine("B33")
    void everyTargetIsComparedInEveryWayAndAMissingKeyIsAllZerosButForItsValue() {
        long first = jetcd.put(key("k"), "b").getHeader().getRevision();
        jetcd.put(key("k"), "b");
        assertComparesAround(key("k"), 2, CmpTarget::version);
        assertComparesAround(key("k"), first, CmpTarget::createRevision);
        assertComparesAround(key("k"), first + 1, CmpTarget::modRevision);
        assertComparesAround(key("k"), 'b', number -> CmpTarget.value(bytes("" + (char) number)));
        assertComparesAround(key("none"), 0, CmpTarget::version);
        assertComparesAround(key("none"), 0, CmpTarget::createRevision);
        assertComparesAround(key("none"), 0, CmpTarget::modRevision);
        for (Cmp.Op result : Cmp.Op.values()) {
            assertThat(holds(new Cmp(bytes(key("none")), result, CmpTarget.value(bytes("")))))
                    .as("%s", result)
                    .isFalse();
        }
    }

    /** The field holds {@code actual}: all four results against the number below, equal and above. */
    private void assertComparesAround(String key, long actual, LongFunction<CmpTarget<?>> target) {
        for (long number = actual - 1; number <= actual + 1; number++) {
            int order = Long.compare(actual, number);
            CmpTarget<?> operand = target.apply(number);
            assertThat(holds(new Cmp(bytes(key), Cmp.Op.EQUAL, operand))).isEqualTo(order == 0);
            assertThat(holds(new Cmp(bytes(key), Cmp.Op.NOT_EQUAL, operand))).isEqualTo(order != 0);
            assertThat(holds(new Cmp(bytes(key), Cmp.Op.GREATER, operand))).isEqualTo(order > 0);
            assertThat(holds(new Cmp(bytes(key), Cmp.Op.LESS, operand))).isEqualTo(order < 0);
        }
    }

    private boolean holds(Cmp compare) {
        return commit(jetcd.txn().If(compare)).isSucceeded();
    }

    @Test
    @JetcdLine("B37")
    void nestedComparesSeeTheStateBeforeAnyWrite() {
        Op inner = Op.txn(new Cmp[] {versionIs(key("k"), 0)}, new Op[] {get(key("k"))}, NONE);
        TxnResponse nested = then(put(key("k"), "1"), inner).getTxnResponses().get(0);
        assertThat(nested.isSucceeded()).isTrue();
        assertThat(values(nested.getGetResponses().get(0))).containsExactly("1");
    }

    /** Of what can be wrong with the store, jetcd can say leases and revisions; it has no {@code ignore_value}. */
    @Test
    @JetcdLine("B38")
    void onlyTheBranchTakenIsCheckedAgainstTheStoreAndAFailureUndoesAll() {
        Op badLease = Op.put(
                bytes(key("k")),
                bytes("1"),
                PutOption.builder().withLeaseId(4711).build());
        Op future = getAt(key("k"), Long.MAX_VALUE);
        jetcd.assertRefusedWithoutTrace(EtcdError.LEASE_NOT_FOUND, () -> then(put(key("a"), "1"), badLease));
        jetcd.assertRefusedWithoutTrace(EtcdError.FUTURE_REVISION, () -> then(put(key("a"), "1"), future));
        assertThat(jetcd.prefix(own).getCount()).isZero();
        for (Op bad : List.of(badLease, future)) {
            assertThat(commit(jetcd.txn().Else(bad)).isSucceeded()).isTrue();
        }
    }

    @Test
    @JetcdLine("B39")
    void theRevisionThatTheTransactionWillMakeIsInTheFuture() {
        long next = jetcd.revision() + 1;
        jetcd.assertRefusedWithoutTrace(
                EtcdError.FUTURE_REVISION, () -> then(put(key("k"), "1"), getAt(key("k"), next)));
    }

    @Test
    @JetcdLine("B40")
    void aTransactionThatOnlyReadsMakesNoRevision() {
        long before = jetcd.put(key("k"), "v").getHeader().getRevision();
        for (boolean serializable : new boolean[] {false, true}) {
            TxnResponse read = then(Op.get(
                    bytes(key("k")),
                    GetOption.builder().withSerializable(serializable).build()));
            assertThat(read.getHeader().getRevision()).isEqualTo(before);
            assertThat(values(read.getGetResponses().get(0))).containsExactly("v");
        }
        for (Jetcd reader : clients()) {
            assertThat(commit(reader.txn().If(versionIs(key("k"), 1))).isSucceeded())
                    .isTrue();
        }
    }

    @Test
    @JetcdLine("B41")
    void ofManyThatCompareAndSwapOneWinsEachRound() {
        int rounds = 10;
        long revision = jetcd.put(key("k"), "start").getHeader().getRevision();
        Set<Long> winners = new TreeSet<>();
        for (int round = 0; round < rounds; round++) {
            List<TxnResponse> won = race(revision);
            assertThat(won).as("round %d", round).hasSize(1);
            revision = won.get(0).getHeader().getRevision();
            assertThat(winners.add(revision)).isTrue();
        }
        assertThat(jetcd.get(key("k")).getKvs().get(0).getVersion()).isEqualTo(rounds + 1);
    }

    /** All are sent before any answer is waited for. */
    private List<TxnResponse> race(long revision) {
        List<CompletableFuture<TxnResponse>> answers = new ArrayList<>();
        for (int client = 0; client < 8; client++) {
            answers.add(clients()
                    .get(client % clients().size())
                    .txn()
                    .If(new Cmp(bytes(key("k")), Cmp.Op.EQUAL, CmpTarget.modRevision(revision)))
                    .Then(put(key("k"), "by " + client))
                    .commit());
        }
        return answers.stream()
                .map(Jetcd::await)
                .filter(TxnResponse::isSucceeded)
                .toList();
    }

    @Test
    @JetcdLine("B42")
    void everyMemberAppliesATransactionToTheSameEndAlsoWithCompactedRanges() {
        long first = jetcd.put(key("k"), "1").getHeader().getRevision();
        jetcd.put(key("k"), "2");
        jetcd.compact(first + 1);
        assertRefused(EtcdError.COMPACTED, () -> then(put(key("k"), "3"), getAt(key("k"), first)));
        long last = jetcd.put(key("k"), "4").getHeader().getRevision();
        assertThat(last).isEqualTo(first + 2);
        Set<Integer> hashes = new TreeSet<>();
        for (Jetcd member : clients()) {
            assertThat(values(member.get(key("k")))).containsExactly("4");
            hashes.add(Jetcd.await(member.client().getMaintenanceClient().hashKV(member.url(), last))
                    .getHash());
        }
        assertThat(hashes).hasSize(1);
    }
}
