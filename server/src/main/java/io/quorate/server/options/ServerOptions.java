package io.quorate.server.options;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one member is started with. Names and defaults follow etcd's flags. The constructor checks everything and
 * reports every problem at once.
 *
 * @param name this member's, as in {@code initialCluster}
 * @param dataDir where log and identity live; made if it is missing
 * @param initialCluster every member of the cluster, this one included
 * @param initialClusterState NEW: this member founds the cluster with the others; EXISTING: it joins one that runs
 * @param initialClusterToken tells clusters apart that have equal URLs; goes into every id
 * @param listenClientUrls where clients connect; the host is an IP address or {@code localhost}; port 0 takes a free one
 * @param advertiseClientUrls what other members tell clients about this one
 * @param listenPeerUrls where peers connect; one
 * @param initialAdvertisePeerUrls where peers reach this member; equal to its URLs in {@code initialCluster}
 * @param heartbeatIntervalMillis a leader speaks at least this often; 1 or more
 * @param electionTimeoutMillis least silence before an election; at least five heartbeats, below 50,000
 * @param preVote ask before campaigning
 * @param maxRequestBytes largest command; what a client sends may be 512 KiB larger, to be refused by name
 * @param maxTxnOps largest number of compares, or of operations in one branch, of a transaction
 * @param maxConcurrentStreams bound on the calls open at once on one connection
 * @param keepAliveMinTimeMillis a client that pings more often than this is sent away; 0, as with etcd, for gRPC's own default
 *     of 5 minutes
 * @param keepAliveIntervalMillis the server pings a silent client this often; 0, as with etcd, for gRPC's own default of 2
 *     hours, and of the next
 * @param keepAliveTimeoutMillis a client that leaves a ping unanswered for so long is gone; 0, as with etcd, for gRPC's own
 *     default of 20 s, and of the one before
 * @param quotaBackendBytes reported by Status; 0 means etcd's default of 2 GiB; not enforced yet
 * @param segmentBytes size of one file of the log
 * @param snapshots when the store is saved, and what stays in the log then
 * @param pendingProposalBytes bound on proposals that are not yet persisted, applied and sent; beyond it, writes are
 *     refused with {@code too many requests}
 * @param pendingReadBytes bound on the answers of large reads that their clients have not taken yet
 * @param strictReconfigCheck refuse a change of the membership after which the voters that have started would be no majority, or
 *     while not all of them answer
 * @param slowWorkMillis a flush of the log or a turn of the loop that takes so long is slow, and a member with such work hands over the
 *     lead, 0 to 3,600,000; 0: half the election timeout
 * @param stateHashEntries members compare their states every so many entries, 16 to 1,000,000; 0: never
 * @param recordInputs a file, not there yet, that gets all that the core is told and answers, for the search of defects; null
 *     for none
 */
public record ServerOptions(
        String name,
        Path dataDir,
        List<InitialMember> initialCluster,
        ClusterState initialClusterState,
        String initialClusterToken,
        List<URI> listenClientUrls,
        List<URI> advertiseClientUrls,
        List<URI> listenPeerUrls,
        List<URI> initialAdvertisePeerUrls,
        long heartbeatIntervalMillis,
        long electionTimeoutMillis,
        boolean preVote,
        int maxRequestBytes,
        int maxTxnOps,
        int maxConcurrentStreams,
        long keepAliveMinTimeMillis,
        long keepAliveIntervalMillis,
        long keepAliveTimeoutMillis,
        long quotaBackendBytes,
        int segmentBytes,
        SnapshotOptions snapshots,
        long pendingProposalBytes,
        long pendingReadBytes,
        boolean strictReconfigCheck,
        long slowWorkMillis,
        int stateHashEntries,
        @Nullable Path recordInputs) {

    /** Whether the cluster begins with this start. */
    public enum ClusterState {
        NEW,
        EXISTING
    }

    public ServerOptions {
        initialCluster = List.copyOf(initialCluster);
        listenClientUrls = List.copyOf(listenClientUrls);
        advertiseClientUrls = List.copyOf(advertiseClientUrls);
        listenPeerUrls = List.copyOf(listenPeerUrls);
        initialAdvertisePeerUrls = List.copyOf(initialAdvertisePeerUrls);
        OptionProblems problems = new OptionProblems();
        problems.name(name, initialCluster, initialAdvertisePeerUrls);
        problems.listenUrls("--listen-client-urls", listenClientUrls);
        problems.urls("--advertise-client-urls", advertiseClientUrls);
        problems.listenUrls("--listen-peer-urls", listenPeerUrls);
        problems.single("--listen-peer-urls", listenPeerUrls);
        problems.urls("--initial-advertise-peer-urls", initialAdvertisePeerUrls);
        problems.timing(heartbeatIntervalMillis, electionTimeoutMillis);
        problems.atLeast("--max-request-bytes", maxRequestBytes, 1);
        problems.atMost("--max-request-bytes", maxRequestBytes, 16 << 20);
        problems.atLeast("--max-txn-ops", maxTxnOps, 1);
        problems.atLeast("--max-concurrent-streams", maxConcurrentStreams, 1);
        problems.atLeast("--grpc-keepalive-min-time (ms)", keepAliveMinTimeMillis, 0);
        problems.atLeast("--grpc-keepalive-interval (ms)", keepAliveIntervalMillis, 0);
        problems.atLeast("--grpc-keepalive-timeout (ms)", keepAliveTimeoutMillis, 0);
        problems.atLeast("segmentBytes", segmentBytes, 1024);
        problems.atMost("segmentBytes", segmentBytes, 256 << 20);
        problems.snapshots(snapshots);
        problems.atLeast("pendingProposalBytes", pendingProposalBytes, 5L * maxRequestBytes);
        problems.atLeast("pendingReadBytes", pendingReadBytes, 1 << 20);
        problems.atLeast("--slow-work-millis", slowWorkMillis, 0);
        problems.atMost("--slow-work-millis", slowWorkMillis, 3_600_000);
        if (stateHashEntries != 0) {
            problems.atLeast("--state-hash-entries, where it is not 0,", stateHashEntries, 16);
            problems.atMost("--state-hash-entries", stateHashEntries, 1_000_000);
        }
        problems.throwIfAny();
    }

    /** What a request may weigh on the wire before it is refused unread: etcd's rule. */
    public int maxMessageBytes() {
        return maxRequestBytes + (512 << 10);
    }

    /** How long a request may wait for the cluster: etcd's 5 s and two election timeouts. */
    public long requestTimeoutMillis() {
        return 5000 + 2 * electionTimeoutMillis;
    }

    /** Starts from etcd's defaults: one member named {@code default} on this computer. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects options; {@link #build} checks them. Not safe for use by several threads. */
    public static final class Builder {
        private String name = "default";
        private @Nullable Path dataDir;
        private @Nullable List<InitialMember> initialCluster;
        private ClusterState initialClusterState = ClusterState.NEW;
        private String initialClusterToken = "etcd-cluster";
        private List<URI> listenClientUrls = List.of(URI.create("http://localhost:2379"));
        private List<URI> advertiseClientUrls = List.of(URI.create("http://localhost:2379"));
        private List<URI> listenPeerUrls = List.of(URI.create("http://localhost:2380"));
        private List<URI> initialAdvertisePeerUrls = List.of(URI.create("http://localhost:2380"));
        private long heartbeatIntervalMillis = 100;
        private long electionTimeoutMillis = 1000;
        private boolean preVote = true;
        private int maxRequestBytes = 3 << 19;
        private int maxTxnOps = 128;
        private int maxConcurrentStreams = Integer.MAX_VALUE;
        private long keepAliveMinTimeMillis = 5_000;
        private long keepAliveIntervalMillis = 7_200_000;
        private long keepAliveTimeoutMillis = 20_000;
        private long quotaBackendBytes;
        private int segmentBytes = 64 << 20;
        private SnapshotOptions snapshots = SnapshotOptions.DEFAULTS;
        private long pendingProposalBytes = 64 << 20;
        private long pendingReadBytes = 64 << 20;
        private boolean strictReconfigCheck = true;
        private long slowWorkMillis;
        private int stateHashEntries = 10_000;
        private @Nullable Path recordInputs;

        private Builder() {}

        public Builder name(String value) {
            name = value;
            return this;
        }

        public Builder dataDir(Path value) {
            dataDir = value;
            return this;
        }

        public Builder initialCluster(List<InitialMember> value) {
            initialCluster = value;
            return this;
        }

        public Builder initialClusterState(ClusterState value) {
            initialClusterState = value;
            return this;
        }

        public Builder initialClusterToken(String value) {
            initialClusterToken = value;
            return this;
        }

        public Builder listenClientUrls(List<URI> value) {
            listenClientUrls = value;
            return this;
        }

        public Builder advertiseClientUrls(List<URI> value) {
            advertiseClientUrls = value;
            return this;
        }

        public Builder listenPeerUrls(List<URI> value) {
            listenPeerUrls = value;
            return this;
        }

        public Builder initialAdvertisePeerUrls(List<URI> value) {
            initialAdvertisePeerUrls = value;
            return this;
        }

        public Builder heartbeatIntervalMillis(long value) {
            heartbeatIntervalMillis = value;
            return this;
        }

        public Builder electionTimeoutMillis(long value) {
            electionTimeoutMillis = value;
            return this;
        }

        public Builder preVote(boolean value) {
            preVote = value;
            return this;
        }

        public Builder maxRequestBytes(int value) {
            maxRequestBytes = value;
            return this;
        }

        public Builder maxTxnOps(int value) {
            maxTxnOps = value;
            return this;
        }

        public Builder maxConcurrentStreams(int value) {
            maxConcurrentStreams = value;
            return this;
        }

        public Builder keepAliveMinTimeMillis(long value) {
            keepAliveMinTimeMillis = value;
            return this;
        }

        public Builder keepAliveIntervalMillis(long value) {
            keepAliveIntervalMillis = value;
            return this;
        }

        public Builder keepAliveTimeoutMillis(long value) {
            keepAliveTimeoutMillis = value;
            return this;
        }

        public Builder quotaBackendBytes(long value) {
            quotaBackendBytes = value;
            return this;
        }

        public Builder segmentBytes(int value) {
            segmentBytes = value;
            return this;
        }

        public Builder snapshots(SnapshotOptions value) {
            snapshots = value;
            return this;
        }

        public Builder pendingProposalBytes(long value) {
            pendingProposalBytes = value;
            return this;
        }

        public Builder pendingReadBytes(long value) {
            pendingReadBytes = value;
            return this;
        }

        public Builder strictReconfigCheck(boolean value) {
            strictReconfigCheck = value;
            return this;
        }

        public Builder slowWorkMillis(long value) {
            slowWorkMillis = value;
            return this;
        }

        public Builder stateHashEntries(int value) {
            stateHashEntries = value;
            return this;
        }

        public Builder recordInputs(@Nullable Path value) {
            recordInputs = value;
            return this;
        }

        /**
         * The data directory defaults to {@code <name>.etcd}, the cluster to this member alone at its advertised URLs.
         *
         * @throws InvalidOptionsException naming every problem
         */
        public ServerOptions build() {
            return new ServerOptions(
                    name,
                    dataDir != null ? dataDir : Path.of(name + ".etcd"),
                    initialCluster != null
                            ? initialCluster
                            : List.of(new InitialMember(name, initialAdvertisePeerUrls)),
                    initialClusterState,
                    initialClusterToken,
                    listenClientUrls,
                    advertiseClientUrls,
                    listenPeerUrls,
                    initialAdvertisePeerUrls,
                    heartbeatIntervalMillis,
                    electionTimeoutMillis,
                    preVote,
                    maxRequestBytes,
                    maxTxnOps,
                    maxConcurrentStreams,
                    keepAliveMinTimeMillis,
                    keepAliveIntervalMillis,
                    keepAliveTimeoutMillis,
                    quotaBackendBytes,
                    segmentBytes,
                    snapshots,
                    pendingProposalBytes,
                    pendingReadBytes,
                    strictReconfigCheck,
                    slowWorkMillis,
                    stateHashEntries,
                    recordInputs);
        }
    }
}
