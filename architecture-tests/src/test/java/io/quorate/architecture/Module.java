package io.quorate.architecture;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The modules that hold classes, with their packages and the arrows: which modules' packages each may know. ArchUnit's
 * notation: {@code a..} is {@code a} and all below it, {@code a} alone is just that package.
 */
enum Module {
    RAFT(List.of("io.quorate.raft.."), List.of()),
    KV(List.of("io.quorate.kv.."), List.of()),
    NODE(List.of("io.quorate.node.."), List.of("io.quorate.raft..")),
    STORAGE(List.of("io.quorate.storage.."), List.of("io.quorate.raft..", "io.quorate.node.port..")),
    TRANSPORT(List.of("io.quorate.transport.."), List.of("io.quorate.node..")),
    LIBRARY(
            List.of("io.quorate", "io.quorate.internal.."),
            List.of("io.quorate.raft..", "io.quorate.node..", "io.quorate.storage..", "io.quorate.transport..")),
    SIM_CORE(List.of("io.quorate.sim.core..", "io.quorate.sim.history.."), List.of("io.quorate.raft..")),
    /** What runs, reduces, tells and records any simulation. */
    SIM_CAMPAIGN(
            List.of(
                    "io.quorate.sim.campaign..",
                    "io.quorate.sim.shrink..",
                    "io.quorate.sim.story..",
                    "io.quorate.sim.trace.."),
            List.of("io.quorate.raft..", "io.quorate.sim.core..", "io.quorate.sim.node..")),
    SIM_SEARCH(List.of("io.quorate.sim.search.."), List.of("io.quorate.raft..")),
    SIM_NODE(
            List.of("io.quorate.sim.node.."),
            List.of(
                    "io.quorate.sim.core..",
                    "io.quorate.sim.history..",
                    "io.quorate.raft..",
                    "io.quorate.kv..",
                    "io.quorate.node..",
                    "io.quorate.storage..")),
    SIM_BUGS(
            List.of("io.quorate.sim.bugs.."),
            List.of(
                    "io.quorate.sim.core..",
                    "io.quorate.sim.node..",
                    "io.quorate.sim.campaign..",
                    "io.quorate.raft..",
                    // Of these only where their classes lie.
                    "io.quorate.kv..",
                    "io.quorate.node..",
                    "io.quorate.storage..")),
    TESTKIT(List.of("io.quorate.testkit.."), List.of("io.quorate.sim..", "io.quorate.node..", "io.quorate.raft..")),
    ETCD_API(List.of("io.quorate.etcd.."), List.of()),
    SERVER(
            List.of("io.quorate.server.."),
            List.of(
                    "io.quorate.kv..",
                    "io.quorate",
                    "io.quorate.node..",
                    "io.quorate.raft..",
                    "io.quorate.etcd..",
                    // Its client port shares the event loops of the node.
                    "io.quorate.transport..")),
    BENCH(List.of("io.quorate.bench.."), List.of("io.quorate..")),
    CLI(List.of("io.quorate.cli.."), List.of("io.quorate..")),
    EXAMPLES(List.of("io.quorate.examples.."), List.of("io.quorate", "io.quorate.node..", "io.quorate.raft.."));

    /** The one package of {@link #KV} that may know the driver: it makes the store a replicated state machine. */
    static final String KV_REPLICATED = "io.quorate.kv.replicated..";

    private final List<String> packages;
    private final List<String> mayKnow;

    Module(List<String> packages, List<String> mayKnow) {
        this.packages = packages;
        this.mayKnow = mayKnow;
    }

    String[] packages() {
        return packages.toArray(String[]::new);
    }

    /** Its own packages and those at the end of its arrows. */
    String[] known() {
        return Stream.concat(packages.stream(), mayKnow.stream()).toArray(String[]::new);
    }

    static String[] packagesOf(Module... modules) {
        return Arrays.stream(modules)
                .flatMap(module -> module.packages.stream())
                .toArray(String[]::new);
    }
}
