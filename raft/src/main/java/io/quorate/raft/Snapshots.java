package io.quorate.raft;

import io.quorate.raft.membership.Membership;

/**
 * What snapshots change in a core, whatever its role (paper section 7, thesis 5). A snapshot is whole and flushed before the
 * core hears of it; what it covers is committed. The core answers with a mark in a numbered write ({@link Effects}), and with the demand
 * to restore the state machine from a snapshot that came from elsewhere, or that was there when this life began.
 */
final class Snapshots {
    private final Raft raft;

    /** Where the state machine must be brought by a snapshot before anything is applied to it; 0 when it is past that. */
    private long restoreIndex;

    /** The driver was told to. */
    private boolean restoreAsked;

    Snapshots(Raft raft, long restoreIndex) {
        this.raft = raft;
        this.restoreIndex = restoreIndex;
    }

    Snapshots(Snapshots other, Raft raft) {
        this.raft = raft;
        restoreIndex = other.restoreIndex;
        restoreAsked = other.restoreAsked;
    }

    boolean isRestoring() {
        return restoreIndex != 0;
    }

    boolean isRestoreAsked() {
        return restoreAsked;
    }

    boolean taken(SnapshotMark mark) {
        if (mark.index() <= raft.log().mark().index()) {
            return false; // One that covers more came from elsewhere meanwhile.
        }
        long most = Math.min(raft.persistedIndex(), raft.lastApplied());
        if (mark.index() > most || !mark.equals(raft.markAt(mark.index()))) {
            throw new IllegalArgumentException("a snapshot taken here covers at most what is applied and persisted, "
                    + most + ", as it is, not " + mark);
        }
        raft.log().mark(mark);
        raft.writes().mark(mark);
        raft.effects().event(new RaftEvent.SnapshotTaken(mark.index(), mark.term()));
        return true;
    }

    /**
     * What was committed when somebody was in {@code term} is in the log of the leader of that term and of every later one
     * (figure 3, leader completeness). So in that term, not before, this log may begin with it and answer for it.
     */
    boolean received(SnapshotMark mark, long term) {
        boolean isPossible = MessageCheck.isIndex(mark.index())
                && mark.index() >= 1
                && mark.term() >= 1
                && mark.term() <= term
                && term <= MessageCheck.MAX;
        if (!isPossible || mark.membership().index() > mark.index()) {
            throw new IllegalArgumentException("in term " + term + " nobody can have sent " + mark);
        }
        if (term > raft.currentTerm()) {
            raft.becomeFollower(term);
        }
        requireNoContradiction(mark);
        if (mark.index() <= raft.commitIndex() || raft.role() == RoleName.LEADER) {
            return false; // The log leads there as well; a leader's holds all that is committed anywhere.
        }
        if (!(raft.roleObject() instanceof Follower)) {
            raft.becomeFollower(raft.currentTerm()); // Votes were asked for another log.
        }
        install(mark);
        return true;
    }

    private void requireNoContradiction(SnapshotMark mark) {
        long term = raft.log().termAt(mark.index());
        if (mark.index() <= raft.commitIndex() && term != -1 && term != mark.term()) {
            throw new CommittedFactException("a snapshot ends with entry " + mark.index() + " of term " + mark.term()
                    + ", but here it is committed with term " + term + " (commitIndex " + raft.commitIndex() + ")");
        }
    }

    /** Paper figure 13, InstallSnapshot RPC, 6 to 8: a log that holds the last included entry goes on behind it. */
    private void install(SnapshotMark mark) {
        LogCursor log = raft.log();
        boolean isHeld = log.termAt(mark.index()) == mark.term();
        long committedMembership = log.membershipAt(raft.commitIndex()).index();
        raft.effects().event(new RaftEvent.SnapshotInstalled(mark.index(), mark.term(), isHeld));
        if (isHeld) {
            log.mark(mark);
            raft.writes().mark(mark);
        } else {
            raft.effects().truncated(log.firstIndex());
            raft.writes().replacedBy(mark, log.firstIndex(), raft.commitIndex());
            log.replaceBy(mark);
        }
        raft.commitTo(mark.index());
        raft.membershipChanged();
        Membership told = mark.membership();
        if (told.index() > committedMembership) {
            raft.effects().event(new RaftEvent.MembershipCommitted(told.index(), told.isJoint()));
        }
        restoreIndex = mark.index();
        restoreAsked = false;
        raft.effects().fetched();
        if (raft.roleObject() instanceof Follower follower) {
            follower.installed(mark.index());
        }
    }

    void restored(long index) {
        if (index > restoreIndex || index <= raft.lastApplied()) {
            throw new IllegalArgumentException("restored was " + index + ", but asked for was "
                    + (isRestoring() ? "" + restoreIndex : "nothing") + ", and " + raft.lastApplied() + " is applied");
        }
        applied(index);
        raft.effects().event(new RaftEvent.SnapshotRestored(index));
    }

    /** The state machine has what the snapshot holds. One with files of its own may have had it when this life began. */
    void applied(long index) {
        if (index >= restoreIndex) {
            restoreIndex = 0;
            restoreAsked = false;
        }
    }

    void logBeginsAt(long index) {
        long durable = raft.writes().durableMarkIndex();
        if (index > durable + 1) {
            throw new IllegalArgumentException(
                    "the log cannot begin at " + index + ": the newest mark on the disk covers up to " + durable);
        }
        if (index > raft.log().firstIndex()) {
            raft.log().dropBefore(index);
        }
    }

    /**
     * A state machine with files of its own waits until the mark is durable: else a crash might leave it with more than the
     * log can explain.
     */
    void drain() {
        boolean mayRestore = raft.config().appliesFromMemory() || raft.writes().durableMarkIndex() >= restoreIndex;
        if (isRestoring() && !restoreAsked && mayRestore) {
            restoreAsked = true;
            raft.effects().restore(raft.log().mark());
        }
    }

    void writeTo(CanonicalForm out) {
        out.number(restoreIndex).flag(restoreAsked);
    }
}
