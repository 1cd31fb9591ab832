package io.quorate.cli.checklist;

import io.grpc.ManagedChannel;
import java.util.List;

/** What the checklist runs against. */
interface TestCluster extends AutoCloseable {
    /** One channel for each member; at least one. Owned by the cluster. */
    List<ManagedChannel> members();

    /** Another cluster of the same kind whose store is empty; the caller closes it. */
    TestCluster fresh();

    /** Host and port of that member's client port, counted from 0. */
    String endpoint(int member);

    /** Ends that member, counted from 0, without a farewell where that is possible. */
    void stop(int member);

    @Override
    void close();
}
