/** The simulator: clusters of the production classes in virtual time, under every fault, replayed from one line. */
module io.quorate.sim {
    requires static org.jspecify;
    requires transitive io.quorate.raft;

    exports io.quorate.sim.core;
    exports io.quorate.sim.history;
    exports io.quorate.sim.search;
}
