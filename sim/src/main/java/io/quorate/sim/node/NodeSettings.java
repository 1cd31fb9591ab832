package io.quorate.sim.node;

import io.quorate.node.RaftOptions;
import io.quorate.node.once.KnownKeys;
import io.quorate.node.peer.PeersConfig;
import io.quorate.node.port.Identity;
import io.quorate.node.port.Versions;
import io.quorate.raft.membership.Membership;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.Limits;
import io.quorate.sim.core.Script;
import io.quorate.storage.LogOptions;
import io.quorate.storage.SnapshotOptions;
import org.jspecify.annotations.Nullable;

/**
 * How the members of a run are configured: from its limits, and where those say nothing, by lot.
 *
 * @param answerBytes most bytes of a snapshot that a member hands out at once, less than what the reader asks for
 * @param quick whether commands are applied on the loop
 * @param patient whether connections have the times of the product, else ones that are twenty times shorter
 */
record NodeSettings(
        RaftOptions options,
        LogOptions sizes,
        SnapshotOptions snapshots,
        int answerBytes,
        KnownKeys.Limits keyLimits,
        Membership initial,
        boolean quick,
        boolean patient) {
    static final long CLUSTER_ID = 0xc1;

    /** What a frame holds beside entries, and a write beside those of a turn. */
    private static final int SLACK_BYTES = 4 << 10;

    static NodeSettings of(Script script, Membership initial) {
        Limits limits = script.limits();
        KeyedRandom.Stream lots = script.random().stream(Purpose.LIMITS, -1);
        KeyedRandom.Stream snapshots = script.random().stream(Purpose.LIMITS, -2);
        KeyedRandom.Stream states = script.random().stream(Purpose.STATE, -1);
        RaftOptions options = RaftOptions.builder()
                .heartbeatMillis(limits.heartbeatTicks())
                .electionTimeoutMillis(limits.electionTicks())
                .preVote(limits.preVote())
                .checkQuorum(limits.checkQuorum())
                .maxCommandBytes(Application.MAX_COMMAND_BYTES)
                .maxInFlightBytes(limits.ringBytes())
                .maxPendingReads(limits.pendingReads())
                .appendBytes(limits.frameBytes())
                .windowBytes(limits.windowBytes())
                .windowFrames(limits.windowFrames())
                .requestTimeoutMillis(Math.max(500, 5 * limits.electionTicks()))
                .forwardToLeader(lots.hits(600))
                .turnRequests(lots.hits(300) ? 4 : 1000)
                .turnBytes(limits.turnBytes())
                .snapshotEntries(snapshots.hits(800) ? (int) snapshots.logBetween(4, 100) : 100_000)
                .snapshotLogBytes(snapshots.hits(300) ? snapshots.logBetween(1 << 10, 32 << 10) : 64 << 20)
                .snapshotMillis(snapshots.hits(200) ? (int) snapshots.logBetween(50, 1_000) : 0)
                .tailEntries(snapshots.hits(300) ? 0 : (int) snapshots.logBetween(1, 50))
                .tailBytes(snapshots.hits(300) ? snapshots.logBetween(1, 8 << 10) : 16 << 20)
                .stateHashEntries(states.hits(900) ? (int) states.logBetween(16, 64) : 0)
                .build();
        int largestWrite = Math.max(limits.turnBytes(), limits.frameBytes()) + SLACK_BYTES;
        LogOptions sizes = LogOptions.defaults().withSizes(limits.segmentBytes(), largestWrite);
        SnapshotOptions files = SnapshotOptions.defaults()
                .withReserveBytes(0)
                .withBytesPerSecond(snapshots.hits(200) ? snapshots.logBetween(4 << 10, 1 << 20) : 0);
        int answer = snapshots.hits(500) ? (int) snapshots.logBetween(16, 1 << 10) : Integer.MAX_VALUE;
        return new NodeSettings(
                options, sizes, files, answer, keyLimits(script), initial, lots.hits(500), lots.hits(200));
    }

    /** Small, so that keys are forgotten. */
    private static KnownKeys.Limits keyLimits(Script script) {
        KeyedRandom.Stream lots = script.random().stream(Purpose.KEYS, -1);
        return new KnownKeys.Limits(
                lots.logBetween(100, 20_000),
                lots.logBetween(500, 5_000),
                (int) lots.logBetween(2, 200),
                lots.logBetween(1 << 10, 64 << 10),
                (int) lots.logBetween(2, 512));
    }

    LogOptions log(int fullRetryMillis, Versions versions) {
        return sizes.withFullRetryMillis(fullRetryMillis).withVersions(versions);
    }

    /** @param joined the members of the cluster that it joins; null for one of the first */
    PeersConfig peers(Identity identity, String name, @Nullable Membership joined) {
        return joined == null
                ? peersOf(identity, name, initial)
                : peersOf(identity, name, joined).joining();
    }

    private PeersConfig peersOf(Identity identity, String name, Membership initial) {
        int frame = options.appendBytes() + SLACK_BYTES;
        long queue = options.windowBytes() + 2L * frame;
        return patient
                ? PeersConfig.of(identity, name, initial, false, frame, queue)
                : new PeersConfig(
                        identity, name, initial, false, frame, 0, queue, 50, 250, 250, 5, 50, false, Versions.CURRENT);
    }
}
