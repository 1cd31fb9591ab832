package io.quorate.node.internal;

import io.quorate.node.StateHashStatus;
import io.quorate.node.peer.HashMessage;
import io.quorate.node.peer.HashMessage.Ask;
import io.quorate.node.peer.HashMessage.Differs;
import io.quorate.node.peer.HashMessage.Report;
import io.quorate.node.peer.HashMessage.Standing;
import io.quorate.node.peer.HashMessage.Values;
import io.quorate.node.peer.PeerState;
import io.quorate.raft.Raft;
import io.quorate.raft.RoleName;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a member whose state is not that of the others.
 *
 * <pre>
 *   every member, at each milestone     Report(index, hash)         -> the leader
 *   the leader, when a majority of the voters has told the same:     an entry with index and hash
 *   every member, when it applies that entry, compares with its own; one that differs asks for more,
 *   in ever smaller steps                Ask(last, stride, count)    -> all others
 *                                        Values(last, stride, …)     <- any that has the majority's hash at last
 *   until the first index is known       Differs(…)                  -> all others
 * </pre>
 *
 * <p>Only what is committed is applied, so equal members report equal hashes, whichever leader they report to. What is lost is told again
 * to the next leader, or is passed by the next milestone.
 *
 * <p>A member whose state another has given it is no second witness for that state: it counts for no majority before an entry has compared
 * equal ({@link ToldHashes}). Loop only.
 */
final class HashAgreement {
    /** Writes the entry; tells whether it was taken. Both 0: all members begin a chain. */
    interface Proposer {
        boolean propose(long index, long hash);
    }

    private static final Logger LOG = LoggerFactory.getLogger("io.quorate.node");

    /** A leader hears of no more milestones at once: who lags further behind is compared at a later one. */
    private static final int MOST_MILESTONES = 8;

    /** A member that differs asks so often in vain, an election timeout apart, before it names what it knows. */
    private static final int MOST_TRIES = 10;

    private final NodeParts<?> parts;
    private final int group;
    private final long self;
    private final Raft raft;
    private final StateHashes hashes;
    private final Proposer proposer;

    /** What was reported last, and to whom. */
    private long reportedIndex;

    private long reportedTo;
    private long reportedTerm;

    /** By milestone and member, on a leader. */
    private final TreeMap<Long, ToldHashes> reports = new TreeMap<>();

    /** Up to where this leader has written entries, in which term, and in which it had all begin a chain. */
    private long proposedIndex;

    private long proposedTerm;
    private long begunTerm;

    private long agreedIndex;
    private long comparedIndex;
    private long undecidedIndex;

    /** Where this member was found to differ, 0 for nowhere; and between which indexes the first difference is, as far as known. */
    private long differsAt;

    private long sameThrough;
    private long differsFrom;

    /** What the majority has at {@code differsFrom}. */
    private long hashThere;

    private boolean isNamed;
    private int tries;
    private long asksAt = Long.MAX_VALUE;
    private long stride;

    HashAgreement(NodeParts<?> parts, int group, Raft raft, StateHashes hashes, Proposer proposer) {
        this.parts = parts;
        this.group = group;
        this.self = parts.identity().memberId();
        this.raft = raft;
        this.hashes = hashes;
        this.proposer = proposer;
    }

    boolean differs() {
        return differsAt != 0;
    }

    StateHashStatus status() {
        return new StateHashStatus(comparedIndex, undecidedIndex, differsAt, sameThrough, differsFrom, notCompared());
    }

    private @Nullable String notCompared() {
        if (hashes.isSwitchedOff() || standing() == Standing.OWN) {
            return null;
        }
        return hashes.isKnown()
                ? "it came with a snapshot that may be another member's, and neither a majority without this member nor all voters have agreed"
                        + " since"
                : "it came with a snapshot that has no hash of it; it has one when a majority of the voters lacks one, too, and all begin anew,"
                        + " or from the next snapshot on that it fetches";
    }

    private Standing standing() {
        if (!hashes.isKnown()) {
            return Standing.NONE;
        }
        return hashes.isGiven() ? Standing.GIVEN : Standing.OWN;
    }

    // ---- a turn

    /** While the turn is open: tells what is new, and, on a leader, writes down what is agreed. */
    void turn(long now) {
        if (differs()) {
            reports.clear();
            if (now >= asksAt) {
                ask(now);
            }
            return;
        }
        report();
        if (raft.role() != RoleName.LEADER) {
            reports.clear();
            undecidedIndex = 0;
        } else if (raft.termAt(raft.commitIndex()) == raft.currentTerm()) {
            decide();
        }
        while (reports.size() > MOST_MILESTONES) {
            reports.pollFirstEntry();
        }
    }

    long nextTurn() {
        return asksAt;
    }

    private void report() {
        long index = hashes.newestMilestone();
        long leader = raft.leader();
        boolean isReported = index == reportedIndex && leader == reportedTo && raft.currentTerm() == reportedTerm;
        if (index <= agreedIndex || leader == 0 || isReported) {
            return;
        }
        Report report = own(index);
        boolean isTold = leader == self;
        if (isTold) {
            take(self, report);
        } else {
            isTold = parts.peers().tell(leader, report);
        }
        if (isTold) {
            reportedIndex = index;
            reportedTo = leader;
            reportedTerm = raft.currentTerm();
        }
    }

    private Report own(long index) {
        return new Report(group, index, hashes.isKnown() ? hashes.at(index) : 0, standing());
    }

    void disconnected(long id) {
        if (id == reportedTo) {
            reportedTo = 0; // it may be lost
        }
    }

    // ---- heard

    void told(long from, HashMessage message, long now) {
        if (message instanceof Report report) {
            if (raft.role() == RoleName.LEADER && !differs()) {
                take(from, report);
            }
        } else if (message instanceof Ask ask) {
            answer(from, ask);
        } else if (message instanceof Values values) {
            narrow(values, now);
        } else {
            Differs differs = (Differs) message;
            LOG.error(
                    "member-differs node={} member={} agreed={} same-through={} differs-from={}",
                    parts.name(),
                    Long.toUnsignedString(from, 16),
                    differs.agreedIndex(),
                    differs.sameThrough(),
                    differs.differsFrom());
        }
    }

    private void take(long from, Report report) {
        long written = proposedTerm == raft.currentTerm() ? proposedIndex : 0;
        if (report.index() > Math.max(agreedIndex, written)) {
            reports.computeIfAbsent(report.index(), index -> new ToldHashes()).put(from, report);
        }
    }

    // ---- on a leader

    private void decide() {
        Membership membership = raft.membership();
        for (Map.Entry<Long, ToldHashes> milestone : reports.entrySet()) {
            long index = milestone.getKey();
            ToldHashes told = milestone.getValue();
            if (hashes.holds(index)) {
                told.put(self, own(index)); // its own report may have been of a later milestone
            }
            Long agreed = told.agreed(membership);
            boolean begins = agreed == null && begunTerm != raft.currentTerm() && told.isWithoutChain(membership);
            if (agreed != null || begins) {
                if (proposer.propose(begins ? 0 : index, agreed == null ? 0 : agreed)) {
                    begunTerm = begins ? raft.currentTerm() : begunTerm;
                    proposedTerm = raft.currentTerm();
                    proposedIndex = index;
                    reports.headMap(index, true).clear();
                }
                return;
            }
            if (index > undecidedIndex && told.isUndecided(membership, reports.higherKey(index) != null)) {
                undecidedIndex = index;
                LOG.error(
                        "states-differ node={} index={} text=\"no majority of the voters has the same state; nobody is stopped,"
                                + " for nobody knows who is right\"",
                        parts.name(),
                        index);
            }
        }
    }

    // ---- on every member

    /** The last entry applied says what a majority had at an index; both 0: that all begin a chain with it. */
    void agreed(long index, long hash) {
        if (index == 0) {
            hashes.begin();
            return;
        }
        agreedIndex = Math.max(agreedIndex, index);
        reports.headMap(index, true).clear();
        undecidedIndex = undecidedIndex <= index ? 0 : undecidedIndex;
        if (differs() || !hashes.holds(index)) {
            return;
        }
        comparedIndex = Math.max(comparedIndex, index);
        if (hashes.at(index) == hash) {
            hashes.compared(index);
            return;
        }
        hashes.freeze();
        differsAt = index;
        differsFrom = index;
        hashThere = hash;
        // Before the first entry all are the same; what lies before the ring nobody can compare any more.
        sameThrough = 0;
        stride = strideOver(index - compared());
        asksAt = Long.MIN_VALUE;
        LOG.error(
                "state-differs node={} index={} text=\"this member's state is not that of a majority: it serves neither reads nor writes"
                        + " any more, and does not lead; replace it\"",
                parts.name(),
                index);
    }

    // ---- the first index at which it differs

    /** The last index of which nothing can be, or needs to be, compared any more. */
    private long compared() {
        return Math.max(sameThrough, hashes.firstHeld() - 1);
    }

    private static long strideOver(long entries) {
        return Math.max(1, (entries + Values.MOST - 2) / (Values.MOST - 1));
    }

    /** Nobody can tell more where the entry before is the last that is the same, or is not held. */
    private boolean isNarrowest() {
        return differsFrom - compared() <= 1;
    }

    private void ask(long now) {
        if (isNarrowest() || tries == MOST_TRIES) {
            named();
            return;
        }
        if (tries > 0) {
            stride = Math.max(1, stride / 2); // perhaps the others hold less than a step
        }
        tries++;
        asksAt = now + parts.options().electionTimeoutMillis() * NodeLoop.TICK_NANOS;
        long most = (differsFrom - compared() + stride - 1) / stride + 1;
        Ask ask = new Ask(group, differsFrom, stride, (int) Math.min(Values.MOST, Math.max(1, most)));
        tellAll(ask);
    }

    private void tellAll(HashMessage message) {
        for (PeerState peer : parts.peers().state()) {
            if (peer.connected()) {
                parts.peers().tell(peer.id(), message);
            }
        }
    }

    private void answer(long from, Ask ask) {
        List<Long> found = new ArrayList<>();
        for (long index = ask.last(); found.size() < ask.count() && index > 0; index -= ask.stride()) {
            if (!hashes.holds(index)) {
                break;
            }
            found.add(hashes.at(index));
        }
        if (!found.isEmpty()) {
            parts.peers().tell(from, new Values(group, ask.last(), ask.stride(), found));
        }
    }

    /**
     * Takes what another member has; one that has not the majority's hash where they are known to differ is not believed. An answer with
     * nothing new changes nothing: another member may know more.
     */
    private void narrow(Values values, long now) {
        if (!differs()
                || isNamed
                || values.last() != differsFrom
                || values.stride() != stride
                || values.hashes().isEmpty()
                || values.hashes().get(0) != hashThere) {
            return;
        }
        boolean isNew = false;
        boolean isSame = false;
        for (int k = 1; k < values.hashes().size() && !isSame; k++) {
            long index = values.last() - k * stride;
            if (index < 1 || !hashes.holds(index)) {
                break;
            }
            isNew = true;
            isSame = hashes.at(index) == values.hashes().get(k);
            if (isSame) {
                sameThrough = index;
            } else {
                differsFrom = index;
                hashThere = values.hashes().get(k);
            }
        }
        if (!isNew) {
            return;
        }
        if (isNarrowest()) {
            named();
            return;
        }
        stride = Math.max(1, Math.min(stride / 2, strideOver(differsFrom - compared())));
        tries = 0;
        asksAt = now;
    }

    private void named() {
        isNamed = true;
        asksAt = Long.MAX_VALUE;
        LOG.error("state-differs node={} text=\"{}\"", parts.name(), status().problem());
        tellAll(new Differs(group, differsAt, sameThrough, differsFrom));
    }
}
