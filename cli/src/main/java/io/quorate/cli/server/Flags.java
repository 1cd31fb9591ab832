package io.quorate.cli.server;

import static io.quorate.cli.server.Flag.Standing.NOTHING_TO_SWITCH;
import static io.quorate.cli.server.Flag.Standing.NOT_YET;
import static io.quorate.cli.server.Flag.Standing.OURS;
import static io.quorate.cli.server.Flag.Standing.WORKS;

import io.quorate.cli.server.Flag.Standing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every flag of etcd 3.6, and ours: the one list behind parsing, help and {@code docs/etcd-compatibility.md}. */
final class Flags {
    private static final Map<String, Flag> ALL = new LinkedHashMap<>();

    private static Standing current = WORKS;

    static {
        section(WORKS);
        add("name", "default", "this member's name, as in --initial-cluster");
        add("data-dir", "", "where log and identity live; default: NAME.etcd");
        add("listen-client-urls", "http://localhost:2379", "where clients connect");
        add("advertise-client-urls", "http://localhost:2379", "what the member list tells clients about this member");
        add("listen-peer-urls", "http://localhost:2380", "where peers connect");
        add("initial-advertise-peer-urls", "http://localhost:2380", "where peers reach this member");
        add("initial-cluster", "", "all members, as NAME=URL,NAME=URL; default: this one alone");
        add(
                "initial-cluster-state",
                "new",
                "new: these members found a cluster; existing: joins the cluster that was told of this member (member add)");
        add(
                "strict-reconfig-check",
                "true",
                "refuse changes of the membership after which the started voters would be no majority");
        add("initial-cluster-token", "etcd-cluster", "tells clusters apart that have equal URLs");
        add("heartbeat-interval", "100", "ms; a leader speaks at least this often");
        add("election-timeout", "1000", "ms; least silence before an election");
        add("pre-vote", "true", "ask before campaigning, so that a member that was cut off disturbs nobody");
        add("max-txn-ops", "128", "largest number of operations in a transaction");
        add("max-request-bytes", "1572864", "largest request");
        add("max-concurrent-streams", "4294967295", "bound on the calls open at once on one connection");
        add("grpc-keepalive-min-time", "5s", "a client that pings more often is sent away");
        add("grpc-keepalive-interval", "2h", "how often a silent client is pinged");
        add("grpc-keepalive-timeout", "20s", "how long an answer to a ping may take");
        add("snapshot-count", "100000", "the store is saved after so many entries; etcd's default is 10000");
        add(
                "snapshot-catchup-entries",
                "5000",
                "how many entries before the newest snapshot stay in the log for members that lag");
        add("log-level", "info", "debug, info, warn or error");
        add("log-format", "console", "console or json");
        section(NOTHING_TO_SWITCH);
        add("max-snapshots", "5", "one snapshot is kept, two while the next is written");
        add("max-wals", "5", "log files are recycled, not counted");
        add("memory-mlock", "false", "the store is in the JVM's heap");
        add("backend-bbolt-freelist-type", "map", "there is no bbolt file");
        add("backend-batch-interval", "", "there is no bbolt file");
        add("backend-batch-limit", "0", "there is no bbolt file");
        add("bootstrap-defrag-threshold-megabytes", "0", "there is nothing to defragment");
        add("initial-election-tick-advance", "true", "a new member campaigns as soon as it has met a majority");
        add("compaction-batch-limit", "1000", "compaction runs in slices of its own");
        add("compaction-sleep-interval", "10ms", "compaction runs in slices of its own");
        add("v2-deprecation", "write-only", "there is no v2 store");
        add("logger", "zap", "there is one logger");
        add("enable-grpc-gateway", "true", "there is no JSON gateway to switch off");
        add("warning-apply-duration", "100ms", "late turns are counted and shown in the status");
        add("warning-unary-request-duration", "300ms", "late turns are counted and shown in the status");
        add("downgrade-check-time", "5s", "there is no older version to go back to");
        add("stop-grpc-service-on-defrag", "false", "there is nothing to defragment");
        add("txn-mode-write-with-shared-buffer", "true", "transactions are not buffered");
        section(NOT_YET);
        add("quota-backend-bytes", "0", "the store is not bounded yet; Status reports etcd's default of 2 GiB");
        add("log-outputs", "default", "logs go to stderr");
        add("max-learners", "1", "the number of learners is not bounded yet");
        add("cors", "*", "the JSON gateway is not there yet");
        add("host-whitelist", "*", "the JSON gateway is not there yet");
        add("metrics", "basic", "metrics are not there yet");
        add("watch-progress-notify-interval", "10m", "watches are not there yet");
        add("auth-token", "simple", "users and roles are not there yet");
        add("auth-token-ttl", "300", "users and roles are not there yet");
        add("bcrypt-cost", "10", "users and roles are not there yet");
        add("compact-hash-check-enabled", "false", "states are compared through the log: see --state-hash-entries");
        add("compact-hash-check-time", "1m", "states are compared through the log: see --state-hash-entries");
        add("self-signed-cert-validity", "1", "TLS is not there yet");
        add("wal-dir", "", "log and identity lie together in --data-dir");
        add("listen-client-http-urls", "", "HTTP is not there yet");
        add("listen-metrics-urls", "", "metrics are not there yet");
        add("socket-reuse-port", "false", "sockets are bound without it");
        add("socket-reuse-address", "false", "sockets are bound without it");
        add("auto-compaction-retention", "0", "history is compacted on request only");
        add("auto-compaction-mode", "periodic", "history is compacted on request only");
        add("initial-corrupt-check", "false", "");
        add("corrupt-check-time", "0s", "");
        add("enable-lease-checkpoint", "false", "leases are not there yet");
        add("enable-lease-checkpoint-persist", "false", "leases are not there yet");
        add("peer-skip-client-san-verification", "false", "TLS is not there yet");
        for (String tls : List.of(
                "cert-file",
                "key-file",
                "client-cert-file",
                "client-key-file",
                "trusted-ca-file",
                "client-crl-file",
                "client-cert-allowed-hostname",
                "peer-cert-file",
                "peer-key-file",
                "peer-client-cert-file",
                "peer-client-key-file",
                "peer-trusted-ca-file",
                "peer-crl-file",
                "peer-cert-allowed-cn",
                "peer-cert-allowed-hostname",
                "cipher-suites",
                "tls-max-version")) {
            add(tls, "", "TLS is not there yet");
        }
        add("tls-min-version", "TLS1.2", "TLS is not there yet");
        for (String tls : List.of("client-cert-auth", "auto-tls", "peer-client-cert-auth", "peer-auto-tls")) {
            add(tls, "false", "TLS is not there yet");
        }
        for (String discovery : List.of(
                "discovery",
                "discovery-token",
                "discovery-endpoints",
                "discovery-cert",
                "discovery-key",
                "discovery-cacert",
                "discovery-user",
                "discovery-password",
                "discovery-srv",
                "discovery-srv-name",
                "discovery-proxy")) {
            add(discovery, "", "name the members in --initial-cluster");
        }
        add("discovery-fallback", "exit", "name the members in --initial-cluster");
        add("discovery-dial-timeout", "2s", "name the members in --initial-cluster");
        add("discovery-request-timeout", "5s", "name the members in --initial-cluster");
        add("discovery-keepalive-time", "2s", "name the members in --initial-cluster");
        add("discovery-keepalive-timeout", "6s", "name the members in --initial-cluster");
        add("discovery-insecure-transport", "true", "name the members in --initial-cluster");
        add("discovery-insecure-skip-tls-verify", "false", "name the members in --initial-cluster");
        add("enable-pprof", "false", "use the JDK's own tools: jcmd, jfr");
        add("enable-log-rotation", "false", "logs go to stderr: let the service manager rotate them");
        add(
                "log-rotation-config-json",
                "{\"maxsize\": 100, \"maxage\": 0, \"maxbackups\": 0, \"localtime\": false, \"compress\": false}",
                "logs go to stderr");
        add("enable-distributed-tracing", "false", "");
        add("distributed-tracing-address", "localhost:4317", "");
        add("distributed-tracing-service-name", "etcd", "");
        add("distributed-tracing-instance-id", "", "");
        add("distributed-tracing-sampling-rate", "0", "");
        add("config-file", "", "write flags or variables");
        add("feature-gates", "", "there are no feature gates");
        add("force-new-cluster", "false", "quorate recover makes a cluster of what a lost majority left");
        add("unsafe-no-fsync", "false", "what is acknowledged is on the disk, always");
        section(OURS);
        add("segment-bytes", "67108864", "size of one file of the log, 1 KiB to 256 MiB");
        add("snapshot-bytes", "67108864", "the store is also saved after so many bytes of log, 1 KiB to 1 TiB");
        add(
                "snapshot-interval",
                "1h",
                "and so long after the last time, if anything was written since; 0s: not for that");
        add("snapshot-catchup-bytes", "16777216", "of the entries that stay before a snapshot, at most so many bytes");
        add(
                "slow-work-millis",
                "0",
                "a flush of the log or a turn of the loop that takes so long is slow: a member with such hands the lead over; 0:"
                        + " half the election timeout");
        add(
                "state-hash-entries",
                "10000",
                "members compare their states every so many entries, and one that differs from a majority serves no more, 16 to"
                        + " 1000000; equal on all members; 0: never");
        add(
                "record-inputs",
                "",
                "a new file that gets all that the core is told, for the search of defects; grows for ever");
        experimental();
    }

    private Flags() {}

    private static void section(Standing standing) {
        current = standing;
    }

    private static void add(String name, String initial, String meaning) {
        ALL.put(name, new Flag(name, initial, current, meaning));
    }

    /** The names under which etcd 3.6 still takes flags that were experimental before. */
    private static void experimental() {
        for (String name : List.of(
                "initial-corrupt-check",
                "corrupt-check-time",
                "compact-hash-check-enabled",
                "compact-hash-check-time",
                "enable-lease-checkpoint",
                "enable-lease-checkpoint-persist",
                "compaction-batch-limit",
                "compaction-sleep-interval",
                "peer-skip-client-san-verification",
                "watch-progress-notify-interval",
                "warning-apply-duration",
                "warning-unary-request-duration",
                "txn-mode-write-with-shared-buffer",
                "bootstrap-defrag-threshold-megabytes",
                "max-learners",
                "snapshot-catchup-entries",
                "downgrade-check-time",
                "memory-mlock",
                "stop-grpc-service-on-defrag",
                "enable-distributed-tracing",
                "distributed-tracing-address",
                "distributed-tracing-service-name",
                "distributed-tracing-instance-id",
                "distributed-tracing-sampling-rate")) {
            Flag known = ALL.get(name);
            if (known == null) {
                throw new IllegalStateException("no flag " + name);
            }
            String old = "experimental-" + name;
            ALL.put(old, new Flag(old, known.initial(), known.standing(), known.meaning()));
        }
    }

    static Map<String, Flag> all() {
        return Collections.unmodifiableMap(ALL);
    }

    static List<Flag> of(Standing standing) {
        List<Flag> flags = new ArrayList<>();
        ALL.values().stream().filter(flag -> flag.standing() == standing).forEach(flags::add);
        return flags;
    }
}
