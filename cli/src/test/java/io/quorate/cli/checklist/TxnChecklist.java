package io.quorate.cli.checklist;

import static io.quorate.cli.checklist.Etcd.assertPair;
import static io.quorate.cli.checklist.Etcd.assertRefused;
import static io.quorate.cli.checklist.Etcd.bytes;
import static io.quorate.cli.checklist.Etcd.compare;
import static io.quorate.cli.checklist.Etcd.deleteOf;
import static io.quorate.cli.checklist.Etcd.deletePrefix;
import static io.quorate.cli.checklist.Etcd.keys;
import static io.quorate.cli.checklist.Etcd.op;
import static io.quorate.cli.checklist.Etcd.prefixOf;
import static io.quorate.cli.checklist.Etcd.putOf;
import static io.quorate.cli.checklist.Etcd.rangeOf;
import static io.quorate.cli.checklist.Etcd.then;
import static io.quorate.cli.checklist.Etcd.values;
import static io.quorate.cli.checklist.Etcd.versionIs;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.etcd.etcdserverpb.Compare;
import io.quorate.etcd.etcdserverpb.Compare.CompareResult;
import io.quorate.etcd.etcdserverpb.Compare.CompareTarget;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.MaintenanceGrpc;
import io.quorate.etcd.etcdserverpb.RequestOp;
import io.quorate.etcd.etcdserverpb.ResponseHeader;
import io.quorate.etcd.etcdserverpb.ResponseOp.ResponseCase;
import io.quorate.etcd.etcdserverpb.TxnRequest;
import io.quorate.etcd.etcdserverpb.TxnResponse;
import io.quorate.server.rpc.EtcdError;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Part B of the checklist: transactions. */
abstract class TxnChecklist extends Checklist {
    @Test
    @Line(
            value = "B25",
            covers = {"KV.Txn", "TxnRequest.compare", "TxnRequest.success", "TxnRequest.failure"})
    void theBranchFollowsTheComparesAndAnswersInOrder() {
        TxnRequest.Builder txn = then(
                        op(putOf(key("k"), "created")), op(rangeOf(key("k"))), op(deleteOf(key("none"))), op(then()))
                .addCompare(versionIs(key("k"), 0))
                .addFailure(op(rangeOf(key("k"))));
        TxnResponse created = etcd.send(txn);
        assertThat(created.getSucceeded()).isTrue();
        assertThat(created.getResponsesList())
                .extracting(response -> response.getResponseCase())
                .containsExactly(
                        ResponseCase.RESPONSE_PUT,
                        ResponseCase.RESPONSE_RANGE,
                        ResponseCase.RESPONSE_DELETE_RANGE,
                        ResponseCase.RESPONSE_TXN);
        TxnResponse there = etcd.send(txn);
        assertThat(there.getSucceeded()).isFalse();
        assertThat(there.getResponsesCount()).isEqualTo(1);
        assertThat(values(there.getResponses(0).getResponseRange())).containsExactly("created");
    }

    @Test
    @Line("B26")
    void allWritesOfATransactionShareOneRevision() {
        long before = etcd.revision();
        TxnResponse wrote = etcd.send(then(op(putOf(key("a"), "1")), op(putOf(key("b"), "2"))));
        assertThat(wrote.getHeader().getRevision()).isEqualTo(before + 1);
        assertThat(etcd.send(prefixOf(own)).getKvsList())
                .allSatisfy(kv -> assertThat(kv.getModRevision()).isEqualTo(before + 1));
        TxnResponse idle = etcd.send(then(op(rangeOf(key("a"))), op(deleteOf(key("none")))));
        assertThat(idle.getHeader().getRevision()).isEqualTo(before + 1);
        assertThat(etcd.revision()).isEqualTo(before + 1);
    }

    @Test
    @Line("B27")
    void headersInsideCarryTheRevisionOnlyAndThoseOfNestedTransactionsNothing() {
        TxnResponse answer = etcd.send(then(
                op(putOf(key("a"), "1")),
                op(rangeOf(key("a"))),
                op(deleteOf(key("none"))),
                op(then(op(putOf(key("b"), "2"))))));
        long revision = answer.getHeader().getRevision();
        ResponseHeader revisionOnly =
                ResponseHeader.newBuilder().setRevision(revision).build();
        assertThat(answer.getHeader().getMemberId()).isNotZero();
        assertThat(answer.getResponses(0).getResponsePut().getHeader()).isEqualTo(revisionOnly);
        assertThat(answer.getResponses(1).getResponseRange().getHeader()).isEqualTo(revisionOnly);
        assertThat(answer.getResponses(2).getResponseDeleteRange().getHeader()).isEqualTo(revisionOnly);
        TxnResponse nested = answer.getResponses(3).getResponseTxn();
        assertThat(nested.hasHeader()).isTrue();
        assertThat(nested.getHeader()).isEqualTo(ResponseHeader.getDefaultInstance());
        assertThat(nested.getResponses(0).getResponsePut().getHeader()).isEqualTo(revisionOnly);
    }

    @Test
    @Line(
            value = "B28",
            covers = {"RequestOp.request_range", "RequestOp.request_put", "RequestOp.request_delete_range"})
    void aRangeInsideSeesThePutsBeforeIt() {
        long first = etcd.put(key("k"), "old").getHeader().getRevision();
        TxnResponse answer = etcd.send(
                then(op(rangeOf(key("k"))), op(putOf(key("k"), "new").setPrevKv(true)), op(rangeOf(key("k")))));
        assertThat(values(answer.getResponses(0).getResponseRange())).containsExactly("old");
        assertPair(answer.getResponses(1).getResponsePut().getPrevKv(), key("k"), "old", first, first, 1);
        assertPair(answer.getResponses(2).getResponseRange().getKvs(0), key("k"), "new", first, first + 1, 2);
    }

    @Test
    @Line("B29")
    void aTransactionHasAtMost128ComparesOrOperations() {
        List<RequestOp> full =
                IntStream.range(0, 128).mapToObj(i -> op(rangeOf(key("k" + i)))).toList();
        List<Compare> compares = IntStream.range(0, 128)
                .mapToObj(i -> versionIs(key("k" + i), 0).build())
                .toList();
        RequestOp oneMore = op(rangeOf(key("k")));
        assertThat(etcd.send(TxnRequest.newBuilder()
                                .addAllSuccess(full)
                                .addAllFailure(full)
                                .addAllCompare(compares))
                        .getResponsesCount())
                .isEqualTo(128);
        assertRefused(
                EtcdError.TOO_MANY_OPS,
                () -> etcd.send(TxnRequest.newBuilder().addAllSuccess(full).addSuccess(oneMore)));
        assertRefused(
                EtcdError.TOO_MANY_OPS,
                () -> etcd.send(TxnRequest.newBuilder().addAllFailure(full).addFailure(oneMore)));
        assertRefused(
                EtcdError.TOO_MANY_OPS,
                () -> etcd.send(TxnRequest.newBuilder().addAllCompare(compares).addCompare(versionIs(key("k"), 0))));
        RequestOp nested = op(then(oneMore, oneMore));
        assertRefused(
                EtcdError.TOO_MANY_OPS,
                () -> etcd.send(TxnRequest.newBuilder()
                        .addAllSuccess(full.subList(0, 126))
                        .addSuccess(nested)));
        assertThat(etcd.send(TxnRequest.newBuilder()
                                .addAllSuccess(full.subList(0, 125))
                                .addSuccess(nested))
                        .getResponsesCount())
                .isEqualTo(126);
    }

    @Test
    @Line("B30")
    void aKeyIsWrittenOnceInATransaction() {
        RequestOp put = op(putOf(key("a"), "1"));
        assertDuplicate(then(put, put));
        assertDuplicate(then(put, op(deletePrefix(own))));
        assertDuplicate(then(op(deletePrefix(own)), put));
        assertDuplicate(then(put, op(then(put))));
        assertDuplicate(then(op(then(put)), op(then(put))));
        assertDuplicate(TxnRequest.newBuilder().addFailure(put).addFailure(put));
        etcd.send(then(op(deleteOf(key("a"))), op(deletePrefix(own))));
        etcd.send(TxnRequest.newBuilder().addSuccess(put).addFailure(put));
        etcd.send(then(op(TxnRequest.newBuilder().addSuccess(put).addFailure(put))));
    }

    private void assertDuplicate(TxnRequest.Builder txn) {
        etcd.assertRefusedWithoutTrace(EtcdError.DUPLICATE_KEY, () -> etcd.send(txn));
    }

    /** The check takes the open end for the key "\0"; a quirk of etcd's that clients may rest on. */
    @Test
    @Line("B31")
    void aDeleteWithAnOpenEndMayStandBesideAPut() {
        String behindAllOthers = "~" + own;
        RequestOp open = op(deleteOf(behindAllOthers).setRangeEnd(bytes("\0")));
        etcd.send(then(open, op(putOf(behindAllOthers + "x", "kept"))));
        assertThat(values(etcd.get(behindAllOthers + "x"))).containsExactly("kept");
        etcd.send(then(op(putOf(behindAllOthers + "x", "lost")), open));
        assertThat(etcd.get(behindAllOthers + "x").getCount()).isZero();
    }

    @Test
    @Line("B32")
    void anOperationWithoutARequestIsRefused() {
        etcd.assertRefusedWithoutTrace(EtcdError.KEY_NOT_FOUND, () -> etcd.send(then(RequestOp.getDefaultInstance())));
        etcd.assertRefusedWithoutTrace(
                EtcdError.EMPTY_KEY, () -> etcd.send(TxnRequest.newBuilder().addCompare(Compare.getDefaultInstance())));
        etcd.assertRefusedWithoutTrace(EtcdError.EMPTY_KEY, () -> etcd.send(then(op(putOf("", "v")))));
    }

    @Test
    @Line(
            value = "B33",
            covers = {
                "Compare.result",
                "Compare.target",
                "Compare.key",
                "Compare.version",
                "Compare.create_revision",
                "Compare.mod_revision",
                "Compare.value"
            })
    void everyTargetIsComparedInEveryWayAndAMissingKeyIsAllZerosButForItsValue() {
        long first = etcd.put(key("k"), "b").getHeader().getRevision();
        etcd.put(key("k"), "b");
        assertComparesAround(2, (result, number) -> compare(key("k"), CompareTarget.VERSION, result)
                .setVersion(number));
        assertComparesAround(first, (result, number) -> compare(key("k"), CompareTarget.CREATE, result)
                .setCreateRevision(number));
        assertComparesAround(first + 1, (result, number) -> compare(key("k"), CompareTarget.MOD, result)
                .setModRevision(number));
        assertComparesAround('b', (result, number) -> compare(key("k"), CompareTarget.VALUE, result)
                .setValue(bytes("" + (char) number)));
        assertComparesAround(0, (result, number) -> compare(key("none"), CompareTarget.VERSION, result)
                .setVersion(number));
        assertComparesAround(0, (result, number) -> compare(key("none"), CompareTarget.CREATE, result)
                .setCreateRevision(number));
        assertComparesAround(0, (result, number) -> compare(key("none"), CompareTarget.MOD, result)
                .setModRevision(number));
        for (CompareResult result :
                List.of(CompareResult.EQUAL, CompareResult.GREATER, CompareResult.LESS, CompareResult.NOT_EQUAL)) {
            assertThat(holds(compare(key("none"), CompareTarget.VALUE, result).setValue(bytes(""))))
                    .as("%s", result)
                    .isFalse();
        }
    }

    private interface CompareWith {
        Compare.Builder against(CompareResult result, long number);
    }

    /** The field holds {@code actual}: all four results against the number below, equal and above. */
    private void assertComparesAround(long actual, CompareWith compare) {
        for (long number = actual - 1; number <= actual + 1; number++) {
            int order = Long.compare(actual, number);
            assertThat(holds(compare.against(CompareResult.EQUAL, number))).isEqualTo(order == 0);
            assertThat(holds(compare.against(CompareResult.NOT_EQUAL, number))).isEqualTo(order != 0);
            assertThat(holds(compare.against(CompareResult.GREATER, number))).isEqualTo(order > 0);
            assertThat(holds(compare.against(CompareResult.LESS, number))).isEqualTo(order < 0);
        }
    }

    private boolean holds(Compare.Builder compare) {
        return etcd.send(TxnRequest.newBuilder().addCompare(compare)).getSucceeded();
    }

    @Test
    @Line(
            value = "B34",
            covers = {"Compare.range_end"})
    void aCompareOfARangeHoldsForAllItsKeys() {
        etcd.put(key("a"), "x");
        etcd.put(key("b"), "x");
        Compare.Builder once = versionIs(own, 1).setRangeEnd(bytes(Etcd.prefixEnd(own)));
        assertThat(holds(once)).isTrue();
        etcd.put(key("b"), "x");
        assertThat(holds(once)).isFalse();
        assertThat(holds(versionIs(key("none"), 0).setRangeEnd(bytes(key("none1")))))
                .isTrue();
        assertThat(holds(compare(key("none"), CompareTarget.VALUE, CompareResult.NOT_EQUAL)
                        .setValue(bytes("x"))
                        .setRangeEnd(bytes(key("none1")))))
                .isFalse();
    }

    /** There are no leases yet: every key's is 0. */
    @Test
    @Line(
            value = "B35",
            covers = {"Compare.lease"})
    void theLeaseIsComparedToo() {
        etcd.put(key("k"), "x");
        assertComparesAround(0, (result, number) -> compare(key("k"), CompareTarget.LEASE, result)
                .setLease(number));
        assertComparesAround(0, (result, number) -> compare(key("none"), CompareTarget.LEASE, result)
                .setLease(number));
    }

    @Test
    @Line("B36")
    void aMissingOrForeignOperandCountsAsZeroOrEmpty() {
        etcd.put(key("k"), "");
        assertThat(holds(compare(key("none"), CompareTarget.VERSION, CompareResult.EQUAL)))
                .isTrue();
        assertThat(holds(compare(key("k"), CompareTarget.MOD, CompareResult.GREATER)
                        .setVersion(Long.MAX_VALUE)))
                .isTrue();
        assertThat(holds(compare(key("k"), CompareTarget.VALUE, CompareResult.EQUAL)
                        .setVersion(3)))
                .isTrue();
        assertThat(holds(compare(key("k"), CompareTarget.VERSION, CompareResult.EQUAL)
                        .setResultValue(9)))
                .as("unknown result")
                .isTrue();
    }

    @Test
    @Line(
            value = "B37",
            covers = {"RequestOp.request_txn"})
    void nestedComparesSeeTheStateBeforeAnyWrite() {
        TxnResponse answer = etcd.send(
                then(op(putOf(key("k"), "1")), op(then(op(rangeOf(key("k")))).addCompare(versionIs(key("k"), 0)))));
        TxnResponse nested = answer.getResponses(1).getResponseTxn();
        assertThat(nested.getSucceeded()).isTrue();
        assertThat(values(nested.getResponses(0).getResponseRange())).containsExactly("1");
    }

    @Test
    @Line("B38")
    void onlyTheBranchTakenIsCheckedAgainstTheStoreAndAFailureUndoesAll() {
        RequestOp badLease = op(putOf(key("k"), "1").setLease(4711));
        RequestOp ignoring = op(putOf(key("none"), "").setIgnoreValue(true));
        RequestOp future = op(rangeOf(key("k")).setRevision(Long.MAX_VALUE));
        etcd.assertRefusedWithoutTrace(
                EtcdError.LEASE_NOT_FOUND, () -> etcd.send(then(op(putOf(key("a"), "1")), badLease)));
        etcd.assertRefusedWithoutTrace(
                EtcdError.KEY_NOT_FOUND, () -> etcd.send(then(op(putOf(key("a"), "1")), ignoring)));
        etcd.assertRefusedWithoutTrace(
                EtcdError.FUTURE_REVISION, () -> etcd.send(then(op(putOf(key("a"), "1")), future)));
        assertThat(etcd.send(prefixOf(own)).getCount()).isZero();
        for (RequestOp bad : List.of(badLease, ignoring, future)) {
            assertThat(etcd.send(TxnRequest.newBuilder().addFailure(bad)).getSucceeded())
                    .isTrue();
        }
    }

    @Test
    @Line("B39")
    void theRevisionThatTheTransactionWillMakeIsInTheFuture() {
        long next = etcd.revision() + 1;
        etcd.assertRefusedWithoutTrace(
                EtcdError.FUTURE_REVISION,
                () -> etcd.send(
                        then(op(putOf(key("k"), "1")), op(rangeOf(key("k")).setRevision(next)))));
    }

    @Test
    @Line("B40")
    void aTransactionThatOnlyReadsMakesNoRevision() {
        long before = etcd.put(key("k"), "v").getHeader().getRevision();
        for (boolean serializable : new boolean[] {false, true}) {
            TxnResponse read = etcd.send(then(op(rangeOf(key("k")).setSerializable(serializable))));
            assertThat(read.getHeader().getRevision()).isEqualTo(before);
            assertThat(keys(read.getResponses(0).getResponseRange())).containsExactly(key("k"));
        }
        TxnResponse empty = etcd.send(TxnRequest.newBuilder());
        assertThat(empty.getSucceeded()).isTrue();
        assertThat(empty.getHeader().getRevision()).isEqualTo(before);
        for (int reader = 0; reader < cluster.members().size(); reader++) {
            assertThat(member(reader)
                            .send(TxnRequest.newBuilder().addCompare(versionIs(key("k"), 1)))
                            .getSucceeded())
                    .isTrue();
        }
    }

    @Test
    @Line("B41")
    void ofManyThatCompareAndSwapOneWinsEachRound() throws Exception {
        int clients = 8;
        int rounds = 10;
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            long revision = etcd.put(key("k"), "start").getHeader().getRevision();
            Set<Long> winners = new TreeSet<>();
            for (int round = 0; round < rounds; round++) {
                List<TxnResponse> won = race(threads, clients, revision);
                assertThat(won).as("round %d", round).hasSize(1);
                revision = won.get(0).getHeader().getRevision();
                assertThat(winners.add(revision)).isTrue();
            }
            assertThat(etcd.get(key("k")).getKvs(0).getVersion()).isEqualTo(rounds + 1);
        } finally {
            threads.shutdownNow();
        }
    }

    private List<TxnResponse> race(ExecutorService threads, int clients, long revision) throws Exception {
        List<Future<TxnResponse>> answers = new ArrayList<>();
        for (int client = 0; client < clients; client++) {
            TxnRequest.Builder swap = then(op(putOf(key("k"), "by " + client)))
                    .addCompare(compare(key("k"), CompareTarget.MOD, CompareResult.EQUAL)
                            .setModRevision(revision));
            Etcd through = member(client);
            answers.add(threads.submit(() -> through.send(swap)));
        }
        List<TxnResponse> won = new ArrayList<>();
        for (Future<TxnResponse> answer : answers) {
            if (answer.get().getSucceeded()) {
                won.add(answer.get());
            }
        }
        return won;
    }

    @Test
    @Line(
            value = "B42",
            covers = {"Maintenance.HashKV", "HashKVRequest.revision"})
    void everyMemberAppliesATransactionToTheSameEndAlsoWithCompactedRanges() {
        long first = etcd.put(key("k"), "1").getHeader().getRevision();
        etcd.put(key("k"), "2");
        etcd.compact(first + 1);
        assertRefused(
                EtcdError.COMPACTED,
                () -> etcd.send(
                        then(op(putOf(key("k"), "3")), op(rangeOf(key("k")).setRevision(first)))));
        long last = etcd.put(key("k"), "4").getHeader().getRevision();
        assertThat(last).isEqualTo(first + 2);
        Set<Integer> hashes = new TreeSet<>();
        for (int index = 0; index < cluster.members().size(); index++) {
            assertThat(values(member(index).get(key("k")))).containsExactly("4");
            hashes.add(MaintenanceGrpc.newBlockingStub(member(index).channel())
                    .hashKV(HashKVRequest.newBuilder().setRevision(last).build())
                    .getHash());
        }
        assertThat(hashes).hasSize(1);
    }
}
