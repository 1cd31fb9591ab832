/** The simulator for a state machine of one's own, from a JUnit test. */
module io.quorate.testkit {
    requires static org.jspecify;
    requires transitive io.quorate.node;
    requires transitive io.quorate.sim;
    requires transitive org.junit.jupiter.api;

    exports io.quorate.testkit;
}
