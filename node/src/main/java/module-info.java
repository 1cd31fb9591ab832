/** The driver of the core as agents without threads, its ports, and the public API. */
module io.quorate.node {
    requires static org.jspecify;
    requires transitive io.quorate.raft;
    requires org.slf4j;

    exports io.quorate.node;
    exports io.quorate.node.memory;
    exports io.quorate.node.once;
    exports io.quorate.node.internal to
            io.quorate,
            io.quorate.sim;
    exports io.quorate.node.port;
    exports io.quorate.node.peer;
}
