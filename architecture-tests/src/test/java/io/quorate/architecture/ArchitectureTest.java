package io.quorate.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules on everything that the modules hold. */
final class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("io.quorate");

    @ParameterizedTest
    @EnumSource(Module.class)
    void everyModuleKnowsOnlyWhatItsArrowsPointAt(Module module) {
        Rules.arrowsOf(module).check(OURS);
    }

    @Test
    void theReplicatedStoreKnowsOnlyThePorts() {
        Rules.REPLICATED_STORE_KNOWS_ONLY_THE_PORTS.check(OURS);
    }

    @Test
    void pureModulesKnowLittleOfTheJdk() {
        Rules.PURE_MODULES_KNOW_LITTLE_OF_THE_JDK.check(OURS);
    }

    @Test
    void pureModulesAskNothingOfTheWorld() {
        Rules.PURE_MODULES_ASK_NOTHING_OF_THE_WORLD.check(OURS);
    }

    @Test
    void pureModulesKeepNoHashOrder() {
        Rules.PURE_MODULES_KEEP_NO_HASH_ORDER.check(OURS);
    }

    @Test
    void pureModulesAreExactAndTakeNoLock() {
        Rules.PURE_FIELDS_ARE_EXACT.check(OURS);
        Rules.PURE_METHODS_ARE_EXACT_AND_TAKE_NO_LOCK.check(OURS);
    }

    @Test
    void arithmeticIsALeaf() {
        Rules.ARITHMETIC_IS_A_LEAF.check(OURS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Follower", "Candidate", "Leader"})
    void rolesDoNotKnowEachOther(String role) {
        assertThat(OURS.contain("io.quorate.raft." + role)).isTrue();
        Rules.roleKnowsNoOther("io.quorate.raft", role).check(OURS);
    }

    @Test
    void protobufStaysAtTheEdge() {
        Rules.PROTOBUF_STAYS_AT_THE_EDGE.check(OURS);
    }

    @Test
    void nettyStaysAtTheSockets() {
        Rules.NETTY_STAYS_AT_THE_SOCKETS.check(OURS);
    }

    @Test
    void packagesFormNoCycle() {
        Rules.NO_PACKAGE_CYCLES.check(OURS);
    }

    @Test
    void everyPackageIsNullMarked() {
        Rules.EVERY_PACKAGE_IS_NULL_MARKED.check(OURS);
    }

    /** Else a rule about it would hold because there is nothing that could break it. */
    @ParameterizedTest
    @EnumSource
    void everyModuleHasClasses(Module module) {
        assertThat(OURS.stream().anyMatch(JavaClass.Predicates.resideInAnyPackage(module.packages())))
                .isTrue();
    }
}
