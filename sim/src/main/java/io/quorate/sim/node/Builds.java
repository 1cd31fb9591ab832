package io.quorate.sim.node;

import io.quorate.node.ChangeOutcome;
import io.quorate.node.MembershipChange;
import io.quorate.node.port.Versions;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import io.quorate.sim.core.Mark;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A rolling upgrade, in some of the runs: every life of a member is of the build of today or of one that speaks a version more, more
 * often of that as the run goes on, and now and then an operator raises the cluster version. He is careless: he starts members with
 * whatever build, also with one that is too old by then. That it is refused he sees, and gives it the newer one.
 */
final class Builds {
    static final Versions OLDER = new Versions(1, 1);
    static final Versions NEWER = new Versions(1, 2);

    private static final long MILLI = 1_000_000;
    private static final int RAISES = 6;
    /** Of each member, beside those that faults bring. */
    private static final int RESTARTS = 2;

    private final NodeWorld world;
    private final boolean areMixed;
    /** Members that have run the newer build, or must from now on. */
    private final TreeSet<Integer> upgraded = new TreeSet<>();

    private final TreeSet<Integer> mustBeNewer = new TreeSet<>();
    private boolean isOver;

    Builds(NodeWorld world) {
        this.world = world;
        areMixed = world.script.profile().isBounded() && lots(-1).hits(250);
    }

    private Stream lots(int key) {
        return world.script.random().stream(Purpose.BUILD, key);
    }

    void plan() {
        if (!areMixed) {
            return;
        }
        Stream times = lots(-2);
        long end = world.script.endNanos();
        for (int number = 0; number < RAISES; number++) {
            Stream own = lots(-3 - number);
            world.queue.at(times.between(end / 3, end), () -> raise(own));
        }
        for (SimMember member : world.members) {
            for (int turn = 0; turn < RESTARTS; turn++) {
                world.queue.at(times.between(300 * MILLI, end), () -> restart(member));
            }
        }
    }

    private void restart(SimMember member) {
        if (member.isUp() && !isOver && world.atlas.mayEnd()) {
            member.kill();
            member.startAgainSoon(SimMember.restartNanos(member.lots));
        }
    }

    /** Nobody is started with another build than it has, and nothing is raised. */
    void stop() {
        isOver = true;
    }

    /** What the next life of that member speaks. */
    Versions next(SimMember member) {
        if (!areMixed) {
            return Versions.CURRENT;
        }
        Stream own = world.script.random().stream(Purpose.BUILD, KeyedRandom.key(1 + member.number, member.lives()));
        long end = Math.max(1, world.script.endNanos());
        long share = 200 + 750 * Math.min(world.queue.now(), end) / end;
        boolean isNewer = mustBeNewer.contains(member.number) || (isOver ? wasNewer(member) : own.hits(share));
        if (isNewer) {
            upgraded.add(member.number);
        }
        return isNewer ? NEWER : OLDER;
    }

    boolean wasNewer(SimMember member) {
        return upgraded.contains(member.number);
    }

    /** It was refused for the version that the cluster has. */
    void refused(SimMember member) {
        mustBeNewer.add(member.number);
        world.ledger.hit(Mark.OLDER_BUILD_REFUSED);
    }

    private void raise(Stream own) {
        SimMember asked = world.members.get(own.below(world.members.size()));
        MemberLife life = asked.life();
        if (life == null || isOver) {
            return;
        }
        var unused = life.handle
                .change(MembershipChange.raiseVersion(NEWER.newest()))
                .whenComplete((outcome, failure) -> raised(outcome));
    }

    private void raised(@Nullable ChangeOutcome outcome) {
        if (outcome instanceof ChangeOutcome.Changed) {
            world.ledger.hit(Mark.VERSION_RAISED);
        } else if (outcome instanceof ChangeOutcome.NotChanged not
                && not.reason() == ChangeRefusal.VERSION_NOT_SPOKEN) {
            world.ledger.hit(Mark.VERSION_NOT_RAISED);
        }
    }
}
