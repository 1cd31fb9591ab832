package io.quorate.sim.core;

import io.quorate.raft.Input;
import io.quorate.raft.Raft;

/**
 * The end of a run: nothing goes wrong any more, every member runs, and what liveness promises must come within times that
 * follow from the election timeout.
 */
final class Healing {
    private static final long MILLI = 1_000_000;
    private static final int LEADER_TIMEOUTS = 12;
    private static final int AGREE_TIMEOUTS = 60;
    private static final int QUIET_TIMEOUTS = 6;

    private final CoreWorld world;
    private final long timeout;

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
        }
        for (CoreMember member : world.members) {
            world.members.forEach(other -> world.hint(member, new Input.PeerBack(other.id)));
        }
        await(LEADER_TIMEOUTS, Rule.LEADER_IN_TIME, () -> world.leader() != null);
        probe();
        await(AGREE_TIMEOUTS, Rule.REQUESTS_END, () -> world.clients.stream().allMatch(CoreClient::isDone));
        await(AGREE_TIMEOUTS, Rule.ALL_CATCH_UP, this::allAgree);
        staysQuiet();
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
        for (CoreMember member : world.members) {
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
        }
        for (CoreClient client : world.clients) {
            text.append("\n  client ").append(client.number).append(" open ").append(client.openRequests());
        }
        return text.toString();
    }
}
