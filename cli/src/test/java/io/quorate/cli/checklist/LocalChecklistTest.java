package io.quorate.cli.checklist;

import org.junit.jupiter.api.Nested;

/** The checklist over one member in this process. */
class LocalChecklistTest {
    @Nested
    class Kv extends KvChecklist {
        @Override
        TestCluster start() {
            return LocalCluster.start();
        }
    }

    @Nested
    class Txn extends TxnChecklist {
        @Override
        TestCluster start() {
            return LocalCluster.start();
        }
    }

    @Nested
    class Transport extends TransportChecklist {
        @Override
        TestCluster start() {
            return LocalCluster.start();
        }
    }
}
