package io.quorate.raft;

import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.InstallSnapshot;

/**
 * What a leader knows of one follower, and the only place that decides what that follower is sent.
 *
 * <pre>
 *             answer passes the check at nextIndex - 1
 *   PROBE  ---------------------------------------------&gt;  REPLICATE
 *   one frame, then silence   &lt;----------------------------   frames up to the window, nextIndex runs ahead
 *   until answered                rejection
 *
 *   PROBE, REPLICATE  ----------------------------------&gt;  SNAPSHOT  -------------------------------&gt;  REPLICATE
 *             nextIndex is not retained any more                     verified up to what is retained
 * </pre>
 *
 * <p>In SNAPSHOT every heartbeat is an InstallSnapshot. The follower fetches the snapshot on a connection of its own; whether
 * that goes on, broke off or was refused is not known here and need not be: it is offered again with each heartbeat, until
 * an answer says that the follower's log reaches as far as entries can be sent.
 *
 * <p>How a lost frame is noticed: in REPLICATE every frame and every heartbeat names nextIndex - 1, what the follower should
 * hold by then. A follower that misses something rejects the next one, and this falls back to PROBE where the follower says
 * that it ends. A lost answer costs nothing, since answers tell all so far. So no frame needs a timer of its own: a
 * heartbeat interval is the longest that a loss stays unseen.
 */
final class Progress {
    enum State {
        PROBE,
        REPLICATE,
        SNAPSHOT
    }

    private static final long NOT_READING = -1;

    private final long id;
    private State state = State.PROBE;

    /** Next entry to send; always above matchIndex. */
    private long nextIndex;

    /**
     * Durable on the follower and equal to this log up to here; never falls within a term (paper figure 2), but when the follower says
     * that damage took what it acknowledged. Until it has that back it does not vote, so what was committed meanwhile with what it
     * said before is as safe as with a follower that is down.
     */
    private long matchIndex;

    /** Told to be equal up to here, durable or not; at or above matchIndex. Falls when the follower lost it in a restart. */
    private long verifiedIndex;

    /** Latest read round that it answered. */
    private long readRound;

    /** Where the last rejection sent nextIndex; 0 when more was verified since. */
    private long rejectedTo;

    private boolean sick;
    private boolean damaged;

    /** When it was last heard, or when this began to wait for it: so long a leader has patience with it. */
    private long heardAt;

    /** Whether it was ever heard by this leader. Until then {@link #heardAt} says nothing of it: it may be down for days. */
    private boolean wasHeard;

    private long sentAt;
    private long sentCommit;
    private boolean probeSent;
    private boolean heartbeatDue;

    /** When entries below the ring were asked from the driver's log, or NOT_READING. */
    private long logReadAt = NOT_READING;

    /** Frames sent and not yet verified: last index and record bytes of each, a ring. */
    private final long[] frameLast;

    private final long[] frameBytes;
    private int oldestFrame;
    private int frames;
    private long bytesInFlight;

    /** Nothing is known of the follower but that it should end where this log does (paper figure 2, nextIndex). */
    Progress(long id, long nextIndex, long now, RaftConfig config) {
        this.id = id;
        this.nextIndex = nextIndex;
        this.heardAt = now;
        this.sentAt = now;
        this.frameLast = new long[config.windowFrames()];
        this.frameBytes = new long[config.windowFrames()];
        this.heartbeatDue = true;
    }

    Progress(Progress other) {
        id = other.id;
        state = other.state;
        nextIndex = other.nextIndex;
        matchIndex = other.matchIndex;
        verifiedIndex = other.verifiedIndex;
        readRound = other.readRound;
        rejectedTo = other.rejectedTo;
        sick = other.sick;
        damaged = other.damaged;
        heardAt = other.heardAt;
        wasHeard = other.wasHeard;
        sentAt = other.sentAt;
        sentCommit = other.sentCommit;
        probeSent = other.probeSent;
        heartbeatDue = other.heartbeatDue;
        logReadAt = other.logReadAt;
        frameLast = other.frameLast.clone();
        frameBytes = other.frameBytes.clone();
        oldestFrame = other.oldestFrame;
        frames = other.frames;
        bytesInFlight = other.bytesInFlight;
    }

    long id() {
        return id;
    }

    State state() {
        return state;
    }

    long nextIndex() {
        return nextIndex;
    }

    long matchIndex() {
        return matchIndex;
    }

    long verifiedIndex() {
        return verifiedIndex;
    }

    long readRound() {
        return readRound;
    }

    /** Whether it said so in its last answer. */
    boolean isSick() {
        return sick;
    }

    /** Whether it said in its last answer that it lost what it acknowledged, and has not got it back. */
    boolean isDamaged() {
        return damaged;
    }

    long heardAt() {
        return heardAt;
    }

    /** Within the election timeout, and not only given time for it. */
    boolean answers(Raft raft) {
        return wasHeard && raft.now() - heardAt < raft.config().electionTicks();
    }

    void heard(long now) {
        heardAt = now;
        wasHeard = true;
    }

    void heartbeatDue() {
        heartbeatDue = true;
    }

    /** When this wants to speak by itself again. */
    long dueAt(RaftConfig config) {
        long heartbeatAt = sentAt + config.heartbeatTicks();
        return logReadAt == NOT_READING ? heartbeatAt : Math.min(heartbeatAt, logReadAt + config.electionTicks());
    }

    // ---- sending

    /** Decides what the follower is sent in this turn: at most one AppendEntries or InstallSnapshot, at most one log read. */
    void replicate(Raft raft, long currentReadRound) {
        if (state == State.REPLICATE && raft.now() - heardAt >= raft.config().electionTicks()) {
            fallBack(verifiedIndex + 1); // It is gone, so it should hold no room in the ring.
        }
        if (state != State.SNAPSHOT && nextIndex <= raft.log().prevIndex()) {
            becomeSnapshot(raft);
        }
        boolean speak = heartbeatDue || raft.now() - sentAt >= raft.config().heartbeatTicks();
        switch (state) {
            case PROBE -> probe(raft, currentReadRound, speak);
            case REPLICATE -> stream(raft, currentReadRound, speak || sentCommit < raft.commitIndex());
            case SNAPSHOT -> offer(raft, currentReadRound, speak);
        }
    }

    private void becomeSnapshot(Raft raft) {
        fallBack(nextIndex);
        state = State.SNAPSHOT;
        heartbeatDue = true;
        SnapshotMark mark = raft.log().mark();
        raft.effects().event(new RaftEvent.SnapshotOffered(raft.currentTerm(), id, mark.index(), mark.term()));
    }

    private void offer(Raft raft, long currentReadRound, boolean speak) {
        if (!speak) {
            return;
        }
        SnapshotMark mark = raft.log().mark();
        raft.effects()
                .send(new InstallSnapshot(
                        raft.config().group(),
                        raft.config().self(),
                        id,
                        raft.currentTerm(),
                        mark.index(),
                        mark.term(),
                        currentReadRound));
        spoke(raft);
    }

    /** One frame, so that a follower that needs no repair loses no round trip; then heartbeats, without entries. */
    private void probe(Raft raft, long currentReadRound, boolean speak) {
        LogCursor log = raft.log();
        if (!probeSent && nextIndex >= log.ringFirst() && nextIndex <= log.lastIndex()) {
            probeSent = true;
            send(raft, currentReadRound, log.run(nextIndex, raft.config().frameBytes()));
        } else if (!probeSent || speak) {
            probeSent = true;
            send(raft, currentReadRound, EntryRun.empty(nextIndex));
        }
    }

    private void stream(Raft raft, long currentReadRound, boolean speak) {
        LogCursor log = raft.log();
        RaftConfig config = raft.config();
        if (logReadAt != NOT_READING && raft.now() - logReadAt >= config.electionTicks()) {
            logReadAt = NOT_READING;
        }
        boolean mayStream = nextIndex <= log.lastIndex()
                && logReadAt == NOT_READING
                && frames < config.windowFrames()
                && bytesInFlight < config.windowBytes();
        if (mayStream && nextIndex >= log.ringFirst()) {
            EntryRun entries = log.run(nextIndex, config.frameBytes());
            send(raft, currentReadRound, entries);
            sent(entries);
            return;
        }
        if (mayStream) {
            logReadAt = raft.now();
            raft.effects()
                    .logRead(new Effects.LogRead(
                            id,
                            raft.currentTerm(),
                            nextIndex - 1,
                            log.termAt(nextIndex - 1),
                            log.ringFirst() - 1,
                            config.frameBytes()));
        }
        if (speak) {
            send(raft, currentReadRound, EntryRun.empty(nextIndex));
        }
    }

    private void send(Raft raft, long currentReadRound, EntryRun entries) {
        long prevLogIndex = entries.firstIndex() - 1;
        raft.effects()
                .send(new AppendEntries(
                        raft.config().group(),
                        raft.config().self(),
                        id,
                        raft.currentTerm(),
                        prevLogIndex,
                        raft.log().termAt(prevLogIndex),
                        raft.commitIndex(),
                        currentReadRound,
                        entries));
        spoke(raft);
    }

    private void spoke(Raft raft) {
        sentAt = raft.now();
        sentCommit = raft.commitIndex();
        heartbeatDue = false;
    }

    private void sent(EntryRun entries) {
        long bytes = entries.bytesFrom(entries.firstIndex());
        int at = (oldestFrame + frames++) % frameLast.length;
        frameLast[at] = entries.lastIndex();
        frameBytes[at] = bytes;
        bytesInFlight += bytes;
        nextIndex = entries.lastIndex() + 1;
    }

    // ---- hearing

    /** Takes an answer of the current term. */
    void answered(AppendAnswer answer, Raft raft) {
        heard(raft.now());
        sick = answer.sick();
        damaged = answer.damaged();
        if (damaged) {
            // Late or not: to count less than it holds costs a frame that it has already, no more.
            matchIndex = Math.min(matchIndex, answer.durableIndex());
            verifiedIndex = Math.min(verifiedIndex, answer.verifiedIndex());
        }
        readRound = Math.max(readRound, answer.readRound());
        matchIndex = Math.max(matchIndex, answer.durableIndex());
        if (answer.verifiedIndex() > verifiedIndex) {
            verified(answer.verifiedIndex());
        }
        if (state == State.SNAPSHOT) {
            // That it lacks the snapshot's last entry is no news, and its hints led here.
            state = verifiedIndex >= raft.log().prevIndex() ? State.REPLICATE : State.SNAPSHOT;
        } else if (answer.rejectedIndex() != 0) {
            rejected(answer, raft.log());
        } else if (state == State.PROBE && answer.verifiedIndex() >= nextIndex - 1) {
            state = State.REPLICATE;
        }
        nextIndex = Math.max(nextIndex, verifiedIndex + 1);
    }

    private void verified(long index) {
        verifiedIndex = index;
        rejectedTo = 0;
        logReadAt = NOT_READING;
        while (frames > 0 && frameLast[oldestFrame] <= index) {
            bytesInFlight -= frameBytes[oldestFrame];
            oldestFrame = (oldestFrame + 1) % frameLast.length;
            frames--;
        }
    }

    /**
     * The follower does not hold nextIndex - 1, or not with that term. What it once verified counts no more: it may have lost
     * it in a restart. What it called durable stays, if it is not damaged; a rejection at or below that is an old message come late.
     */
    private void rejected(AppendAnswer answer, LogCursor log) {
        boolean isStale = answer.rejectedIndex() <= matchIndex
                || answer.rejectedIndex() >= nextIndex
                || (state == State.PROBE && answer.rejectedIndex() != nextIndex - 1);
        if (isStale) {
            return;
        }
        // Paper 5.3: skip all of a conflicting term at once. The follower skipped its later terms, here this log's are.
        long candidate = log.lastAtOrBelow(answer.conflictIndex(), answer.conflictTerm());
        verifiedIndex = Math.max(matchIndex, answer.verifiedIndex());
        long matching = Math.max(verifiedIndex, Math.min(candidate, answer.rejectedIndex() - 1));
        long next = matching + 1;
        boolean asksTheSame = next == rejectedTo || (state == State.PROBE && next == nextIndex);
        fallBack(next);
        // Where nothing before can be tried, or the follower has no room for what comes next, asking at once again
        // would
        // never end: the next heartbeat asks.
        probeSent = asksTheSame;
        rejectedTo = next;
    }

    private void fallBack(long next) {
        state = State.PROBE;
        nextIndex = next;
        probeSent = false;
        logReadAt = NOT_READING;
        frames = 0;
        bytesInFlight = 0;
    }

    void writeTo(CanonicalForm out, long now) {
        out.id(id).text(state.name()).number(nextIndex).number(matchIndex).number(verifiedIndex);
        out.number(readRound)
                .number(rejectedTo)
                .number(now - heardAt)
                .number(now - sentAt)
                .number(sentCommit);
        out.flag(wasHeard).flag(sick).flag(damaged).flag(probeSent).flag(heartbeatDue);
        out.number(logReadAt == NOT_READING ? -1 : now - logReadAt).number(frames);
        for (int i = 0; i < frames; i++) {
            int at = (oldestFrame + i) % frameLast.length;
            out.number(frameLast[at]).number(frameBytes[at]);
        }
    }
}
