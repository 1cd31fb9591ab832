package io.quorate.raft;

import static io.quorate.raft.Scene.all;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.InstallSnapshot;
import io.quorate.raft.TestMember.Entry;
import io.quorate.raft.TestMember.Snapshot;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Paper section 7 and figure 13, thesis chapter 5, sentence by sentence, and what the driver is promised besides. */
class SnapshotRulesTest {
    private static final long ENTRIES = 6;

    /** A leader in term 1 of five, whose five proposals members 4 and 5 hold, and not yet 2 and 3; all is applied. */
    private static Scene leader() {
        Scene scene = Scene.of(5).leadAndCommit();
        scene.propose((int) ENTRIES - 1);
        scene.settle();
        scene.acknowledge(4, ENTRIES).acknowledge(5, ENTRIES).settle();
        return scene.apply();
    }

    /** The same with a snapshot of all, and with no entry before that index. */
    private static Scene compacted(long firstIndex) {
        Scene scene = leader();
        take(scene);
        scene.settle();
        scene.member.removeBefore(firstIndex);
        scene.settle();
        return scene;
    }

    private static SnapshotMark take(Scene scene) {
        scene.member.beginSnapshot();
        SnapshotMark mark = scene.member.begun.orElseThrow().mark();
        scene.member.endSnapshot();
        return mark;
    }

    private static Snapshot snapshot(long index, long term) {
        List<Entry> state = new ArrayList<>();
        for (long at = 1; at <= index; at++) {
            state.add(Scene.entry(at, term));
        }
        return new Snapshot(new SnapshotMark(index, term, Scene.voters(3)), state);
    }

    private static Scene offer(Scene scene, long from, long term, long index, long lastTerm, long round) {
        return scene.receive(new InstallSnapshot(0, from, Scene.SELF, term, index, lastTerm, round));
    }

    private static Effects.Write write(Effects effects) {
        return Objects.requireNonNull(effects.write());
    }

    // ---- taking

    @Test
    @DisplayName(
            "a snapshot covers committed entries only: no more than is applied, and no more than the own disk holds")
    void aSnapshotTakenHereIsAppliedAndPersisted() {
        Scene scene = leader();
        long seven = scene.member.propose("x", 40);
        scene.drain(); // In flight to the own disk.
        scene.acknowledge(3, seven).acknowledge(4, seven).acknowledge(5, seven).drain();
        scene.apply();
        SnapshotMark mark = scene.raft().markAt(seven);
        assertThat(scene.raft().lastApplied()).isEqualTo(seven);
        assertThatThrownBy(() -> scene.raft().snapshotTaken(mark))
                .hasMessageContaining("at most what is applied and persisted, 6");
        scene.member.persistOne();
        assertThat(scene.raft().snapshotTaken(mark)).isTrue();
        assertThatThrownBy(() -> scene.raft().markAt(seven + 1)).hasMessageContaining("from 7 to 7");
        assertThatThrownBy(() -> scene.raft().markAt(seven - 1)).hasMessageContaining("from 7 to 7");
    }

    @Test
    @DisplayName("the metadata are the last included index, its term, and the latest configuration as of that index")
    void aMarkNamesWhatTheLogSays() {
        Scene scene = leader();
        SnapshotMark mark = scene.raft().markAt(4);
        assertThat(mark).isEqualTo(new SnapshotMark(4, 1, Scene.voters(5)));
        assertThatThrownBy(() -> scene.raft().snapshotTaken(new SnapshotMark(4, 2, Scene.voters(5))))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> scene.raft().snapshotTaken(new SnapshotMark(4, 1, Scene.voters(2))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("the mark rides in the turn's one write, with whatever else there is to write")
    void theMarkIsInTheNextWrite() {
        Scene scene = leader();
        scene.member.propose("x", 40);
        SnapshotMark mark = take(scene);
        Effects effects = scene.member.drain();
        assertThat(write(effects).mark()).isEqualTo(mark);
        assertThat(write(effects).truncateFrom()).isZero();
        assertThat(write(effects).firstIndex()).isEqualTo(ENTRIES + 1);
        assertThat(effects.events()).contains(new RaftEvent.SnapshotTaken(ENTRIES, 1));
    }

    @Test
    @DisplayName("once the snapshot is complete, not before, entries up through the last included index may be deleted")
    void entriesGoWhenTheMarkIsDurable() {
        Scene scene = leader();
        take(scene);
        scene.drain();
        assertThat(scene.raft().durableMarkIndex()).isZero();
        assertThatThrownBy(() -> scene.raft().logBeginsAt(2)).hasMessageContaining("covers up to 0");
        scene.member.persistOne();
        assertThat(scene.raft().durableMarkIndex()).isEqualTo(ENTRIES);
        assertThatThrownBy(() -> scene.raft().logBeginsAt(ENTRIES + 2)).hasMessageContaining("covers up to 6");
        scene.raft().logBeginsAt(4);
        assertThat(scene.raft().firstIndex()).isEqualTo(4);
        assertThat(scene.raft().termAt(3)).isEqualTo(1);
        assertThat(scene.raft().termAt(2)).isEqualTo(-1);
        scene.raft().logBeginsAt(2); // No news.
        assertThat(scene.raft().firstIndex()).isEqualTo(4);
    }

    @Test
    @DisplayName("a snapshot that covers no more than the newest one is of no use")
    void anOlderSnapshotIsOfNoUse() {
        Scene scene = leader();
        SnapshotMark four = scene.raft().markAt(4);
        assertThat(scene.raft().snapshotTaken(scene.raft().markAt(5))).isTrue();
        assertThat(scene.raft().snapshotTaken(four)).isFalse();
        assertThat(write(scene.raft().drain()).mark()).isEqualTo(new SnapshotMark(5, 1, Scene.voters(5)));
    }

    @Test
    @DisplayName("of two marks of one turn the write records the newer")
    void twoMarksOfATurnAreOne() {
        Scene scene = leader();
        scene.raft().snapshotTaken(scene.raft().markAt(4));
        scene.raft().snapshotTaken(scene.raft().markAt(6));
        assertThat(write(scene.raft().drain()).mark()).isEqualTo(new SnapshotMark(6, 1, Scene.voters(5)));
        assertThat(scene.raft().drain().write()).isNull();
    }

    // ---- sending

    @Test
    @DisplayName("the leader sends a snapshot when it has discarded the next entry that it needs to send, not earlier")
    void onlyWhoNeedsWhatIsGoneGetsASnapshot() {
        Scene scene = compacted(4);
        scene.reject(2, ENTRIES, 3, 1).reject(3, ENTRIES, 2, 1);
        List<Message> said = scene.settle();
        assertThat(all(said, AppendEntries.class))
                .anyMatch(append -> append.to() == 2 && append.prevLogIndex() == 3 && append.prevLogTerm() == 1);
        assertThat(all(said, InstallSnapshot.class))
                .containsExactly(new InstallSnapshot(0, Scene.SELF, 3, 1, ENTRIES, 1, 0));
        assertThat(scene.raft().needsSnapshot(2)).isFalse();
        assertThat(scene.raft().needsSnapshot(3)).isTrue();
        assertThat(scene.member.events).contains(new RaftEvent.SnapshotOffered(1, 3, ENTRIES, 1));
    }

    @Test
    @DisplayName("a follower whose term the leader does not know where its own log begins needs the snapshot")
    void whoAgreesWithNothingThatIsRetainedGetsASnapshot() {
        Scene scene = Scene.of(3).log(1, 1, 3, 3).committed(4);
        scene.apply();
        scene.drain();
        scene.apply();
        take(scene);
        scene.settle();
        scene.member.removeBefore(4);
        scene.lead();
        scene.reject(2, 4, 4, 2); // Its term 2 is before all of ours that are retained.
        assertThat(all(scene.settle(), InstallSnapshot.class)).hasSize(1);
    }

    @Test
    @DisplayName(
            "entries that go while a follower still needs them turn it to the snapshot, also when they were being read")
    void whatGoesTurnsFollowersToTheSnapshot() {
        Scene scene = leader();
        take(scene);
        scene.settle();
        scene.member.advance(60);
        scene.acknowledge(4, ENTRIES).acknowledge(5, ENTRIES).settle();
        scene.member.advance(60); // 2 and 3 are silent for an election timeout: they pin nothing in the ring.
        scene.settle();
        scene.settle();
        scene.acknowledge(2, 1).settle();
        assertThat(scene.member.logReads).isNotEmpty();
        scene.member.removeBefore(5);
        assertThat(all(scene.drain(), InstallSnapshot.class))
                .extracting(Message::to)
                .containsExactly(2L, 3L);
        assertThat(scene.raft().needsSnapshot(2)).isTrue();
    }

    @Test
    @DisplayName("while the snapshot is fetched every heartbeat is the offer of it, and carries the read round")
    void theOfferIsTheHeartbeat() {
        Scene scene = compacted(ENTRIES + 1);
        scene.reject(3, ENTRIES, 1, 1).settle();
        scene.propose(1);
        assertThat(all(scene.settle(), InstallSnapshot.class)).isEmpty();
        scene.member.advance(10);
        assertThat(all(scene.settle(), InstallSnapshot.class)).hasSize(1);
        scene.member.tell(new Input.ReadIndex(1));
        assertThat(scene.settle(InstallSnapshot.class).readRound()).isEqualTo(1);
        scene.acknowledge(4, ENTRIES, ENTRIES, 1);
        scene.drain();
        assertThat(scene.member.reads).isEmpty();
        scene.receive(new AppendAnswer(0, 3, Scene.SELF, 1, 1, 1, 1, ENTRIES, 1, 1));
        scene.drain();
        assertThat(scene.member.reads).hasSize(1);
        assertThat(scene.raft().needsSnapshot(3)).isTrue();
    }

    @Test
    @DisplayName("the leader goes on with entries as soon as the follower's log reaches what is retained")
    void theFollowerGoesOnBehindTheSnapshot() {
        Scene scene = compacted(ENTRIES + 1);
        scene.propose(1);
        scene.settle();
        scene.reject(3, ENTRIES, 1, 1).settle();
        scene.acknowledge(3, 5, 1, 0).settle(); // One that covers less than what is retained here.
        assertThat(scene.raft().needsSnapshot(3)).isTrue();
        scene.acknowledge(3, ENTRIES, 1, 0);
        List<AppendEntries> said = all(scene.settle(), AppendEntries.class);
        assertThat(said)
                .anyMatch(append -> append.to() == 3
                        && append.prevLogIndex() == ENTRIES
                        && append.entries().count() == 1);
        assertThat(scene.raft().matchIndex(3)).isEqualTo(1); // Not more is durable there.
        scene.reject(3, ENTRIES + 1, 1, 1); // It lost it in a crash.
        assertThat(all(scene.settle(), InstallSnapshot.class)).hasSize(1);
    }

    // ---- receiving

    @Test
    @DisplayName("figure 13, 1: an offer of an earlier term is answered with the later one")
    void aStaleOfferLearnsTheTerm() {
        Scene scene = Scene.of(3).term(4, 0);
        offer(scene, 2, 3, 5, 2, 0);
        AppendAnswer answer = scene.settle(AppendAnswer.class);
        assertThat(answer.term()).isEqualTo(4);
        assertThat(answer.verifiedIndex()).isZero();
        assertThat(scene.member.wanted).isEmpty();
        assertThat(scene.raft().leader()).isZero();
    }

    @Test
    @DisplayName("the offer of a leader of this or a later term ends a campaign, and puts the election off")
    void anOfferIsAHeartbeat() {
        Scene scene = Scene.of(3);
        scene.member.timeOut();
        scene.settle();
        assertThat(scene.raft().role()).isEqualTo(RoleName.PRE_CANDIDATE);
        offer(scene, 2, 1, 5, 1, 3);
        AppendAnswer answer = scene.settle(AppendAnswer.class);
        assertThat(answer.rejectedIndex()).isEqualTo(5);
        assertThat(answer.readRound()).isEqualTo(3);
        assertThat(scene.raft().leader()).isEqualTo(2);
        assertThat(scene.member.wanted).contains(new Effects.SnapshotFetch(2, 1, 5, 1));
        for (int i = 0; i < 50; i++) {
            scene.member.advance(99);
            offer(scene, 2, 1, 5, 1, 3).settle();
        }
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
    }

    @Test
    @DisplayName("a second leader in the term of one stops it, also when it offers a snapshot")
    void aSecondLeaderStopsTheMember() {
        Scene scene = Scene.of(3).leadAndCommit();
        assertThatThrownBy(() -> offer(scene, 2, 1, 5, 1, 0)).isInstanceOf(CommittedFactException.class);
    }

    @Test
    @DisplayName("an offer of what the log holds is a heartbeat, and commits it")
    void anOfferOfWhatIsHeldIsNotFetched() {
        Scene scene = Scene.of(3).log(1, 1, 1);
        offer(scene, 2, 2, 2, 1, 0);
        AppendAnswer answer = scene.settle(AppendAnswer.class);
        assertThat(answer.rejectedIndex()).isZero();
        assertThat(answer.verifiedIndex()).isEqualTo(2);
        assertThat(scene.raft().commitIndex()).isEqualTo(2);
        assertThat(scene.member.wanted).isEmpty();
    }

    @Test
    @DisplayName(
            "a follower tells how far it is committed, so that a leader whose log reaches back to there sends entries")
    void anOfferIsAnsweredWithWhatIsCommitted() {
        Scene scene = Scene.of(3).log(1, 1, 1).committed(2);
        offer(scene, 2, 2, 9, 2, 0);
        AppendAnswer answer = scene.settle(AppendAnswer.class);
        assertThat(answer.verifiedIndex()).isEqualTo(2);
        assertThat(answer.durableIndex()).isEqualTo(2);
        assertThat(answer.rejectedIndex()).isEqualTo(9);
    }

    @Test
    @DisplayName(
            "figure 13, 7 and 8: the entire log is discarded, the state machine reset, all in one write with what follows")
    void markTruncationAndEntriesAreOneWrite() {
        Scene scene = Scene.of(3).log(1, 2, 2).committed(1);
        scene.apply();
        scene.heartbeat(2, 4, 0, 0, 0, 0).settle();
        scene.member.receiveSnapshot(snapshot(5, 3), 4);
        scene.append(2, 4, 5, 3, 5, 4);
        Effects effects = scene.member.drain();
        Effects.Write write = write(effects);
        assertThat(write.mark()).isEqualTo(new SnapshotMark(5, 3, Scene.voters(3)));
        assertThat(write.truncateFrom()).isEqualTo(1);
        assertThat(write.firstIndex()).isEqualTo(6);
        assertThat(write.lastIndex()).isEqualTo(6);
        assertThat(effects.restore()).isEqualTo(write.mark());
        assertThat(effects.applyThrough()).isZero();
        assertThat(effects.events()).contains(new RaftEvent.SnapshotInstalled(5, 3, false));
        assertThat(scene.raft().persistedIndex()).isEqualTo(1); // Of the old log, what was committed.
        scene.member.persistOne();
        assertThat(scene.raft().persistedIndex()).isEqualTo(6);
        assertThat(scene.raft().durableMarkIndex()).isEqualTo(5);
        assertThat(all(scene.drain(), AppendAnswer.class)).last().matches(answer -> answer.durableIndex() == 6);
    }

    @Test
    @DisplayName("figure 13, 6: a mark amid entries that no write holds yet waits until one does")
    void aMarkWaitsForItsEntries() {
        Scene scene = Scene.of(3).log(1, 1, 1, 1).committed(2);
        scene.append(2, 2, 4, 1, 2, 2, 2, 2, 2);
        scene.member.receiveSnapshot(snapshot(6, 2), 2);
        Effects.Write first = write(scene.member.drain());
        assertThat(first.mark()).isNull();
        assertThat(first.firstIndex()).isEqualTo(5);
        assertThat(first.lastIndex()).isEqualTo(8);
        assertThat(scene.member.drain().write()).as("the mark's").isNotNull();
        scene.member.persistOne();
        assertThat(scene.raft().durableMarkIndex()).isZero();
        scene.member.persistOne();
        assertThat(scene.raft().durableMarkIndex()).isEqualTo(6);
        assertThat(scene.raft().persistedIndex()).isEqualTo(8);
        assertThat(scene.member.mark).isEqualTo(new SnapshotMark(6, 2, Scene.voters(3)));
        assertThat(scene.member.drain().write()).isNull();
    }

    @Test
    @DisplayName("5.3: a mark amid entries that replace others waits until the old ones are gone")
    void aMarkWaitsForATruncation() {
        Scene scene = Scene.of(3).log(1, 1, 1, 1).committed(2);
        scene.append(2, 2, 2, 1, 2, 2, 2, 2, 2);
        scene.member.receiveSnapshot(snapshot(3, 2), 2);
        Effects.Write first = write(scene.member.drain());
        assertThat(first.mark()).isNull();
        assertThat(first.truncateFrom()).isEqualTo(3);
        scene.member.persistOne();
        Effects.Write second = write(scene.member.drain());
        assertThat(second.mark()).isEqualTo(new SnapshotMark(3, 2, Scene.voters(3)));
        assertThat(second.truncateFrom()).isZero();
        assertThat(second.hasEntries()).isFalse();
        scene.member.persistOne();
        assertThat(scene.member.durable).extracting(Entry::term).containsExactly(1L, 1L, 2L, 2L, 2L, 2L);
    }

    @Test
    @DisplayName("a mark that waits does not take the place of one that drops the log in the same turn")
    void aMarkThatWaitsSparesTheOneThatDropsTheLog() {
        Scene scene = Scene.of(3).log(1, 2, 2).committed(1);
        scene.apply();
        scene.heartbeat(2, 4, 0, 0, 0, 0).settle();
        scene.member.receiveSnapshot(snapshot(5, 3), 4);
        scene.append(2, 4, 5, 3, 5, 4, 4);
        scene.member.receiveSnapshot(snapshot(6, 4), 4);
        Effects.Write first = write(scene.member.drain());
        assertThat(first.mark()).isEqualTo(new SnapshotMark(5, 3, Scene.voters(3)));
        assertThat(first.truncateFrom()).isEqualTo(1);
        assertThat(first.firstIndex()).isEqualTo(6);
        scene.member.persistOne();
        assertThat(write(scene.member.drain()).mark()).isEqualTo(new SnapshotMark(6, 4, Scene.voters(3)));
        scene.member.persistOne();
        assertThat(scene.raft().durableMarkIndex()).isEqualTo(6);
        assertThat(scene.raft().persistedIndex()).isEqualTo(7);
    }

    @Test
    @DisplayName("a truncation behind a mark that is not yet durable clips what its write may count")
    void aTruncationBehindTheMarkClips() {
        Scene scene = Scene.of(3);
        scene.heartbeat(2, 4, 0, 0, 0, 0).settle();
        scene.member.receiveSnapshot(snapshot(5, 3), 4);
        scene.append(2, 4, 5, 3, 5, 4, 4);
        scene.drain();
        scene.append(3, 5, 5, 3, 5, 5);
        Effects.Write second = write(scene.member.drain());
        assertThat(second.truncateFrom()).isEqualTo(6);
        assertThat(second.mark()).isNull();
        scene.member.persistOne();
        assertThat(scene.raft().persistedIndex()).isEqualTo(5);
        scene.member.persistOne();
        assertThat(scene.raft().persistedIndex()).isEqualTo(6);
    }

    @Test
    @DisplayName("the configuration of the snapshot counts, unless the log that is kept holds a later one")
    void theConfigurationComesWithTheSnapshot() {
        Scene empty = Scene.of(3);
        empty.heartbeat(2, 4, 0, 0, 0, 0).settle();
        SnapshotMark four = new SnapshotMark(4, 2, Scene.voters(4));
        empty.member.receiveSnapshot(new Snapshot(four, snapshot(4, 2).state()), 4);
        assertThat(empty.raft().membership()).isEqualTo(Scene.voters(4));

        Scene kept = Scene.of(3);
        EntryRun run = new EntryRun(
                1,
                new long[] {1},
                new long[] {2},
                new int[] {40, 40, 40, 40, 40},
                List.of(new MembershipAt(2, Scene.voters(4)), new MembershipAt(5, Scene.voters(5))));
        kept.raft().receive(new AppendEntries(0, 2, Scene.SELF, 4, 0, 0, 0, 0, run));
        kept.raft().drain();
        assertThat(kept.raft().snapshotReceived(four, 4)).isTrue();
        assertThat(kept.raft().membership()).isEqualTo(Scene.voters(5));
        kept.raft().receive(new AppendEntries(0, 3, Scene.SELF, 5, 4, 2, 4, 0, Scene.run(5, 5)));
        assertThat(kept.raft().membership()).isEqualTo(Scene.voters(4)); // That of the mark again.
    }

    @Test
    @DisplayName("a snapshot that came in the turn of its offer is not fetched again")
    void whatCameIsNotWanted() {
        Scene scene = Scene.of(3);
        offer(scene, 2, 1, 5, 1, 0);
        scene.member.receiveSnapshot(snapshot(5, 1), 1);
        assertThat(scene.member.drain().fetch()).isNull();
    }

    @Test
    @DisplayName("nobody can have sent a snapshot that ends in a term later than the sender's")
    void anImpossibleMarkIsRefused() {
        Scene scene = Scene.of(3);
        for (SnapshotMark mark : List.of(
                new SnapshotMark(5, 3, Scene.voters(3)),
                new SnapshotMark(0, 1, Scene.voters(3)),
                new SnapshotMark(5, 0, Scene.voters(3)))) {
            assertThatThrownBy(() -> scene.raft().snapshotReceived(mark, 2))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nobody can have sent");
        }
        assertThat(scene.raft().currentTerm()).isZero();
    }

    @Test
    @DisplayName("a snapshot of a later term makes a leader step down, and then it is taken")
    void aLeaderLearnsTheTermOfASnapshot() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.propose(2);
        scene.settle();
        scene.member.receiveSnapshot(snapshot(9, 2), 3);
        assertThat(scene.raft().role()).isEqualTo(RoleName.FOLLOWER);
        assertThat(scene.raft().currentTerm()).isEqualTo(3);
        assertThat(scene.raft().lastIndex()).isEqualTo(9);
        Effects.Write write = write(scene.member.drain());
        assertThat(Objects.requireNonNull(write.hardState()).currentTerm()).isEqualTo(3);
        assertThat(write.mark()).isNotNull();
    }

    @Test
    @DisplayName("a new leader's first entry that is dropped in the same turn is not made")
    void whatWasMadeInTheTurnGoesWithTheLog() {
        Scene scene = Scene.of(3);
        scene.member.timeOut();
        scene.settle();
        scene.receive(Scene.preVote(2, 1)).settle();
        scene.receive(Scene.vote(2, 1));
        assertThat(scene.raft().role()).isEqualTo(RoleName.LEADER);
        scene.member.receiveSnapshot(snapshot(9, 2), 3);
        Effects effects = scene.member.drain();
        assertThat(effects.madeHere()).isEmpty();
        assertThat(write(effects).hasEntries()).isFalse();
    }

    @Test
    @DisplayName("a conflict hint is of the log as the turn leaves it: never of an index that is not there any more")
    void aHintIsOfTheLogAsItIs() {
        Scene scene = Scene.of(3).log(1, 2, 2, 2, 2);
        scene.heartbeat(2, 4, 9, 3, 0, 0);
        scene.append(2, 4, 1, 1, 0, 3);
        AppendAnswer answer = scene.drainAfterWrite(AppendAnswer.class);
        assertThat(answer.rejectedIndex()).isEqualTo(9);
        assertThat(answer.conflictIndex()).isEqualTo(2);
        assertThat(answer.conflictTerm()).isEqualTo(3);

        Scene compacted = compactedFollower(5);
        compacted.heartbeat(2, 4, 9, 3, 0, 0);
        compacted.member.removeBefore(6);
        assertThat(compacted.drainAfterWrite(AppendAnswer.class).conflictTerm()).isEqualTo(1);
    }

    /** Five entries, all applied, in a snapshot. */
    private static Scene compactedFollower(long entries) {
        Scene scene = Scene.of(3).log(1, 1, 1, 1, 1).committed(entries);
        scene.drain();
        scene.apply();
        take(scene);
        scene.settle();
        return scene;
    }

    @Test
    @DisplayName("the consistency check needs the term of the entry before what is retained, and nothing before that")
    void theCheckAtTheBeginningOfTheLog() {
        Scene scene = compactedFollower(5);
        scene.member.removeBefore(4);
        scene.append(2, 2, 3, 1, 5, 1, 1, 2);
        assertThat(scene.raft().lastIndex()).isEqualTo(6);
        scene.settle();
        scene.append(2, 2, 1, 1, 5, 1, 1, 1, 1, 2, 2); // Late, from before: what is not retained is not looked at.
        assertThat(scene.raft().lastIndex()).isEqualTo(7);
        assertThatThrownBy(() -> scene.append(2, 2, 3, 2, 5)).isInstanceOf(CommittedFactException.class);
    }

    // ---- restoring

    @Test
    @DisplayName("a restored state machine is asked for once, and a later snapshot takes its place")
    void aLaterSnapshotReplacesTheOneBeingRestored() {
        Scene scene = Scene.of(3);
        scene.heartbeat(2, 4, 0, 0, 0, 0).settle();
        scene.member.receiveSnapshot(snapshot(5, 3), 4);
        assertThat(scene.member.drain().restore()).isNotNull();
        assertThat(scene.member.drain().restore()).isNull();
        SnapshotMark nine = new SnapshotMark(9, 3, Scene.voters(3));
        scene.member.receiveSnapshot(snapshot(9, 3), 4);
        assertThat(scene.member.drain().restore()).isEqualTo(nine);
        scene.member.tell(new Input.Restored(5)); // It was too late to stop the first.
        assertThat(scene.raft().isRestoring()).isTrue();
        assertThat(scene.member.drain().applyThrough()).isZero();
        scene.member.tell(new Input.Restored(9));
        assertThat(scene.raft().isRestoring()).isFalse();
        assertThat(scene.raft().lastApplied()).isEqualTo(9);
        assertThatThrownBy(() -> scene.raft().restored(9)).hasMessageContaining("asked for was nothing");
    }

    @Test
    @DisplayName("what was handed out before may still be told as applied while the snapshot is waited for")
    void whatWasHandedOutMayStillBeApplied() {
        Scene scene = Scene.of(3).log(1, 1, 1).committed(3);
        scene.drain();
        scene.heartbeat(2, 4, 3, 1, 3, 0).settle();
        scene.member.applyOne();
        scene.member.receiveSnapshot(snapshot(9, 3), 4);
        scene.member.tell(new Input.Applied(3));
        assertThat(scene.raft().isRestoring()).isTrue();
        assertThatThrownBy(() -> scene.raft().applied(4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName(
            "a state machine with files of its own that reach past the mark is not restored; one that is behind is")
    void filesOfItsOwnMayReachPastTheMark() {
        RaftConfig files = new RaftConfig(0, Scene.SELF, 101, 10, 100, true, true, 10_000, 1000, 3000, 4, 4, 5, false);
        SnapshotMark three = new SnapshotMark(3, 1, Scene.voters(3));
        LogSummary log = new LogSummary(5, new long[] {4}, new long[] {1}, List.of());
        RestartImage image = new RestartImage(new HardState(1, 0, 0), three, log);
        for (long applied : new long[] {3, 5}) {
            Raft raft = Raft.restart(files, image, 1);
            raft.applied(applied);
            assertThat(raft.isRestoring()).isFalse();
            assertThat(raft.drain().restore()).isNull();
        }
        Raft behind = Raft.restart(files, image, 1);
        behind.applied(2);
        assertThat(behind.drain().restore()).isEqualTo(three);
        assertThatThrownBy(() -> behind.applied(4)).isInstanceOf(IllegalArgumentException.class);
        behind.restored(3);
        assertThat(behind.lastApplied()).isEqualTo(3);
    }

    // ---- members

    private static Membership toldAt(long index) {
        return Scene.voters(3).next(Scene.voters(2), index).secondHalf(index);
    }

    @Test
    @DisplayName(
            "a snapshot tells the members that its mark names, and that they are committed, whether the log is kept or not")
    void aSnapshotTellsItsMembership() {
        Scene drops = Scene.of(3).heartbeat(2, 4, 0, 0, 0, 0);
        drops.settle();
        drops.member.receiveSnapshot(
                new Snapshot(new SnapshotMark(9, 3, toldAt(7)), snapshot(9, 3).state()), 4);
        drops.settle();
        assertThat(drops.raft().membership()).isEqualTo(toldAt(7));
        assertThat(drops.member.events)
                .contains(new RaftEvent.MembershipChanged(7, false), new RaftEvent.MembershipCommitted(7, false));

        Scene keeps = Scene.of(3).log(1, 1, 1);
        keeps.member.durable.set(1, new Entry(2, 1, EntryKind.MEMBERSHIP, 40, "", toldAt(2)));
        keeps.member.restart(5);
        keeps.member.receiveSnapshot(new Snapshot(new SnapshotMark(3, 1, toldAt(2)), keeps.member.durable), 1);
        keeps.settle();
        assertThat(keeps.member.events)
                .contains(new RaftEvent.SnapshotInstalled(3, 1, true), new RaftEvent.MembershipCommitted(2, false))
                .doesNotHaveAnyElementsOfTypes(RaftEvent.MembershipChanged.class);
    }

    @Test
    @DisplayName("that members are committed is told once: a snapshot with the same ones is no news of them")
    void aSnapshotWithTheSameMembersTellsNone() {
        Scene scene = Scene.of(3).heartbeat(2, 4, 0, 0, 0, 0);
        scene.settle();
        scene.member.receiveSnapshot(snapshot(9, 3), 4);
        scene.settle();
        assertThat(scene.member.events)
                .hasAtLeastOneElementOfType(RaftEvent.SnapshotInstalled.class)
                .doesNotHaveAnyElementsOfTypes(RaftEvent.MembershipChanged.class, RaftEvent.MembershipCommitted.class);
    }

    @Test
    @DisplayName("a mark whose membership was told behind its last entry is none that a member can have made")
    void aMembershipIsNotYoungerThanItsMark() {
        Scene scene = Scene.of(3).heartbeat(2, 4, 0, 0, 0, 0);
        assertThatThrownBy(() -> scene.raft().snapshotReceived(new SnapshotMark(9, 3, toldAt(10)), 4))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(scene.raft().snapshotReceived(new SnapshotMark(9, 3, toldAt(9)), 4))
                .isTrue();
    }

    @Test
    @DisplayName("a start needs the mark's entry in the log or right before it, and a log without a hole behind it")
    void anImageIsWhole() {
        SnapshotMark five = new SnapshotMark(5, 2, Scene.voters(3));
        HardState three = new HardState(3, 0, 0);
        LogSummary tail = new LogSummary(8, new long[] {3, 5, 7}, new long[] {1, 2, 3}, List.of());
        Raft raft = Raft.restart(Scene.config(), new RestartImage(three, five, 2, 1, tail), 1);
        assertThat(raft.firstIndex()).isEqualTo(3);
        assertThat(raft.termAt(2)).isEqualTo(1);
        assertThat(raft.termAt(5)).isEqualTo(2);
        assertThat(raft.commitIndex()).isEqualTo(5);
        assertThat(raft.drain().restore()).isEqualTo(five);

        SnapshotMark otherTerm = new SnapshotMark(5, 1, Scene.voters(3));
        SnapshotMark beforeTheLog = new SnapshotMark(1, 1, Scene.voters(3));
        SnapshotMark behindTheLog = new SnapshotMark(9, 3, Scene.voters(3));
        for (RestartImage damaged : List.of(
                new RestartImage(three, otherTerm, 2, 1, tail),
                new RestartImage(three, beforeTheLog, 2, 1, tail),
                new RestartImage(three, behindTheLog, 2, 1, tail),
                new RestartImage(three, five, 1, 1, tail),
                new RestartImage(three, five, 2, 2, tail),
                new RestartImage(new HardState(2, 0, 0), five, 2, 1, tail),
                new RestartImage(three, new SnapshotMark(5, 2, toldAt(6)), 2, 1, tail),
                new RestartImage(three, five, -1, 0, tail))) {
            assertThatThrownBy(() -> Raft.restart(Scene.config(), damaged, 1))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
