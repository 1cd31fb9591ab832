package io.quorate.sim.trace;

import io.quorate.raft.Effects;
import io.quorate.raft.HardState;
import io.quorate.raft.Input;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.RunResult;
import io.quorate.sim.core.Script;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes a trace while a run goes on. {@link #end} makes it whole. */
public final class TraceWriter implements RunListener {
    static final String MAGIC = "quorate trace\n";
    static final int VERSION = 2;

    private final Bytes out = new Bytes();
    private final IdentityHashMap<Message, Long> messages = new IdentityHashMap<>();
    private long lastNanos;

    /** Of a run of this script, not begun. */
    public TraceWriter(Script script) {
        out.raw(MAGIC.getBytes(StandardCharsets.US_ASCII));
        out.count(VERSION);
        ScriptForm.write(script, out);
    }

    /** @return the whole file */
    public byte[] end(RunResult result) {
        List<String> broken = result.violation() == null
                ? List.of()
                : List.of(result.violation().rule());
        event(TraceKind.END, result.virtualNanos(), new long[] {result.events(), result.hash()}, broken);
        return out.toArray();
    }

    private void event(TraceKind kind, long atNanos, long[] numbers, List<String> texts) {
        out.count(kind.code());
        out.number(atNanos - lastNanos);
        lastNanos = atNanos;
        out.count(numbers.length);
        for (long number : numbers) {
            out.number(number);
        }
        out.count(texts.size());
        texts.forEach(out::text);
    }

    private void event(TraceKind kind, Happening of, long... numbers) {
        event(kind, of.atNanos(), numbers, List.of());
    }

    @Override
    public void happened(Happening happening) {
        if (happening instanceof Happening.Told told) {
            told(told);
        } else if (happening instanceof Happening.Drained drained) {
            drained(drained);
        } else if (happening instanceof Happening.Sent sent) {
            messages.put(sent.message(), (long) messages.size());
            long[] numbers = ends(sent.from(), sent.to(), fields(sent.message()));
            event(TraceKind.SENT, sent.atNanos(), numbers, words(sent.message()));
        } else if (happening instanceof Happening.Delivered h) {
            event(TraceKind.DELIVERED, h, h.from(), h.to(), number(h.message()));
        } else if (happening instanceof Happening.Lost lost) {
            long[] numbers = {lost.from(), lost.to(), number(lost.message())};
            event(TraceKind.LOST, lost.atNanos(), numbers, List.of(lost.by()));
        } else if (happening instanceof Happening.Flushed flushed) {
            Effects.Write write = flushed.write();
            event(
                    TraceKind.FLUSHED,
                    flushed,
                    flushed.member(),
                    write.number(),
                    write.truncateFrom(),
                    write.firstIndex(),
                    write.lastIndex());
        } else if (happening instanceof Happening.Applied h) {
            event(TraceKind.APPLIED, h, h.member(), h.index(), h.term(), h.operation());
        } else {
            rare(happening);
        }
    }

    private void rare(Happening happening) {
        if (happening instanceof Happening.FaultBegan began) {
            event(TraceKind.FAULT_BEGAN, began, began.fault().number());
        } else if (happening instanceof Happening.FaultEnded over) {
            event(TraceKind.FAULT_ENDED, over, over.fault().number());
        } else if (happening instanceof Happening.Started started) {
            long[] numbers = ends(started.member(), started.life(), state(started.raft()));
            event(TraceKind.STARTED, started.atNanos(), numbers, role(started.raft()));
        } else if (happening instanceof Happening.Ended ended) {
            event(TraceKind.ENDED, ended.atNanos(), new long[] {ended.member()}, List.of(ended.why()));
        } else if (happening instanceof Happening.Asked h) {
            event(TraceKind.ASKED, h, h.client(), h.operation().number(), h.member());
        } else if (happening instanceof Happening.Answered h) {
            long[] numbers = {h.client(), h.operation().number()};
            event(TraceKind.ANSWERED, h.atNanos(), numbers, List.of(h.answer()));
        } else if (happening instanceof Happening.Intervened h) {
            long[] numbers = {h.intervention().number()};
            event(
                    TraceKind.INTERVENED,
                    h.atNanos(),
                    numbers,
                    List.of(h.intervention().kind().name(), h.how()));
        } else if (happening instanceof Happening.Violated violated) {
            String detail = String.valueOf(violated.violation().getMessage());
            List<String> texts = List.of(violated.violation().rule(), detail);
            event(TraceKind.VIOLATED, violated.atNanos(), new long[0], texts);
        }
    }

    // ---- the core

    private void told(Happening.Told told) {
        Input input = told.input();
        long argument = 0;
        if (input instanceof Input.Advance one) {
            argument = one.ticks();
        } else if (input instanceof Input.Receive one) {
            argument = number(one.message());
        } else if (input instanceof Input.Propose one) {
            argument = one.recordBytes();
        } else if (input instanceof Input.ReadIndex one) {
            argument = one.token();
        } else if (input instanceof Input.Persisted one) {
            argument = one.writeNumber();
        } else if (input instanceof Input.Applied one) {
            argument = one.index();
        } else if (input instanceof Input.PeerLost one) {
            argument = one.id();
        } else if (input instanceof Input.PeerBack one) {
            argument = one.id();
        } else if (input instanceof Input.SnapshotTaken one) {
            argument = one.mark().index();
        } else if (input instanceof Input.SnapshotReceived one) {
            argument = one.mark().index();
        } else if (input instanceof Input.Restored one) {
            argument = one.index();
        } else if (input instanceof Input.LogBeginsAt one) {
            argument = one.firstIndex();
        } else if (input instanceof Input.Transfer one) {
            argument = one.to();
        } else if (input instanceof Input.Change one) {
            argument = one.expectedIndex();
        }
        List<String> type = List.of(input.getClass().getSimpleName());
        event(TraceKind.TOLD, told.atNanos(), new long[] {told.member(), argument}, type);
    }

    private void drained(Happening.Drained drained) {
        Effects effects = drained.effects();
        long[] state = state(drained.raft());
        long[] write = write(effects.write());
        long[] numbers = new long[1 + state.length + write.length + 1];
        numbers[0] = drained.member();
        System.arraycopy(state, 0, numbers, 1, state.length);
        System.arraycopy(write, 0, numbers, 1 + state.length, write.length);
        numbers[numbers.length - 1] = effects.applyThrough();
        List<String> texts = new ArrayList<>(role(drained.raft()));
        for (RaftEvent event : effects.events()) {
            texts.add(event.getClass().getSimpleName());
        }
        event(TraceKind.DRAINED, drained.atNanos(), numbers, texts);
    }

    private static List<String> role(Raft raft) {
        return List.of(raft.role().name());
    }

    private static long[] state(Raft raft) {
        long last = raft.lastIndex();
        return new long[] {
            raft.currentTerm(),
            raft.votedFor(),
            raft.leader(),
            last,
            raft.termAt(last),
            raft.persistedIndex(),
            raft.commitIndex(),
            raft.lastApplied()
        };
    }

    /** Number 0 for none; term 0 where it does not change. */
    private static long[] write(Effects.@Nullable Write write) {
        if (write == null) {
            return new long[7];
        }
        HardState hard = write.hardState();
        return new long[] {
            write.number(),
            write.truncateFrom(),
            hard == null ? 0 : hard.currentTerm(),
            hard == null ? 0 : hard.votedFor(),
            hard == null ? 0 : hard.commitHint(),
            write.firstIndex(),
            write.lastIndex()
        };
    }

    // ---- messages

    /** Its number in the order of sending, from 0; -1 for one that was never told as sent. */
    private long number(Message message) {
        return messages.getOrDefault(message, -1L);
    }

    private static long[] ends(long first, long second, long... more) {
        long[] numbers = new long[2 + more.length];
        numbers[0] = first;
        numbers[1] = second;
        System.arraycopy(more, 0, numbers, 2, more.length);
        return numbers;
    }

    /** The type, in answers of voters why not, and in requests for votes whether the leader asked for them. */
    private static List<String> words(Message message) {
        String type = message.getClass().getSimpleName();
        if (message instanceof Message.PreVoteAnswer answer) {
            return List.of(type, answer.refusal().name());
        } else if (message instanceof Message.VoteAnswer answer) {
            return List.of(type, answer.refusal().name());
        } else if (message instanceof Message.RequestVote ask && ask.transfer()) {
            return List.of(type, "TRANSFER");
        }
        return List.of(type);
    }

    /** Term first, then the fields in the order of the record. */
    private static long[] fields(Message message) {
        if (message instanceof Message.RequestPreVote m) {
            return new long[] {m.term(), m.lastLogIndex(), m.lastLogTerm()};
        } else if (message instanceof Message.RequestVote m) {
            return new long[] {m.term(), m.lastLogIndex(), m.lastLogTerm()};
        } else if (message instanceof Message.AppendEntries m) {
            long last = m.entries().lastIndex();
            return new long[] {
                m.term(),
                m.prevLogIndex(),
                m.prevLogTerm(),
                m.leaderCommit(),
                m.readRound(),
                m.entries().count(),
                last
            };
        } else if (message instanceof Message.AppendAnswer m) {
            return new long[] {
                m.term(),
                m.verifiedIndex(),
                m.durableIndex(),
                m.readRound(),
                m.rejectedIndex(),
                m.conflictIndex(),
                m.conflictTerm()
            };
        } else if (message instanceof Message.ReadIndexAnswer m) {
            return new long[] {m.term(), m.readIndex()};
        } else if (message instanceof Message.InstallSnapshot m) {
            return new long[] {m.term(), m.lastIncludedIndex(), m.lastIncludedTerm(), m.readRound()};
        }
        return new long[] {message.term()};
    }
}
