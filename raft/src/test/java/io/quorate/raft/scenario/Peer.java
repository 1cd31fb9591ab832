package io.quorate.raft.scenario;

import io.quorate.raft.CommittedFactException;
import io.quorate.raft.Effects;
import io.quorate.raft.EntryKind;
import io.quorate.raft.Invariant;
import io.quorate.raft.MalformedMessageException;
import io.quorate.raft.Message;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Notation;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftConfig;
import io.quorate.raft.Refusal;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.TransferRefusal;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One member as its driver sees it: the core, the payloads beside it, the disk under it. Every command is one turn: inputs,
 * one drain, and the actions in the order of {@link Effects}. A disk and a state machine that are not held finish at once,
 * each as a turn of its own.
 */
final class Peer {
    /** A message that waits for a write. */
    private record Held(Flight flight, long afterWrite) {}

    final long id;
    final String name;
    final Disk disk;
    boolean holdsDisk;
    boolean holdsApply;

    private final World world;
    private final RaftConfig config;
    private final long seed;
    private final TreeMap<Long, Entry> log = new TreeMap<>();
    private final List<Held> held = new ArrayList<>();
    private final TreeMap<Long, String> readNames = new TreeMap<>();
    private final TreeMap<String, String> values = new TreeMap<>();
    private @Nullable Raft raft;
    private int lives;
    private long ringFirst;
    private long lastWrite;
    private long persistedWrite;
    private long mayApply;
    private long applied;
    private long prevIndex;
    private @Nullable SnapshotMark restore;
    private @Nullable Snapshot begun;
    private long reads;

    Peer(World world, RaftConfig config, Disk disk, long seed) {
        this.world = world;
        this.config = config;
        this.id = config.self();
        this.name = Notation.name(id);
        this.disk = disk;
        this.seed = seed;
    }

    // ---- life

    boolean isUp() {
        return raft != null;
    }

    Raft raft() {
        if (raft == null) {
            throw new IllegalArgumentException(name + " is down");
        }
        return raft;
    }

    void start() {
        if (raft != null) {
            throw new IllegalArgumentException(name + " runs already");
        }
        lives++;
        log.clear();
        log.putAll(disk.entries());
        prevIndex = disk.prevIndex();
        ringFirst = disk.lastIndex() + 1;
        lastWrite = 0;
        persistedWrite = 0;
        mayApply = 0;
        applied = 0;
        restore = null;
        begun = null;
        values.clear();
        readNames.clear();
        Raft started = Raft.restart(config, disk.image(), seed + lives);
        raft = started;
        act(started.drain(), View.NEW);
        settle();
    }

    void crash(int arrivedWrites) {
        raft();
        raft = null;
        disk.crash(arrivedWrites);
        held.clear();
        holdsDisk = false;
        holdsApply = false;
        restore = null;
    }

    void damage(long from) {
        if (raft != null) {
            throw new IllegalArgumentException(name + " runs: damage is found at a start");
        }
        disk.damage(from);
    }

    // ---- inputs

    void feed(Consumer<Raft> input) {
        Raft core = raft();
        View before = View.of(core);
        Invariant.View earlier = Invariant.observe(core);
        Raft twin = core.copy();
        input.accept(core);
        act(core.drain(), before);
        input.accept(twin);
        twin.drain();
        requireInvariants(core, earlier, twin);
        settle();
    }

    private void requireInvariants(Raft core, Invariant.View earlier, Raft twin) {
        for (Invariant violated : Invariant.violated(earlier, Invariant.observe(core))) {
            throw new AssertionError(name + " violates: " + violated.sentence());
        }
        if (!Arrays.equals(core.canonicalForm(), twin.canonicalForm())) {
            throw new AssertionError(name + ": a copy that got the same input is in another state");
        }
    }

    void receive(Flight flight) {
        Message message = flight.message();
        byte[] before = raft().canonicalForm();
        try {
            feed(core -> {
                core.receive(message);
                if (message instanceof AppendEntries && core == raft) {
                    keep(flight.entries(), core.keptFrom());
                }
            });
        } catch (MalformedMessageException malformed) {
            String reason = String.valueOf(malformed.getMessage());
            int end = reason.indexOf(": " + message.getClass().getSimpleName());
            world.tell(name + " closes the connection: " + reason.substring(0, end));
            raft().drain(); // There is nothing in it.
            if (!Arrays.equals(before, raft().canonicalForm())) {
                throw new AssertionError(name + " changed by a malformed message", malformed);
            }
        } catch (CommittedFactException fatal) {
            world.tell(name + " stops: " + fatal.getMessage());
            crash(0);
        }
    }

    private void keep(List<Entry> entries, long from) {
        if (from == 0) {
            return;
        }
        log.tailMap(from).clear();
        for (Entry entry : entries) {
            if (entry.index() >= from) {
                log.put(entry.index(), entry);
            }
        }
    }

    /** All of them in one turn, which ends here or with the next input. */
    void propose(List<String> payloads, boolean turnGoesOn) {
        Consumer<Raft> input = core -> {
            for (String payload : payloads) {
                long index = core.propose(EntryKind.COMMAND, Entry.recordBytes(payload));
                if (core == raft) {
                    tellProposed(core, payload, index);
                }
            }
        };
        if (turnGoesOn) {
            input.accept(raft());
        } else {
            feed(input);
        }
    }

    private void tellProposed(Raft core, String payload, long index) {
        if (index < 0) {
            Refusal refusal = Refusal.ofCode(index);
            String leader = core.leader() == 0 ? "" : ", leader is " + Notation.name(core.leader());
            world.tell(name + " refuses \"" + payload + "\": " + refusal + leader);
        } else {
            Entry entry = Entry.command(index, core.currentTerm(), payload);
            log.put(index, entry);
            world.tell(name + " t" + core.currentTerm() + " appends " + entry);
        }
    }

    void change(long index, Membership target) {
        feed(core -> {
            long answer = core.change(index, target);
            if (core == raft && answer < 0) {
                world.tell(name + " refuses the change: " + ChangeRefusal.ofCode(answer));
            }
        });
    }

    void transfer(long to) {
        feed(core -> {
            TransferRefusal refusal = core.transfer(to);
            if (core == raft && refusal != null) {
                world.tell(name + " refuses to hand over to " + Notation.name(to) + ": " + refusal);
            }
        });
    }

    void read(String label) {
        long token = ++reads;
        readNames.put(token, label);
        feed(core -> core.readIndex(token));
    }

    void readByLease(String label) {
        long index = raft().leaseIndex();
        if (index < 0) {
            world.tell(name + " holds no lease for " + label);
        } else {
            world.checks.serves(this, label, index, applied);
            world.tell(name + " serves " + label + " at " + index + " by its lease of " + raft().leaseTicks()
                    + " more ticks from " + values);
        }
    }

    // ---- snapshots

    /** The state machine's root is taken now; the file is finished with {@link #endSnapshot}. */
    void beginSnapshot(long index) {
        begun = new Snapshot(raft().markAt(index), index == applied ? values : world.checks.valuesAt(index));
    }

    void endSnapshot() {
        Snapshot whole = begun;
        if (whole == null) {
            throw new IllegalArgumentException(name + " takes no snapshot");
        }
        begun = null;
        world.checks.snapshot(this, whole);
        disk.add(whole);
        boolean[] isOfUse = new boolean[1];
        feed(core -> isOfUse[0] = core.snapshotTaken(whole.mark()));
        if (!isOfUse[0]) {
            world.tell(name + " has no use for its own " + whole);
        }
    }

    void receive(Fetched fetched) {
        SnapshotMark mark = fetched.snapshot().mark();
        disk.add(fetched.snapshot());
        boolean[] isOfUse = new boolean[1];
        try {
            feed(core -> {
                boolean taken = core.snapshotReceived(mark, fetched.term());
                if (core == raft) {
                    isOfUse[0] = taken;
                    installed(core, mark, taken);
                }
            });
        } catch (CommittedFactException fatal) {
            world.tell(name + " stops: " + fatal.getMessage());
            crash(0);
            return;
        }
        if (!isOfUse[0]) {
            world.tell(name + " has no use for " + fetched.snapshot());
        }
    }

    private void installed(Raft core, SnapshotMark mark, boolean taken) {
        if (taken) {
            mayApply = applied;
        }
        if (taken && core.firstIndex() > mark.index()) {
            log.clear();
            prevIndex = mark.index();
        }
    }

    /** Entries before this index go from the disk and from memory. */
    void removeBefore(long index) {
        disk.removeBefore(index);
        log.headMap(index).clear();
        prevIndex = Math.max(prevIndex, index - 1);
        feed(core -> core.logBeginsAt(index));
    }

    private void restore(SnapshotMark mark) {
        Snapshot snapshot = disk.snapshot(mark.index());
        world.checks.snapshot(this, snapshot);
        restore = null;
        values.clear();
        values.putAll(snapshot.values());
        applied = mark.index();
        mayApply = mark.index();
        feed(core -> core.restored(mark.index()));
    }

    // ---- disk and state machine

    void completeWrite() {
        if (disk.isIdle()) {
            throw new IllegalArgumentException(name + " has no write under way");
        }
        persistedWrite = disk.complete().write().number();
        if (holdsDisk) {
            world.tell(name + " persisted #" + persistedWrite);
        }
        long done = persistedWrite;
        List<Held> free =
                held.stream().filter(each -> each.afterWrite() <= done).toList();
        held.removeAll(free);
        free.forEach(each -> world.send(this, each.flight()));
        feed(core -> core.persisted(done));
    }

    void settle() {
        if (raft == null) {
            return;
        }
        SnapshotMark mark = restore;
        if (!holdsApply && mark != null) {
            restore(mark);
        } else if (!holdsApply && mayApply > applied) {
            applyAll();
        } else if (!holdsDisk && !disk.isIdle()) {
            completeWrite();
        }
    }

    private void applyAll() {
        long first = applied + 1;
        while (applied < mayApply) {
            Entry entry = entry(++applied);
            world.checks.applies(this, entry);
            entry.applyTo(values);
        }
        tellApplied(first);
        long through = applied;
        feed(core -> core.applied(through));
    }

    /** Entries that {@code cluster} set up have no payload to show: they are told as one range. */
    private void tellApplied(long first) {
        List<Entry> commands = range(first, applied).stream()
                .filter(entry -> entry.kind() == EntryKind.COMMAND)
                .toList();
        List<Entry> bare =
                commands.stream().filter(entry -> entry.payload().isEmpty()).toList();
        if (!bare.isEmpty()) {
            long last = bare.get(bare.size() - 1).index();
            world.tell(name + " applies " + Notation.range(bare.get(0).index(), last));
        }
        for (Entry entry : commands) {
            if (!entry.payload().isEmpty()) {
                world.tell(name + " applies " + entry);
            }
        }
    }

    // ---- effects, in the order of the contract

    private void act(Effects effects, View before) {
        Raft core = raft();
        before.tellChanges(world, name, core, effects.events());
        for (Effects.MadeHere made : effects.madeHere()) {
            Membership membership = made.membership();
            Entry entry = new Entry(made.index(), made.term(), made.kind(), "", membership);
            log.put(made.index(), entry);
            world.tell(name + " t" + made.term() + " appends " + entry);
        }
        before.tellCommit(world, name, core);
        ringFirst = effects.ringFirstIndex();
        Effects.Write write = effects.write();
        if (write != null) {
            begin(write);
        }
        for (Effects.Outgoing outgoing : effects.messages()) {
            leave(core, outgoing);
        }
        for (Effects.LogRead read : effects.logReads()) {
            sendFromLog(core, read);
        }
        tellSnapshots(effects);
        mayApply = Math.max(mayApply, effects.applyThrough());
        for (Effects.ReadAnswer answer : effects.reads()) {
            tellRead(answer);
        }
        world.checks.afterTurn(this, before.membership());
    }

    private void tellSnapshots(Effects effects) {
        Effects.SnapshotFetch fetch = effects.fetch();
        if (fetch != null) {
            String snapshot = Notation.at(fetch.lastIncludedIndex(), fetch.lastIncludedTerm());
            world.tell(name + " wants snapshot " + snapshot + ", which " + Notation.name(fetch.leader()) + " offers");
        }
        if (effects.restore() != null) {
            restore = effects.restore();
        }
    }

    private void begin(Effects.Write write) {
        if (write.number() != lastWrite + 1) {
            throw new AssertionError(name + ": write #" + write.number() + " follows #" + lastWrite);
        }
        lastWrite = write.number();
        List<Entry> entries = write.hasEntries() ? range(write.firstIndex(), write.lastIndex()) : List.of();
        world.tell(name + " " + Notation.write(write, disk.newestHardState(), entries));
        disk.begin(new Disk.Pending(write, entries));
    }

    private void leave(Raft core, Effects.Outgoing outgoing) {
        Message message = outgoing.message();
        List<Entry> entries = List.of();
        if (message instanceof AppendEntries append) {
            world.checks.mayStillSend(this, core, append);
            entries = range(append.entries().firstIndex(), append.entries().lastIndex());
            requireInRing(append);
        }
        Flight flight = new Flight(message, entries);
        if (outgoing.afterWrite() <= persistedWrite) {
            world.send(this, flight);
        } else {
            held.add(new Held(flight, outgoing.afterWrite()));
            if (holdsDisk) {
                world.tell(world.words(flight, "⧖") + ", after #" + outgoing.afterWrite());
            }
        }
    }

    private void requireInRing(AppendEntries append) {
        if (!append.entries().isEmpty() && append.entries().firstIndex() < ringFirst) {
            throw new AssertionError(name + " sends " + append.entries() + ", but its ring begins at " + ringFirst);
        }
    }

    private void sendFromLog(Raft core, Effects.LogRead read) {
        if (!core.leadsIn(read.term())) {
            return;
        }
        List<Entry> entries = new ArrayList<>();
        long bytes = 0;
        for (long index = read.prevLogIndex() + 1; index <= read.lastIndex(); index++) {
            Entry entry = disk.entries().get(index);
            if (entry == null) {
                throw new AssertionError(name + " reads " + index + " from its log, which does not hold it");
            }
            bytes += entry.recordBytes();
            if (bytes > read.maxBytes() && !entries.isEmpty()) {
                break;
            }
            entries.add(entry);
        }
        world.tell(name + " reads " + Notation.list(entries) + " from its log for " + Notation.name(read.to()));
        world.send(this, new Flight(Forge.append(config, core, read, entries), entries));
    }

    private void tellRead(Effects.ReadAnswer answer) {
        String label = readNames.remove(answer.token());
        if (label == null) {
            throw new AssertionError(name + " answers a read that nobody waits for: " + answer);
        }
        Refusal refusal = answer.refusal();
        if (refusal == null) {
            world.checks.serves(this, label, answer.index(), applied);
            world.tell(name + " serves " + label + " at " + answer.index() + " from " + values);
        } else {
            world.tell(name + " refuses " + label + ": " + refusal);
        }
    }

    // ---- what it holds

    /** Last index before what it holds of the log. */
    long prevIndex() {
        return prevIndex;
    }

    List<Entry> log() {
        return new ArrayList<>(log.values());
    }

    Map<String, String> values() {
        return values;
    }

    private Entry entry(long index) {
        Entry entry = log.get(index);
        if (entry == null) {
            throw new AssertionError(name + " holds no record of " + index);
        }
        return entry;
    }

    private List<Entry> range(long first, long last) {
        List<Entry> entries = new ArrayList<>();
        for (long index = first; index <= last; index++) {
            entries.add(entry(index));
        }
        return entries;
    }
}
