package io.quorate.sim.core;

import io.quorate.raft.Effects;
import io.quorate.raft.Input;
import io.quorate.raft.RaftConfig;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RestartImage;
import io.quorate.raft.RoleName;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.sim.history.KvResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of cores: everything of one run. First faults and clients have their way; then all heals, and the cluster must come
 * together, answer every request and agree.
 */
final class CoreWorld {
    private static final long SECOND = 1_000_000_000;
    private static final long INCARNATION = 100;
    private static final int GROUP = 0;

    final Script script;
    final KeyedRandom random;
    final FaultStreams draws;
    final EventQueue queue = new EventQueue();
    final RunHash hash = new RunHash();
    final Ledger ledger = new Ledger();
    final RunListener listener;
    final List<CoreMember> members = new ArrayList<>();
    final List<CoreClient> clients = new ArrayList<>();
    final CoreLinks links;
    final CoreFaults faults;
    final CoreChecks checks;
    final CoreMarks marks;
    final QuorumProgress progress;
    final Operator operator;
    final Leases leases;
    final CoreHistory history = new CoreHistory();

    /** Where in the list each operation is, by its number. */
    private final LongMap places = new LongMap();

    private final List<Operation> operations = new ArrayList<>();

    /** The second of virtual time in which an operation was last done, and in how many one was. */
    private long lastBusySecond = -1;

    private long busySeconds;

    CoreWorld(Script script, RunListener listener) {
        this.script = script;
        this.listener = listener;
        this.random = script.random();
        this.draws = new FaultStreams(random);
        this.links = new CoreLinks(this, script.processes());
        this.faults = new CoreFaults(this);
        this.checks = new CoreChecks(this);
        this.marks = new CoreMarks(this);
        this.leases = new Leases(this);
        this.progress = new QuorumProgress(this);
        this.operator = new Operator(this);
        SnapshotMark first = new SnapshotMark(0, 0, membership(script.members()).leasing(leases.lease()));
        SnapshotMark none = new SnapshotMark(0, 0, Membership.NONE);
        for (int number = 0; number < script.processes(); number++) {
            CoreDisk disk = new CoreDisk(number < script.members() ? first : none);
            members.add(new CoreMember(this, number, config(number + 1), disk));
        }
        for (int number = 0; number < script.clients(); number++) {
            clients.add(new CoreClient(this, number));
        }
        for (Operation operation : script.workload()) {
            add(operation);
            clients.get(operation.client()).add(operation);
        }
    }

    private Membership membership(int size) {
        List<Member> set = new ArrayList<>();
        for (long id = 1; id <= size; id++) {
            set.add(described(id, true, 0));
        }
        return Membership.ofVoters(set);
    }

    /** A process as a membership lists it. */
    Member described(long id, boolean isStarted, int priority) {
        return new Member(id, isStarted ? INCARNATION + id : 0, "n" + id, List.of(), priority);
    }

    private RaftConfig config(long id) {
        Limits limits = script.limits();
        return new RaftConfig(
                GROUP,
                id,
                INCARNATION + id,
                limits.heartbeatTicks(),
                limits.electionTicks(),
                limits.preVote(),
                limits.checkQuorum(),
                limits.ringBytes(),
                limits.frameBytes(),
                limits.windowBytes(),
                limits.windowFrames(),
                limits.pendingReads(),
                limits.caughtUpEntries(),
                limits.appliesFromMemory());
    }

    // ---- the run

    /** To the end, or to the first violation. */
    void run() {
        faults.plan();
        progress.plan();
        operator.plan();
        leases.plan();
        startMembers();
        clients.forEach(CoreClient::goOn);
        queue.runUntil(script.endNanos());
        new Healing(this).run();
        marks.atEnd();
        history.check();
    }

    /** Those of the first set; spares start when they are to join. */
    void startMembers() {
        members.subList(0, script.members()).forEach(CoreMember::start);
    }

    /** Virtual time in which operations were done: whole seconds with at least one. */
    long countedNanos() {
        return busySeconds * SECOND;
    }

    void after(Runnable action, long nanos) {
        queue.after(nanos, action);
    }

    Operation operation(int number) {
        long place = places.get(number, -1);
        Rule.LINEARIZABLE.require(
                place >= 0, () -> "an entry carries operation " + number + ", which nobody asked for");
        return operations.get((int) place);
    }

    void add(Operation operation) {
        places.put(operation.number(), operations.size());
        operations.add(operation);
    }

    int up() {
        int count = 0;
        for (CoreMember member : members) {
            count += member.isUp() ? 1 : 0;
        }
        return count;
    }

    // ---- members that come and go

    /** @param isSeen whether the others see its connections close: a process that ends closes them, a computer without power not */
    void end(CoreMember member, String why, boolean keepsBatch, boolean isSeen) {
        member.end(why, keepsBatch);
        marks.ended();
        operator.lost(member);
        if (isSeen) {
            hintOthers(member, new Input.PeerLost(member.id));
        }
    }

    void startIfDown(CoreMember member) {
        if (!member.isUp() && member.hasStarted() && !member.isShutOut()) {
            member.start();
            hintOthers(member, new Input.PeerBack(member.id));
        }
    }

    /** A spare starts, to join. */
    void startFirst(CoreMember member) {
        if (!member.hasStarted()) {
            member.start();
        }
    }

    /**
     * One of which the other knows that a committed membership has removed it hears of that instead of an answer, and ends for
     * good.
     */
    void turnedAway(CoreMember removed, CoreMember by) {
        marks.hit(Mark.REMOVED_TURNED_AWAY);
        int life = removed.life();
        after(
                () -> {
                    boolean hears = removed.isUp() && removed.life() == life && !links.isCut(by.number, removed.number);
                    if (hears && !removed.isPaused()) {
                        removed.shutOut();
                        end(removed, "is told that it was removed", false, true);
                    }
                },
                300_000);
    }

    private void hintOthers(CoreMember about, Input hint) {
        for (CoreMember other : members) {
            if (other != about
                    && other.isUp()
                    && faults.on(about.number, other.number).isEmpty()) {
                hint(other, hint);
            }
        }
    }

    void hint(CoreMember member, Input hint) {
        if (member.isUp()) {
            int life = member.life();
            after(
                    () -> {
                        if (member.isUp() && member.life() == life) {
                            member.hint(hint);
                        }
                    },
                    300_000);
        }
    }

    /** A new member among others that know no leader hears of that from its sessions. */
    private void tellOfMajorityWithoutLeader(CoreMember member) {
        int life = member.life();
        after(
                () -> {
                    if (member.isUp() && member.life() == life && majorityKnowsNoLeader(member)) {
                        member.hint(new Input.MajorityWithoutLeader());
                    }
                },
                2_000_000);
    }

    private boolean majorityKnowsNoLeader(CoreMember about) {
        return Quorums.isQuorum(about.raft().membership(), id -> {
            CoreMember member = members.get((int) id - 1);
            return member.isUp() && !member.isPaused() && member.raft().leader() == 0;
        });
    }

    // ---- what happens, for hash, ledger and listener

    void started(CoreMember member) {
        hash.event(1);
        hash.mix(member.number);
        checks.started(member);
        progress.changed(member);
        marks.started(member);
        if (listener.isListening()) {
            RestartImage image = member.disk().image();
            listener.happened(new Happening.Started(queue.now(), member.number, member.life(), image, member.raft()));
        }
        tellOfMajorityWithoutLeader(member);
    }

    void ending(CoreMember member, String why) {
        hash.event(2);
        hash.mix(member.number);
        marks.ending(member);
        progress.changed(member);
        if (listener.isListening()) {
            listener.happened(new Happening.Ended(queue.now(), member.number, why));
        }
    }

    void sent(Parcel parcel) {
        if (listener.isListening()) {
            listener.happened(new Happening.Sent(queue.now(), parcel.from(), parcel.to(), parcel.message()));
        }
    }

    void delivered(Parcel parcel) {
        hash.event(3);
        hash.mix(queue.now());
        MessageHash.mix(hash, parcel.message());
        if (listener.isListening()) {
            listener.happened(new Happening.Delivered(queue.now(), parcel.from(), parcel.to(), parcel.message()));
        }
    }

    /** @param by null when the receiver was gone */
    void lost(Parcel parcel, @Nullable Fault by) {
        hash.event(4);
        hash.mix(queue.now());
        MessageHash.mix(hash, parcel.message());
        if (by != null) {
            ledger.fired(by.kind());
        }
        if (listener.isListening()) {
            String why = by == null ? "the receiver's life is over" : by.kind().name();
            listener.happened(new Happening.Lost(queue.now(), parcel.from(), parcel.to(), parcel.message(), why));
        }
    }

    void flushed(CoreMember member, Effects.Write write) {
        hash.event(5);
        hash.mix(member.number);
        hash.mix(queue.now());
        hash.mix(write.lastIndex());
        if (listener.isListening()) {
            listener.happened(new Happening.Flushed(queue.now(), member.number, write));
        }
    }

    void event(CoreMember member, RaftEvent event) {
        hash.event(6);
        hash.mix(member.number);
        hash.mix(member.raft().currentTerm());
        hash.mix(member.raft().role().name().hashCode());
        marks.event(member, event);
        if (event instanceof RaftEvent.MembershipCommitted at) {
            operator.committed(member, at);
            progress.membershipChanged();
        } else if (event instanceof RaftEvent.MembershipChanged) {
            progress.membershipChanged();
        } else if (event instanceof RaftEvent.Repaired) {
            marks.hit(Mark.DAMAGE_REPAIRED);
            progress.changed(member);
        } else if (event instanceof RaftEvent.SteppedDown) {
            operator.lost(member);
        } else if (event instanceof RaftEvent.LeaderElected) {
            leases.elected(member);
        }
    }

    void applied(CoreMember member, Entry entry, Registers.Applied applied) {
        hash.mix(entry.index());
        hash.mix(member.machine().hash());
        checks.applied(member, entry);
        marks.applied(member, entry);
        history.applied(entry, applied.changes(), applied.response().revision());
        if (listener.isListening()) {
            listener.happened(
                    new Happening.Applied(queue.now(), member.number, entry.index(), entry.term(), entry.operation()));
        }
    }

    /** Something was asked for by an operator, or became of it. */
    void intervened(Intervention what, String how) {
        hash.event(10);
        hash.mix(what.number());
        hash.mix(queue.now());
        hash.mix(how.length());
        if (listener.isListening()) {
            listener.happened(new Happening.Intervened(queue.now(), what, how));
        }
    }

    void faultBegan(Fault fault) {
        hash.event(7);
        hash.mix(fault.number());
        progress.began(fault);
        if (listener.isListening()) {
            listener.happened(new Happening.FaultBegan(queue.now(), fault));
        }
    }

    void faultEnded(Fault fault) {
        if (listener.isListening()) {
            listener.happened(new Happening.FaultEnded(queue.now(), fault));
        }
    }

    void asked(CoreClient client, Operation operation, int member) {
        hash.event(8);
        hash.mix(operation.number());
        boolean isPromised = leases.arePromised() || !leases.readsByLease(operation);
        history.called(client, operation, isPromised, queue.now());
        if (listener.isListening()) {
            listener.happened(new Happening.Asked(queue.now(), client.number, operation, member));
        }
    }

    void answered(CoreClient client, Operation operation, KvResponse response) {
        ended(client, operation, "done at revision " + response.revision(), response.revision());
        history.returned(operation, response, queue.now());
        long second = queue.now() / SECOND;
        if (second != lastBusySecond) {
            lastBusySecond = second;
            busySeconds++;
        }
    }

    void refused(CoreClient client, Operation operation) {
        ended(client, operation, "refused", -1);
        history.refused(operation, queue.now());
    }

    void unknown(CoreClient client, Operation operation) {
        ended(client, operation, "unknown", -2);
        history.unknown(operation, queue.now());
        marks.unknown(operation);
    }

    private void ended(CoreClient client, Operation operation, String how, long number) {
        hash.event(9);
        hash.mix(operation.number());
        hash.mix(number);
        hash.mix(queue.now());
        if (listener.isListening()) {
            listener.happened(new Happening.Answered(queue.now(), client.number, operation, how));
        }
    }

    /** Who leads the latest term, null when nobody does. */
    @Nullable
    CoreMember leader() {
        CoreMember leader = null;
        for (CoreMember member : members) {
            if (member.isUp() && member.raft().role() == RoleName.LEADER) {
                if (leader == null
                        || member.raft().currentTerm() > leader.raft().currentTerm()) {
                    leader = member;
                }
            }
        }
        return leader;
    }
}
