package io.quorate.sim.core;

import io.quorate.raft.Effects;
import io.quorate.raft.HardState;
import io.quorate.raft.Message;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.PreVoteAnswer;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Message.VoteAnswer;
import io.quorate.raft.VoteRefusal;

/** What a member told others binds it beyond its life: terms, votes, and that they were durable first. */
final class Promises {
    private static final long LEAST_RECORD_BYTES = 32;

    private final CoreWorld world;
    private final long[] latestTerm;

    /** Whom a member voted for, by term and member. */
    private final LongMap votes = new LongMap();

    Promises(CoreWorld world) {
        this.world = world;
        this.latestTerm = new long[world.script.processes()];
    }

    /** What it starts with is what its disk was told to keep: of terms, all that it ever told. */
    void started(CoreMember member) {
        Rule.RECOVERED_IS_DURABLE.require(
                member.raft().currentTerm() == member.disk().hardState().currentTerm()
                        && member.raft().votedFor() == member.disk().hardState().votedFor()
                        && member.raft().lastIndex() == member.disk().durable().lastIndex(),
                () -> member + " starts with " + member.raft().currentTerm() + ", its disk holds "
                        + member.disk().hardState());
        Rule.TERM_NEVER_FALLS.require(
                member.raft().currentTerm() >= latestTerm[member.number],
                () -> member + " starts in term " + member.raft().currentTerm() + ", but told of "
                        + latestTerm[member.number]);
    }

    void drained(CoreMember member) {
        Waiting waiting = new Waiting();
        member.disk().forEachInFlight(waiting::add);
        long most = world.script.limits().ringBytes() / LEAST_RECORD_BYTES;
        Rule.QUEUES_ARE_BOUNDED.require(
                waiting.inRing <= most && waiting.others <= 3 * (waiting.terms + 1),
                () -> member + " has writes in flight: " + waiting + ", with room for " + most + " records");
    }

    /**
     * Writes in flight by what bounds them. One with entries keeps at least a record in the ring until it is persisted, unless
     * a later one cuts it off; and in one term there is one truncation, one write of the term and one of a vote. Each mark, with a
     * truncation or without, had a snapshot that was flushed before.
     */
    private static final class Waiting {
        private long inRing;
        private long others;
        private long terms;
        private long latestTerm;

        void add(Effects.Write write) {
            HardState hard = write.hardState();
            if (hard != null && hard.currentTerm() > latestTerm) {
                latestTerm = hard.currentTerm();
                terms++;
            }
            inRing = write.truncateFrom() == 0 ? inRing : 0;
            if (write.hasEntries()) {
                inRing++;
            }
            if (write.mark() == null && (write.truncateFrom() != 0 || !write.hasEntries())) {
                others++;
            }
        }

        @Override
        public String toString() {
            return inRing + " with entries and " + others + " others, of " + terms + " terms";
        }
    }

    void leaving(CoreMember member, Message message) {
        if (namesNextTerm(message)) {
            return;
        }
        HardState durable = member.disk().hardState();
        Rule.TERM_BEFORE_TOLD.require(
                durable.currentTerm() >= message.term(),
                () -> member + " tells of term " + message.term() + " before that is durable: " + message);
        latestTerm[member.number] = Math.max(latestTerm[member.number], message.term());
        if (message instanceof RequestVote ask) {
            voteTold(member, ask.term(), member.id);
        } else if (message instanceof VoteAnswer answer && answer.refusal() == VoteRefusal.NONE) {
            voteTold(member, answer.term(), answer.to());
        } else if (message instanceof AppendEntries append) {
            Rule.ONLY_LEADERS_APPEND.require(
                    member.raft().leadsIn(append.term()),
                    () -> member + " sends AppendEntries of term " + append.term() + ", which it does not lead");
        }
    }

    /** The member that one has told others that it votes for, or voted for without telling; 0 for nobody. */
    long votedFor(long id, long term) {
        HardState durable = world.members.get((int) id - 1).disk().hardState();
        long kept = durable.currentTerm() == term ? durable.votedFor() : 0;
        return kept != 0 ? kept : votes.get(key(id, term), 0);
    }

    private long key(long id, long term) {
        return term * world.script.processes() + id - 1;
    }

    private static boolean namesNextTerm(Message message) {
        return message instanceof RequestPreVote
                || (message instanceof PreVoteAnswer answer && answer.refusal() != VoteRefusal.STALE_TERM);
    }

    private void voteTold(CoreMember member, long term, long candidate) {
        HardState durable = member.disk().hardState();
        Rule.VOTE_BEFORE_TOLD.require(
                durable.currentTerm() > term || durable.votedFor() == candidate,
                () -> member + " tells of its vote for n" + candidate + " in term " + term + " before that is durable");
        long first = votes.putIfAbsent(key(member.id, term), candidate);
        Rule.ONE_VOTE_IN_A_TERM.require(
                first == candidate,
                () -> member + " votes for n" + candidate + " in term " + term + ", and did for n" + first);
    }
}
