package io.quorate.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchPredicates.are;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/** What may not be, and why. */
final class Rules {
    private static final String[] PURE = Module.packagesOf(Module.RAFT, Module.KV, Module.SIM_CORE);

    private static final String MUST_REPLAY = "a run must replay bit for bit, in another JVM and in a browser";

    private Rules() {}

    /** The arrows of one module: of ours, it knows itself and what its arrows point at. */
    static ArchRule arrowsOf(Module module) {
        return noClasses()
                .that(are(resideInAnyPackage(module.packages())))
                .and()
                .resideOutsideOfPackage(Module.KV_REPLICATED)
                .should()
                .dependOnClassesThat(resideInAPackage("io.quorate..")
                        .and(DescribedPredicate.not(resideInAnyPackage(module.known()))))
                .because("of the arrows in docs/architecture.md");
    }

    static final ArchRule REPLICATED_STORE_KNOWS_ONLY_THE_PORTS = noClasses()
            .that()
            .resideInAPackage(Module.KV_REPLICATED)
            .should()
            .dependOnClassesThat(resideInAPackage("io.quorate..")
                    .and(DescribedPredicate.not(resideInAnyPackage("io.quorate.kv..", "io.quorate.node.port.."))))
            .because("the store can be driven by whoever implements the ports");

    static final ArchRule PURE_MODULES_KNOW_LITTLE_OF_THE_JDK = classes()
            .that()
            .resideInAnyPackage(PURE)
            .and()
            .resideOutsideOfPackage(Module.KV_REPLICATED)
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(PURE)
                    .or(resideInAnyPackage(
                            "",
                            "java.lang",
                            "java.lang.annotation",
                            "java.lang.invoke",
                            "java.lang.runtime",
                            "java.util",
                            "java.util.function",
                            "java.util.stream",
                            "org.jspecify.annotations"))
                    // Text to bytes and back, in UTF-8 everywhere.
                    .or(named("java.nio.charset.Charset", "java.nio.charset.StandardCharsets"))
                    .or(named("java.util.zip.CRC32C")))
            .because(MUST_REPLAY);

    static final ArchRule PURE_MODULES_ASK_NOTHING_OF_THE_WORLD = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .accessTargetWhere(asksTheWorld())
            .orShould()
            .dependOnClassesThat(named(
                    "java.util.Random",
                    "java.util.SplittableRandom",
                    "java.util.UUID",
                    "java.util.Date",
                    "java.util.Calendar",
                    "java.util.Timer",
                    "java.lang.Thread",
                    "java.lang.ThreadLocal",
                    "java.lang.Process",
                    "java.lang.ProcessBuilder",
                    "java.lang.Runtime"))
            .because("time and chance come in as inputs: " + MUST_REPLAY);

    static final ArchRule PURE_MODULES_KEEP_NO_HASH_ORDER = noClasses()
            .that()
            .resideInAnyPackage(PURE)
            .should()
            .dependOnClassesThat(named(
                    "java.util.HashMap",
                    "java.util.HashSet",
                    "java.util.Hashtable",
                    "java.util.IdentityHashMap",
                    "java.util.WeakHashMap"))
            .orShould()
            .accessTargetWhere(makesASaltedCollection())
            .because("the order of a hash table is not the same everywhere: " + MUST_REPLAY);

    static final ArchRule PURE_FIELDS_ARE_EXACT = fields().that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(PURE)
            .should()
            .notHaveRawType(float.class)
            .andShould()
            .notHaveRawType(double.class)
            .because("what decides is counted in whole numbers: " + MUST_REPLAY);

    static final ArchRule PURE_METHODS_ARE_EXACT_AND_TAKE_NO_LOCK = methods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(PURE)
            .should()
            .notHaveRawReturnType(float.class)
            .andShould()
            .notHaveRawReturnType(double.class)
            .andShould()
            .notHaveModifier(JavaModifier.SYNCHRONIZED)
            .because("a pure module has one caller at a time and decides by whole numbers");

    static final ArchRule ARITHMETIC_IS_A_LEAF = noClasses()
            .that()
            .resideInAnyPackage("io.quorate.raft.membership..", "io.quorate.raft.quorum..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.quorate.raft")
            .because("quorums and memberships are arithmetic that is read and tested alone");

    /** Each role meets the others only through {@code Raft}, which alone makes them. */
    static ArchRule roleKnowsNoOther(String packageName, String role) {
        String[] others = Stream.of("Follower", "Candidate", "Leader")
                .filter(other -> !other.equals(role))
                .map(other -> packageName + "." + other)
                .toArray(String[]::new);
        return noClasses()
                .that()
                .haveFullyQualifiedName(packageName + "." + role)
                .should()
                .dependOnClassesThat(named(others))
                .because("a role holds only what exists in it, and Raft makes every transition");
    }

    static final ArchRule PROTOBUF_STAYS_AT_THE_EDGE = noClasses()
            .that()
            .resideOutsideOfPackages(Module.packagesOf(Module.ETCD_API, Module.SERVER, Module.CLI, Module.BENCH))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.protobuf..", "io.grpc..")
            .because("who embeds the library gets neither protobuf nor gRPC");

    static final ArchRule NETTY_STAYS_AT_THE_SOCKETS = noClasses()
            .that()
            .resideOutsideOfPackages(Module.packagesOf(Module.TRANSPORT, Module.SERVER, Module.BENCH))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.netty..")
            .because("the node's sessions run on plain buffers, so that a simulator runs them too");

    static final ArchRule NO_PACKAGE_CYCLES =
            slices().matching("io.quorate.(**)").should().beFreeOfCycles();

    static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED = classes()
            .that()
            .resideInAPackage("io.quorate..")
            .and()
            .resideOutsideOfPackages(Module.ETCD_API.packages()) // generated
            .should(lieInANullMarkedPackage());

    private static DescribedPredicate<JavaClass> named(String... names) {
        Set<String> wanted = Set.of(names);
        return DescribedPredicate.describe("are " + String.join(", ", names), type -> wanted.contains(type.getName()));
    }

    private static DescribedPredicate<JavaAccess<?>> asksTheWorld() {
        return DescribedPredicate.describe("is a clock, chance, the environment or an object's address", access -> {
            String owner = access.getTargetOwner().getName();
            String name = access.getName();
            return switch (owner) {
                case "java.lang.System" -> !name.equals("arraycopy");
                case "java.lang.Math", "java.lang.StrictMath" -> name.equals("random");
                default -> false;
            };
        });
    }

    /**
     * {@code Set.of} and {@code Map.of} iterate in an order that a number drawn at each JVM's start decides; collectors
     * make hash tables behind one's back.
     */
    private static DescribedPredicate<JavaAccess<?>> makesASaltedCollection() {
        return DescribedPredicate.describe(
                "makes a set or map in hash order, or in one that each JVM draws anew", access -> {
                    String owner = access.getTargetOwner().getName();
                    boolean salted = owner.equals("java.util.Set") || owner.equals("java.util.Map");
                    boolean hashed = owner.equals("java.util.stream.Collectors")
                            && !access.getName().equals("toList");
                    return hashed
                            || (salted && Set.of("of", "copyOf", "ofEntries").contains(access.getName()));
                });
    }

    private static ArchCondition<JavaClass> lieInANullMarkedPackage() {
        return new ArchCondition<>("lie in a package whose package-info.java says @NullMarked") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class)
                        || type.getSimpleName().equals("module-info");
                String message = "package " + type.getPackageName() + " of " + type.getSimpleName();
                events.add(new SimpleConditionEvent(type, marked, message));
            }
        };
    }
}
