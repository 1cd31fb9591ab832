package io.quorate.sim.core;

import io.quorate.raft.Fitness;
import io.quorate.raft.Input;
import io.quorate.raft.Notation;
import io.quorate.raft.Raft;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * The end of a run: nothing goes wrong any more, every member runs, and what liveness promises must come within times that
 * follow from the election timeout.
 */
final class Healing {
    private static final long MILLI = 1_000_000;
    private static final int LEADER_TIMEOUTS = 12;
    private static final int AGREE_TIMEOUTS = 60;
    private static final int QUIET_TIMEOUTS = 6;
    private static final int SETTLE_TIMEOUTS = 120;
    private static final int TRANSFER_TIMEOUTS = 4;

    private final CoreWorld world;
    private final long timeout;
    private final Set<Integer> claiming = new TreeSet<>();

    Healing(CoreWorld world) {
        this.world = world;
        this.timeout = world.leases.patienceTicks() * MILLI;
    }

    void run() {
        world.clients.forEach(CoreClient::stop);
        world.links.renew();
        for (CoreMember member : world.members) {
            if (member.isPaused()) {
                member.resume();
            }
            world.startIfDown(member);
            if (member.isUp()) {
                member.inTurn(() -> member.tell(new Input.FitnessIs(Fitness.FIT)));
            }
        }
        for (CoreMember member : world.members) {
            world.members.forEach(other -> world.hint(member, new Input.PeerBack(other.id)));
        }
        await(LEADER_TIMEOUTS, Rule.LEADER_IN_TIME, () -> world.leader() != null);
        probe();
        await(AGREE_TIMEOUTS, Rule.REQUESTS_END, () -> world.clients.stream().allMatch(CoreClient::isDone));
        await(SETTLE_TIMEOUTS, Rule.MEMBERSHIP_SETTLES, this::isSettled);
        await(AGREE_TIMEOUTS, Rule.ALL_CATCH_UP, this::allAgree);
        staysQuiet();
        handOver();
    }

    /** No change is open, whoever is listed has started and joined, and who leads is a voter. */
    private boolean isSettled() {
        CoreMember leader = world.leader();
        if (leader == null) {
            return false;
        }
        Membership membership = leader.raft().membership();
        for (Member listed : membership.members()) {
            CoreMember process = world.members.get((int) listed.id() - 1);
            if (!process.hasStarted()) {
                world.startFirst(process);
            }
            if (!listed.isStarted() && claiming.add(process.number)) {
                world.operator.claim(process);
            }
        }
        return !membership.isJoint()
                && membership.index() <= leader.raft().commitIndex()
                && membership.joining().isEmpty()
                && membership.members().stream().allMatch(Member::isStarted)
                && membership.isVoter(leader.id);
    }

    /** Who belongs to the cluster; others may never hear that they do not. */
    private List<CoreMember> members() {
        Membership newest = world.checks.committedMembership();
        return world.members.stream()
                .filter(member -> newest.contains(member.id))
                .toList();
    }

    /** The leadership goes where an operator says, at once. */
    void handOver() {
        CoreMember leader = Objects.requireNonNull(world.leader());
        for (long voter : leader.raft().membership().voters()) {
            if (voter != leader.id) {
                CoreMember next = world.members.get((int) voter - 1);
                leader.inTurn(() -> leader.transfer(voter));
                await(TRANSFER_TIMEOUTS, Rule.TRANSFER_WORKS, () -> world.leader() == next);
                return;
            }
        }
    }

    /** Every client asks once more, and must be answered. */
    private void probe() {
        int number = world.script.workload().stream()
                        .mapToInt(Operation::number)
                        .max()
                        .orElse(0)
                + 1;
        long before = world.ledger.operations();
        CoreClient client = world.clients.get(0);
        Operation probe = new Operation(number, Operation.Kind.PUT, world.queue.now(), 0, 0, 0);
        world.add(probe);
        client.add(probe);
        client.goOn();
        await(AGREE_TIMEOUTS, Rule.REQUESTS_END, () -> client.isDone() && world.ledger.operations() > before);
    }

    private boolean allAgree() {
        long last = world.checks.committed();
        for (CoreMember member : members()) {
            if (!member.isUp()) {
                return false;
            }
            Raft raft = member.raft();
            boolean hasAll = raft.lastIndex() == last
                    && raft.commitIndex() == last
                    && raft.persistedIndex() == last
                    && member.machine().appliedIndex() == last;
            if (!hasAll) {
                return false;
            }
        }
        return true;
    }

    private void staysQuiet() {
        CoreMember leader = world.leader();
        long term = leader == null ? 0 : leader.raft().currentTerm();
        world.queue.runUntil(world.queue.now() + QUIET_TIMEOUTS * timeout);
        Rule.QUIET_CLUSTER_KEEPS_ITS_LEADER.require(
                world.leader() == leader && leader != null && leader.raft().currentTerm() == term,
                () -> "the leader of term " + term + " was " + leader + ", and then " + world.leader());
    }

    private void await(int timeouts, Rule rule, java.util.function.BooleanSupplier holds) {
        long end = world.queue.now() + timeouts * timeout;
        while (!holds.getAsBoolean()) {
            if (world.queue.now() >= end) {
                throw rule.broken("not within " + timeouts + " election timeouts: " + describe());
            }
            world.queue.runUntil(Math.min(end, world.queue.now() + MILLI));
        }
    }

    private String describe() {
        StringBuilder text = new StringBuilder("committed " + world.checks.committed());
        for (CoreMember member : world.members) {
            if (!member.isUp()) {
                text.append("\n  ").append(member).append(" is down");
                continue;
            }
            Raft raft = member.raft();
            text.append("\n  ").append(member).append(' ').append(raft.role()).append(" term ");
            text.append(raft.currentTerm())
                    .append(" leader ")
                    .append(raft.leader())
                    .append(" log ");
            text.append(raft.lastIndex()).append('@').append(raft.termAt(raft.lastIndex()));
            text.append(" persisted ")
                    .append(raft.persistedIndex())
                    .append(" commit ")
                    .append(raft.commitIndex());
            text.append(" applied ").append(member.machine().appliedIndex());
            text.append(" from ")
                    .append(raft.firstIndex())
                    .append(" mark ")
                    .append(raft.mark().index());
            text.append(' ').append(Notation.membership(raft.membership())).append(" of ");
            text.append(raft.membershipIndex());
        }
        for (CoreClient client : world.clients) {
            text.append("\n  client ").append(client.number).append(" open ").append(client.openRequests());
        }
        return text.toString();
    }
}
