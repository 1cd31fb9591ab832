/** The segmented log, snapshots and the identity file, over a small blocking disk port. */
module io.quorate.storage {
    requires static org.jspecify;
    requires transitive io.quorate.node;
    requires transitive io.quorate.raft;

    exports io.quorate.storage;
}
