/** The simulator: clusters of the production classes in virtual time, under every fault, replayed from one line. */
module io.quorate.sim {
    requires static org.jspecify;
    requires java.compiler;
    requires transitive io.quorate.raft;
    requires io.quorate.kv;
    requires io.quorate.node;
    requires io.quorate.storage;

    exports io.quorate.sim.bugs;
    exports io.quorate.sim.campaign;
    exports io.quorate.sim.core;
    exports io.quorate.sim.history;
    exports io.quorate.sim.node;
    exports io.quorate.sim.search;
    exports io.quorate.sim.shrink;
    exports io.quorate.sim.story;
    exports io.quorate.sim.trace;
}
