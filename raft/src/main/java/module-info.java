/** The Raft protocol as a pure state machine. */
module io.quorate.raft {
    requires static org.jspecify;

    exports io.quorate.raft;
    exports io.quorate.raft.membership;
}
