package io.quorate.raft;

import io.quorate.raft.membership.Membership;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the driver must do after a turn. It feeds the inputs of one turn, then calls {@link Raft#drain()} once and acts in
 * this order; this is the durability contract:
 *
 * <ol>
 *   <li>Entries that the core made itself ({@link #madeHere()}) are encoded: their records join the ring at their index.
 *   <li>At most one <em>numbered write</em> ({@link #write()}) goes to the log, to be kept whole or not at all. When it is on
 *       stable storage, {@link Raft#persisted(long)} is told its number; writes complete in order.
 *   <li>Messages with {@code afterWrite} 0, or at or below the last number persisted, leave at once. The others wait for
 *       their write: the term or vote that they tell of is not durable before. That may be an earlier write that is still in
 *       flight, when this turn writes nothing.
 *   <li>{@link #logReads()} are started: entries for a follower that the ring no longer holds.
 *   <li>A snapshot that {@link #fetch()} names is fetched; see there.
 *   <li>The state machine is restored from the snapshot that {@link #restore()} names; then {@link Raft#restored(long)} is
 *       told.
 *   <li>Committed entries up to {@link #applyThrough()} go to the state machine, in index order; then
 *       {@link Raft#applied(long)} is told.
 *   <li>Reads are answered or refused.
 * </ol>
 *
 * A snapshot is whole, flushed and under its name before the core is told of it. Its mark is in the write of that turn, or,
 * where that write first brings the entries up to there, in the one after it: a mark stands before the entries of its write, so it
 * lies in the log that was there, or replaces it. Only when the mark's write is persisted may what the mark covers go from the log ({@link Raft#durableMarkIndex()}), and when it has gone the
 * core is told ({@link Raft#logBeginsAt(long)}). A write with a mark and a {@code truncateFrom} at or below it leaves nothing
 * of the log before: it goes on behind the mark.
 *
 * <p>AppendEntries are decided while draining, from the state of that moment, at most one for each follower: a member that
 * stopped leading in the turn sends none. The object and its lists are reused: they are valid until the next input.
 */
public interface Effects {
    /** @param number rises by one from 1 in each life of a core; 0 never occurs
     * @param mark to be recorded before all else, or null
     * @param truncateFrom first index that goes, or 0; what is written below comes after it
     * @param hardState to be recorded, or null when it did not change
     * @param firstIndex first entry to write, whose record the driver holds; 0 when there are none
     * @param lastIndex last entry to write; 0 when there are none
     */
    record Write(
            long number,
            @Nullable SnapshotMark mark,
            long truncateFrom,
            @Nullable HardState hardState,
            long firstIndex,
            long lastIndex) {
        public boolean hasEntries() {
            return firstIndex != 0;
        }
    }

    /** @param afterWrite number of the write that must be persisted first; 0 for none */
    record Outgoing(Message message, long afterWrite) {}

    /**
     * Entries below the ring for one follower: the driver reads what fits of them from the log, asks
     * {@link Raft#leadsIn(long)} that the core still leads in that term, and sends them as one AppendEntries. One is in flight
     * for a follower at a time; a lost one is asked for again by the core.
     *
     * @param term the leader's when it asked
     * @param lastIndex a bound: fewer entries may be sent, at least one
     * @param maxBytes bound on record bytes; a first record larger than it is sent alone
     */
    record LogRead(long to, long term, long prevLogIndex, long prevLogTerm, long lastIndex, int maxBytes) {}

    /** An entry that the core appended itself. {@code membership} is its payload, or null for a no-op. */
    record MadeHere(
            long index, long term, EntryKind kind, @Nullable Membership membership) {}

    /** @param index the read is fresh once this is applied, and it is; meaningless when refused
     * @param refusal null when the read may be served now */
    record ReadAnswer(long token, long index, @Nullable Refusal refusal) {}

    /**
     * The leader offers a snapshot, since it does not retain what this log lacks. The driver fetches one on a connection of its
     * own, from any member that has one: this one, or one that covers more, or a lesser one if the leader's log still reaches
     * back to it. When it is whole, {@link Raft#snapshotReceived} is told. The offer comes again with each heartbeat until
     * then, so a driver that fetches already goes on with what it has, and one whose fetch failed begins again.
     */
    record SnapshotFetch(long leader, long term, long lastIncludedIndex, long lastIncludedTerm) {}

    @Nullable
    Write write();

    List<MadeHere> madeHere();

    List<Outgoing> messages();

    List<LogRead> logReads();

    /**
     * Entries after the last one handed out here and up to this index may be applied; 0 when there is nothing new. Those below
     * the ring are read from the log, after a restart and on a follower whose ring was short.
     */
    long applyThrough();

    /**
     * The state machine is to be restored from the snapshot with this mark, in place of all that it holds; null for none.
     * What {@link #applyThrough()} gave before and is not applied yet is dropped. Asked for once; a later one replaces it.
     */
    @Nullable
    SnapshotMark restore();

    /** A snapshot to be fetched, or null. */
    @Nullable
    SnapshotFetch fetch();

    List<ReadAnswer> reads();

    List<RaftEvent> events();

    /** First index whose record the driver's ring must still hold; records below may go. No frame of this turn is below. */
    long ringFirstIndex();
}
