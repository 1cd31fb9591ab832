package io.quorate.virtual;

import io.quorate.kv.PutResponse;
import io.quorate.kv.Result;
import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.Outcome;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.Served;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Clients that write and read registers, and the judgement of what they were told.
 *
 * <p>Every write has a value of its own and, once applied, a revision of the store, so linearizability is checked without a
 * search: an operation that began after another had ended must see it. With w for a write of a register and r for a read:
 *
 * <pre>
 *   w1 ended before w2 began   revision(w1) &lt; revision(w2)
 *   w  ended before r  began   revision(w) ≤ revision seen by r
 *   r  ended before w  began   revision seen by r &lt; revision(w)
 *   r1 ended before r2 began   revision seen by r1 ≤ revision seen by r2
 * </pre>
 *
 * and what was read is what was written at that revision. Times are those of the one virtual clock.
 */
final class History {
    /** A finished operation on a register: a write, or a read that saw a write. */
    private record Step(int key, long began, long ended, long revision, boolean isWrite, long value) {}

    private final VirtualCluster cluster;
    private final List<Step> steps = new ArrayList<>();
    private final List<Long> refusedValues = new ArrayList<>();
    private final TreeMap<Long, Long> acknowledged = new TreeMap<>();
    private long lastValue;
    int unknown;
    int refused;

    /** Clients that wait for a process; it may end without an answer. */
    private record Waiting(VirtualCluster.Node node, CompletableFuture<?> future) {}

    private final List<Waiting> waiting = new ArrayList<>();

    History(VirtualCluster cluster) {
        this.cluster = cluster;
        cluster.listeners.add(this::ended);
    }

    /** A client: one operation after another, on whichever member, until that time. */
    void client(long untilNanos) {
        if (cluster.time.nanoTime() >= untilNanos) {
            return;
        }
        List<VirtualCluster.Node> alive = cluster.alive();
        Runnable next = () -> cluster.time.after(
                (long) (cluster.random.nextDouble() * 40 * VirtualTime.MILLI), () -> client(untilNanos));
        if (alive.isEmpty()) {
            next.run();
            return;
        }
        VirtualCluster.Node node = alive.get(cluster.random.nextInt(alive.size()));
        int key = cluster.random.nextInt(Registers.KEYS);
        CompletableFuture<?> future = cluster.random.nextInt(3) > 0 ? write(node, key) : read(node, key);
        Waiting wait = new Waiting(node, future);
        waiting.add(wait);
        var unused = future.whenComplete((outcome, failure) -> {
            waiting.remove(wait);
            next.run();
        });
    }

    private void ended(VirtualCluster.Node node) {
        for (Waiting each : List.copyOf(waiting)) {
            if (each.node == node) {
                each.future.cancel(false);
            }
        }
    }

    private CompletableFuture<?> write(VirtualCluster.Node node, int key) {
        long value = ++lastValue;
        long began = cluster.time.nanoTime();
        CompletableFuture<Outcome<Result>> future =
                node.handle().propose(Registers.put(key, value, cluster.random.nextInt(500)));
        var unused = future.thenAccept(outcome -> {
            if (outcome instanceof Applied<Result> applied) {
                long revision = ((PutResponse) applied.result()).revision();
                steps.add(new Step(key, began, cluster.time.nanoTime(), revision, true, value));
                acknowledged.put(value, revision);
                cluster.trace.add("client", "applied", applied.index());
            } else if (outcome instanceof Refused) {
                refused++;
                refusedValues.add(value);
            } else {
                unknown++;
            }
        });
        return future;
    }

    private CompletableFuture<?> read(VirtualCluster.Node node, int key) {
        long began = cluster.time.nanoTime();
        Registers machine = node.machine();
        CompletableFuture<ReadOutcome<Registers.Cell>> future =
                node.handle().read(Consistency.LINEARIZABLE, () -> machine.cell(key));
        var unused = future.thenAccept(outcome -> {
            if (outcome instanceof Served<Registers.Cell> served) {
                Registers.Cell cell = served.value();
                steps.add(new Step(key, began, cluster.time.nanoTime(), cell.revision(), false, cell.value()));
                cluster.trace.add("client", "read", cell.revision());
            } else {
                refused++;
            }
        });
        return future;
    }

    int acknowledgedWrites() {
        return acknowledged.size();
    }

    /** Every acknowledged write is where it was said to be; no refused one is anywhere; all members hold the same. */
    void checkFinal() {
        Registers first = cluster.nodes.get(0).machine();
        for (VirtualCluster.Node node : cluster.nodes) {
            require(node.machine().hash() == first.hash(), node.member.name() + " differs from n1");
        }
        acknowledged.forEach((value, revision) -> {
            Long found = first.revisionOfValue.get(value);
            require(
                    revision.equals(found),
                    "value " + value + " was acknowledged at " + revision + " and is at " + found);
        });
        for (long value : refusedValues) {
            require(!first.revisionOfValue.containsKey(value), "value " + value + " was refused and is applied");
        }
        checkLinearizable(first);
    }

    private void checkLinearizable(Registers machine) {
        for (Step step : steps) {
            if (step.revision != 0) {
                Long revision = machine.revisionOfValue.get(step.value);
                require(revision != null && revision == step.revision, step + " saw what was not written there");
            }
        }
        for (int key = 0; key < Registers.KEYS; key++) {
            checkKey(key);
        }
    }

    private void checkKey(int key) {
        List<Step> byStart =
                new ArrayList<>(steps.stream().filter(s -> s.key == key).toList());
        List<Step> byEnd = new ArrayList<>(byStart);
        byStart.sort(java.util.Comparator.comparingLong(Step::began));
        byEnd.sort(java.util.Comparator.comparingLong(Step::ended));
        int ended = 0;
        long latest = 0;
        for (Step step : byStart) {
            while (ended < byEnd.size() && byEnd.get(ended).ended < step.began) {
                latest = Math.max(latest, byEnd.get(ended++).revision);
            }
            boolean sees = step.isWrite ? step.revision > latest : step.revision >= latest;
            require(sees, step + " began after revision " + latest + " was known to a client");
        }
    }

    private static void require(boolean holds, String problem) {
        if (!holds) {
            throw new AssertionError(problem);
        }
    }
}
