package io.quorate.raft.scenario;

import io.quorate.raft.HardState;
import io.quorate.raft.Message;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Message.VoteAnswer;
import io.quorate.raft.Notation;
import io.quorate.raft.Raft;
import io.quorate.raft.RoleName;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.VoteRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What must hold across members, checked after every turn (paper figure 3), and the durability contract, checked for every
 * message that leaves. They judge by what lies on the simulated disks, not by what a core says of them.
 */
final class SafetyChecks {
    private final World world;
    private final TreeMap<Long, Long> leaders = new TreeMap<>();
    private final TreeMap<String, Long> votes = new TreeMap<>();
    private final TreeMap<Long, Entry> committed = new TreeMap<>();
    private final TreeMap<Long, Entry> applied = new TreeMap<>();

    SafetyChecks(World world) {
        this.world = world;
    }

    /** @param decidedBy the newest membership before the turn: what the turn appended does not decide about what it committed */
    void afterTurn(Peer peer, Membership decidedBy) {
        Raft raft = peer.raft();
        bounds(peer, raft);
        if (raft.role() == RoleName.LEADER) {
            electionSafety(peer, raft);
            leaderCompleteness(peer, raft);
            matchIsDurable(peer, raft);
        }
        commitIsDurableAtQuorum(peer, raft, decidedBy);
        world.peers().forEach(other -> logMatching(peer, other));
    }

    private static void bounds(Peer peer, Raft raft) {
        require(raft.commitIndex() <= raft.lastIndex(), peer, "committed beyond the end of its log");
        require(raft.lastApplied() <= raft.commitIndex(), peer, "applied what is not committed");
        require(raft.currentTerm() >= peer.disk.hardState().currentTerm(), peer, "fell back below its durable term");
        List<Entry> log = peer.log();
        long last = log.isEmpty() ? peer.prevIndex() : log.get(log.size() - 1).index();
        require(raft.firstIndex() == peer.prevIndex() + 1, peer, "says its log begins at " + raft.firstIndex());
        require(
                raft.lastIndex() == last,
                peer,
                "says its log ends at " + raft.lastIndex() + ", but it ends at " + last);
        for (Entry entry : log) {
            require(raft.termAt(entry.index()) == entry.term(), peer, "is wrong about the term of " + entry.index());
        }
    }

    /** At most one leader in a term, and its vote for itself is durable. */
    private void electionSafety(Peer peer, Raft raft) {
        Long known = leaders.putIfAbsent(raft.currentTerm(), peer.id);
        require(known == null || known == peer.id, peer, "leads t" + raft.currentTerm() + ", and so did n" + known);
        HardState durable = peer.disk.hardState();
        require(
                durable.currentTerm() == raft.currentTerm() && durable.votedFor() == peer.id,
                peer,
                "leads t" + raft.currentTerm() + " before its own vote is durable");
    }

    /** The newest leader's log holds all that was ever committed. */
    private void leaderCompleteness(Peer peer, Raft raft) {
        if (leaders.lastKey() != raft.currentTerm()) {
            return;
        }
        List<Entry> log = peer.log();
        for (Entry entry : committed.values()) {
            boolean holds = entry.index() <= peer.prevIndex() || log.contains(entry);
            require(holds, peer, "leads without " + entry + ", which is committed");
        }
    }

    /** What the newest leader counts for a follower is on that follower's disk. */
    private void matchIsDurable(Peer leader, Raft raft) {
        if (leaders.lastKey() != raft.currentTerm()) {
            return;
        }
        for (Peer peer : world.peers()) {
            long match = raft.membership().contains(peer.id) && peer != leader ? raft.matchIndex(peer.id) : 0;
            for (Entry entry : leader.log()) {
                boolean holds = entry.index() > match || peer.disk.vouchesFor(entry);
                require(holds, leader, "counts " + entry + " for " + peer.name + ", whose disk does not hold it");
            }
        }
    }

    private void commitIsDurableAtQuorum(Peer peer, Raft raft, Membership decidedBy) {
        for (Entry entry : peer.log()) {
            if (entry.index() > raft.commitIndex()) {
                return;
            }
            Entry first = committed.get(entry.index());
            if (first == null) {
                requireQuorum(peer, decidedBy, entry);
                committed.put(entry.index(), entry);
            } else {
                require(first.equals(entry), peer, "commits " + entry + " where " + first + " is committed");
            }
        }
    }

    private void requireQuorum(Peer peer, Membership membership, Entry entry) {
        for (List<Long> half : List.of(membership.voters(), membership.outgoingVoters())) {
            int voters = 0;
            int holders = 0;
            for (long id : half) {
                Member member = membership.member(id);
                if (member != null && member.incarnation() != 0) {
                    voters++;
                    holders += world.peer(Notation.name(id)).disk.vouchesFor(entry) ? 1 : 0;
                }
            }
            require(
                    voters == 0 || holders > voters / 2,
                    peer,
                    "commits " + entry + ", which " + holders + " of " + voters + " disks hold");
        }
    }

    /** Two logs that agree on the term of an index agree on all up to it. */
    private static void logMatching(Peer a, Peer b) {
        if (a == b || !b.isUp()) {
            return;
        }
        TreeMap<Long, Entry> other = new TreeMap<>();
        b.log().forEach(entry -> other.put(entry.index(), entry));
        List<Entry> log = a.log();
        boolean mustMatch = false;
        for (int i = log.size() - 1; i >= 0; i--) {
            Entry mine = log.get(i);
            Entry theirs = other.get(mine.index());
            if (theirs != null) {
                mustMatch |= mine.term() == theirs.term();
                require(
                        !mustMatch || mine.equals(theirs),
                        a,
                        "holds " + mine + " where " + b.name + " holds " + theirs);
            }
        }
    }

    /** State machine safety: nobody ever applies another command at an index. */
    void applies(Peer peer, Entry entry) {
        require(entry.index() <= peer.raft().commitIndex(), peer, "applies " + entry + " before it is committed");
        Entry first = applied.putIfAbsent(entry.index(), entry);
        require(first == null || first.equals(entry), peer, "applies " + entry + " where " + first + " was applied");
    }

    /** A snapshot holds what applying all up to its mark gives; nobody's covers what is not committed. */
    void snapshot(Peer peer, Snapshot snapshot) {
        SnapshotMark mark = snapshot.mark();
        Entry last = committed.get(mark.index());
        require(last == null || last.term() == mark.term(), peer, "has " + snapshot + ", but committed is " + last);
        Map<String, String> values = valuesAt(mark.index());
        require(values.equals(snapshot.values()), peer, "has " + snapshot.values() + " in " + snapshot);
    }

    /** What applying all up to an index gives. */
    Map<String, String> valuesAt(long index) {
        TreeMap<String, String> values = new TreeMap<>();
        applied.headMap(index + 1).values().forEach(entry -> entry.applyTo(values));
        return values;
    }

    void serves(Peer peer, String label, long index, long appliedIndex) {
        require(!peer.raft().isRestoring(), peer, "serves " + label + " while its state is being replaced");
        require(index <= appliedIndex, peer, "serves " + label + " at " + index + " but applied only " + appliedIndex);
        long newest = newestCommitWhenAsked.getOrDefault(peer.name + label, 0L);
        require(
                index >= newest,
                peer,
                "serves " + label + " at " + index + ", but " + newest + " was committed before");
    }

    private final TreeMap<String, Long> newestCommitWhenAsked = new TreeMap<>();

    /** A read must see all that any member knew to be committed when it was asked (linearizability). */
    void asks(Peer peer, String label) {
        newestCommitWhenAsked.put(peer.name + label, committed.isEmpty() ? 0 : committed.lastKey());
    }

    // ---- the durability contract

    void mayStillSend(Peer peer, Raft raft, AppendEntries append) {
        require(
                raft.leadsIn(append.term()),
                peer,
                "sends AppendEntries of t" + append.term() + ", which it does not lead");
    }

    void mayLeave(Peer peer, Message message) {
        HardState durable = peer.disk.hardState();
        boolean namesNextTerm = message instanceof RequestPreVote
                || (message instanceof PreVoteAnswer answer && answer.refusal() != VoteRefusal.STALE_TERM);
        require(
                namesNextTerm || durable.currentTerm() >= message.term(),
                peer,
                "tells of t" + message.term() + " before that is durable: " + message);
        if (message instanceof RequestVote ask) {
            voteIsDurable(peer, ask.term(), peer.id);
        } else if (message instanceof VoteAnswer answer && answer.refusal() == VoteRefusal.NONE) {
            voteIsDurable(peer, answer.term(), answer.to());
        } else if (message instanceof AppendAnswer answer) {
            long last = peer.disk.lastIndex();
            require(
                    answer.durableIndex() <= last,
                    peer,
                    "says " + answer.durableIndex() + " is durable, but " + last + " is");
        }
    }

    /** A vote is durable before it is told, and there is one in a term, whatever crashes there were. */
    private void voteIsDurable(Peer peer, long term, long candidate) {
        HardState durable = peer.disk.hardState();
        boolean stands = durable.currentTerm() > term || durable.votedFor() == candidate;
        require(stands, peer, "tells of its vote for n" + candidate + " in t" + term + " before that is durable");
        Long first = votes.putIfAbsent(peer.name + " t" + term, candidate);
        require(first == null || first == candidate, peer, "votes twice in t" + term);
    }

    private static void require(boolean holds, Peer peer, String otherwise) {
        if (!holds) {
            throw new AssertionError(peer.name + " " + otherwise);
        }
    }
}
