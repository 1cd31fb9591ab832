package io.quorate.sim.spec;

import io.quorate.raft.Effects;
import io.quorate.raft.Input;
import io.quorate.raft.Message;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.Refusal;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.RunListener;
import java.util.ArrayList;
import java.util.List;

/**
 * Hears a run of the core profile, and writes it down as {@code TraceRaft.tla} reads it. Inputs that change nothing of what the
 * specification speaks of are left out: time that only passes, hints, answers that decide nothing, heartbeats like the one before.
 */
final class TraceRecorder implements RunListener {
    private final List<TraceEvent> events = new ArrayList<>();
    private final List<TraceMember> members = new ArrayList<>();
    private final long untilNanos;
    private boolean isOver;
    private long highestTerm = 1;

    /** Reads that came and were not refused, so far. */
    private long reads;

    /** Inputs of the turn under way. */
    private final List<Told> turn = new ArrayList<>();

    /** @param token of a read, 0 for all else
     * @param isIdle whether nothing followed from the input */
    private record Told(TraceEvent event, long token, boolean isIdle) {}

    /** @param untilNanos virtual time after which no turn is written down */
    TraceRecorder(int members, long untilNanos) {
        this.untilNanos = untilNanos;
        for (int number = 0; number < members; number++) {
            this.members.add(new TraceMember(number + 1));
        }
    }

    List<TraceEvent> events() {
        return events;
    }

    long highestTerm() {
        return highestTerm;
    }

    @Override
    public void happened(Happening happening) {
        if (isOver) {
            return;
        }
        if (happening instanceof Happening.Told told) {
            told(members.get(told.member()), told);
        } else if (happening instanceof Happening.Drained drained) {
            drained(members.get(drained.member()), drained.effects());
            isOver = drained.atNanos() >= untilNanos;
        } else if (happening instanceof Happening.Started started) {
            TraceMember member = members.get(started.member());
            member.started(started.image(), started.raft());
            if (started.life() > 1) {
                events.add(member.describe(member.event("crash")));
            }
        } else if (happening instanceof Happening.Violated) {
            // The turn has no end; what broke the rule is one of its inputs.
            turn.forEach(told -> events.add(told.event()));
            isOver = true;
        }
    }

    // ---- inputs

    private void told(TraceMember member, Happening.Told told) {
        Input input = told.input();
        TraceMember.State before = member.state();
        long done = input instanceof Input.Persisted persisted ? member.flushed(persisted.writeNumber()) : 0;
        List<Long> heard = List.of();
        if (input instanceof Input.Receive receive && receive.message() instanceof Message.ReadIndexAnswer answer) {
            heard = member.heard(answer);
        }
        member.look(told.raft());
        TraceMember.State after = member.state();
        highestTerm = Math.max(highestTerm, after.term());
        boolean isSame = after.equals(before);
        TraceEvent event = event(member, input, before).with("ends", false);
        if (done > 0) {
            event = event.with("count", done);
        }
        if (event.isOf("readTell")) {
            event = event.withHeard(heard);
        }
        if (input instanceof Input.Propose && isSame) {
            return; // It was refused.
        }
        long token = input instanceof Input.ReadIndex read ? read.token() : 0;
        boolean mayBeIdle = mayBeIdle(member, event, input);
        turn.add(new Told(member.describe(event), token, isSame && heard.isEmpty() && mayBeIdle));
    }

    private TraceEvent event(TraceMember member, Input input, TraceMember.State before) {
        if (input instanceof Input.Receive receive) {
            return received(member, receive.message());
        }
        if (input instanceof Input.Persisted) {
            return member.event("flushed");
        }
        if (input instanceof Input.Propose) {
            return member.event("propose");
        }
        if (input instanceof Input.ReadIndex) {
            return member.event("read");
        }
        if (input instanceof Input.Applied) {
            return member.event(member.state().commit() > before.commit() ? "applied" : "hint");
        }
        return member.event(input instanceof Input.Advance ? "time" : "hint");
    }

    private static TraceEvent received(TraceMember member, Message message) {
        String from = TraceMember.name(message.from());
        long term = message.term();
        if (message instanceof Message.RequestPreVote ask) {
            return member.event("preRequest").message(from, term, ask.lastLogIndex(), ask.lastLogTerm());
        }
        if (message instanceof Message.RequestVote ask) {
            return member.event("request").message(from, term, ask.lastLogIndex(), ask.lastLogTerm());
        }
        if (message instanceof Message.AppendEntries append) {
            int runs = append.entries().runs();
            return member.event("append")
                    .append(
                            from,
                            term,
                            append.prevLogIndex(),
                            append.prevLogTerm(),
                            append.entries().lastIndex(),
                            runs == 0 ? append.prevLogTerm() : append.entries().runTerm(runs - 1),
                            append.leaderCommit(),
                            append.readRound());
        }
        if (message instanceof Message.ReadIndexAnswer answer) {
            return member.event("readTell").message(from, term, answer.readIndex(), 0);
        }
        if (message instanceof Message.AppendAnswer) {
            return member.event("ack");
        }
        if (message instanceof Message.ReadIndexRequest) {
            return member.event("readAsk");
        }
        return member.event(message instanceof Message.PreVoteAnswer ? "preAnswer" : "answer");
    }

    /** Whether an input after which the state is the same is one of which nothing follows. */
    private static boolean mayBeIdle(TraceMember member, TraceEvent event, Input input) {
        if (input instanceof Input.Receive receive) {
            if (receive.message() instanceof Message.AppendAnswer answer) {
                return !member.mayEndRound(answer);
            }
            if (receive.message() instanceof Message.AppendEntries append) {
                return member.isRepeated(append);
            }
        }
        return event.isOf("time", "hint", "preAnswer", "answer", "readAsk", "readTell");
    }

    // ---- the end of a turn

    private void drained(TraceMember member, Effects effects) {
        List<Told> inputs = withVotes(effects);
        inputs.removeIf(told -> isRefused(told, effects));
        for (Told told : inputs) {
            if (told.token() != 0) {
                member.readCame(told.token(), ++reads);
            }
        }
        long roundBefore = member.state().round();
        List<long[]> served = member.drained(effects);
        boolean isAsking = member.hasAsked(effects);
        boolean isSilent = served.isEmpty() && !isAsking && member.state().round() == roundBefore;
        List<TraceEvent> kept = new ArrayList<>();
        for (Told told : inputs) {
            if (!told.isIdle()) {
                kept.add(told.event());
            }
        }
        if (kept.isEmpty() && !isSilent) {
            kept.add(member.describe(member.event("time")));
        }
        if (!kept.isEmpty()) {
            TraceEvent last = kept.remove(kept.size() - 1);
            kept.add(last.with("ends", true)
                    .with("round", member.state().round())
                    .with("asked", isAsking)
                    .withServed(served));
        }
        events.addAll(kept);
        turn.clear();
    }

    /** What became of requests for votes is told at the end of the turn, of each in order. */
    private List<Told> withVotes(Effects effects) {
        List<Boolean> votes = new ArrayList<>();
        for (RaftEvent event : effects.events()) {
            if (event instanceof RaftEvent.VoteGranted) {
                votes.add(true);
            } else if (event instanceof RaftEvent.VoteRefused) {
                votes.add(false);
            }
        }
        List<Told> inputs = new ArrayList<>();
        for (Told told : turn) {
            boolean isAsked = told.event().isOf("preRequest", "request");
            TraceEvent event = isAsked ? told.event().with("granted", votes.remove(0)) : told.event();
            inputs.add(new Told(event, told.token(), told.isIdle()));
        }
        return inputs;
    }

    private static boolean isRefused(Told told, Effects effects) {
        return effects.reads().stream()
                .anyMatch(answer -> answer.token() == told.token() && answer.refusal() == Refusal.OVERLOADED);
    }
}
