package io.quorate.sim.core;

import io.quorate.raft.CommittedFactException;
import io.quorate.raft.Effects;
import io.quorate.raft.EntryKind;
import io.quorate.raft.Input;
import io.quorate.raft.Invariant;
import io.quorate.raft.MalformedMessageException;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftConfig;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.Refusal;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.TransferRefusal;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Membership;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import io.quorate.sim.history.KvResponse;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One member: its core, from life to life, with a disk, a state machine and the requests that wait in it. Does what a driver
 * does, by the contract of {@link Effects}: time first, then all that has come, then one drain.
 */
final class CoreMember {
    private static final long TICK = 1_000_000;
    private static final int TURN_INPUTS = 32;
    private static final int NO_OP_BYTES = 32;

    final int number;
    final long id;
    private final CoreWorld world;
    final RaftConfig config;
    private final CoreDisk disk;
    private final MemberClock clock = new MemberClock();
    private final Stream seeds;
    private final Stream delays;
    private final Stream diskDelays;

    private int life;
    private @Nullable Raft raft;
    private final EntryLog log = new EntryLog();
    private final Registers machine;
    Invariant.@Nullable View view;

    /** What has come since the last turn. */
    private final ArrayDeque<Runnable> inbox = new ArrayDeque<>();

    private long turnAt;
    private long startedLocal;
    private long ticksTold;
    private boolean paused;
    private boolean stoodStill;
    private long pausedLeadingTerm;

    /** Messages that wait for a write, with its number. */
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private record Waiting(Effects.Outgoing out, List<Entry> entries) {}

    private long persistedWrite;
    private boolean flushing;
    private long diskHeldUntil;
    private boolean heardLeader;

    private long applyThrough;
    private boolean applying;

    /** Requests that wait in this life: writes by index, reads by token. */
    private final TreeMap<Long, Request> writes = new TreeMap<>();

    private final TreeMap<Long, Request> reads = new TreeMap<>();

    /** Reads by lease that wait until an index is applied. */
    private final List<LeaseRead> leaseReads = new ArrayList<>();

    private long nextToken;

    /** The newest snapshot's that the core was told of; and the newest membership that it called committed. */
    private SnapshotMark mark;

    private Membership committedMembership = Membership.NONE;
    private final CoreSnapshots snapshots;

    /** It was told that it was removed, and never runs again. */
    private boolean isShutOut;

    private record LeaseRead(Request request, long index) {}

    /** A client's request that came here. */
    private record Request(Operation operation, CoreClient client, int attempt, long term, long floor) {}

    CoreMember(CoreWorld world, int number, RaftConfig config, CoreDisk disk) {
        this.world = world;
        this.number = number;
        this.id = config.self();
        this.config = config;
        this.disk = disk;
        this.mark = disk.mark();
        this.snapshots = new CoreSnapshots(world, this);
        this.machine = new Registers(world.script.keys());
        this.seeds = world.random.stream(Purpose.CORE, number);
        this.delays = world.random.stream(Purpose.SCHEDULER, number);
        this.diskDelays = world.random.stream(Purpose.DISK_LATENCY, number);
    }

    // ---- what others ask of it

    boolean isUp() {
        return raft != null;
    }

    boolean isPaused() {
        return paused;
    }

    /** While it is up. */
    Raft raft() {
        return Objects.requireNonNull(raft);
    }

    int life() {
        return life;
    }

    CoreDisk disk() {
        return disk;
    }

    EntryLog log() {
        return log;
    }

    Registers machine() {
        return machine;
    }

    MemberClock clock() {
        return clock;
    }

    /** Ticks of its clock since this life began, as its core was told. */
    long ticks() {
        return ticksTold;
    }

    /** Whether it has heard a leader in this life. */
    boolean hasHeardLeader() {
        return heardLeader;
    }

    boolean hasStarted() {
        return life > 0;
    }

    boolean isShutOut() {
        return isShutOut;
    }

    void shutOut() {
        isShutOut = true;
    }

    /** By what is in its log and in its newest snapshot. */
    Membership newestMembership() {
        Membership told = log.lastMembershipIndex() > mark.index() ? log.membershipAt(log.lastIndex()) : null;
        return told == null ? mark.membership() : told;
    }

    /** The newest of which it knows that it is committed. */
    Membership committedMembership() {
        return committedMembership;
    }

    /** Whether it votes by any membership that its log tells, or its newest snapshot. */
    boolean isVoterInItsLog() {
        boolean isVoter = mark.membership().isVoter(id);
        for (long index = log.prevIndex() + 1; index <= log.lastIndex() && !isVoter; index++) {
            Membership told = log.get(index).membership();
            isVoter = told != null && told.isVoter(id);
        }
        return isVoter;
    }

    SnapshotMark mark() {
        return mark;
    }

    /** Another snapshot is its newest. */
    void marked(SnapshotMark newer) {
        mark = newer;
    }

    /** What an entry tells that it has called committed; null for nothing. */
    void committed(@Nullable Membership told) {
        committedMembership = told == null ? committedMembership : told;
    }

    CoreSnapshots snapshots() {
        return snapshots;
    }

    boolean isQuiet() {
        boolean hasReads = !reads.isEmpty() || !leaseReads.isEmpty();
        return inbox.isEmpty() && writes.isEmpty() && !hasReads && disk.inFlight() == 0;
    }

    @Override
    public String toString() {
        return "n" + (number + 1);
    }

    // ---- life and death

    void start() {
        life++;
        paused = false;
        Raft started = Raft.restart(config, disk.image(), seeds.next());
        raft = started;
        log.set(disk.durable());
        mark = disk.mark();
        Membership known = log.membershipAt(started.commitIndex());
        committedMembership = known == null || mark.membership().index() > known.index() ? mark.membership() : known;
        snapshots.started();
        view = Invariant.observe(started);
        heardLeader = false;
        startedLocal = clock.localNanos(world.queue.now());
        ticksTold = 0;
        turnAt = Long.MAX_VALUE;
        if (config.appliesFromMemory()) {
            machine.clear();
        }
        world.started(this);
        if (!config.appliesFromMemory()) {
            long kept = machine.appliedIndex();
            inbox.add(() -> tell(new Input.Applied(kept)));
        }
        applyThrough = machine.appliedIndex();
        wake();
    }

    /** @param keepsBatch whether what was being flushed reached the disk */
    void end(String why, boolean keepsBatch) {
        world.ending(this, why);
        int inFlight = disk.inFlight();
        boolean hardState = disk.hasHardStateInFlight();
        List<CoreDisk.Pending> kept = disk.crash(keepsBatch);
        kept.forEach(this::keep);
        world.marks.crashed(inFlight, kept.size(), hardState && kept.isEmpty());
        raft = null;
        view = null;
        inbox.clear();
        waiting.clear();
        snapshots.ended();
        persistedWrite = 0;
        flushing = false;
        applying = false;
        List<Request> lost = new ArrayList<>(writes.values());
        lost.addAll(reads.values());
        leaseReads.forEach(read -> lost.add(read.request()));
        leaseReads.clear();
        writes.clear();
        reads.clear();
        lost.forEach(request -> request.client().connectionLost(request.operation(), request.attempt()));
    }

    void pause() {
        paused = true;
        pausedLeadingTerm = isUp() && raft().leadsIn(raft().currentTerm()) ? raft().currentTerm() : 0;
    }

    void resume() {
        paused = false;
        stoodStill = true;
        if (isUp()) {
            world.marks.resumed(pausedLeadingTerm);
            turnAt = Long.MAX_VALUE;
            wake();
            applyLater();
        }
    }

    // ---- what comes to it

    void receive(Parcel parcel) {
        inbox.add(() -> receiveNow(parcel));
        wake();
    }

    void hint(Input hint) {
        inbox.add(() -> {
            tell(hint);
            world.checks.hinted(this, hint);
            world.marks.hinted(this, hint);
        });
        wake();
    }

    /** Does something in its next turn. */
    void inTurn(Runnable action) {
        inbox.add(action);
        wake();
    }

    /** Something else that its core is told in its next turn. */
    void input(Input input) {
        inbox.add(() -> tell(input));
        wake();
    }

    void request(Operation operation, CoreClient client, int attempt) {
        inbox.add(() -> requestNow(operation, client, attempt));
        wake();
    }

    void clockChanged() {
        if (isUp()) {
            turnAt = Long.MAX_VALUE;
            wake();
        }
    }

    /** No write ends before that time. */
    void holdDisk(long untilNanos) {
        diskHeldUntil = Math.max(diskHeldUntil, untilNanos);
    }

    // ---- turns

    private void wake() {
        planTurn(world.queue.now() + delays.between(5_000, 60_000));
    }

    private void planTurn(long at) {
        if (at < turnAt && isUp() && !paused) {
            turnAt = at;
            int mine = life;
            world.queue.at(at, () -> {
                if (mine == life && turnAt == at && isUp() && !paused) {
                    turnAt = Long.MAX_VALUE;
                    turn();
                }
            });
        }
    }

    private void turn() {
        int mine = life;
        advance();
        world.checks.turnBegins(this);
        for (int count = 0; count < TURN_INPUTS && !inbox.isEmpty(); count++) {
            inbox.remove().run();
        }
        drain();
        if (mine == life && isUp()) {
            if (!inbox.isEmpty()) {
                wake();
            }
            planTimer();
        }
    }

    private void advance() {
        long passed = ticksToTell();
        if (passed > 0) {
            long lease = raft().leaseTicks();
            ticksTold += passed;
            tell(new Input.Advance(passed));
            world.leases.timePassed(raft(), lease, stoodStill);
        }
        stoodStill = false;
    }

    private long ticksToTell() {
        return (clock.localNanos(world.queue.now()) - startedLocal) / TICK - ticksTold;
    }

    /** For how long it would still lead by its lease if it looked at its clock now. */
    long leaseTicks() {
        return Math.max(0, raft().leaseTicks() - ticksToTell());
    }

    private void planTimer() {
        long ticks = raft().ticksUntilDue();
        if (ticks != Long.MAX_VALUE) {
            planTurn(clock.whenLocal(startedLocal + (ticksTold + ticks) * TICK));
        }
    }

    void tell(Input input) {
        Violation refused = apply(input);
        told(input);
        if (refused != null) {
            throw refused;
        }
        check();
        if (!(input instanceof Input.Receive)) {
            world.checks.committing(this);
        }
    }

    private @Nullable Violation apply(Input input) {
        try {
            raft().apply(input);
            return null;
        } catch (MalformedMessageException e) {
            return Rule.NO_MESSAGE_IS_REFUSED.broken(this + " says of " + input + ": " + e.getMessage());
        } catch (CommittedFactException e) {
            return Rule.NO_FACT_IS_CONTRADICTED.broken(this + ": " + e.getMessage());
        } catch (RuntimeException e) {
            return Rule.CORE_GOES_ON.broken(this + " told " + input + ": " + e);
        }
    }

    /** Who listens hears of an input before it is judged, so that a failed run is told to the one that decided it. */
    void told(Input input) {
        if (world.listener.isListening()) {
            world.listener.happened(new Happening.Told(world.queue.now(), number, input, raft()));
        }
    }

    /** What holds within this core, before and after. */
    void check() {
        Invariant.View before = Objects.requireNonNull(view);
        Invariant.View now = Invariant.observe(raft());
        List<Invariant> violated = Invariant.violated(before, now);
        if (!violated.isEmpty()) {
            throw new Violation(
                    violated.get(0).name(),
                    this + ": " + violated.get(0).sentence() + "\n before " + before + "\n after  " + now);
        }
        view = now;
    }

    private void receiveNow(Parcel parcel) {
        Message message = parcel.message();
        world.marks.receiving(this, message);
        world.checks.receiving(this);
        tell(new Input.Receive(message));
        Raft core = raft();
        long keptFrom = core.keptFrom();
        if (keptFrom == 0) {
            log.truncateFrom(core.lastIndex() + 1); // What conflicts goes, also where there is no room for what came.
        } else {
            for (Entry entry : parcel.entries()) {
                if (entry.index() >= keptFrom) {
                    keepRecord(entry);
                }
            }
        }
        world.marks.received(this, message);
        heardLeader |= core.leader() != 0;
        world.checks.received(this, message);
        world.checks.committing(this);
    }

    /** A record joins the ring: the log as the core believes it. */
    private void keepRecord(Entry entry) {
        log.truncateFrom(entry.index());
        Membership before = newestMembership();
        log.put(entry);
        world.checks.appended(this, entry);
        if (entry.membership() != null) {
            world.checks.membershipAppended(this, before, entry);
        }
    }

    private void requestNow(Operation operation, CoreClient client, int attempt) {
        switch (operation.kind()) {
            case STALE_READ -> {
                if (raft().isRestoring() || raft().isDamaged()) {
                    world.marks.hit(
                            raft().isDamaged() ? Mark.READ_REFUSED_WHILE_DAMAGED : Mark.READ_REFUSED_WHILE_RESTORING);
                    client.refusedLater(operation, attempt, -1);
                } else {
                    KvResponse found = machine.read(operation.key());
                    world.after(() -> client.answered(operation, attempt, found), client.latency());
                }
            }
            case READ -> read(new Request(operation, client, attempt, raft().currentTerm(), world.checks.committed()));
            default -> propose(operation, client, attempt);
        }
    }

    private void read(Request request) {
        long leaseIndex = world.leases.readsByLease(request.operation()) ? raft().leaseIndex() : -1;
        if (leaseIndex >= 0) {
            leaseReads.add(new LeaseRead(request, leaseIndex));
            serveLeaseReads();
        } else {
            long token = ++nextToken;
            reads.put(token, request);
            world.marks.readComes(this);
            tell(new Input.ReadIndex(token));
        }
    }

    private void serveLeaseReads() {
        List<LeaseRead> ready = leaseReads.stream()
                .filter(read -> read.index() <= machine.appliedIndex())
                .toList();
        leaseReads.removeAll(ready);
        for (LeaseRead read : ready) {
            long floor = world.leases.arePromised() ? read.request().floor() : 0;
            world.checks.serving(this, read.index(), floor);
            world.marks.hit(Mark.READ_BY_LEASE);
            answer(read.request());
        }
    }

    private void propose(Operation operation, CoreClient client, int attempt) {
        Raft core = raft();
        int bytes = 40 + (operation.number() * 37) % 160;
        long index = core.propose(EntryKind.COMMAND, bytes);
        told(new Input.Propose(EntryKind.COMMAND, bytes));
        check();
        if (index < 0) {
            world.marks.refused(index);
            long leader = index == Refusal.NOT_LEADER.code() ? core.leader() : id;
            client.refusedLater(operation, attempt, (int) leader - 1);
            return;
        }
        long term = core.currentTerm();
        while (log.lastIndex() < index - 1) {
            // What the core made itself before, in this turn, is told at the drain.
            long last = log.lastIndex();
            keepRecord(Entry.after(log.prefixHash(last), last + 1, term, EntryKind.NO_OP, NO_OP_BYTES, 0));
        }
        keepRecord(Entry.after(log.prefixHash(index - 1), index, term, EntryKind.COMMAND, bytes, operation.number()));
        writes.put(index, new Request(operation, client, attempt, term, 0));
    }

    // ---- what an operator asks

    /** @return as {@link Raft#change} does */
    long change(long expectedIndex, Membership target) {
        Raft core = raft();
        long last = core.lastIndex();
        Membership before = core.membership();
        long index = core.change(expectedIndex, target);
        told(new Input.Change(expectedIndex, target));
        check();
        if (index < 0) {
            world.checks.changeRefused(this, last, before, ChangeRefusal.ofCode(index));
        }
        return index;
    }

    /** @return as {@link Raft#transfer} does */
    @Nullable
    TransferRefusal transfer(long to) {
        Raft core = raft();
        long last = core.lastIndex();
        Membership before = core.membership();
        TransferRefusal refusal = core.transfer(to);
        told(new Input.Transfer(to));
        check();
        if (refusal != null) {
            world.checks.changeRefused(this, last, before, refusal);
        }
        return refusal;
    }

    // ---- the end of a turn

    private void drain() {
        Raft core = raft();
        Effects effects;
        try {
            effects = core.drain();
        } catch (RuntimeException e) {
            throw Rule.CORE_GOES_ON.broken(this + " at its drain: " + e);
        }
        if (world.listener.isListening()) {
            world.listener.happened(new Happening.Drained(world.queue.now(), number, effects, core));
        }
        check();
        effects.madeHere().forEach(this::encode);
        world.checks.drained(this, effects);
        Effects.Write write = effects.write();
        if (write != null) {
            disk.add(new CoreDisk.Pending(
                    write,
                    write.hasEntries() ? log.slice(write.firstIndex(), write.lastIndex()) : List.of(),
                    write.mark() == null ? 0 : snapshots.prefixHashAt(write.mark())));
            world.marks.writing(this, write);
            flush();
        }
        world.marks.drained(this, effects);
        send(effects.messages());
        effects.logReads().forEach(this::readLog);
        snapshots.drained(effects);
        long through = effects.applyThrough();
        List<Effects.ReadAnswer> answers = List.copyOf(effects.reads());
        for (RaftEvent event : effects.events()) {
            world.event(this, event);
        }
        if (through > applyThrough) {
            applyThrough = through;
            applyLater();
        }
        answers.forEach(this::answerRead);
    }

    private void encode(Effects.MadeHere made) {
        long before = made.index() - 1;
        if (log.lastIndex() >= made.index() && log.get(made.index()).term() == made.term()) {
            Membership newest = newestMembership();
            Entry entry = log.get(made.index()).madeHere(made.kind(), made.membership());
            log.replace(entry);
            if (made.membership() != null) {
                world.checks.membershipAppended(this, newest, entry);
            }
        } else {
            Entry entry = Entry.after(log.prefixHash(before), made.index(), made.term(), made.kind(), NO_OP_BYTES, 0);
            keepRecord(entry.madeHere(made.kind(), made.membership()));
        }
    }

    private void send(List<Effects.Outgoing> messages) {
        for (Effects.Outgoing out : messages) {
            if (out.afterWrite() <= persistedWrite) {
                post(out.message(), entriesOf(out.message()));
            } else {
                waiting.add(new Waiting(out, entriesOf(out.message())));
            }
        }
    }

    private List<Entry> entriesOf(Message message) {
        return message instanceof Message.AppendEntries append
                        && !append.entries().isEmpty()
                ? log.slice(append.entries().firstIndex(), append.entries().lastIndex())
                : List.of();
    }

    private void post(Message message, List<Entry> entries) {
        world.checks.leaving(this, message);
        int to = (int) message.to() - 1;
        world.links.send(new Parcel(number, to, world.members.get(to).life(), message, entries));
    }

    /** Entries below the ring come back from the disk after a while. */
    private void readLog(Effects.LogRead read) {
        world.marks.logRead();
        int mine = life;
        world.after(
                () -> {
                    if (mine == life && isUp() && !paused && raft().leadsIn(read.term())) {
                        sendFromLog(read);
                    }
                },
                diskDelays.between(50_000, 2_000_000));
    }

    private void sendFromLog(Effects.LogRead read) {
        List<Entry> found = new ArrayList<>();
        long bytes = 0;
        long last = Math.min(read.lastIndex(), disk.durable().lastIndex());
        long first = read.prevLogIndex() + 1;
        for (long index = first; first > disk.durable().prevIndex() && index <= last; index++) {
            Entry entry = disk.durable().get(index);
            bytes += entry.bytes();
            if (!found.isEmpty() && bytes > read.maxBytes()) {
                break;
            }
            found.add(entry);
        }
        if (!found.isEmpty()) {
            Message message = new Message.AppendEntries(
                    config.group(),
                    id,
                    read.to(),
                    read.term(),
                    read.prevLogIndex(),
                    read.prevLogTerm(),
                    raft().commitIndex(),
                    0,
                    EntryLog.describe(found));
            post(message, found);
        }
    }

    // ---- the disk

    private void flush() {
        if (flushing || !disk.beginBatch()) {
            return;
        }
        flushing = true;
        int mine = life;
        long took = diskDelays.logBetween(40_000, 1_500_000) + world.faults.diskDelay(number);
        world.after(() -> flushed(mine), took);
    }

    private void flushed(int mine) {
        if (mine != life || !isUp()) {
            return;
        }
        long now = world.queue.now();
        if (now < diskHeldUntil) {
            world.after(() -> flushed(mine), diskHeldUntil - now);
            return;
        }
        flushing = false;
        for (CoreDisk.Pending done : disk.endBatch()) {
            keep(done);
            inbox.add(() -> persisted(done.write().number()));
        }
        flush();
        wake();
    }

    private void keep(CoreDisk.Pending done) {
        world.checks.keeping(this, done);
        disk.keep(done);
        world.flushed(this, done.write());
    }

    private void persisted(long writeNumber) {
        persistedWrite = writeNumber;
        tell(new Input.Persisted(writeNumber));
        while (!waiting.isEmpty() && waiting.element().out().afterWrite() <= persistedWrite) {
            Waiting due = waiting.remove();
            Message message = due.out().message();
            if (!(message instanceof Message.AppendEntries append) || raft().leadsIn(append.term())) {
                post(message, due.entries());
            }
        }
        snapshots.persisted();
    }

    // ---- the state machine

    private void applyLater() {
        if (applying || machine.appliedIndex() >= applyThrough) {
            return;
        }
        applying = true;
        int mine = life;
        world.after(
                () -> {
                    if (mine == life && isUp()) {
                        applying = false;
                        if (!paused) {
                            applyNow();
                        }
                    }
                },
                delays.logBetween(2_000, 400_000));
    }

    /** All that was handed out; the core hears of it in its next turn. */
    private void applyNow() {
        if (machine.appliedIndex() >= applyThrough) {
            return; // It was handed out, and then a snapshot came.
        }
        while (machine.appliedIndex() < applyThrough) {
            apply(log.get(machine.appliedIndex() + 1));
        }
        serveLeaseReads();
        long index = machine.appliedIndex();
        inbox.add(() -> tell(new Input.Applied(index)));
        snapshots.applied();
        wake();
    }

    /** What was handed out and is not applied is to be forgotten. */
    void forgetHandedOut() {
        applyThrough = machine.appliedIndex();
    }

    /** The state machine is what a snapshot held: who waits here for what that covers will not hear of it. */
    void restoredThrough(long index) {
        applyThrough = Math.max(applyThrough, index);
        while (!writes.isEmpty() && writes.firstKey() <= index) {
            Request covered = writes.pollFirstEntry().getValue();
            covered.client().connectionLost(covered.operation(), covered.attempt());
        }
    }

    private void apply(Entry entry) {
        world.checks.applying(this, entry);
        Operation operation = entry.operation() == 0 ? null : world.operation(entry.operation());
        Registers.Applied applied = machine.apply(entry, operation);
        world.applied(this, entry, applied);
        Request request = writes.remove(entry.index());
        if (request == null) {
            return;
        }
        if (request.operation().number() == entry.operation() && request.term() == entry.term()) {
            world.after(
                    () -> request.client().answered(request.operation(), request.attempt(), applied.response()),
                    request.client().latency());
        } else {
            world.marks.overwritten();
            request.client().refusedLater(request.operation(), request.attempt(), -1);
        }
    }

    private void answerRead(Effects.ReadAnswer answer) {
        Request request = reads.remove(answer.token());
        Rule.READ_ANSWERED_ONCE.require(request != null, () -> this + " answers read " + answer.token() + " again");
        Request asked = Objects.requireNonNull(request);
        if (answer.refusal() != null) {
            world.marks.readRefused();
            asked.client().refusedLater(asked.operation(), asked.attempt(), -1);
            return;
        }
        world.checks.serving(this, answer.index(), asked.floor());
        world.marks.readServed(this, asked.term());
        answer(asked);
    }

    private void answer(Request read) {
        KvResponse found = machine.read(read.operation().key());
        world.after(
                () -> read.client().answered(read.operation(), read.attempt(), found),
                read.client().latency());
    }
}
