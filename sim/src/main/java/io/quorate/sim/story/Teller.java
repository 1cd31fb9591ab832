package io.quorate.sim.story;

import io.quorate.raft.Effects;
import io.quorate.raft.HardState;
import io.quorate.raft.Input;
import io.quorate.raft.Message;
import io.quorate.raft.Notation;
import io.quorate.raft.Raft;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.RunListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Hears a run, and makes steps of it: the inputs of a turn are its commands, what the core did and sent is the output. */
final class Teller implements RunListener {
    private final Foreknowledge known;
    private final Steps steps = new Steps();
    private final UnderWay underWay = new UnderWay();
    private final List<Seen> members = new ArrayList<>();

    /** What the commands of the turn under way are, and what was told of it before its end. */
    private final List<String> commands = new ArrayList<>();

    private final List<String> early = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int turnOf = -1;
    private long turnAt;
    private int sent;

    /** A member that ended, with how many writes reached its disk all the same; -1 for none. */
    private int ended = -1;

    private int arrived;

    /** What a reader knows of a member. */
    private static final class Seen {
        final String name;
        String role = "";
        String status = "";
        long term;
        long commitIndex;
        long lastIndex;
        long persisted;
        long silentTicks;
        HardState hardState = HardState.INITIAL;
        boolean isNew = true;

        Seen(int number) {
            name = Notation.name(number + 1);
            status = name + " never ran";
        }

        void look(Raft raft) {
            role = Notation.role(raft);
            term = raft.currentTerm();
            commitIndex = raft.commitIndex();
            lastIndex = raft.lastIndex();
        }
    }

    Teller(int count, Foreknowledge known) {
        this.known = known;
        for (int number = 0; number < count; number++) {
            members.add(new Seen(number));
        }
    }

    List<String> lines() {
        return steps.lines();
    }

    /** A line for each member; none where no core began, as when new members wait for others. */
    List<String> known() {
        return members.stream().allMatch(seen -> seen.isNew)
                ? List.of()
                : members.stream().map(seen -> seen.status).toList();
    }

    @Override
    public void happened(Happening happening) {
        if (ended >= 0 && !(happening instanceof Happening.Flushed)) {
            tellEnd(happening.atNanos());
        }
        if (happening instanceof Happening.Told told) {
            told(told);
        } else if (happening instanceof Happening.Drained drained) {
            drained(drained);
        } else if (happening instanceof Happening.Sent message) {
            sent(message);
        } else if (happening instanceof Happening.Lost lost) {
            lost(lost);
        } else if (happening instanceof Happening.Started started) {
            started(started);
        } else if (happening instanceof Happening.Ended end) {
            ended = end.member();
            arrived = 0;
            steps.narrate(end.atNanos(), members.get(ended).name + " ends: " + end.why());
        } else if (happening instanceof Happening.Flushed) {
            arrived += ended >= 0 ? 1 : 0;
        } else if (happening instanceof Happening.Applied applied) {
            Item item = known.item(applied.index(), applied.term());
            steps.narrate(applied.atNanos(), members.get(applied.member()).name + " applies " + item);
        } else {
            around(happening);
        }
    }

    /** Faults and clients: the world around the members. */
    private void around(Happening happening) {
        long at = happening.atNanos();
        if (happening instanceof Happening.FaultBegan began) {
            steps.narrate(
                    at,
                    "fault " + words(began.fault()) + ", for "
                            + Steps.time(began.fault().forNanos()));
        } else if (happening instanceof Happening.FaultEnded over) {
            steps.narrate(at, "over is fault " + words(over.fault()));
        } else if (happening instanceof Happening.Asked asked) {
            steps.narrate(
                    at,
                    "client " + asked.client() + " asks n" + (asked.member() + 1) + " for operation "
                            + asked.operation().number() + ": " + Foreknowledge.words(asked.operation()));
        } else if (happening instanceof Happening.Answered answered) {
            steps.narrate(
                    at,
                    "client " + answered.client() + " has operation "
                            + answered.operation().number() + " answered: " + answered.answer());
        } else if (happening instanceof Happening.Intervened act) {
            steps.narrate(at, "the operator's " + Foreknowledge.words(act.intervention()) + " " + act.how());
        } else if (happening instanceof Happening.Violated) {
            beginStep(at); // what was told of the turn that broke the rule
        }
    }

    private static String words(Fault fault) {
        String where = fault.member() < 0 ? "" : " n" + (fault.member() + 1);
        String whereTo = fault.peer() < 0 ? "" : " → n" + (fault.peer() + 1);
        return fault.number() + " " + fault.kind() + where + whereTo + " strength " + fault.strength();
    }

    // ---- lives

    private void started(Happening.Started started) {
        Seen seen = members.get(started.member());
        seen.look(started.raft());
        seen.hardState = started.image().hardState();
        seen.persisted = 0;
        seen.silentTicks = 0;
        seen.status = Notation.status(seen.name, started.raft());
        if (!seen.isNew) {
            steps.narrate(started.atNanos(), "starts again: " + seen.status);
            steps.command(started.atNanos(), "restart " + seen.name);
            steps.command(started.atNanos(), "(persist hold " + seen.name + ")");
            steps.end();
        }
        seen.isNew = false;
    }

    private void tellEnd(long at) {
        Seen seen = members.get(ended);
        steps.command(at, "crash " + seen.name + (arrived > 0 ? " arrived=" + arrived : ""));
        steps.end();
        seen.status = seen.name + " is down";
        ended = -1;
    }

    // ---- turns

    private void told(Happening.Told told) {
        turnOf = told.member();
        turnAt = told.atNanos();
        Seen seen = members.get(told.member());
        String name = seen.name;
        Input input = told.input();
        if (input instanceof Input.Advance advance) {
            seen.silentTicks += advance.ticks();
        } else if (input instanceof Input.Receive receive) {
            commands.add("deliver " + take(receive.message()));
        } else if (input instanceof Input.Propose) {
            proposed(seen, told.raft());
        } else if (input instanceof Input.ReadIndex read) {
            commands.add("read " + name + " r" + read.token());
        } else if (input instanceof Input.Persisted persisted) {
            seen.persisted = persisted.writeNumber();
            commands.add("persist " + name);
            early.add(name + " persisted #" + persisted.writeNumber());
        } else if (input instanceof Input.PeerLost lost) {
            commands.add("hint " + name + " lost " + Notation.name(lost.id()));
        } else if (input instanceof Input.PeerBack back) {
            commands.add("hint " + name + " back " + Notation.name(back.id()));
        } else if (input instanceof Input.MajorityWithoutLeader) {
            commands.add("hint " + name + " majority");
        } else if (input instanceof Input.Transfer transfer) {
            commands.add("transfer " + name + " → " + Notation.name(transfer.to()));
        } else if (input instanceof Input.Change change) {
            commands.add(
                    "change " + name + " if=" + change.expectedIndex() + " # " + Notation.membership(change.target()));
        } else if (input instanceof Input.FitnessIs is) {
            commands.add("fitness " + name + " " + is.fitness().name().toLowerCase(Locale.ROOT));
        } else {
            snapshot(name, input);
        }
        seen.lastIndex = told.raft().lastIndex();
    }

    private void snapshot(String name, Input input) {
        if (input instanceof Input.SnapshotTaken taken) {
            commands.add("snapshot " + name);
            early.add(name + " took a snapshot through " + taken.mark().index());
        } else if (input instanceof Input.SnapshotReceived received) {
            notes.add(name + " has fetched the snapshot " + received.mark().index() + "@"
                    + received.mark().term() + ", sent in t" + received.term());
        } else if (input instanceof Input.Restored restored) {
            notes.add(name + " has been restored through " + restored.index());
        } else if (input instanceof Input.LogBeginsAt begins) {
            notes.add(name + " has let go of entries before " + begins.firstIndex());
        }
    }

    private void proposed(Seen seen, Raft raft) {
        long index = raft.lastIndex();
        if (index == seen.lastIndex) {
            commands.add("propose " + seen.name + " \"?\"");
            early.add(seen.name + " refuses \"?\"");
            return;
        }
        Item item = known.item(index, raft.currentTerm());
        commands.add("propose " + seen.name + (item.words().isEmpty() ? " \"?\"" : item.words()));
        early.add(seen.name + " t" + raft.currentTerm() + " appends " + item);
    }

    private void drained(Happening.Drained drained) {
        Seen seen = members.get(drained.member());
        Effects effects = drained.effects();
        List<String> output = output(seen, drained.raft(), effects);
        boolean isSilent =
                commands.isEmpty() && output.isEmpty() && effects.messages().isEmpty();
        if (!isSilent) {
            beginStep(drained.atNanos());
            output.forEach(steps::output);
        }
        seen.look(drained.raft());
        seen.status = Notation.status(seen.name, drained.raft());
        turnOf = drained.member();
        turnAt = drained.atNanos();
    }

    /** The commands of the turn; time that passed without any consequence is told with the first that has one. */
    private void beginStep(long at) {
        steps.end();
        notes.forEach(note -> steps.narrate(at, note));
        notes.clear();
        if (turnOf >= 0 && members.get(turnOf).silentTicks > 0) {
            Seen seen = members.get(turnOf);
            steps.command(at, "tick " + seen.name + " " + seen.silentTicks);
            seen.silentTicks = 0;
        }
        commands.forEach(command -> steps.command(at, command));
        steps.addToProposals(" in-turn");
        early.forEach(steps::output);
        commands.clear();
        early.clear();
    }

    private List<String> output(Seen seen, Raft raft, Effects effects) {
        List<String> lines = new ArrayList<>(Notation.events(seen.name, effects.events()));
        String role = Notation.role(raft);
        if (!role.equals(seen.role) || raft.currentTerm() != seen.term) {
            lines.add(Notation.change(seen.name, seen.term, seen.role, raft.currentTerm(), role));
        }
        for (Effects.MadeHere made : effects.madeHere()) {
            lines.add(seen.name + " t" + made.term() + " appends " + known.item(made.index(), made.term()));
        }
        if (raft.commitIndex() != seen.commitIndex) {
            lines.add(seen.name + " commits " + raft.commitIndex());
        }
        Effects.Write write = effects.write();
        if (write != null) {
            List<Item> entries = write.hasEntries() ? items(raft, write) : List.of();
            lines.add(seen.name + " " + Notation.write(write, seen.hardState, entries));
            HardState after = write.hardState();
            seen.hardState = after == null ? seen.hardState : after;
        }
        for (Effects.Outgoing outgoing : effects.messages()) {
            if (outgoing.afterWrite() > seen.persisted) {
                lines.add(words(outgoing.message(), "⧖") + ", after #" + outgoing.afterWrite());
            }
        }
        for (Effects.ReadAnswer answer : effects.reads()) {
            String how = answer.refusal() == null
                    ? " serves r" + answer.token() + " at " + answer.index()
                    : " refuses r" + answer.token() + ": " + answer.refusal();
            lines.add(seen.name + how);
        }
        return lines;
    }

    private List<Item> items(Raft raft, Effects.Write write) {
        List<Item> items = new ArrayList<>();
        for (long index = write.firstIndex(); index <= write.lastIndex(); index++) {
            items.add(known.item(index, raft.termAt(index)));
        }
        return items;
    }

    // ---- messages

    private String words(Message message, String arrow) {
        List<Item> items = new ArrayList<>();
        if (message instanceof Message.AppendEntries append) {
            for (int run = 0; run < append.entries().runs(); run++) {
                boolean isLast = run + 1 == append.entries().runs();
                long last =
                        isLast ? append.entries().lastIndex() : append.entries().runFirst(run + 1) - 1;
                for (long index = append.entries().runFirst(run); index <= last; index++) {
                    items.add(known.item(index, append.entries().runTerm(run)));
                }
            }
        }
        return Notation.message(message, items, arrow, "");
    }

    private void sent(Happening.Sent happening) {
        Message message = happening.message();
        String line = words(message, "→");
        boolean isOfTurn = turnOf == happening.from() && turnAt == happening.atNanos();
        if (isOfTurn && !commands.isEmpty()) {
            early.add(line);
        } else if (isOfTurn && steps.hasCommands()) {
            steps.output(line);
        } else {
            steps.narrate(happening.atNanos(), line + ", read from its log");
        }
        underWay.add(message);
        if (known.arrivals(sent++) > 1) {
            underWay.add(message);
            steps.narrate(happening.atNanos(), "will arrive twice (duplicate): " + line);
        }
    }

    /** How a command selects it; what the command cannot say is narrated. */
    private String take(Message message) {
        UnderWay.Named named = underWay.take(message);
        if (named == null) {
            return UnderWay.link(message);
        }
        if (!named.isExact()) {
            notes.add("the next is not the first, but number " + (named.place() + 1) + " of these: " + named.command());
        }
        return named.command();
    }

    private void lost(Happening.Lost lost) {
        String selection = take(lost.message());
        steps.narrate(lost.atNanos(), "lost, by " + lost.by());
        notes.forEach(note -> steps.narrate(lost.atNanos(), note));
        notes.clear();
        steps.command(lost.atNanos(), "drop " + selection);
        steps.output(words(lost.message(), "⇥"));
    }
}
