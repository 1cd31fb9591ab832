package io.quorate.node;

import java.util.ArrayList;
import java.util.List;

/**
 * Every setting of a node. Made by {@link #builder()}; wrong values are refused all at once, with a {@link RaftException} of
 * code {@code BAD_OPTIONS}. Election and heartbeat times must be equal on all members; the rest may differ.
 *
 * @param heartbeatMillis a leader with nothing to send speaks this often, 1 to 60,000. Danger: at or above a third of the
 *     election timeout, one lost message starts an election
 * @param electionTimeoutMillis least time without a leader before an election, 5 to 600,000; the timeout itself is drawn from
 *     [this, 2 × this). Danger: below some round trips plus the longest pause, leaders are voted out without need
 * @param preVote ask before campaigning (thesis 9.6). Danger when off: a member that returns from a partition disrupts
 * @param checkQuorum a leader that hears from no majority steps down (thesis 6.2). Danger when off: a leader that is cut off
 *     takes proposals that nobody can commit
 * @param maxCommandBytes longest command, 1 to 16 MiB. Members talk with each other only if each takes the longest command of
 *     the other. Danger: a long command holds up all behind it, on wire and disk
 * @param maxInFlightBytes bound on the memory of proposals that wait and of entries not yet persisted, applied and sent to
 *     every follower that keeps up; beyond it proposals are refused at once. At least four times the longest command
 * @param maxPendingReads bound on reads that wait; beyond it they are refused at once, 1 to 1,000,000
 * @param appendBytes bound on the entries of one message to a follower; at least the longest command's record
 * @param windowBytes bound on entries sent to one follower and not yet confirmed; at least {@code appendBytes}. Danger: below
 *     bandwidth × round trip, replication waits for answers
 * @param windowFrames bound on messages with entries in flight to one follower, 1 to 1,024
 * @param requestTimeoutMillis after this long an undecided proposal is unknown and a waiting read is refused, 100 to
 *     3,600,000. Danger: below an election's length, every change of leader gives unknown outcomes
 * @param forwardToLeader a proposal made on a follower is sent to the leader rather than refused
 * @param turnRequests bound on proposals and reads taken in one turn of the loop, 1 to 1,000,000
 * @param turnBytes bound on bytes of proposals taken in one turn, and thereby of one write to the log; at least the longest
 *     command
 * @param applySliceMicros longest time in one turn for applying commands on the loop, 100 to 1,000,000. Danger: heartbeats and
 *     answers wait as long
 * @param lateTurnMillis a turn that comes later than this is counted as late, 1 to 60,000
 * @param slowWorkMillis a flush of the log or a turn of the loop that takes so long is slow, 0 to 3,600,000; 0: half the election
 *     timeout. A slow flush, done or not, or three slow turns within ten election timeouts make a member sick: it hands over if it
 *     leads, and leaves elections to others until ten election timeouts have passed without anything slow. Danger: near or above the
 *     election timeout others notice first; below what all disks need nobody is fit, and elections take three timeouts longer
 * @param snapshotLogBytes a snapshot is taken when so many bytes of log were applied since the last one, 1 KiB to 1 TiB. Danger:
 *     a restart applies that much again, the disk holds that much and the tails; below some times the state's size most of the
 *     disk's work is snapshots
 * @param snapshotEntries or so many entries, 1 to 1,000,000,000
 * @param snapshotMillis or so long after the last one, when anything was applied since, 0 to 2,000,000,000; 0: never for that
 * @param tailEntries how many entries before the newest snapshot stay in the log for members that lag, 0 to 1,000,000,000
 * @param tailBytes and at most so many bytes of them, 0 to 1 TiB. Danger when 0: whoever misses one entry gets a whole snapshot
 * @param snapshotSendBytesPerSecond bound on the snapshots that this member sends, all together: 1 MiB or more, or 0 for none.
 *     Danger: slower than the log grows, a member that lags never catches up
 * @param stateHashEntries members compare what applying so many entries did to their states, 16 to 1,000,000, or 0 for never. Each keeps 16
 *     bytes of memory for each of so many entries. Must be equal on all members, or they have nothing to compare
 * @param firstStartMajority let the first start of a cluster go ahead with a majority of its members. Danger: a member whose
 *     disk is lost in that time can vote twice; leave it off
 */
public record RaftOptions(
        int heartbeatMillis,
        int electionTimeoutMillis,
        boolean preVote,
        boolean checkQuorum,
        int maxCommandBytes,
        long maxInFlightBytes,
        int maxPendingReads,
        int appendBytes,
        long windowBytes,
        int windowFrames,
        int requestTimeoutMillis,
        boolean forwardToLeader,
        int turnRequests,
        int turnBytes,
        int applySliceMicros,
        int lateTurnMillis,
        int slowWorkMillis,
        long snapshotLogBytes,
        int snapshotEntries,
        int snapshotMillis,
        int tailEntries,
        long tailBytes,
        long snapshotSendBytesPerSecond,
        int stateHashEntries,
        boolean firstStartMajority) {
    /** What a record's header and padding add to a command, at most. */
    private static final int RECORD_OVERHEAD_BYTES = 40;

    public static final RaftOptions DEFAULTS = builder().build();

    public RaftOptions {
        List<String> problems = new ArrayList<>();
        range(problems, "heartbeatMillis", heartbeatMillis, 1, 60_000);
        range(problems, "electionTimeoutMillis", electionTimeoutMillis, 5, 600_000);
        require(
                problems,
                electionTimeoutMillis >= 3L * heartbeatMillis,
                "electionTimeoutMillis (" + electionTimeoutMillis + ") must be at least three times heartbeatMillis ("
                        + heartbeatMillis + ")");
        range(problems, "maxCommandBytes", maxCommandBytes, 1, 16 << 20);
        require(
                problems,
                maxInFlightBytes >= 4L * (maxCommandBytes + RECORD_OVERHEAD_BYTES),
                "maxInFlightBytes (" + maxInFlightBytes + ") must hold four records of maxCommandBytes ("
                        + maxCommandBytes + ")");
        range(problems, "maxPendingReads", maxPendingReads, 1, 1_000_000);
        require(
                problems,
                appendBytes >= maxCommandBytes + RECORD_OVERHEAD_BYTES,
                "appendBytes (" + appendBytes + ") must hold a record of maxCommandBytes (" + maxCommandBytes + ")");
        require(
                problems,
                windowBytes >= appendBytes,
                "windowBytes (" + windowBytes + ") must be at least appendBytes (" + appendBytes + ")");
        range(problems, "windowFrames", windowFrames, 1, 1024);
        range(problems, "requestTimeoutMillis", requestTimeoutMillis, 100, 3_600_000);
        range(problems, "turnRequests", turnRequests, 1, 1_000_000);
        require(
                problems,
                turnBytes >= maxCommandBytes,
                "turnBytes (" + turnBytes + ") must be at least maxCommandBytes (" + maxCommandBytes + ")");
        range(problems, "applySliceMicros", applySliceMicros, 100, 1_000_000);
        range(problems, "lateTurnMillis", lateTurnMillis, 1, 60_000);
        range(problems, "slowWorkMillis", slowWorkMillis, 0, 3_600_000);
        range(problems, "snapshotLogBytes", snapshotLogBytes, 1 << 10, 1L << 40);
        range(problems, "snapshotEntries", snapshotEntries, 1, 1_000_000_000);
        range(problems, "snapshotMillis", snapshotMillis, 0, 2_000_000_000);
        range(problems, "tailEntries", tailEntries, 0, 1_000_000_000);
        range(problems, "tailBytes", tailBytes, 0, 1L << 40);
        require(
                problems,
                snapshotSendBytesPerSecond == 0 || snapshotSendBytesPerSecond >= 1 << 20,
                "snapshotSendBytesPerSecond must be 0 or at least 1048576, is " + snapshotSendBytesPerSecond);
        require(
                problems,
                stateHashEntries == 0 || (stateHashEntries >= 16 && stateHashEntries <= 1_000_000),
                "stateHashEntries must be 0 or 16 to 1000000, is " + stateHashEntries);
        if (!problems.isEmpty()) {
            throw new RaftException(
                    RaftException.Code.BAD_OPTIONS, "the options are refused: " + String.join("; ", problems));
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these values. */
    public Builder toBuilder() {
        return new Builder()
                .heartbeatMillis(heartbeatMillis)
                .electionTimeoutMillis(electionTimeoutMillis)
                .preVote(preVote)
                .checkQuorum(checkQuorum)
                .maxCommandBytes(maxCommandBytes)
                .maxInFlightBytes(maxInFlightBytes)
                .maxPendingReads(maxPendingReads)
                .appendBytes(appendBytes)
                .windowBytes(windowBytes)
                .windowFrames(windowFrames)
                .requestTimeoutMillis(requestTimeoutMillis)
                .forwardToLeader(forwardToLeader)
                .turnRequests(turnRequests)
                .turnBytes(turnBytes)
                .applySliceMicros(applySliceMicros)
                .lateTurnMillis(lateTurnMillis)
                .slowWorkMillis(slowWorkMillis)
                .snapshotLogBytes(snapshotLogBytes)
                .snapshotEntries(snapshotEntries)
                .snapshotMillis(snapshotMillis)
                .tailEntries(tailEntries)
                .tailBytes(tailBytes)
                .snapshotSendBytesPerSecond(snapshotSendBytesPerSecond)
                .stateHashEntries(stateHashEntries)
                .firstStartMajority(firstStartMajority);
    }

    private static void range(List<String> problems, String name, long value, long least, long most) {
        require(
                problems,
                value >= least && value <= most,
                name + " must be " + least + " to " + most + ", is " + value);
    }

    private static void require(List<String> problems, boolean holds, String problem) {
        if (!holds) {
            problems.add(problem);
        }
    }

    /** Collects settings; each method is described at the parameter of the same name in {@link RaftOptions}. */
    public static final class Builder {
        private int heartbeatMillis = 100;
        private int electionTimeoutMillis = 1000;
        private boolean preVote = true;
        private boolean checkQuorum = true;
        private int maxCommandBytes = 2 << 20;
        private long maxInFlightBytes = 64L << 20;
        private int maxPendingReads = 65_536;
        private int appendBytes = 4 << 20;
        private long windowBytes = 8L << 20;
        private int windowFrames = 8;
        private int requestTimeoutMillis = 7000;
        private boolean forwardToLeader;
        private int turnRequests = 8192;
        private int turnBytes = 4 << 20;
        private int applySliceMicros = 2000;
        private int lateTurnMillis = 50;
        private int slowWorkMillis;
        private long snapshotLogBytes = 64L << 20;
        private int snapshotEntries = 100_000;
        private int snapshotMillis = 3_600_000;
        private int tailEntries = 5000;
        private long tailBytes = 16L << 20;
        private long snapshotSendBytesPerSecond = 64L << 20;
        private int stateHashEntries = 10_000;
        private boolean firstStartMajority;

        private Builder() {}

        public Builder heartbeatMillis(int value) {
            heartbeatMillis = value;
            return this;
        }

        public Builder electionTimeoutMillis(int value) {
            electionTimeoutMillis = value;
            return this;
        }

        public Builder preVote(boolean value) {
            preVote = value;
            return this;
        }

        public Builder checkQuorum(boolean value) {
            checkQuorum = value;
            return this;
        }

        public Builder maxCommandBytes(int value) {
            maxCommandBytes = value;
            return this;
        }

        public Builder maxInFlightBytes(long value) {
            maxInFlightBytes = value;
            return this;
        }

        public Builder maxPendingReads(int value) {
            maxPendingReads = value;
            return this;
        }

        public Builder appendBytes(int value) {
            appendBytes = value;
            return this;
        }

        public Builder windowBytes(long value) {
            windowBytes = value;
            return this;
        }

        public Builder windowFrames(int value) {
            windowFrames = value;
            return this;
        }

        public Builder requestTimeoutMillis(int value) {
            requestTimeoutMillis = value;
            return this;
        }

        public Builder forwardToLeader(boolean value) {
            forwardToLeader = value;
            return this;
        }

        public Builder turnRequests(int value) {
            turnRequests = value;
            return this;
        }

        public Builder turnBytes(int value) {
            turnBytes = value;
            return this;
        }

        public Builder applySliceMicros(int value) {
            applySliceMicros = value;
            return this;
        }

        public Builder lateTurnMillis(int value) {
            lateTurnMillis = value;
            return this;
        }

        public Builder slowWorkMillis(int value) {
            slowWorkMillis = value;
            return this;
        }

        public Builder snapshotLogBytes(long value) {
            snapshotLogBytes = value;
            return this;
        }

        public Builder snapshotEntries(int value) {
            snapshotEntries = value;
            return this;
        }

        public Builder snapshotMillis(int value) {
            snapshotMillis = value;
            return this;
        }

        public Builder tailEntries(int value) {
            tailEntries = value;
            return this;
        }

        public Builder tailBytes(long value) {
            tailBytes = value;
            return this;
        }

        public Builder snapshotSendBytesPerSecond(long value) {
            snapshotSendBytesPerSecond = value;
            return this;
        }

        public Builder stateHashEntries(int value) {
            stateHashEntries = value;
            return this;
        }

        public Builder firstStartMajority(boolean value) {
            firstStartMajority = value;
            return this;
        }

        /** @throws RaftException of code BAD_OPTIONS that lists every problem */
        public RaftOptions build() {
            return new RaftOptions(
                    heartbeatMillis,
                    electionTimeoutMillis,
                    preVote,
                    checkQuorum,
                    maxCommandBytes,
                    maxInFlightBytes,
                    maxPendingReads,
                    appendBytes,
                    windowBytes,
                    windowFrames,
                    requestTimeoutMillis,
                    forwardToLeader,
                    turnRequests,
                    turnBytes,
                    applySliceMicros,
                    lateTurnMillis,
                    slowWorkMillis,
                    snapshotLogBytes,
                    snapshotEntries,
                    snapshotMillis,
                    tailEntries,
                    tailBytes,
                    snapshotSendBytesPerSecond,
                    stateHashEntries,
                    firstStartMajority);
        }
    }
}
