package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.membership.Membership;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** One core with a disk and a state machine of plain lists, driven by hand; a crash forgets what is not persisted. */
final class TestMember {
    /** What the core never sees: the whole entry. Its value tells entries apart that share index and term by mistake. */
    record Entry(long index, long term, EntryKind kind, int bytes, String value, Membership membership) {}

    private static final Entry MADE_AT_DRAIN = new Entry(0, 0, EntryKind.NO_OP, 0, "", Membership.NONE);

    record InFlight(Effects.Write write, List<Entry> entries) {}

    /** A message with the entries that the driver carries beside it. */
    record Parcel(Message message, List<Entry> entries) {}

    record LogReading(Effects.LogRead read, List<Entry> entries) {}

    /** The state machine is the list of all that was applied, and so is a snapshot. */
    record Snapshot(SnapshotMark mark, List<Entry> state) {}

    final RaftConfig config;
    Raft raft;
    boolean up = true;

    /** The disk. */
    HardState hardState = HardState.INITIAL;

    /** From the first entry of all on, though those up to prevIndex are only in a snapshot. */
    final ArrayList<Entry> durable = new ArrayList<>();

    final TreeMap<Long, Snapshot> snapshots = new TreeMap<>();
    SnapshotMark mark;
    long prevIndex;
    private long prevTerm;

    /** Lost in a crash: the log as the core believes it, writes in flight, what was applied. */
    final ArrayList<Entry> records = new ArrayList<>();

    final ArrayDeque<InFlight> writes = new ArrayDeque<>();
    final ArrayDeque<Parcel> waiting = new ArrayDeque<>();
    final ArrayDeque<Long> waitingFor = new ArrayDeque<>();
    final ArrayDeque<LogReading> logReads = new ArrayDeque<>();
    final ArrayList<Parcel> outbox = new ArrayList<>();
    final ArrayList<Effects.ReadAnswer> reads = new ArrayList<>();
    final ArrayList<RaftEvent> events = new ArrayList<>();
    final ArrayList<Entry> state = new ArrayList<>();

    /** The newest membership when the last turn ended. What is appended behind what a turn commits does not decide about it. */
    Membership decidesBy = Membership.NONE;

    long toApply;
    Optional<Snapshot> begun = Optional.empty();
    Optional<SnapshotMark> toRestore = Optional.empty();
    Optional<Effects.SnapshotFetch> wanted = Optional.empty();
    private long persistedWrite;
    private Invariant.View before;

    /** This life, written down; and a copy of the core, taken at some moment, that is told all the same since. */
    Optional<Recording> recording = Optional.empty();

    private Optional<Raft> shadow = Optional.empty();

    TestMember(RaftConfig config, SnapshotMark mark, long seed) {
        this.config = config;
        this.mark = mark;
        snapshots.put(0L, new Snapshot(mark, List.of()));
        restartWithState(seed);
    }

    void restart(long seed) {
        state.clear();
        restartWithState(seed);
    }

    /** One whose state machine keeps files of its own may begin where those are. */
    void restartWithState(long seed) {
        up = true;
        records.clear();
        records.addAll(durable);
        writes.clear();
        waiting.clear();
        waitingFor.clear();
        logReads.clear();
        outbox.clear();
        reads.clear();
        events.clear();
        toApply = 0;
        begun = Optional.empty();
        toRestore = Optional.empty();
        wanted = Optional.empty();
        persistedWrite = 0;
        raft = Raft.restart(config, image(), seed);
        before = Invariant.observe(raft);
        decidesBy = raft.membership();
        if (recording.isPresent()) {
            startRecording(seed);
        }
        shadow = Optional.empty();
        if (!state.isEmpty()) {
            tell(new Input.Applied(state.size()));
        }
    }

    private RestartImage image() {
        return new RestartImage(hardState, mark, prevIndex, prevTerm, summary());
    }

    /** From now on every life is recorded. */
    void restartRecorded(long seed) {
        restart(seed);
        startRecording(seed);
    }

    private void startRecording(long seed) {
        Recording started = new Recording();
        started.start(config, image(), seed);
        recording = Optional.of(started);
    }

    void takeShadow() {
        shadow = Optional.of(raft.copy());
    }

    private LogSummary summary() {
        List<Long> firsts = new ArrayList<>();
        List<Long> terms = new ArrayList<>();
        List<MembershipAt> memberships = new ArrayList<>();
        for (Entry entry : durable.subList((int) prevIndex, durable.size())) {
            if (terms.isEmpty() || terms.get(terms.size() - 1) != entry.term()) {
                firsts.add(entry.index());
                terms.add(entry.term());
            }
            if (entry.kind() == EntryKind.MEMBERSHIP) {
                memberships.add(new MembershipAt(entry.index(), entry.membership()));
            }
        }
        return new LogSummary(
                durable.size(),
                firsts.stream().mapToLong(x -> x).toArray(),
                terms.stream().mapToLong(x -> x).toArray(),
                memberships);
    }

    /** To be called after every input. */
    void checkStep() {
        Invariant.View now = Invariant.observe(raft);
        assertThat(Invariant.violated(before, now))
                .as("invariants of member %s\n before %s\n after  %s", config.self(), before, now)
                .isEmpty();
        before = now;
    }

    // ---- inputs

    void tell(Input input) {
        recording.ifPresent(life -> life.input(input));
        raft.apply(input);
        shadow.ifPresent(copy -> copy.apply(input));
        checkStep();
    }

    void advance(long ticks) {
        tell(new Input.Advance(ticks));
    }

    void timeOut() {
        tell(new Input.ElectionTimedOut());
    }

    long propose(String value, int bytes) {
        recording.ifPresent(life -> life.input(new Input.Propose(EntryKind.COMMAND, bytes)));
        long index = raft.propose(EntryKind.COMMAND, bytes);
        shadow.ifPresent(
                copy -> assertThat(copy.propose(EntryKind.COMMAND, bytes)).isEqualTo(index));
        if (index > 0) {
            keep(new Entry(index, raft.currentTerm(), EntryKind.COMMAND, bytes, value, Membership.NONE));
        }
        checkStep();
        return index;
    }

    void receive(Parcel parcel) {
        tell(new Input.Receive(parcel.message()));
        if (raft.keptFrom() != 0) {
            for (Entry entry : parcel.entries()) {
                if (entry.index() >= raft.keptFrom()) {
                    keep(entry);
                }
            }
        }
    }

    private void keep(Entry entry) {
        while (records.size() >= entry.index()) {
            records.remove(records.size() - 1);
        }
        if (entry.index() == records.size() + 2) {
            records.add(MADE_AT_DRAIN);
        }
        assertThat(entry.index()).as("no gap in the ring").isEqualTo(records.size() + 1);
        records.add(entry);
    }

    private void encode(Entry made) {
        if (records.size() >= made.index()) {
            assertThat(records.set((int) made.index() - 1, made)).isSameAs(MADE_AT_DRAIN);
        } else {
            keep(made);
        }
    }

    /** Ends the turn; messages that need no write are in the outbox. */
    Effects drain() {
        Effects effects = raft.drain();
        recording.ifPresent(life -> life.turn(effects));
        shadow.ifPresent(copy -> compare(copy, effects));
        for (Effects.MadeHere made : effects.madeHere()) {
            Membership told = made.membership();
            Membership set = told == null ? Membership.NONE : told;
            encode(new Entry(made.index(), made.term(), made.kind(), 32, made.kind() + "@" + made.term(), set));
        }
        Effects.Write write = effects.write();
        if (write != null) {
            writes.add(
                    new InFlight(write, write.hasEntries() ? slice(write.firstIndex(), write.lastIndex()) : List.of()));
        }
        for (Effects.Outgoing out : effects.messages()) {
            Parcel parcel = pack(out.message());
            if (out.afterWrite() <= persistedWrite) {
                outbox.add(parcel);
            } else {
                waiting.add(parcel);
                waitingFor.add(out.afterWrite());
            }
        }
        for (Effects.LogRead read : effects.logReads()) {
            logReads.add(new LogReading(read, readLog(read)));
        }
        SnapshotMark restore = effects.restore();
        toRestore = restore == null ? toRestore : Optional.of(restore);
        Effects.SnapshotFetch fetch = effects.fetch();
        wanted = fetch == null ? wanted : Optional.of(fetch);
        toApply = Math.max(toApply, effects.applyThrough());
        reads.addAll(effects.reads());
        events.addAll(effects.events());
        checkStep();
        decidesBy = raft.membership();
        return effects;
    }

    private void compare(Raft copy, Effects effects) {
        assertThat(Recording.encode(copy.drain())).isEqualTo(Recording.encode(effects));
        assertThat(copy.canonicalForm()).as("the copy lives as the original").isEqualTo(raft.canonicalForm());
    }

    private Parcel pack(Message message) {
        if (!(message instanceof Message.AppendEntries append)
                || append.entries().isEmpty()) {
            return new Parcel(message, List.of());
        }
        EntryRun run = append.entries();
        assertThat(run.firstIndex())
                .as("sent from the ring")
                .isGreaterThanOrEqualTo(raft.log().ringFirst());
        return new Parcel(message, slice(run.firstIndex(), run.lastIndex()));
    }

    private List<Entry> slice(long first, long last) {
        return List.copyOf(records.subList((int) first - 1, (int) last));
    }

    private List<Entry> readLog(Effects.LogRead read) {
        List<Entry> found = new ArrayList<>();
        long bytes = 0;
        assertThat(read.prevLogIndex()).as("read from the log").isGreaterThanOrEqualTo(prevIndex);
        for (long index = read.prevLogIndex() + 1; index <= read.lastIndex(); index++) {
            Entry entry = durable.get((int) index - 1);
            bytes += entry.bytes();
            if (!found.isEmpty() && bytes > read.maxBytes()) {
                break;
            }
            found.add(entry);
        }
        return found;
    }

    /** A log read comes back from the disk: sent if the core still leads that term. */
    void finishLogRead() {
        LogReading done = logReads.remove();
        Effects.LogRead read = done.read();
        if (raft.leadsIn(read.term())) {
            EntryRun run = describe(done.entries());
            Message message = new Message.AppendEntries(
                    config.group(),
                    config.self(),
                    read.to(),
                    read.term(),
                    read.prevLogIndex(),
                    read.prevLogTerm(),
                    raft.commitIndex(),
                    0,
                    run);
            outbox.add(new Parcel(message, done.entries()));
        }
    }

    static EntryRun describe(List<Entry> entries) {
        List<Long> firsts = new ArrayList<>();
        List<Long> terms = new ArrayList<>();
        List<MembershipAt> memberships = new ArrayList<>();
        for (Entry entry : entries) {
            if (terms.isEmpty() || terms.get(terms.size() - 1) != entry.term()) {
                firsts.add(entry.index());
                terms.add(entry.term());
            }
            if (entry.kind() == EntryKind.MEMBERSHIP) {
                memberships.add(new MembershipAt(entry.index(), entry.membership()));
            }
        }
        return new EntryRun(
                entries.get(0).index(),
                firsts.stream().mapToLong(x -> x).toArray(),
                terms.stream().mapToLong(x -> x).toArray(),
                entries.stream().mapToInt(Entry::bytes).toArray(),
                memberships);
    }

    /** The oldest write in flight reaches the disk; whether the core hears of it is the caller's. */
    long flushOne() {
        InFlight done = writes.remove();
        Effects.Write write = done.write();
        SnapshotMark newMark = write.mark();
        if (newMark != null) {
            mark = newMark;
            Snapshot whole = snapshot(newMark);
            if (write.truncateFrom() != 0 && write.truncateFrom() <= newMark.index()) {
                durable.clear();
                durable.addAll(whole.state());
                prevIndex = newMark.index();
                prevTerm = newMark.term();
            }
            assertThat(newMark.index()).as("a mark lies in the log").isLessThanOrEqualTo(durable.size());
        }
        if (write.truncateFrom() > mark.index()) {
            while (durable.size() >= write.truncateFrom()) {
                durable.remove(durable.size() - 1);
            }
        }
        HardState hard = write.hardState();
        if (hard != null) {
            assertThat(hard.currentTerm()).isGreaterThanOrEqualTo(hardState.currentTerm());
            hardState = hard;
        }
        for (Entry entry : done.entries()) {
            assertThat(entry.index()).as("writes follow each other").isEqualTo(durable.size() + 1);
            durable.add(entry);
        }
        return write.number();
    }

    void persistOne() {
        long number = flushOne();
        persistedWrite = number;
        tell(new Input.Persisted(number));
        while (!waiting.isEmpty() && waitingFor.element() <= persistedWrite) {
            waitingFor.remove();
            outbox.add(waiting.remove());
        }
    }

    // ---- the state machine, snapshots

    long applied() {
        return state.size();
    }

    boolean canApply() {
        return toRestore.isEmpty() && toApply > applied();
    }

    /** Applies the next entry and gives it back. */
    Entry applyOne() {
        Entry entry = records.get(state.size());
        state.add(entry);
        tell(new Input.Applied(applied()));
        return entry;
    }

    void restore() {
        SnapshotMark from = toRestore.orElseThrow();
        toRestore = Optional.empty();
        Snapshot whole = snapshot(from);
        state.clear();
        state.addAll(whole.state());
        toApply = applied();
        tell(new Input.Restored(applied()));
    }

    private Snapshot snapshot(SnapshotMark of) {
        return Optional.ofNullable(snapshots.get(of.index())).orElseThrow(() -> new AssertionError("no file of " + of));
    }

    void beginSnapshot() {
        if (!raft.isRestoring()) {
            begun = Optional.of(new Snapshot(raft.markAt(applied()), List.copyOf(state)));
        }
    }

    /** As soon as the log here holds what it covers. */
    void endSnapshot() {
        if (begun.isPresent() && begun.get().mark().index() <= raft.persistedIndex()) {
            Snapshot whole = begun.get();
            begun = Optional.empty();
            snapshots.put(whole.mark().index(), whole);
            tell(new Input.SnapshotTaken(whole.mark()));
        }
    }

    /** The newest that a start of this member would find, and so the newest that it may give away. */
    Snapshot newestSnapshot() {
        return snapshots.floorEntry(mark.index()).getValue();
    }

    void receiveSnapshot(Snapshot whole, long term) {
        SnapshotMark received = whole.mark();
        long before = raft.mark().index();
        if (received.index() > before) {
            snapshots.put(received.index(), whole);
        }
        tell(new Input.SnapshotReceived(received, term));
        if (before < received.index() && raft.mark().index() == received.index()) {
            toApply = applied();
            wanted = Optional.empty();
            if (raft.firstIndex() > received.index()) {
                records.clear();
                records.addAll(whole.state());
            }
        }
    }

    /** Entries before this index go. */
    void removeBefore(long index) {
        if (index > prevIndex + 1) {
            prevTerm = durable.get((int) index - 2).term();
            prevIndex = index - 1;
        }
        tell(new Input.LogBeginsAt(index));
    }

    @Override
    public String toString() {
        return before + " writes " + writes.size() + " waiting " + Arrays.toString(waitingFor.toArray());
    }
}
