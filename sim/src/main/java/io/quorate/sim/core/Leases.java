package io.quorate.sim.core;

import io.quorate.raft.Input;
import io.quorate.raft.Raft;
import io.quorate.raft.membership.Lease;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;

/**
 * Leases in a run: whether its members' first membership has them, whether the clocks that its script tells keep to the drift
 * that it states, and what must hold while they do.
 */
public final class Leases {
    private static final int TRUE_RATE = 1000;
    private static final long MILLI = 1_000_000;

    private final CoreWorld world;
    private final Lease lease;
    private final boolean keepsDrift;

    Leases(CoreWorld world) {
        this.world = world;
        this.lease = drawn(world.script.seed(), world.script.limits().electionTicks());
        this.keepsDrift = keepsDrift(world.script, lease);
    }

    /** What a seed stands for: leases in one run of three, longer and shorter than an election timeout. */
    public static Lease drawn(long seed, int electionTicks) {
        Stream draws = new KeyedRandom(seed).stream(Purpose.LEASE, 0);
        if (draws.below(3) != 0) {
            return Lease.OFF;
        }
        int ticks = (int) draws.between(electionTicks / 2, 2L * electionTicks);
        return new Lease(Math.max(Lease.MIN_TICKS, ticks), draws.below(3) * 200);
    }

    /** Whether clocks may be drawn without regard to the drift: in one of four runs with leases. */
    static boolean mayBreakDrift(long seed) {
        return new KeyedRandom(seed).stream(Purpose.LEASE, 1).below(4) == 0;
    }

    /** The slowest and the fastest rate, of a thousand, that never are further apart than the drift. */
    static int slowest(Lease lease) {
        return TRUE_RATE - lease.driftPerMille() / 2;
    }

    static int fastest(Lease lease) {
        return TRUE_RATE + lease.driftPerMille() / 2;
    }

    private static boolean keepsDrift(Script script, Lease lease) {
        return script.faults().stream().allMatch(fault -> switch (fault.kind()) {
            case SLOW_CLOCK -> fault.strength() >= slowest(lease);
            case FAST_CLOCK -> fault.strength() <= fastest(lease);
            case CLOCK_JUMP -> false;
            default -> true;
        });
    }

    /**
     * What tries a promise, and chance alone seldom brings about while the leader lives: now and then it is told to hand over,
     * its followers are told that it is gone, or they all start again.
     */
    void plan() {
        if (lease.isOn()) {
            Stream draws = world.random.stream(Purpose.LEASE, 2);
            long most = 20L * world.script.limits().electionTicks() * MILLI;
            for (long at = draws.between(0, most); at < world.script.endNanos(); at += draws.between(MILLI, most)) {
                int trial = draws.below(3);
                int to = draws.below(world.script.members());
                world.queue.at(at, () -> tryPromises(trial, world.members.get(to)));
            }
        }
    }

    private void tryPromises(int trial, CoreMember successor) {
        CoreMember leader = world.leader();
        if (leader == null) {
            return;
        }
        if (trial == 0) {
            leader.input(new Input.Transfer(successor.id));
            return;
        }
        for (CoreMember follower : world.members) {
            if (follower == leader || !follower.isUp() || follower.isPaused()) {
                continue;
            }
            if (trial == 1) {
                world.hint(follower, new Input.PeerLost(leader.id));
            } else {
                world.end(follower, "a promise is tried", true, false);
                world.startIfDown(follower);
            }
        }
    }

    Lease lease() {
        return lease;
    }

    /** Within which an election begins once no leader is heard, in ticks: nobody campaigns while a promise binds it. */
    long patienceTicks() {
        return (long) world.script.limits().electionTicks() + lease.ticks();
    }

    /** Whether a read by lease must be linearizable: else nobody promised it. */
    boolean arePromised() {
        return keepsDrift;
    }

    /** A client that reads by lease does so with every other of its reads. */
    boolean readsByLease(Operation operation) {
        return lease.isOn() && operation.kind() == Operation.Kind.READ && operation.number() % 2 == 0;
    }

    /** While clocks keep to what is stated nobody is elected as long as another may read by its lease. */
    void elected(CoreMember elected) {
        for (CoreMember other : world.members) {
            if (other == elected || !other.isUp() || other.leaseTicks() == 0) {
                continue;
            }
            Rule.LEASE_EXCLUDES_ANOTHER_LEADER.require(
                    !keepsDrift,
                    () -> elected + " was elected in term " + elected.raft().currentTerm() + ", but " + other
                            + " leads term " + other.raft().currentTerm() + " by a lease of " + other.leaseTicks()
                            + " more ticks");
            world.marks.hit(Mark.LEASE_BROKEN_BY_CLOCKS);
        }
    }

    /** @param before of the leader, when time last passed for it */
    void timePassed(Raft raft, long before, boolean stoodStill) {
        if (before > 0 && raft.leaseTicks() == 0 && stoodStill) {
            world.marks.hit(Mark.LEASE_ENDED_WHILE_STANDING_STILL);
        }
    }
}
