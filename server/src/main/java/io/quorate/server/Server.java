package io.quorate.server;

import io.quorate.Quorate;
import io.quorate.kv.MemberAttributes;
import io.quorate.kv.Result;
import io.quorate.kv.replicated.KvStateMachine;
import io.quorate.node.NodeStatus;
import io.quorate.node.RaftException;
import io.quorate.node.RaftNode;
import io.quorate.node.TransferOutcome;
import io.quorate.server.member.Publication;
import io.quorate.server.options.InitialMember;
import io.quorate.server.options.ServerOptions;
import io.quorate.server.options.ServerOptions.ClusterState;
import io.quorate.server.port.ClientPort;
import io.quorate.server.rpc.Services;
import io.quorate.transport.EventLoops;
import io.quorate.transport.ListenFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member that speaks etcd's API: a node with its log, the store, and the client port, on one event loop.
 *
 * <p>Safe for use by any thread. Nothing here waits but {@link #start} (while the log is read) and {@link #close}.
 */
public final class Server implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Server.class);
    private static final long LOOPS_END_SECONDS = 1;

    /** A member may be started before the cluster is told of it: so an operator can see that it is there. */
    private static final Duration JOIN_PATIENCE = Duration.ofMinutes(1);

    private final ServerOptions options;
    private final EventLoops loops;
    private final RaftNode<Result> node;
    private final Services services;
    private final ClientPort port;
    private final CompletableFuture<Void> ready;

    private Server(
            ServerOptions options,
            EventLoops loops,
            RaftNode<Result> node,
            Services services,
            ClientPort port,
            CompletableFuture<Void> ready) {
        this.options = options;
        this.loops = loops;
        this.node = node;
        this.services = services;
        this.port = port;
        this.ready = ready;
    }

    /**
     * Starts a member. It serves when its cluster can; see {@link #ready}.
     *
     * @throws RaftException that says what is in the way and what to do: the data directory, an address
     */
    public static Server start(ServerOptions options) {
        EventLoops loops = EventLoops.start(1, "quorate-" + options.name());
        try {
            return start(options, loops);
        } catch (RuntimeException | Error failed) {
            loops.end(LOOPS_END_SECONDS);
            throw failed;
        }
    }

    private static Server start(ServerOptions options, EventLoops loops) {
        MemberIds ids = MemberIds.of(options);
        if (options.initialClusterState() == ClusterState.EXISTING) { // its ids are the cluster's to give
            LOG.info("server-starting name={} data-dir={}", options.name(), options.dataDir());
        } else {
            logIds("server-starting", options, ids);
        }
        ClientPort port = openPort(options, loops);
        try {
            return start(options, ids, loops, port);
        } catch (RuntimeException | Error failed) {
            port.close();
            throw failed;
        }
    }

    private static void logIds(String event, ServerOptions options, MemberIds ids) {
        LOG.info(
                "{} name={} member-id={} cluster-id={} data-dir={}",
                event,
                options.name(),
                Long.toHexString(ids.self()),
                Long.toHexString(ids.cluster()),
                options.dataDir());
    }

    /** The port is ours already: whoever cannot have it is to find no new data directory. */
    private static Server start(ServerOptions options, MemberIds ids, EventLoops loops, ClientPort port) {
        KvStateMachine machine = new KvStateMachine();
        RaftNode<Result> node = startNode(options, ids, machine, loops);
        if (options.initialClusterState() == ClusterState.EXISTING) {
            ids = idsOf(node, ids);
            logIds("member-known", options, ids);
        }
        LOG.info("listening-for-clients name={} addresses={}", options.name(), port.addresses());
        try {
            CompletableFuture<Void> ready = new CompletableFuture<>();
            Services services = new Services(
                    options, ids.cluster(), ids.self(), node, machine.store()::view, ready::isDone, loops.group());
            port.serve(services.all(), services.guard());
            Server server = new Server(options, loops, node, services, port, ready);
            server.publish(ids, machine);
            return server;
        } catch (RuntimeException | Error failed) {
            node.close();
            throw failed;
        }
    }

    private static RaftNode<Result> startNode(
            ServerOptions options, MemberIds ids, KvStateMachine machine, EventLoops loops) {
        URI listen = options.listenPeerUrls().get(0);
        Quorate<Result> quorate = Quorate.replicate(machine)
                .name(options.name())
                .directory(options.dataDir())
                .cluster(options.initialClusterToken())
                .clusterId(ids.cluster())
                .listen(listen.getHost(), listen.getPort())
                .options(NodeOptions.of(options))
                .segmentBytes(options.segmentBytes())
                .callbacks(loops.group())
                .eventLoops(loops);
        Path recording = options.recordInputs();
        if (recording != null) {
            quorate.recordTo(InputRecording.to(recording));
        }
        for (InitialMember member : options.initialCluster()) {
            quorate.member(ids.of(member), member.name(), member.peerUrlTexts());
        }
        try {
            return (options.initialClusterState() == ClusterState.EXISTING ? quorate.joins(JOIN_PATIENCE) : quorate)
                    .start();
        } catch (RaftException refused) {
            throw withFlags(refused);
        }
    }

    /** Who joined has the ids that the cluster gave it. */
    private static MemberIds idsOf(RaftNode<Result> node, MemberIds derived) {
        NodeStatus status = node.status().join();
        return new MemberIds(status.clusterId(), status.memberId(), derived.token());
    }

    private static ClientPort openPort(ServerOptions options, EventLoops loops) {
        try {
            return ClientPort.open(options, loops);
        } catch (IOException taken) {
            String addresses = options.listenClientUrls().stream()
                    .map(url -> url.getHost() + ":" + url.getPort())
                    .collect(Collectors.joining(" or "));
            throw new RaftException(
                    RaftException.Code.ADDRESS,
                    "cannot listen for clients: " + ListenFailure.sentence(addresses, taken)
                            + " (--listen-client-urls)",
                    taken);
        }
    }

    /** The library does not know by which flags its caller's user says what. */
    private static RaftException withFlags(RaftException refused) {
        String flags =
                switch (refused.code()) {
                    case ADDRESS -> " (--listen-peer-urls)";
                    case DATA_DIRECTORY ->
                        String.valueOf(refused.getMessage()).contains("settings")
                                ? " (--data-dir; --initial-cluster and --initial-cluster-token)"
                                : " (--data-dir)";
                    case STOPPED,
                            MISUSE,
                            BAD_OPTIONS,
                            DISK_FAILED,
                            IDENTITY_REFUSED,
                            REMOVED,
                            COMMITTED_FACT,
                            INTERNAL -> "";
                };
        return flags.isEmpty()
                ? refused
                : new RaftException(refused.code(), refused.getMessage() + flags, refused.getCause());
    }

    private void publish(MemberIds ids, KvStateMachine machine) {
        MemberAttributes self = new MemberAttributes(
                ids.self(),
                options.name(),
                options.advertiseClientUrls().stream().map(URI::toString).toList());
        var unused = Publication.start(node, machine.store()::view, self, loops.group())
                .whenComplete((nothing, failure) -> {
                    if (failure == null) {
                        LOG.info(
                                "ready to serve client requests name={} addresses={}",
                                options.name(),
                                port.addresses());
                        ready.complete(null);
                    } else {
                        ready.completeExceptionally(failure);
                    }
                });
    }

    /**
     * Completes when this member has told the cluster its client URLs, and so is known to be part of a cluster that decides;
     * exceptionally when it stops before.
     */
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    /** Completes when the member has stopped; exceptionally with the {@link RaftException} that stopped it. */
    public CompletableFuture<Void> stopped() {
        return node.stopped();
    }

    /** Where clients connect, ports resolved, in the order of the listening URLs. */
    public List<InetSocketAddress> clientAddresses() {
        return port.addresses();
    }

    /** So that nobody waits for an election. Waits until another leads, or until nobody wants to. */
    private void handOver() {
        try {
            if (node.leadership().isLeader()) {
                TransferOutcome outcome = node.transferLeadership(0).join();
                LOG.info("handed-over name={} outcome={}", options.name(), outcome);
            }
        } catch (CompletionException stopped) {
            LOG.debug("not-handed-over name={}", options.name(), stopped);
        }
    }

    /** Hands over the lead, then stops the member: requests in flight are answered, or reported as unknown, before connections are closed. */
    @Override
    public void close() {
        LOG.info("server-stopping name={}", options.name());
        handOver();
        node.close();
        port.close();
        services.close();
        loops.end(LOOPS_END_SECONDS);
        LOG.info("server-stopped name={}", options.name());
    }
}
