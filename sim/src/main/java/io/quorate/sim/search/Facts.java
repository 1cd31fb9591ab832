package io.quorate.sim.search;

import io.quorate.raft.HardState;
import io.quorate.raft.Message;
import io.quorate.raft.RoleName;
import io.quorate.raft.VoteRefusal;
import java.util.ArrayList;
import java.util.List;

/**
 * What was ever true in a run, and may not be contradicted by anybody later: who led each term, whom each member voted for
 * in it, what is committed. The first to say so is believed; {@link ClusterRule} finds who says otherwise.
 */
final class Facts extends Part {
    private static final int TAG = 3;

    /** By term, 0 for nobody yet. */
    private final long[] leaders;

    /** By member and term. */
    private final long[][] votes;

    private final List<Entry> committed;

    private Facts(long[] leaders, long[][] votes, List<Entry> committed) {
        this.leaders = leaders;
        this.votes = votes;
        this.committed = committed;
    }

    static Facts none(long terms) {
        int length = (int) terms + 1;
        return new Facts(new long[length], new long[Permutation.MEMBERS + 1][length], List.of());
    }

    long leader(long term) {
        return leaders[(int) term];
    }

    long newestTermLed() {
        int term = leaders.length - 1;
        while (term > 0 && leaders[term] == 0) {
            term--;
        }
        return term;
    }

    long vote(long member, long term) {
        return votes[(int) member][(int) term];
    }

    /** The committed log. */
    List<Entry> committed() {
        return committed;
    }

    /** What is known after a turn that ended so; this, when that is nothing new. */
    Facts learn(Outcome turn) {
        return isNews(turn) ? with(turn) : this;
    }

    private boolean isNews(Outcome turn) {
        Member member = turn.member();
        HardState durable = member.disk().hardState();
        boolean isNews = member.raft().commitIndex() > committed.size()
                || (member.raft().role() == RoleName.LEADER
                        && leader(member.raft().currentTerm()) == 0)
                || (durable.votedFor() != 0 && vote(member.id(), durable.currentTerm()) == 0);
        for (Letter letter : turn.sent()) {
            Message told = letter.message();
            isNews |= voteToldBy(told) != 0 && vote(member.id(), told.term()) == 0;
        }
        return isNews;
    }

    private Facts with(Outcome turn) {
        Member member = turn.member();
        Facts known = new Facts(leaders.clone(), new long[votes.length][], committed);
        for (int id = 0; id < votes.length; id++) {
            known.votes[id] = votes[id].clone();
        }
        if (member.raft().role() == RoleName.LEADER) {
            first(known.leaders, member.raft().currentTerm(), member.id());
        }
        HardState durable = member.disk().hardState();
        first(known.votes[(int) member.id()], durable.currentTerm(), durable.votedFor());
        turn.sent()
                .forEach(letter ->
                        first(known.votes[(int) member.id()], letter.message().term(), voteToldBy(letter.message())));
        return known.withCommitted(member);
    }

    private static void first(long[] byTerm, long term, long id) {
        if (byTerm[(int) term] == 0) {
            byTerm[(int) term] = id;
        }
    }

    private Facts withCommitted(Member member) {
        int count = (int) member.raft().commitIndex();
        if (count <= committed.size()) {
            return this;
        }
        List<Entry> more = new ArrayList<>(committed);
        more.addAll(member.log().subList(committed.size(), count));
        return new Facts(leaders, votes, List.copyOf(more));
    }

    /** Whom the sender of a message says to have voted for in its term, 0 for nobody. */
    static long voteToldBy(Message message) {
        if (message instanceof Message.RequestVote) {
            return message.from();
        }
        boolean grants = message instanceof Message.VoteAnswer answer && answer.refusal() == VoteRefusal.NONE;
        return grants ? message.to() : 0;
    }

    @Override
    void writeTo(Digest out) {
        out.number(TAG);
        for (long leader : leaders) {
            out.id(leader);
        }
        for (int name = 1; name <= Permutation.MEMBERS; name++) {
            for (long vote : votes[out.names().whoIs(name)]) {
                out.id(vote);
            }
        }
        out.entries(committed);
    }
}
