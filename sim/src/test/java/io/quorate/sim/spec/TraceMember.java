package io.quorate.sim.spec;

import io.quorate.raft.Effects;
import io.quorate.raft.HardState;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RestartImage;
import io.quorate.raft.RoleName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a trace knows of one member: its memory as last seen, its disk as far as the core was told, and which reads wait in it
 * under which question.
 */
final class TraceMember {
    private static final long UNASKED = 0;

    private final String name;
    private RoleName role = RoleName.FOLLOWER;
    private long term;
    private long vote;
    private long leader;
    private long last;
    private long lastTerm;
    private long commit;
    private long persisted;
    private long round;
    private long diskTerm;
    private long diskVote;
    private long diskLast;

    private final ArrayDeque<Effects.Write> writes = new ArrayDeque<>();
    private final List<Waiting> waiting = new ArrayList<>();

    /** First question put to the leader of this term in this role, 0 for none. */
    private long firstQuestion;

    /** The last AppendEntries that it was told in this term and role, as text; and who answered the last read round. */
    private String lastAppend = "";

    private final Set<Long> answered = new TreeSet<>();

    /** @param token of the member's driver
     * @param number of the read in the run
     * @param question under which it was put to a leader */
    private record Waiting(long token, long number, long question, boolean isConfirmed) {}

    /** Of the memory, with the disk: what an event says besides its input. {@code round} as told to followers. */
    record State(
            RoleName role,
            long term,
            long vote,
            long leader,
            long last,
            long lastTerm,
            long commit,
            long persisted,
            long round,
            long diskTerm,
            long diskVote,
            long diskLast) {}

    TraceMember(long id) {
        this.name = name(id);
    }

    static String name(long id) {
        return id == 0 ? "nobody" : Long.toString(id);
    }

    State state() {
        return new State(
                role, term, vote, leader, last, lastTerm, commit, persisted, round, diskTerm, diskVote, diskLast);
    }

    TraceEvent event(String kind) {
        return TraceEvent.of(kind, name);
    }

    TraceEvent describe(TraceEvent event) {
        return event.who(nameOf(role), term, name(vote), name(leader))
                .log(last, lastTerm, persisted, commit, round)
                .disk(diskTerm, name(diskVote), diskLast);
    }

    private static String nameOf(RoleName role) {
        return switch (role) {
            case FOLLOWER -> "Follower";
            case PRE_CANDIDATE -> "PreCandidate";
            case CANDIDATE -> "Candidate";
            case LEADER -> "Leader";
        };
    }

    void started(RestartImage image, Raft raft) {
        writes.clear();
        waiting.clear();
        disk(image.hardState());
        diskLast = image.log().lastIndex();
        look(raft);
        firstQuestion = 0;
        round = 0;
        lastAppend = "";
        answered.clear();
    }

    private void disk(HardState state) {
        diskTerm = state.currentTerm();
        diskVote = state.votedFor();
    }

    /** The core after an input. */
    void look(Raft raft) {
        if (raft.role() != role || raft.currentTerm() != term) {
            // Whoever was asked is not asked any more, and numbers given to it mean nothing to the next.
            firstQuestion = 0;
            waiting.replaceAll(read -> new Waiting(read.token(), read.number(), UNASKED, read.isConfirmed()));
            round = 0;
            lastAppend = "";
            answered.clear();
        }
        role = raft.role();
        term = raft.currentTerm();
        vote = raft.votedFor();
        leader = raft.leader();
        last = raft.lastIndex();
        lastTerm = raft.termAt(last);
        commit = raft.commitIndex();
        persisted = raft.persistedIndex();
    }

    /** The core hears that a write is durable, and with it all before. @return how many */
    long flushed(long number) {
        long count = 0;
        while (!writes.isEmpty() && writes.element().number() <= number) {
            Effects.Write write = writes.remove();
            diskLast = write.truncateFrom() == 0 ? diskLast : write.truncateFrom() - 1;
            diskLast = write.hasEntries() ? write.lastIndex() : diskLast;
            HardState state = write.hardState();
            if (state != null) {
                disk(state);
            }
            count++;
        }
        return count;
    }

    /** Whether a follower has just been told the same. */
    boolean isRepeated(Message.AppendEntries append) {
        boolean isSame = lastAppend.equals(append.toString());
        lastAppend = append.toString();
        return isSame || append.term() < term;
    }

    /** Whether a leader hears for the first time of this answer to the round under way, which the state does not show. */
    boolean mayEndRound(Message.AppendAnswer answer) {
        return role == RoleName.LEADER && round > 0 && answer.readRound() == round && answered.add(answer.from());
    }

    // ---- reads

    void readCame(long token, long number) {
        waiting.add(new Waiting(token, number, UNASKED, false));
    }

    /** Before the core takes it: numbers of the reads that this answer confirms. */
    List<Long> heard(Message.ReadIndexAnswer answer) {
        boolean isAnswer = role == RoleName.FOLLOWER
                && answer.term() == term
                && answer.from() == leader
                && firstQuestion != 0
                && answer.number() >= firstQuestion;
        List<Long> numbers = new ArrayList<>();
        for (int at = 0; isAnswer && at < waiting.size(); at++) {
            Waiting read = waiting.get(at);
            if (!read.isConfirmed() && read.question() != UNASKED && read.question() <= answer.number()) {
                numbers.add(read.number());
                waiting.set(at, new Waiting(read.token(), read.number(), read.question(), true));
            }
        }
        return numbers;
    }

    boolean hasAsked(Effects effects) {
        return effects.messages().stream().anyMatch(out -> out.message() instanceof Message.ReadIndexRequest);
    }

    /** The end of a turn. @return reads that were answered, as pairs of number and index */
    List<long[]> drained(Effects effects) {
        Effects.Write write = effects.write();
        if (write != null) {
            writes.add(write);
        }
        for (Effects.Outgoing out : effects.messages()) {
            if (out.message() instanceof Message.ReadIndexRequest question) {
                asked(question.number());
            } else if (out.message() instanceof Message.AppendEntries append) {
                tellRound(append.readRound());
            }
        }
        List<long[]> served = new ArrayList<>();
        for (Effects.ReadAnswer answer : effects.reads()) {
            if (answer.refusal() == null) {
                served.add(new long[] {take(answer.token()), answer.index()});
            }
        }
        return served;
    }

    private void tellRound(long told) {
        if (told > round) {
            round = told;
            answered.clear();
        }
    }

    private void asked(long question) {
        firstQuestion = firstQuestion == 0 ? question : firstQuestion;
        waiting.replaceAll(read -> read.question() != UNASKED || read.isConfirmed()
                ? read
                : new Waiting(read.token(), read.number(), question, false));
    }

    private long take(long token) {
        for (Iterator<Waiting> reads = waiting.iterator(); reads.hasNext(); ) {
            Waiting read = reads.next();
            if (read.token() == token) {
                reads.remove();
                return read.number();
            }
        }
        throw new IllegalStateException(name + " answers a read that did not come: " + token);
    }
}
