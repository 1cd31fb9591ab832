package io.quorate.cli.checklist;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The checklist over three members in this process. */
@Tag("slow")
final class ServerChecklistTest {
    @Nested
    class Kv extends KvChecklist {
        @Override
        TestCluster start() {
            return ServerCluster.start(3);
        }
    }

    @Nested
    class Txn extends TxnChecklist {
        @Override
        TestCluster start() {
            return ServerCluster.start(3);
        }
    }

    @Nested
    class Transport extends TransportChecklist {
        @Override
        TestCluster start() {
            return ServerCluster.start(3);
        }
    }

    @Nested
    class JetcdKv extends JetcdKvChecklist {
        @Override
        TestCluster start() {
            return ServerCluster.start(3);
        }
    }

    @Nested
    class JetcdTxn extends JetcdTxnChecklist {
        @Override
        TestCluster start() {
            return ServerCluster.start(3);
        }
    }

    @Nested
    class JetcdCluster extends JetcdClusterChecklist {
        @Override
        TestCluster start() {
            return ServerCluster.start(3);
        }
    }

    @Nested
    class Refusal extends RefusalChecklist {
        @Override
        TestCluster start() {
            return ServerCluster.start(3);
        }
    }

    @Nested
    class LostQuorum extends LostQuorumChecklist {
        @Override
        TestCluster start() {
            return ServerCluster.start(3);
        }
    }
}
