package io.quorate.sim.core;

import io.quorate.raft.Raft;
import io.quorate.raft.RoleName;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Liveness while faults still run: where a majority of the members runs, keeps time and hears each other, there is soon a leader
 * that a majority follows, and what it holds is committed, whatever befalls the other members and links. Looked at once in half an
 * election timeout. Asked only of clusters with PreVote and CheckQuorum: without them one member alone can hold up all.
 */
final class QuorumProgress {
    private static final long MILLI = 1_000_000;

    /** A leader outside the majority may lead on for a while by what its bad links let through. */
    static final int TIMEOUTS = 20;

    private static final long FOR_EVER = Long.MAX_VALUE;

    private final CoreWorld world;
    private final int members;
    private final long timeout;

    /** Until when the last fault of each member, and of each directed link, lasts; at the least. */
    private final long[] memberUntil;

    private final long[] linkUntil;
    private long committed;
    private long progressAt;

    QuorumProgress(CoreWorld world) {
        this.world = world;
        this.members = world.script.processes();
        this.timeout = world.leases.patienceTicks() * MILLI;
        this.memberUntil = new long[members];
        this.linkUntil = new long[members * members];
    }

    void plan() {
        Limits limits = world.script.limits();
        if (limits.preVote() && limits.checkQuorum()) {
            planNext();
        }
    }

    private void planNext() {
        long next = world.queue.now() + timeout / 2;
        if (next < world.script.endNanos()) {
            world.queue.at(next, () -> {
                look();
                planNext();
            });
        }
    }

    void began(Fault fault) {
        // What a slow link has taken up it still carries when the fault is over.
        long until = fault.kind() == FaultKind.SLOW_LINK ? FOR_EVER : fault.endNanos();
        if (fault.kind() == FaultKind.PARTITION) {
            for (int link = 0; link < linkUntil.length; link++) {
                if (fault.cuts(link / members, link % members)) {
                    linkUntil[link] = Math.max(linkUntil[link], until);
                }
            }
        } else if (fault.kind().layer() == FaultKind.Layer.LINK) {
            int link = fault.member() * members + fault.peer();
            linkUntil[link] = Math.max(linkUntil[link], until);
        } else if (fault.kind().layer() != FaultKind.Layer.CLIENT) {
            memberUntil[fault.member()] = Math.max(memberUntil[fault.member()], until);
        }
    }

    /** A member starts or ends, or has back what damage took. */
    void changed(CoreMember member) {
        memberUntil[member.number] = Math.max(memberUntil[member.number], world.queue.now());
    }

    /** Somebody decides by another membership, or one was committed: who must make progress is asked anew. */
    void membershipChanged() {
        progressAt = world.queue.now();
    }

    /** Looks once. */
    void look() {
        long now = world.queue.now();
        if (isProgress()) {
            progressAt = now;
        }
        long since = now - TIMEOUTS * timeout;
        Rule.QUORUM_MAKES_PROGRESS.require(
                progressAt > since || !isMajoritySoundSince(since),
                () -> "no progress for " + TIMEOUTS + " election timeouts, " + Arrays.toString(memberUntil) + " "
                        + Arrays.toString(linkUntil));
    }

    private boolean isProgress() {
        CoreMember leader = world.leader();
        long before = committed;
        committed = world.checks.committed();
        if (leader == null || !Quorums.isQuorum(leader.raft().membership(), id -> follows(id, leader))) {
            return false;
        }
        return committed > before
                || leader.raft().commitIndex() == leader.raft().lastIndex();
    }

    /** Itself does. */
    private boolean follows(long id, CoreMember leader) {
        CoreMember member = world.members.get((int) id - 1);
        if (!member.isUp() || member.raft().role() == RoleName.CANDIDATE) {
            return false;
        }
        Raft raft = member.raft();
        return raft.leader() == leader.id && raft.currentTerm() == leader.raft().currentTerm();
    }

    /** By each membership that may be the one that counts. */
    private boolean isMajoritySoundSince(long since) {
        List<Membership> open = openMemberships();
        for (int some = 1; some < 1 << members; some++) {
            int set = some;
            boolean decides = open.stream()
                    .allMatch(membership -> Quorums.isQuorum(membership, id -> ((set >> (id - 1)) & 1) == 1));
            if (decides && isSoundSince(set, since)) {
                return true;
            }
        }
        return false;
    }

    private List<Membership> openMemberships() {
        long committedAt = world.checks.committedMembership().index();
        List<Membership> open = new ArrayList<>();
        for (CoreMember member : world.members) {
            Membership newest = member.newestMembership();
            boolean isOpen = newest.index() >= committedAt && !newest.members().isEmpty() && !open.contains(newest);
            if (isOpen && member.hasStarted()) {
                open.add(newest);
            }
        }
        return open;
    }

    private boolean isSoundSince(int set, long since) {
        for (int one = 0; one < members; one++) {
            if ((set >> one & 1) == 0) {
                continue;
            }
            CoreMember member = world.members.get(one);
            if (memberUntil[one] > since || !member.isUp() || member.raft().isDamaged()) {
                return false;
            }
            for (int other = 0; other < members; other++) {
                if (other != one && (set >> other & 1) == 1 && linkUntil[one * members + other] > since) {
                    return false;
                }
            }
        }
        return true;
    }
}
