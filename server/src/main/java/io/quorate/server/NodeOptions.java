package io.quorate.server;

import io.quorate.node.RaftOptions;
import io.quorate.server.options.ServerOptions;

/** A server's options as its node understands them. */
final class NodeOptions {
    /** The node's own default; less only where a segment of the log is too small for it. */
    private static final int APPEND_BYTES = 4 << 20;
    /** A message of entries must hold the largest command and its record. */
    private static final int RECORD_SLACK_BYTES = 1 << 10;

    private NodeOptions() {}

    static RaftOptions of(ServerOptions options) {
        int largest = options.maxRequestBytes() + RECORD_SLACK_BYTES;
        int batch = Math.max(largest, Math.min(APPEND_BYTES, options.segmentBytes() / 4));
        return RaftOptions.builder()
                .heartbeatMillis(Math.toIntExact(options.heartbeatIntervalMillis()))
                .electionTimeoutMillis(Math.toIntExact(options.electionTimeoutMillis()))
                .preVote(options.preVote())
                .slowWorkMillis(Math.toIntExact(options.slowWorkMillis()))
                .stateHashEntries(options.stateHashEntries())
                .maxCommandBytes(options.maxRequestBytes())
                .maxInFlightBytes(options.pendingProposalBytes())
                .appendBytes(batch)
                .turnBytes(batch)
                .windowBytes(Math.max(RaftOptions.DEFAULTS.windowBytes(), 2L * batch))
                .requestTimeoutMillis(Math.toIntExact(options.requestTimeoutMillis()))
                .snapshotEntries(Math.toIntExact(options.snapshots().entries()))
                .snapshotLogBytes(options.snapshots().logBytes())
                .snapshotMillis(Math.toIntExact(options.snapshots().millis()))
                .tailEntries(Math.toIntExact(options.snapshots().tailEntries()))
                .tailBytes(options.snapshots().tailBytes())
                .forwardToLeader(true)
                .build();
    }
}
