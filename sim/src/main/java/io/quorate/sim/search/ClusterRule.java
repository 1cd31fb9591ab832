package io.quorate.sim.search;

import io.quorate.raft.RoleName;
import java.util.List;

/**
 * What must hold between members (paper figure 3): each a sentence and the check of it, after every turn. They judge by
 * disks and by what was ever true, not by what a core says of itself.
 */
enum ClusterRule {
    ONE_LEADER_A_TERM("at most one member ever leads a term (5.2)") {
        @Override
        boolean holds(Outcome turn, World before, World after) {
            Member member = turn.member();
            return !leads(member) || after.facts().leader(member.raft().currentTerm()) == member.id();
        }
    },
    ONE_VOTE_A_TERM("a member votes for one in a term, whatever it lives through (5.2)") {
        @Override
        boolean holds(Outcome turn, World before, World after) {
            var durable = turn.member().disk().hardState();
            return isTheVote(after, turn.member().id(), durable.currentTerm(), durable.votedFor())
                    && turn.sent().stream()
                            .map(Letter::message)
                            .allMatch(
                                    told -> isTheVote(after, turn.member().id(), told.term(), Facts.voteToldBy(told)));
        }
    },
    MATCH_IS_ON_THE_FOLLOWERS_DISK("what the newest leader counts for a follower is on that follower's disk") {
        @Override
        boolean holds(Outcome turn, World before, World after) {
            Member member = turn.member();
            return !isNewestLeader(member, after)
                    || after.members().stream()
                            .allMatch(other -> other.equals(member)
                                    || allHeld(member.log(), member.raft().matchIndex(other.id()), other.disk()));
        }
    },
    COMMIT_NEEDS_A_DURABLE_MAJORITY("an entry that is committed first is on a majority of disks (5.3, 5.4)") {
        @Override
        boolean holds(Outcome turn, World before, World after) {
            List<Entry> committed = after.facts().committed();
            return committed.subList(before.facts().committed().size(), committed.size()).stream()
                    .allMatch(entry -> after.members().stream()
                                    .filter(member -> member.disk().holds(entry))
                                    .count()
                            > Permutation.MEMBERS / 2);
        }
    },
    COMMITTED_STAYS_COMMITTED("no two members ever hold different entries at a committed index (figure 3)") {
        @Override
        boolean holds(Outcome turn, World before, World after) {
            Member member = turn.member();
            int count = (int) member.raft().commitIndex();
            return count <= member.log().size()
                    && member.log()
                            .subList(0, count)
                            .equals(after.facts().committed().subList(0, count));
        }
    },
    LEADER_COMPLETENESS("the newest leader's log holds all that was ever committed (5.4)") {
        @Override
        boolean holds(Outcome turn, World before, World after) {
            Member member = turn.member();
            List<Entry> committed = after.facts().committed();
            return !isNewestLeader(member, after)
                    || (member.log().size() >= committed.size()
                            && member.log().subList(0, committed.size()).equals(committed));
        }
    },
    LOG_MATCHING("two logs with the same term at an index are the same up to there (5.3)") {
        @Override
        boolean holds(Outcome turn, World before, World after) {
            Member member = turn.member();
            return after.members().stream().allMatch(other -> match(member.log(), other.log()));
        }
    },
    STATE_MACHINE_SAFETY("no member applies anything but the committed entry of an index (figure 3)") {
        @Override
        boolean holds(Outcome turn, World before, World after) {
            List<Entry> committed = after.facts().committed();
            return turn.applied().stream()
                    .allMatch(entry -> entry.index() <= committed.size()
                            && committed.get((int) entry.index() - 1).equals(entry));
        }
    };

    static final List<ClusterRule> ALL = List.of(values());

    private final String sentence;

    ClusterRule(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }

    /** After a turn of one member, and with it in the world after. */
    abstract boolean holds(Outcome turn, World before, World after);

    private static boolean leads(Member member) {
        return member.raft().role() == RoleName.LEADER;
    }

    /** One that was elected late, in a term that is over, may lack what later leaders committed. */
    private static boolean isNewestLeader(Member member, World world) {
        return leads(member) && member.raft().currentTerm() == world.facts().newestTermLed();
    }

    private static boolean isTheVote(World world, long member, long term, long candidate) {
        return candidate == 0 || world.facts().vote(member, term) == candidate;
    }

    static boolean allHeld(List<Entry> log, long through, Disk disk) {
        return log.stream().allMatch(entry -> entry.index() > through || disk.holds(entry));
    }

    private static boolean match(List<Entry> one, List<Entry> other) {
        int last = Math.min(one.size(), other.size()) - 1;
        while (last >= 0 && one.get(last).term() != other.get(last).term()) {
            last--;
        }
        return one.subList(0, last + 1).equals(other.subList(0, last + 1));
    }
}
