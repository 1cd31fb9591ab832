package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.Applied;
import io.quorate.node.Outcome;
import io.quorate.sim.core.Mark;
import io.quorate.storage.MemoryDisk.Loss;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The power goes in each disk call around a snapshot, one after the other: while a member takes one, and while it starts,
 * receives one and installs it, each with all, part and nothing gone of what was not flushed. The member comes up again by
 * itself, and nothing that was acknowledged is missing. All rules of whole members are checked meanwhile.
 */
final class SnapshotCrashTest {
    private static final Loss[] LOSSES = {Loss.EVERYTHING, Loss.RANDOM, Loss.NOTHING_UNFLUSHED};

    /** So many writes bring at least one snapshot. */
    private static final int WRITES = 2 * QuietCluster.MOST_SNAPSHOT_ENTRIES;

    /** Behind so many rounds in a row without a loss no call is left to lose the power in. */
    private static final int ROUNDS_BEHIND = 3;

    private final List<Integer> acknowledged = new ArrayList<>();

    /** Alone, so that all rests on the one disk. */
    @Test
    @Tag("slow")
    void whileAMemberTakesOne() {
        for (Loss loss : LOSSES) {
            QuietCluster cluster = QuietCluster.withSnapshots(1);
            SimMember member = cluster.awaitLeader();
            int calls = sweep(call -> {
                cluster.world.faults.losePowerInCall(member, call, loss, member.lots);
                return writeUntilDown(cluster, member);
            });
            assertThat(calls).isGreaterThan(40);
            checkAll(cluster);
            assertHit(cluster, Mark.SNAPSHOT_MARKED, Mark.SNAPSHOT_CUT_SHORT, Mark.SNAPSHOT_NOT_MARKED);
        }
    }

    /** It was down while the others went on, and let their logs go. */
    @Test
    @Tag("slow")
    void whileAMemberReceivesOneAndInstallsIt() {
        for (Loss loss : LOSSES) {
            QuietCluster cluster = QuietCluster.withSnapshots(3);
            SimMember member = cluster.other(cluster.awaitLeader());
            int calls = sweep(call -> {
                fallBehind(cluster, member);
                long installed = cluster.world.ledger.timesHit(Mark.SNAPSHOT_INSTALLED);
                int lives = member.lives();
                cluster.world.faults.losePowerInCall(member, call, loss, member.lots);
                member.start();
                catchUp(cluster, member);
                assertThat(cluster.world.ledger.timesHit(Mark.SNAPSHOT_INSTALLED))
                        .isGreaterThan(installed);
                return member.lives() > lives + 1;
            });
            assertThat(calls).isGreaterThan(40);
            checkAll(cluster);
            assertHit(cluster, Mark.FETCH_CUT_SHORT, Mark.SNAPSHOT_NOT_MARKED, Mark.STARTED_FROM_SNAPSHOT);
        }
    }

    /** One round with the power lost in one disk call. */
    private interface Round {
        /** @return whether that call was made, so that the power went */
        boolean lost(int call);
    }

    /** Rounds for the first call, the second one and so on; returns in how many of them the power went. */
    private static int sweep(Round round) {
        int lost = 0;
        int behind = 0;
        for (int call = 0; behind < ROUNDS_BEHIND; call++) {
            boolean isLost = round.lost(call);
            lost += isLost ? 1 : 0;
            behind = isLost ? 0 : behind + 1;
        }
        return lost;
    }

    private boolean writeUntilDown(QuietCluster cluster, SimMember member) {
        int lives = member.lives();
        boolean isWritten = true;
        for (int k = 0; k < WRITES && isWritten && member.isUp(); k++) {
            isWritten = write(cluster, member) instanceof Applied;
        }
        cluster.awaitLeader();
        return member.lives() > lives;
    }

    private void fallBehind(QuietCluster cluster, SimMember member) {
        member.stayDownUntil(Long.MAX_VALUE);
        member.kill();
        SimMember leader = cluster.awaitLeader();
        for (int k = 0; k < 2 * WRITES; k++) {
            assertThat(write(cluster, leader)).isInstanceOf(Applied.class);
        }
        member.stayDownUntil(0);
    }

    private static void catchUp(QuietCluster cluster, SimMember member) {
        for (int passed = 0; passed < 20_000; passed += 10) {
            MemberLife life = member.life();
            if (life != null && life.store.lastIndex() == cluster.world.applied.lastIndex()) {
                return;
            }
            cluster.runMillis(10);
        }
        throw new AssertionError("no catching up within 20 s: " + member.refusal());
    }

    /** @return null where the member ended before it answered */
    private @Nullable Outcome<Reply> write(QuietCluster cluster, SimMember member) {
        MemberLife life = member.running();
        CompletableFuture<Outcome<Reply>> outcome = cluster.propose(member);
        int number = cluster.lastNumber();
        while (!outcome.isDone() && member.life() == life) {
            cluster.runMillis(1);
        }
        Outcome<Reply> answer = outcome.getNow(null);
        if (answer instanceof Applied) {
            acknowledged.add(number);
        }
        return answer;
    }

    private void checkAll(QuietCluster cluster) {
        cluster.world.settle();
        for (SimMember member : cluster.world.members) {
            assertThat(member.running().store.lastIndex()).isEqualTo(cluster.world.applied.lastIndex());
        }
        assertThat(acknowledged).isNotEmpty().allMatch(cluster.world.applied::holds);
        acknowledged.clear();
    }

    private static void assertHit(QuietCluster cluster, Mark... marks) {
        assertThat(marks).allMatch(mark -> cluster.world.ledger.timesHit(mark) > 0);
    }
}
