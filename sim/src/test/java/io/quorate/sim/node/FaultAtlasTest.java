package io.quorate.sim.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.Profile;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** Which damage is let through where nothing may be lost. */
final class FaultAtlasTest {
    /** What changes what a disk was told to keep. */
    private static final EnumSet<FaultKind> DAMAGE = EnumSet.of(
            FaultKind.BIT_ROT, FaultKind.LOST_WRITE, FaultKind.MISDIRECTED_WRITE, FaultKind.WIPED, FaultKind.OLD_IMAGE);

    /** What ends a process or a write, and tells so. */
    private static final EnumSet<FaultKind> ENDS = EnumSet.of(
            FaultKind.CRASH,
            FaultKind.POWER_LOSS,
            FaultKind.WRITE_ERROR,
            FaultKind.FLUSH_ERROR_KEPT,
            FaultKind.FLUSH_ERROR_DROPPED,
            FaultKind.DISK_FULL);

    private QuietCluster cluster = formed();

    private static QuietCluster formed() {
        QuietCluster cluster = QuietCluster.started(5);
        cluster.write(cluster.awaitLeader());
        cluster.runMillis(500);
        return cluster;
    }

    private EnumSet<FaultKind> allowed(int member) {
        EnumSet<FaultKind> allowed = EnumSet.noneOf(FaultKind.class);
        for (FaultKind kind : FaultKind.values()) {
            if (cluster.world.atlas.allows(cluster.fault(kind, 1, cluster.world.members.get(member)))) {
                allowed.add(kind);
            }
        }
        return allowed;
    }

    private static EnumSet<FaultKind> allBut(EnumSet<FaultKind> kinds) {
        return EnumSet.complementOf(kinds);
    }

    @Test
    void fewerThanHalfAreDamagedInARunTheSameOnesAgain() {
        assertThat(allowed(4)).containsExactlyInAnyOrder(FaultKind.values());
        cluster.world.atlas.damaged(0);
        assertThat(allowed(4)).containsExactlyInAnyOrder(FaultKind.values());
        cluster.world.atlas.damaged(1);
        assertThat(allowed(4)).isEqualTo(allBut(DAMAGE));
        assertThat(allowed(0)).containsExactlyInAnyOrder(FaultKind.values());
        assertThat(allowed(1)).containsExactlyInAnyOrder(FaultKind.values());
    }

    @Test
    void nobodyIsDamagedBeforeAllHoldTheFirstSet() {
        cluster = QuietCluster.started(3);
        assertThat(allowed(0)).isEqualTo(allBut(DAMAGE));
    }

    @Test
    void oneHasNoSecondDamageBeforeTheFirstIsSeen() {
        SimMember damaged = cluster.world.members.get(0);
        damaged.disk.written().targets().get(0).getValue().damage = cluster.fault(FaultKind.BIT_ROT, 0, damaged);
        EnumSet<FaultKind> second = EnumSet.of(FaultKind.BIT_ROT, FaultKind.LOST_WRITE, FaultKind.MISDIRECTED_WRITE);
        assertThat(allowed(0)).isEqualTo(allBut(second));
        assertThat(allowed(1)).containsExactlyInAnyOrder(FaultKind.values());
    }

    /** Who starts anew has forgotten that the image is old. */
    @Test
    void nobodyEndsWhileAMemberHasAnOldImage() {
        SimMember old = cluster.world.members.get(0);
        assertThat(cluster.world.atlas.mayEnd()).isTrue();
        cluster.makeOld(old, 1);
        assertThat(cluster.world.atlas.mayEnd()).isFalse();
        EnumSet<FaultKind> forbidden = EnumSet.copyOf(DAMAGE);
        forbidden.addAll(ENDS);
        assertThat(allowed(1)).isEqualTo(allBut(forbidden));
        old.start();
        cluster.runMillis(1_000);
        assertThat(old.isOut()).isTrue();
        assertThat(allowed(1)).containsExactlyInAnyOrder(FaultKind.values());
    }

    @Test
    void withoutBoundsAllIsAllowed() {
        cluster = QuietCluster.started(3, Profile.UNBOUNDED);
        for (int member = 0; member < 3; member++) {
            cluster.world.atlas.damaged(member);
        }
        assertThat(allowed(0)).containsExactlyInAnyOrder(FaultKind.values());
    }
}
