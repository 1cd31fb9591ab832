package io.quorate.sim.node;

import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.sim.core.EventQueue;
import io.quorate.sim.core.FaultStreams;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.Operation;
import io.quorate.sim.core.RunHash;
import io.quorate.sim.core.RunListener;
import io.quorate.sim.core.Script;
import io.quorate.sim.core.Unseen;
import io.quorate.storage.MemoryDisk.Loss;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Members, network, clients and faults of one run, all in one thread, and the steps of the run. */
final class NodeWorld {
    private static final long MILLI = 1_000_000;
    private static final long STEP = 20 * MILLI;
    /** No workload has as many operations. */
    private static final int FIRST_PROBE = 1_000_000;

    final Script script;
    final RunListener listener;
    final FaultStreams draws;
    final EventQueue queue = new EventQueue();
    final RunHash hash = new RunHash();
    final Ledger ledger = new Ledger();
    final List<SimMember> members = new ArrayList<>();
    final AppliedLog applied = new AppliedLog();
    final NodePromises promises = new NodePromises();
    final Application application;
    final NodeSettings settings;
    final SimNet net;
    final Judge judge;
    final FaultAtlas atlas;
    final OldImages images;
    final FaultRunner faults;
    final Clients clients;
    final NodeOperator operator;
    final Builds builds;
    final StateFaults stateFaults;
    final NodeMemberships memberships;
    private int probes;

    NodeWorld(Script script, RunListener listener, Application application) {
        this.script = script;
        this.application = application;
        this.listener = listener;
        draws = new FaultStreams(script.random());
        List<Member> first = new ArrayList<>();
        for (int number = 0; number < script.members(); number++) {
            first.add(listed(number));
        }
        settings = NodeSettings.of(script, Membership.ofVoters(first));
        net = new SimNet(script, draws, queue, hash, ledger);
        judge = new Judge(ledger, script.profile().isBounded());
        memberships = new NodeMemberships(settings.initial());
        builds = new Builds(this);
        stateFaults = new StateFaults(this);
        for (int number = 0; number < script.processes(); number++) {
            members.add(new SimMember(this, number, listed(number)));
        }
        atlas = new FaultAtlas(members, script.profile().isBounded());
        images = new OldImages(this);
        faults = new FaultRunner(this);
        clients = new Clients(this, application);
        operator = new NodeOperator(this);
    }

    private static Member listed(int number) {
        return new Member(number + 1, 0, "n" + (number + 1), List.of(SimNet.url(number)));
    }

    /** The whole run: faults and clients; all is well; and once more from what is durable alone. */
    void run() {
        faults.plan();
        operator.plan();
        builds.plan();
        stateFaults.plan();
        members.subList(0, script.members()).forEach(SimMember::start);
        clients.start();
        runUntil(script.endNanos());
        clients.stop();
        operator.stop();
        builds.stop();
        faults.heal();
        settle();
        application.check();
        loseAllPower();
        settle();
        application.check();
        countUnknown();
    }

    void runUntil(long nanos) {
        while (queue.step(nanos)) {
            judge.verdict();
        }
    }

    // ---- the end

    /** Waits until all is as it should be where nothing goes wrong any more. */
    void settle() {
        probe();
        long bound = queue.now() + settleNanos();
        stateFaults.ask();
        while (!isSettled() || stateFaults.isOpen()) {
            if (queue.now() >= bound) {
                giveUp();
                return;
            }
            members.forEach(SimMember::startIfDue);
            operator.startListed();
            if (clients.areDone() && (!applied.holds(lastProbe()) || stateFaults.isOpen())) {
                probe();
            }
            runUntil(queue.now() + STEP);
            stateFaults.ask();
        }
    }

    /** One more write, to see that one succeeds. */
    private void probe() {
        probes++;
        clients.probe(new Operation(lastProbe(), Operation.Kind.PUT, queue.now(), 0, 0, 0));
    }

    private int lastProbe() {
        return FIRST_PROBE + probes;
    }

    private long settleNanos() {
        return (settings.patient() ? 30_000 : 10_000) * MILLI
                + 30L * script.limits().electionTicks() * MILLI;
    }

    private boolean isSettled() {
        if (leader() == null || !clients.areDone() || !applied.holds(lastProbe())) {
            return false;
        }
        if (!memberships.isSettled()) {
            return false;
        }
        SimMember first = null;
        for (SimMember member : members) {
            if (member.isOut() || !memberships.newest().contains(member.member.id())) {
                continue;
            }
            if (!member.isUp() || isToBeRefused(member)) {
                return false;
            }
            first = first == null ? member : first;
            if (!isEqual(first.running().store, member.running().store)) {
                return false;
            }
        }
        return true;
    }

    private boolean isEqual(CheckedStore one, CheckedStore other) {
        return one.lastIndex() == applied.lastIndex()
                && other.lastIndex() == applied.lastIndex()
                && one.hash() == other.hash();
    }

    private boolean isToBeRefused(SimMember member) {
        return (member.mustStayOut() || member.isKnownToBeOld()) && !judge.hasUnseen();
    }

    /** It took too long: which rule is broken, if enough members run for any to hold. */
    private void giveUp() {
        int able = 0;
        boolean anybodyOut = false;
        boolean formed = false; // where not, they wait for every member, as at the first start of a cluster
        for (SimMember member : members) {
            boolean isAble =
                    member.isUp() && !isToBeRefused(member) && !member.model().isDamaged() && !member.running().differs;
            able += isAble ? 1 << member.number : 0;
            anybodyOut |= member.isOut() && memberships.newest().contains(member.member.id());
            formed |= member.isUp() && member.model().lastIndex() > 0;
        }
        int set = able;
        boolean isQuorum = memberships.isQuorum(id -> ((set >> (id - 1)) & 1) == 1);
        if (!isQuorum || (anybodyOut && !formed)) {
            return;
        }
        NodeRule.LEADER_IN_TIME.require(
                leader() != null && applied.holds(lastProbe()), () -> "no write succeeds: " + describe());
        NodeRule.REQUESTS_END.require(clients.areDone(), () -> "some clients still wait: " + describe());
        NodeRule.MEMBERSHIP_SETTLES.require(memberships.isSettled(), () -> memberships + ": " + describe());
        if (isSettled()) {
            stateFaults.judgeFound();
        }
        throw NodeRule.ALL_CATCH_UP.broken(describe());
    }

    private String describe() {
        StringBuilder text = new StringBuilder();
        for (SimMember member : members) {
            text.append(member.member.name()).append(' ');
            MemberLife life = member.life();
            if (life == null) {
                text.append("is down ").append(member.refusal());
            } else {
                text.append(life.handle.leadership()).append(" applied ").append(life.store.lastIndex());
            }
            text.append("; ");
        }
        return text.append("of ").append(applied.lastIndex()).toString();
    }

    private void loseAllPower() {
        for (SimMember member : members) {
            if (member.isUp()) {
                member.powerLoss(Loss.EVERYTHING, member.lots);
            }
        }
        members.forEach(SimMember::startIfDue);
    }

    private void countUnknown() {
        for (Operation operation : clients.unknown()) {
            if (operation.isWrite()) {
                boolean happened = applied.holds(operation.number());
                ledger.hit(happened ? Mark.UNKNOWN_WRITE_APPLIED : Mark.UNKNOWN_WRITE_NEVER_APPLIED);
            }
        }
    }

    // ---- what others ask

    @Nullable
    SimMember leader() {
        for (SimMember member : members) {
            MemberLife life = member.life();
            if (life != null && life.handle.leadership().isLeader()) {
                return member;
            }
        }
        return null;
    }

    void directoryEmptied() {
        if (members.stream().allMatch(member -> member.directory() == SimMember.Directory.EMPTIED)) {
            judge.unseen(Damage.whole(Unseen.ALL_WIPED));
        }
    }

    void countDown() {
        int down = 0;
        int size = script.members();
        for (SimMember member : members.subList(0, size)) {
            down += member.isUp() ? 0 : 1;
        }
        if (size > 1 && down == size) {
            ledger.hit(Mark.ALL_DOWN);
        } else if (down > size / 2) {
            ledger.hit(Mark.MAJORITY_DOWN);
        }
    }
}
