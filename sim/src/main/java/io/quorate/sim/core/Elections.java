package io.quorate.sim.core;

import io.quorate.raft.Raft;
import io.quorate.raft.RoleName;
import io.quorate.raft.membership.Membership;
import java.util.TreeMap;

/** One leader in a term, and one that holds what was committed (paper figure 3). */
final class Elections {
    private final CoreWorld world;
    private final CommittedLog committed;
    private final Promises promises;
    private final TreeMap<Long, Integer> leaders = new TreeMap<>();

    Elections(CoreWorld world, CommittedLog committed, Promises promises) {
        this.world = world;
        this.committed = committed;
        this.promises = promises;
    }

    /** Latest term that anybody led; 0 before the first. */
    long newestTerm() {
        return leaders.isEmpty() ? 0 : leaders.lastKey();
    }

    void drained(CoreMember member) {
        Raft raft = member.raft();
        if (raft.role() != RoleName.LEADER) {
            return;
        }
        long term = raft.currentTerm();
        Integer known = leaders.get(term);
        if (known == null) {
            leaders.put(term, member.number);
            elected(member);
        } else {
            Rule.ELECTION_SAFETY.require(
                    known == member.number,
                    () -> member + " leads term " + term + ", and so did " + world.members.get(known));
        }
    }

    private void elected(CoreMember member) {
        long last = committed.lastIndex();
        Rule.LEADER_COMPLETENESS.require(
                newestTerm() != member.raft().currentTerm()
                        || last == 0
                        || member.log().holds(committed.entries().get(last)),
                () -> member + " leads without " + committed.entries().get(last) + ", which is committed");
        long term = member.raft().currentTerm();
        Membership membership = member.newestMembership();
        Rule.ELECTED_BY_QUORUM.require(
                Quorums.isQuorum(membership, id -> promises.votedFor(id, term) == member.id)
                        && promises.votedFor(member.id, term) == member.id,
                () -> member + " leads term " + term + " without a quorum of votes by " + membership);
        Rule.LEARNER_NEVER_LEADS.require(
                member.isVoterInItsLog(), () -> member + " leads term " + term + ", and is a voter in no membership");
    }
}
