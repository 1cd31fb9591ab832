package io.quorate.server.rpc;

import io.grpc.BindableService;
import io.quorate.DataFiles;
import io.quorate.etcd.etcdserverpb.AuthGrpc;
import io.quorate.etcd.etcdserverpb.LeaseGrpc;
import io.quorate.etcd.etcdserverpb.WatchGrpc;
import io.quorate.kv.Result;
import io.quorate.kv.View;
import io.quorate.node.RaftNode;
import io.quorate.server.options.ServerOptions;
import io.quorate.server.wire.KvMethods;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** All services of one member, over its node and its store. */
public final class Services implements AutoCloseable {
    private final List<BindableService> all;
    private final CallGuard guard;
    private final LargeReads large;

    /**
     * @param store gives the newest root
     * @param caughtUp whether the store holds at least what it held before this member's start: until then a read that may be
     *     stale is served as one that may not
     * @param timer its threads are used for short moments only
     */
    public Services(
            ServerOptions options,
            long clusterId,
            long memberId,
            RaftNode<Result> node,
            Supplier<View> store,
            BooleanSupplier caughtUp,
            ScheduledExecutorService timer) {
        Attempts.Limit limit =
                new Attempts.Limit(timer, options.requestTimeoutMillis(), options.pendingProposalBytes());
        Headers headers = new Headers(clusterId, memberId, node);
        Directory directory = new Directory(store);
        ServerVersion version = ServerVersion.current();
        large = new LargeReads(options.pendingReadBytes());
        guard = new CallGuard(() -> node.leadership().leader() != null);
        all = List.of(
                new KvService(
                        new KvMethods(clusterId, memberId),
                        new Reads(node, store, caughtUp, headers, large, limit),
                        new Writes(node, headers, large, limit, options.maxRequestBytes()),
                        options.maxTxnOps()),
                new ClusterService(
                        node,
                        headers,
                        directory,
                        new MembershipChanges(
                                node, timer, options.requestTimeoutMillis(), options.strictReconfigCheck())),
                new MaintenanceService(node, store, headers, version, large, options.quotaBackendBytes()),
                new NotThereYet.Watch(),
                new NotThereYet.Lease(),
                new NotThereYet.Auth(),
                new HealthService(),
                new NodeService(
                        node,
                        directory,
                        version,
                        new DataFiles(options.dataDir()),
                        new HistoryReads(node, store, new DataFiles(options.dataDir()), large),
                        options.strictReconfigCheck()));
    }

    public List<BindableService> all() {
        return all;
    }

    /** Stands before every call. */
    public CallGuard guard() {
        return guard;
    }

    @Override
    public void close() {
        large.close();
    }

    /** Services whose every RPC answers UNIMPLEMENTED, by name rather than as an unknown service. */
    private static final class NotThereYet {
        private static final class Watch extends WatchGrpc.WatchImplBase {}

        private static final class Lease extends LeaseGrpc.LeaseImplBase {}

        private static final class Auth extends AuthGrpc.AuthImplBase {}
    }
}
