package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.port.BlockSink;
import io.quorate.node.port.StateRestore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StateHashesTest {
    private static final int INTERVAL = 16;
    private static final long SELF = 1;

    private static StateHashes applied(long last, long differentAt) {
        StateHashes hashes = new StateHashes(SELF, INTERVAL);
        apply(hashes, 1, last, differentAt);
        return hashes;
    }

    private static void apply(StateHashes hashes, long first, long last, long differentAt) {
        for (long index = first; index <= last; index++) {
            hashes.applied(index, 1 + index / 10, index == differentAt ? -1 : index * 31);
        }
    }

    private static StateHashes restored(StateHashes from, long index) {
        StateHashes restored = new StateHashes(SELF, INTERVAL);
        StateRestore restore = restored.restore();
        blocks(from).forEach(restore::block);
        restore.finish();
        restored.takeRestored(index);
        return restored;
    }

    private static List<ByteBuffer> blocks(StateHashes hashes) {
        List<ByteBuffer> blocks = new ArrayList<>();
        BlockSink sink = (payload, firstKey, keyHashes, keys) -> blocks.add(payload.duplicate());
        assertThat(hashes.image().writeNext(sink)).isFalse();
        return blocks;
    }

    @Test
    void theLastTwoIntervalsAreHeld() {
        StateHashes hashes = applied(100, 0);
        assertThat(hashes.firstHeld()).isEqualTo(100 - 2 * INTERVAL + 1);
        assertThat(hashes.holds(hashes.firstHeld())).isTrue();
        assertThat(hashes.holds(hashes.firstHeld() - 1)).isFalse();
        assertThat(hashes.holds(101)).isFalse();
        assertThat(hashes.newestMilestone()).isEqualTo(96);
        assertThatThrownBy(() -> hashes.at(101)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatHasDifferedOnceDiffersForGood() {
        StateHashes one = applied(60, 0);
        StateHashes other = applied(60, 50);
        for (long index = one.firstHeld(); index <= 60; index++) {
            assertThat(one.at(index) == other.at(index)).as("at %d", index).isEqualTo(index < 50);
        }
    }

    @Test
    void indexTermAndEffectEachCount() {
        long hash = StateHashes.next(7, 1, 2, 3);
        assertThat(hash)
                .isNotEqualTo(StateHashes.next(8, 1, 2, 3))
                .isNotEqualTo(StateHashes.next(7, 2, 2, 3))
                .isNotEqualTo(StateHashes.next(7, 1, 3, 3))
                .isNotEqualTo(StateHashes.next(7, 1, 2, 4));
    }

    @Test
    void theChainIsPartOfTheFormatAndStaysAsItIs() {
        assertThat(StateHashes.next(0, 1, 1, 0)).isEqualTo(0x943afb10d107f8fdL);
    }

    @Test
    void aRestoredMemberGoesOnWithTheChainAndKnowsTheLastMilestones() {
        StateHashes whole = applied(40, 0);
        StateHashes restored = restored(applied(40, 0), 40);
        assertThat(restored.holds(32)).isTrue();
        assertThat(restored.at(32)).isEqualTo(whole.at(32));
        assertThat(restored.holds(16)).isTrue();
        assertThat(restored.holds(39)).isFalse();
        assertThat(restored.at(40)).isEqualTo(whole.at(40));
        apply(whole, 41, 60, 0);
        apply(restored, 41, 60, 0);
        assertThat(restored.at(60)).isEqualTo(whole.at(60));
        assertThat(restored.newestMilestone()).isEqualTo(48);
        assertThat(blocks(restored)).isEqualTo(blocks(whole));
    }

    @Test
    void withoutAChainInTheSnapshotNothingIsKnownUntilOneComes() {
        StateHashes stateless = new StateHashes(SELF, INTERVAL);
        stateless.restore().finish();
        stateless.takeRestored(40);
        assertThat(stateless.holds(40)).isFalse();
        apply(stateless, 41, 80, 0);
        assertThat(stateless.newestMilestone()).as("where it has come").isEqualTo(80);
        assertThat(stateless.holds(48)).isFalse();
        assertThat(blocks(stateless)).isEmpty();
        StateRestore restore = stateless.restore();
        blocks(applied(90, 0)).forEach(restore::block);
        restore.finish();
        stateless.takeRestored(90);
        assertThat(stateless.holds(80)).isTrue();
    }

    @Test
    void aBlockThatNobodyWritesIsRefused() {
        StateRestore restore = new StateHashes(SELF, INTERVAL).restore();
        assertThatThrownBy(() -> restore.block(ByteBuffer.allocate(20))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsFrozenStays() {
        StateHashes hashes = applied(40, 0);
        hashes.freeze();
        apply(hashes, 41, 200, 0);
        assertThat(hashes.holds(40)).isTrue();
        assertThat(hashes.holds(41)).isFalse();
    }

    @Test
    void switchedOffItKeepsNoChainAndSnapshotsHaveNone() {
        StateHashes off = new StateHashes(SELF, 0);
        apply(off, 1, 40, 0);
        assertThat(off.newestMilestone()).isZero();
        assertThat(off.holds(40)).isFalse();
        assertThat(blocks(off)).isEmpty();
        off.begin();
        assertThat(off.isKnown()).isFalse();
    }

    private static StateHashes restoredBy(long member, StateHashes from, long index) {
        StateHashes restored = new StateHashes(member, INTERVAL);
        StateRestore restore = restored.restore();
        blocks(from).forEach(restore::block);
        restore.finish();
        restored.takeRestored(index);
        return restored;
    }

    @Test
    void whatAnotherHasGivenIsItsOwnWhenAllOfItWasCompared() {
        StateHashes given = restoredBy(2, applied(40, 0), 40);
        assertThat(given.isGiven()).isTrue();
        given.compared(32);
        assertThat(given.isGiven()).as("some of it lies behind").isTrue();
        apply(given, 41, 60, 0);
        assertThat(restoredBy(2, given, 60).isGiven()).as("in its next life").isTrue();
        given.compared(48);
        assertThat(given.isGiven()).isFalse();
        assertThat(restoredBy(2, given, 60).isGiven()).as("in its next life").isFalse();
        assertThat(restoredBy(3, given, 60).isGiven()).isTrue();
    }

    @Test
    void allBeginAChainAnewWhateverTheyHadBefore() {
        StateHashes other = new StateHashes(2, INTERVAL);
        other.takeRestored(30);
        assertThat(other.isKnown()).isFalse();
        assertThat(other.newestMilestone()).isEqualTo(16);
        StateHashes whole = applied(30, 0);
        apply(whole, 31, 40, 0);
        apply(other, 31, 40, 0);
        assertThat(other.newestMilestone()).isEqualTo(32);
        whole.begin();
        other.begin();
        assertThat(whole.newestMilestone()).isZero();
        apply(whole, 41, 60, 0);
        apply(other, 41, 60, 0);
        assertThat(other.at(48)).isEqualTo(whole.at(48));
        assertThat(whole.holds(39)).isFalse();
        assertThat(other.isGiven()).as("nothing says that its state is right").isTrue();
    }

    @Test
    void anEntryOutOfOrderIsADefect() {
        StateHashes hashes = applied(3, 0);
        assertThatThrownBy(() -> hashes.applied(5, 1, 0)).isInstanceOf(IllegalStateException.class);
    }
}
