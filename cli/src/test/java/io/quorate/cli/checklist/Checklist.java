package io.quorate.cli.checklist;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;

/** What all parts of the checklist share: one cluster for the class, keys of its own for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Checklist {
    private static final AtomicInteger TESTS = new AtomicInteger();

    TestCluster cluster;
    Etcd etcd;
    /** Begins every key of this test and of no other; ends in a slash. */
    String own;

    abstract TestCluster start();

    @BeforeAll
    void startCluster() {
        cluster = start();
    }

    @AfterAll
    void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void connect(TestInfo test) {
        etcd = new Etcd(cluster.members().get(0));
        own = test.getTestMethod().orElseThrow().getName() + "-" + TESTS.incrementAndGet() + "/";
    }

    /** A client of member {@code index}, counted from 0 and around. */
    Etcd member(int index) {
        return new Etcd(cluster.members().get(index % cluster.members().size()));
    }

    String key(String name) {
        return own + name;
    }
}
