package io.quorate.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.quorate.kv.replicated.planted.KnowsTheCore;
import io.quorate.node.planted.KnowsTheEdge;
import io.quorate.node.planted.one.One;
import io.quorate.node.planted.other.Other;
import io.quorate.raft.membership.planted.KnowsRaft;
import io.quorate.raft.planted.Candidate;
import io.quorate.raft.planted.CountsInDoubles;
import io.quorate.raft.planted.DrawsALot;
import io.quorate.raft.planted.Follower;
import io.quorate.raft.planted.KeepsHashOrder;
import io.quorate.raft.planted.KeepsSaltedOrder;
import io.quorate.raft.planted.KnowsTheDriver;
import io.quorate.raft.planted.OpensAFile;
import io.quorate.raft.planted.ReadsTheClock;
import org.junit.jupiter.api.Test;

/** Each rule on a class that breaks it: a rule that cannot fail proves nothing. */
final class RulesCanFailTest {
    private static void assertBroken(ArchRule rule, Class<?>... planted) {
        assertThatThrownBy(() -> rule.check(new ClassFileImporter().importClasses(planted)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(planted[0].getSimpleName());
    }

    @Test
    void anArrowAgainstTheDirectionIsFound() {
        assertBroken(Rules.arrowsOf(Module.RAFT), KnowsTheDriver.class);
        assertBroken(Rules.REPLICATED_STORE_KNOWS_ONLY_THE_PORTS, KnowsTheCore.class);
        assertBroken(Rules.ARITHMETIC_IS_A_LEAF, KnowsRaft.class);
    }

    @Test
    void aPureModuleThatLooksOutsideIsFound() {
        assertBroken(Rules.PURE_MODULES_KNOW_LITTLE_OF_THE_JDK, OpensAFile.class);
        assertBroken(Rules.PURE_MODULES_ASK_NOTHING_OF_THE_WORLD, ReadsTheClock.class);
        assertBroken(Rules.PURE_MODULES_ASK_NOTHING_OF_THE_WORLD, DrawsALot.class);
    }

    @Test
    void anOrderThatDiffersBetweenJvmsIsFound() {
        assertBroken(Rules.PURE_MODULES_KEEP_NO_HASH_ORDER, KeepsHashOrder.class);
        assertBroken(Rules.PURE_MODULES_KEEP_NO_HASH_ORDER, KeepsSaltedOrder.class);
    }

    @Test
    void inexactNumbersAndLocksAreFound() {
        assertBroken(Rules.PURE_FIELDS_ARE_EXACT, CountsInDoubles.class);
        assertBroken(Rules.PURE_METHODS_ARE_EXACT_AND_TAKE_NO_LOCK, CountsInDoubles.class);
    }

    @Test
    void aRoleThatKnowsAnotherIsFound() {
        assertBroken(Rules.roleKnowsNoOther("io.quorate.raft.planted", "Follower"), Follower.class, Candidate.class);
    }

    @Test
    void aLibraryThatLeavesItsPlaceIsFound() {
        assertBroken(Rules.PROTOBUF_STAYS_AT_THE_EDGE, KnowsTheEdge.class);
        assertBroken(Rules.NETTY_STAYS_AT_THE_SOCKETS, KnowsTheEdge.class);
    }

    @Test
    void aCycleAndAnUnmarkedPackageAreFound() {
        assertBroken(Rules.NO_PACKAGE_CYCLES, One.class, Other.class);
        assertBroken(Rules.EVERY_PACKAGE_IS_NULL_MARKED, One.class);
    }

    @Test
    void whatKeepsTheRulesPasses() {
        var innocent = new ClassFileImporter().importClasses(Candidate.class);
        Rules.arrowsOf(Module.RAFT).check(innocent);
        Rules.PURE_MODULES_KNOW_LITTLE_OF_THE_JDK.check(innocent);
        Rules.PURE_MODULES_ASK_NOTHING_OF_THE_WORLD.check(innocent);
        Rules.PURE_MODULES_KEEP_NO_HASH_ORDER.check(innocent);
        assertThat(innocent).hasSize(1);
    }
}
