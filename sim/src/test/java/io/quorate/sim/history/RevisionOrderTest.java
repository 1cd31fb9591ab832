package io.quorate.sim.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.history.KvRequest.Put;
import io.quorate.sim.history.KvRequest.Range;
import io.quorate.sim.history.KvResponse.Deleted;
import io.quorate.sim.history.KvResponse.Done;
import io.quorate.sim.history.KvResponse.Pairs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Each rule by a small history that breaks it, and next to it one that only comes close. */
class RevisionOrderTest {
    private static final Set<RevisionRule> BROKEN = EnumSet.noneOf(RevisionRule.class);
    private static final KvPair X2 = new KvPair("x", "a", 2, 2, 1);
    private static final KvPair X3 = new KvPair("x", "b", 2, 3, 2);
    private static final KvPair Y3 = new KvPair("y", "b", 3, 3, 1);

    private final HistoryRecorder<KvRequest, KvResponse> recorder = new HistoryRecorder<>();
    private final List<KvCommit> log = new ArrayList<>();
    private int clients;

    private static KvResponse done(long revision) {
        return new KvResponse(revision, new Done());
    }

    private static KvResponse pairs(long revision, KvPair... pairs) {
        return new KvResponse(revision, new Pairs(List.of(pairs)));
    }

    private int call(KvRequest request) {
        return recorder.call(++clients, request, 0);
    }

    private int did(KvRequest request, KvResponse response) {
        int id = call(request);
        recorder.returned(id, response, 0);
        return id;
    }

    private void logged(int operation, KvPair pair) {
        log.add(new KvCommit(log.size() + 2, operation, List.of(KvChange.put(pair))));
    }

    private void putX() {
        logged(did(new Put("x", "a"), done(2)), X2);
    }

    private void expectNone() {
        assertThat(RevisionOrder.check(recorder.history(), log)).isEmpty();
    }

    private void expect(RevisionRule rule, int... operations) {
        List<RevisionOrder.Breach> breaches = RevisionOrder.check(recorder.history(), log);
        assertThat(breaches).hasSize(1);
        assertThat(breaches.get(0).rule()).isEqualTo(rule);
        assertThat(breaches.get(0).operations().stream().mapToInt(Operation::id).toArray())
                .isEqualTo(operations);
        assertThat(breaches.get(0).toString()).startsWith(rule + ": " + rule.sentence() + "\n  but ");
        BROKEN.add(rule);
    }

    @AfterAll
    static void everyRuleWasBroken() {
        assertThat(BROKEN).containsExactlyInAnyOrder(RevisionRule.values());
    }

    @Test
    void aShortRightHistory() {
        expectNone();
        did(new Range("x"), pairs(1));
        putX();
        did(new Range("x"), pairs(2, X2));
        did(new KvRequest.Delete("y"), new KvResponse(2, new Deleted(0)));
        logged(did(new Put("y", "b"), done(3)), Y3);
        did(new Range("x", "z", false), pairs(3, X2, Y3));
        log.add(new KvCommit(4, KvCommit.NOBODY, List.of(KvChange.deleted("x"))));
        did(new Range("x"), pairs(4));
        expectNone();
    }

    @Test
    void aGapInTheLog() {
        putX();
        log.add(new KvCommit(4, KvCommit.NOBODY, List.of(KvChange.deleted("x"))));
        expect(RevisionRule.REVISIONS_RISE_BY_ONE);
    }

    @Test
    void aRevisionUsedTwice() {
        putX();
        log.add(new KvCommit(2, KvCommit.NOBODY, List.of(KvChange.deleted("x"))));
        expect(RevisionRule.REVISIONS_RISE_BY_ONE);
    }

    @Test
    void aChangeOfNobodysMaking() {
        putX();
        logged(1, Y3);
        expect(RevisionRule.CHANGES_WERE_ASKED_FOR);
    }

    @Test
    void aRefusedWriteInTheLog() {
        int refused = call(new Put("x", "a"));
        recorder.refused(refused, 0);
        expectNone();
        logged(refused, X2);
        expect(RevisionRule.REFUSED_NEVER_TOOK_EFFECT, refused);
    }

    @Test
    void anUnknownWriteIsThereOnceOrNot() {
        int unknown = call(new Put("x", "a"));
        expectNone();
        logged(unknown, X2);
        expectNone();
        logged(unknown, new KvPair("x", "a", 2, 3, 2));
        expect(RevisionRule.TAKES_EFFECT_ONCE, unknown);
    }

    @Test
    void aLostPut() {
        int lost = did(new Put("x", "a"), done(2));
        expect(RevisionRule.ANSWERED_WRITES_STAY, lost);
    }

    @Test
    void aLostDelete() {
        putX();
        int lost = did(new KvRequest.Delete("x"), new KvResponse(2, new Deleted(1)));
        expect(RevisionRule.ANSWERED_WRITES_STAY, lost);
    }

    @Test
    void anAnswerWithTheRevisionOfAnother() {
        putX();
        int wrong = did(new Put("y", "b"), done(2));
        logged(wrong, Y3);
        expect(RevisionRule.ANSWER_NAMES_ITS_REVISION, wrong);
    }

    @Test
    void aReadAheadOfTheStore() {
        putX();
        int ahead = did(new Range("x"), pairs(3, X2));
        expect(RevisionRule.REVISION_WAS_REACHED, ahead);
    }

    @Test
    void aReadOlderThanWhatThisClientSaw() {
        putX();
        int own = recorder.call(77, new Range("x"), 0);
        recorder.returned(own, pairs(2, X2), 0);
        int older = recorder.call(77, new Range("x"), 0);
        recorder.returned(older, pairs(1), 0);
        expect(RevisionRule.SESSION_ORDER, own, older);
    }

    @Test
    void aStaleRead() {
        int open = call(new Range("x"));
        putX();
        recorder.returned(open, pairs(1), 0);
        expectNone();
        int stale = did(new Range("x"), pairs(1));
        expect(RevisionRule.READS_ARE_FRESH, 1, stale);
    }

    @Test
    void aSerializableReadMayBeStaleAndProvesWhatItSaw() {
        int write = call(new Put("x", "a"));
        did(new Range("x", KvRequest.ONE_KEY, true), pairs(1));
        int saw = did(new Range("x", KvRequest.ONE_KEY, true), pairs(2, X2));
        did(new Range("x", KvRequest.ONE_KEY, true), pairs(1));
        recorder.returned(write, done(2), 0);
        logged(write, X2);
        expectNone();
        int stale = did(new Range("x"), pairs(1));
        expect(RevisionRule.READS_ARE_FRESH, saw, stale);
    }

    @Test
    void anAnswerThatTellsOfAWriteBeforeItsCall() {
        int prophet = did(new Range("x"), pairs(2, X2));
        int write = did(new Put("x", "a"), done(2));
        logged(write, X2);
        expect(RevisionRule.WRITES_FOLLOW, prophet, write);
    }

    @Test
    void anUnknownWriteDoesNotGoBackInTime() {
        int first = did(new Put("x", "b"), done(3));
        int unknown = call(new Put("x", "a"));
        logged(unknown, X2);
        logged(first, X3);
        expect(RevisionRule.WRITES_FOLLOW, first, unknown);
    }

    @Test
    void aChangeThatIsNotTheRequests() {
        int write = did(new Put("x", "z"), done(2));
        logged(write, X2);
        expect(RevisionRule.CHANGES_ARE_WHAT_WAS_ASKED, write);
    }

    @Test
    void aReadInTheLog() {
        int unknown = call(new Range("x"));
        log.add(new KvCommit(2, unknown, List.of()));
        expect(RevisionRule.CHANGES_ARE_WHAT_WAS_ASKED, unknown);
    }

    @Test
    void aWrongValue() {
        putX();
        int wrong = did(new Range("x"), pairs(2, new KvPair("x", "b", 2, 2, 1)));
        expect(RevisionRule.ANSWER_MATCHES, wrong);
    }

    @Test
    void aWrongAnswerToAWrite() {
        putX();
        int wrong = did(new KvRequest.Delete("x"), new KvResponse(3, new Deleted(2)));
        log.add(new KvCommit(3, wrong, List.of(KvChange.deleted("x"))));
        expect(RevisionRule.ANSWER_MATCHES, wrong);
    }

    @Test
    void aSerializableReadThatWasNeverTrue() {
        putX();
        int wrong = did(new Range("x", KvRequest.ONE_KEY, true), pairs(1, X2));
        expect(RevisionRule.SERIALIZABLE_ANSWER_MATCHES, wrong);
    }

    @Test
    void thereAreAtMostSoManyBreaches() {
        for (int i = 0; i < 2 * RevisionOrder.MAX_BREACHES; i++) {
            did(new Put("x", "a"), done(2));
        }
        List<RevisionOrder.Breach> breaches = RevisionOrder.check(recorder.history(), log);
        assertThat(breaches).hasSize(RevisionOrder.MAX_BREACHES);
        assertThat(Collections.frequency(
                        breaches.stream().map(RevisionOrder.Breach::rule).toList(), RevisionRule.ANSWERED_WRITES_STAY))
                .isEqualTo(RevisionOrder.MAX_BREACHES);
    }
}
