package io.quorate.sim.node;

import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore.LogWrite;
import io.quorate.raft.Effects;
import io.quorate.raft.HardState;
import io.quorate.raft.LogSummary;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a member's log must hold at its next start: all that was reported durable, and of what was submitted since a prefix of
 * whole writes. Of entries it knows index and term; what they hold is compared as they are applied
 * ({@link NodeRule#STATE_MACHINE_SAFETY}).
 */
final class LogModel {
    /** A write that was submitted and not reported. */
    private record Pending(Effects.Write write, long[] terms) {}

    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private HardState hardState = HardState.INITIAL;
    private @Nullable SnapshotMark mark;
    private long[] terms = new long[64];
    private int lastIndex;

    /** Up to there entries are lost to damage, as the last start said; 0 once the log reaches as far. */
    private long lostThrough;

    /** Entries before are not known: a snapshot took their place. */
    private int knownFrom = 1;

    private int kept;
    private int lost;

    LogModel copy() {
        LogModel copy = new LogModel();
        copy.pending.addAll(pending);
        copy.hardState = hardState;
        copy.mark = mark;
        copy.terms = terms.clone();
        copy.lastIndex = lastIndex;
        copy.lostThrough = lostThrough;
        copy.knownFrom = knownFrom;
        return copy;
    }

    /** Whether a first set of members is durable. */
    boolean holdsSet() {
        return mark != null;
    }

    HardState hardState() {
        return hardState;
    }

    int lastIndex() {
        return lastIndex;
    }

    /** Of the newest durable mark; 0 before the first snapshot. */
    long markIndex() {
        return mark == null ? 0 : mark.index();
    }

    /** Writes that the last start found and that had not been reported. */
    int writesKept() {
        return kept;
    }

    /** Writes that were submitted and not reported, and that the last start did not find. */
    int writesLost() {
        return lost;
    }

    void submitted(LogWrite submitted) {
        Effects.Write write = submitted.write();
        long[] written = new long[write.hasEntries() ? (int) (write.lastIndex() - write.firstIndex() + 1) : 0];
        int next = 0;
        for (ByteBuffer piece : submitted.records()) {
            for (int at = piece.position(); at < piece.limit(); at += LogRecord.sizeAt(piece, at)) {
                written[next++] = LogRecord.term(piece, at);
            }
        }
        pending.add(new Pending(write, written));
    }

    /** @return the writes that are durable since */
    List<Effects.Write> persisted(long number) {
        List<Effects.Write> done = new ArrayList<>();
        while (!pending.isEmpty() && pending.peek().write.number() <= number) {
            done.add(pending.peek().write);
            keep(pending.remove());
        }
        return done;
    }

    private void keep(Pending done) {
        Effects.Write write = done.write;
        if (write.mark() != null) {
            mark = write.mark();
        }
        if (write.truncateFrom() != 0) {
            lastIndex = (int) Math.min(lastIndex, write.truncateFrom() - 1);
        }
        if (mark != null && lastIndex < mark.index()) {
            lastIndex = (int) mark.index();
            knownFrom = lastIndex + 1;
        }
        if (write.hardState() != null) {
            hardState = write.hardState();
        }
        for (long term : done.terms) {
            if (lastIndex + 1 >= terms.length) {
                terms = Arrays.copyOf(terms, 2 * lastIndex + 2);
            }
            terms[++lastIndex] = term;
        }
        lostThrough = lastIndex >= lostThrough ? 0 : lostThrough;
    }

    /**
     * A start has found that. From now on it is what is durable.
     *
     * @param image null for an empty log
     * @return whether it may be so
     */
    boolean recovered(@Nullable RestartImage image) {
        kept = 0;
        boolean holds = matches(image);
        while (!holds && !pending.isEmpty()) {
            keep(pending.remove());
            kept++;
            holds = matches(image);
        }
        lost = pending.size();
        pending.clear();
        return holds;
    }

    /**
     * Whether a start on a damaged log found what it may go on with: the last term and vote, what is known to be committed, and a mark
     * that reaches to the last entry that was reported durable.
     */
    boolean isMarkedIn(@Nullable RestartImage image) {
        if (image == null) {
            return false;
        }
        HardState found = image.hardState();
        boolean isVoteKept = found.currentTerm() == hardState.currentTerm() && found.votedFor() == hardState.votedFor();
        for (Pending open : pending) {
            HardState later = open.write.hardState();
            isVoteKept |=
                    later != null && found.currentTerm() == later.currentTerm() && found.votedFor() == later.votedFor();
        }
        return isVoteKept
                && image.lostThrough() >= lostThrough
                && image.lostThrough() >= lastIndex
                && image.log().lastIndex() < image.lostThrough();
    }

    /** Whether what damage took is not back yet: till then it does not vote. */
    boolean isDamaged() {
        return lostThrough > lastIndex;
    }

    /** Takes over what was found, though it is not what was durable. */
    void replaced(@Nullable RestartImage image) {
        pending.clear();
        mark = image == null ? null : image.mark();
        hardState = image == null ? HardState.INITIAL : image.hardState();
        lostThrough = image == null ? 0 : image.lostThrough();
        lastIndex = image == null ? 0 : (int) image.log().lastIndex();
        knownFrom = image == null ? 1 : (int) image.prevIndex() + 1;
        terms = new long[Math.max(64, 2 * lastIndex)];
        for (int index = knownFrom; image != null && index <= lastIndex; index++) {
            terms[index] = term(image.log(), index);
        }
    }

    /** The first index at which this holds an entry and the other another one, or none; {@link Long#MAX_VALUE} for none. */
    long firstMissing(LogModel other) {
        for (int index = Math.max(knownFrom, other.knownFrom); index <= lastIndex; index++) {
            if (index > other.lastIndex || terms[index] != other.terms[index]) {
                return index;
            }
        }
        return Long.MAX_VALUE;
    }

    private boolean matches(@Nullable RestartImage image) {
        if (image == null || mark == null) {
            return image == null && mark == null;
        }
        if (!mark.equals(image.mark())
                || !hardState.equals(image.hardState())
                || lostThrough != image.lostThrough()
                || lastIndex != image.log().lastIndex()) {
            return false;
        }
        for (int index = Math.max(knownFrom, (int) image.prevIndex() + 1); index <= lastIndex; index++) {
            if (terms[index] != term(image.log(), index)) {
                return false;
            }
        }
        return true;
    }

    private static long term(LogSummary log, long index) {
        int run = Arrays.binarySearch(log.runFirst(), index);
        return log.runTerm()[run >= 0 ? run : -run - 2];
    }

    @Override
    public String toString() {
        return hardState + " from " + knownFrom + " through " + lastIndex + ", marked at " + markIndex() + ", and "
                + pending.size() + " writes";
    }
}
