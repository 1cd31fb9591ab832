package io.quorate.sim.search;

import io.quorate.raft.Invariant;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.VoteRefusal;
import io.quorate.sim.search.Outcome.Served;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of one member after each of its turns, and of what it tells others and its clients in it: each a sentence
 * and the check of it. With {@link Invariant} this is all that can be judged without looking at anybody else.
 */
enum MemberRule {
    FACTS_ARE_DURABLE_BEFORE_THEY_ARE_TOLD("no message tells of a term or vote that is not on its sender's disk") {
        @Override
        boolean holds(Member member, List<Letter> sent, List<Served> served) {
            return sent.stream().allMatch(letter -> isDurable(letter.message(), member.disk()));
        }
    },
    DURABLE_IS_ON_THE_DISK("what a core counts as persisted, and what it tells to be durable, is on its disk") {
        @Override
        boolean holds(Member member, List<Letter> sent, List<Served> served) {
            int onDisk = member.disk().entries().size();
            return ClusterRule.allHeld(member.log(), member.raft().persistedIndex(), member.disk())
                    && sent.stream()
                            .allMatch(letter -> !(letter.message() instanceof Message.AppendAnswer answer)
                                    || answer.durableIndex() <= onDisk);
        }
    },
    READ_SHOWS_WHAT_WAS_COMMITTED("a read shows all that anybody had committed when it came (thesis 6.4)") {
        @Override
        boolean holds(Member member, List<Letter> sent, List<Served> served) {
            long applied = member.raft().lastApplied();
            return served.stream()
                    .allMatch(read -> read.index() <= applied
                            && read.index() >= read.asked().floor());
        }
    },
    LOG_IS_WHAT_THE_CORE_SAYS("the driver's log has the length and the terms that the core believes") {
        @Override
        boolean holds(Member member, List<Letter> sent, List<Served> served) {
            Raft raft = member.raft();
            return raft.lastIndex() == member.log().size()
                    && member.log().stream().allMatch(entry -> raft.termAt(entry.index()) == entry.term());
        }
    };

    private final String sentence;

    MemberRule(String sentence) {
        this.sentence = sentence;
    }

    abstract boolean holds(Member member, List<Letter> sent, List<Served> served);

    /** The core's own rules come first. */
    static @Nullable Broken firstBroken(
            Member member, List<Letter> sent, List<Served> served, List<Invariant> brokenInCore) {
        for (Invariant invariant : brokenInCore) {
            return new Broken(invariant.name(), invariant.sentence());
        }
        for (MemberRule rule : values()) {
            if (!rule.holds(member, sent, served)) {
                return new Broken(rule.name(), rule.sentence);
            }
        }
        return null;
    }

    private static boolean isDurable(Message message, Disk disk) {
        boolean namesNextTerm = message instanceof Message.RequestPreVote
                || (message instanceof Message.PreVoteAnswer answer && answer.refusal() != VoteRefusal.STALE_TERM);
        long term = disk.hardState().currentTerm();
        long vote = Facts.voteToldBy(message);
        return namesNextTerm
                || (term >= message.term()
                        && (vote == 0
                                || term > message.term()
                                || disk.hardState().votedFor() == vote));
    }
}
