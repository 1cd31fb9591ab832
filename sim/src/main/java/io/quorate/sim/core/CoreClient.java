package io.quorate.sim.core;

import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import io.quorate.sim.history.KvResponse;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.TreeSet;

/**
 * A client: one request after another, in a burst several at once. A refused request is tried again at another member until
 * patience ends; one that was taken and not answered in time has an unknown outcome, and is never sent again.
 */
final class CoreClient {
    private static final long MILLI = 1_000_000;

    final int number;
    private final CoreWorld world;
    private final Stream random;
    private final ArrayDeque<Operation> todo = new ArrayDeque<>();

    /** Operations whose end is open, by number; and the latest attempt of each is the only one that counts. */
    private final Set<Integer> open = new TreeSet<>();

    private final int[] attempts;
    private final long[] since;
    private int believedLeader;
    private boolean isWaiting;

    CoreClient(CoreWorld world, int number) {
        this.world = world;
        this.number = number;
        this.random = world.random.stream(Purpose.CLIENT, number);
        int operations = world.script.workload().stream()
                .mapToInt(Operation::number)
                .max()
                .orElse(0);
        attempts = new int[operations + 2];
        since = new long[operations + 2];
        believedLeader = random.below(world.script.processes());
    }

    void add(Operation operation) {
        todo.add(operation);
    }

    /** Plans the next request, unless one is under way. */
    void goOn() {
        Operation next = todo.peek();
        if (next != null && open.isEmpty() && !isWaiting) {
            isWaiting = true;
            long think = random.between(100_000, 2 * MILLI);
            world.queue.at(Math.max(world.queue.now() + think, next.atNanos()), () -> {
                isWaiting = false;
                if (open.isEmpty() && !todo.isEmpty()) {
                    begin(todo.remove());
                }
            });
        }
    }

    /** Sends that many at once, whatever is under way. */
    void burst(long requests) {
        for (long i = 0; i < requests && !todo.isEmpty(); i++) {
            begin(todo.remove());
            world.ledger.fired(FaultKind.BURST);
        }
    }

    /** Begins nothing more; what is under way ends as it may. */
    void stop() {
        todo.clear();
    }

    boolean isDone() {
        return todo.isEmpty() && open.isEmpty();
    }

    int openRequests() {
        return open.size();
    }

    long latency() {
        return random.logBetween(50_000, 400_000);
    }

    private void begin(Operation operation) {
        open.add(operation.number());
        since[operation.number()] = world.queue.now();
        boolean anyMember = operation.kind() == Operation.Kind.READ || operation.kind() == Operation.Kind.STALE_READ;
        int member = anyMember ? random.below(world.script.processes()) : believedLeader;
        world.asked(this, operation, member);
        attempt(operation, member);
    }

    private void attempt(Operation operation, int to) {
        int mine = ++attempts[operation.number()];
        int member = Math.min(to, world.script.processes() - 1);
        world.after(
                () -> {
                    CoreMember asked = world.members.get(member);
                    if (asked.isUp()) {
                        asked.request(operation, this, mine);
                    } else {
                        refused(operation, mine, -1);
                    }
                },
                latency());
        world.after(() -> giveUp(operation, mine), patience());
    }

    private long patience() {
        long usual = 3L * world.script.limits().electionTicks() * MILLI;
        return world.faults.clientPatience(usual);
    }

    private boolean isCurrent(Operation operation, int attempt) {
        return open.contains(operation.number()) && attempts[operation.number()] == attempt;
    }

    void answered(Operation operation, int attempt, KvResponse answer) {
        if (isCurrent(operation, attempt)) {
            close(operation);
            world.ledger.operationDone();
            world.answered(this, operation, answer);
            goOn();
        }
    }

    /** The member says that it did not happen; -1 when it knows no leader. */
    void refusedLater(Operation operation, int attempt, int leader) {
        world.after(() -> refused(operation, attempt, leader), latency());
    }

    private void refused(Operation operation, int attempt, int leader) {
        if (!isCurrent(operation, attempt)) {
            return;
        }
        boolean isFast = world.faults.clientsRetryAtOnce();
        believedLeader = leader >= 0 ? leader : random.below(world.script.processes());
        if (world.queue.now() - since[operation.number()] > 4 * patience()) {
            close(operation);
            world.refused(this, operation);
            goOn();
            return;
        }
        int target = believedLeader;
        attempts[operation.number()]++; // the refused attempt is over, its time-out too
        int mine = attempts[operation.number()];
        world.after(
                () -> {
                    if (isCurrent(operation, mine)) {
                        attempt(operation, target);
                    }
                },
                isFast ? 1_000 : random.between(2 * MILLI, 60 * MILLI));
    }

    /** The member that had the request is gone. */
    void connectionLost(Operation operation, int attempt) {
        world.after(() -> endUnknown(operation, attempt), latency());
    }

    private void giveUp(Operation operation, int attempt) {
        endUnknown(operation, attempt);
    }

    private void endUnknown(Operation operation, int attempt) {
        if (isCurrent(operation, attempt)) {
            close(operation);
            believedLeader = random.below(world.script.processes());
            world.unknown(this, operation);
            goOn();
        }
    }

    private void close(Operation operation) {
        open.remove(operation.number());
    }
}
