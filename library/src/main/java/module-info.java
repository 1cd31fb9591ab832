/** The artifact to embed: node, log and sockets wired in one builder. */
module io.quorate {
    requires static org.jspecify;
    requires transitive io.quorate.node;
    requires transitive io.quorate.storage;
    requires transitive io.quorate.transport;

    exports io.quorate;
}
