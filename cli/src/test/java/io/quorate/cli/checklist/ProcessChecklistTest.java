package io.quorate.cli.checklist;

import io.grpc.ManagedChannel;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;

/** The checklist over three processes, which its parts share: starting them costs more than all the lines. */
@Tag("process")
final class ProcessChecklistTest {
    private static TestCluster shared;

    @BeforeAll
    static void startProcesses() {
        shared = ProcessCluster.start();
    }

    @AfterAll
    static void stopProcesses() {
        shared.close();
    }

    @Nested
    class Kv extends KvChecklist {
        @Override
        TestCluster start() {
            return new Borrowed(shared);
        }
    }

    @Nested
    class Txn extends TxnChecklist {
        @Override
        TestCluster start() {
            return new Borrowed(shared);
        }
    }

    @Nested
    class Transport extends TransportChecklist {
        @Override
        TestCluster start() {
            return new Borrowed(shared);
        }
    }

    @Nested
    class JetcdKv extends JetcdKvChecklist {
        @Override
        TestCluster start() {
            return new Borrowed(shared);
        }
    }

    @Nested
    class JetcdTxn extends JetcdTxnChecklist {
        @Override
        TestCluster start() {
            return new Borrowed(shared);
        }
    }

    @Nested
    class JetcdCluster extends JetcdClusterChecklist {
        @Override
        TestCluster start() {
            return new Borrowed(shared);
        }
    }

    @Nested
    class Refusal extends RefusalChecklist {
        @Override
        TestCluster start() {
            return new Borrowed(shared);
        }
    }

    @Nested
    class LostQuorum extends LostQuorumChecklist {
        @Override
        TestCluster start() {
            return ProcessCluster.start();
        }
    }

    /** A cluster that goes on when its user is done. */
    private record Borrowed(TestCluster owned) implements TestCluster {
        @Override
        public List<ManagedChannel> members() {
            return owned.members();
        }

        @Override
        public TestCluster fresh() {
            return owned.fresh();
        }

        @Override
        public String endpoint(int member) {
            return owned.endpoint(member);
        }

        @Override
        public void stop(int member) {
            throw new UnsupportedOperationException("others need it");
        }

        @Override
        public void close() {}
    }
}
