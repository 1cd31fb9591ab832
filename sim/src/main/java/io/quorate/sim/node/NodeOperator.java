package io.quorate.sim.node;

import io.quorate.node.ChangeOutcome;
import io.quorate.node.MembershipChange;
import io.quorate.node.MembershipChange.Add;
import io.quorate.node.MembershipChange.As;
import io.quorate.node.MembershipChange.Edit;
import io.quorate.node.MembershipChange.Prioritise;
import io.quorate.node.MembershipChange.Promote;
import io.quorate.node.MembershipChange.Remove;
import io.quorate.node.TransferOutcome;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.sim.core.Happening;
import io.quorate.sim.core.Intervention;
import io.quorate.sim.core.Intervention.Joining;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import io.quorate.sim.core.Mark;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes the members of a cluster of whole members, and hands over its leadership, as users do: at any member that runs. */
final class NodeOperator {
    private static final long MILLI = 1_000_000;
    private static final int TRIES = 6;

    private final NodeWorld world;
    private boolean isOver;

    /** One thing that is asked for, until it has an outcome that stays. */
    private static final class Ask {
        final Intervention what;
        final Stream lots;
        int triesLeft = TRIES;

        Ask(Intervention what, Stream lots) {
            this.what = what;
            this.lots = lots;
        }
    }

    NodeOperator(NodeWorld world) {
        this.world = world;
    }

    void plan() {
        for (Intervention what : world.script.interventions()) {
            boolean isFor = what.member() < world.members.size() && what.other() < world.members.size();
            if (isFor && what.atNanos() < world.script.endNanos()) {
                world.queue.at(what.atNanos(), () -> begin(what));
            }
        }
    }

    /** Nothing is tried again any more. */
    void stop() {
        isOver = true;
    }

    /** Whoever is listed gets its process. */
    void startListed() {
        for (Member listed : world.memberships.newest().members()) {
            world.members.get(SimMember.number(listed.id())).join();
        }
    }

    private void begin(Intervention what) {
        Ask ask = new Ask(what, world.script.random().stream(Purpose.INTERVENTION, what.number()));
        told(what, "is asked for");
        if (what.kind() == Intervention.Kind.SICKEN) {
            return; // Whole members measure by themselves how well they work.
        }
        SimMember joins = joins(what);
        if (joins != null) {
            world.queue.after(ask.lots.between(0, 800 * MILLI), joins::join);
        }
        attempt(ask);
    }

    private @Nullable SimMember joins(Intervention what) {
        return switch (what.kind()) {
            case ADD -> world.members.get(what.member());
            case REPLACE -> world.members.get(what.other());
            default -> null;
        };
    }

    private void attempt(Ask ask) {
        ask.triesLeft--;
        SimMember leader = world.leader();
        SimMember asked =
                leader != null && ask.lots.hits(500) ? leader : world.members.get(ask.lots.below(world.members.size()));
        MemberLife life = asked.life();
        if (life == null) {
            again(ask, "nobody listens");
            return;
        }
        if (ask.what.kind() == Intervention.Kind.TRANSFER) {
            long to = ask.what.member() < 0 ? anyVoter(ask) : ask.what.member() + 1L;
            var unused =
                    life.handle.transferLeadership(to).whenComplete((outcome, failure) -> transferred(ask, outcome));
            return;
        }
        MembershipChange change = change(ask, world.memberships.newest());
        if (change == null) {
            again(ask, "it does not fit");
            return;
        }
        var unused = life.handle.change(change).whenComplete((outcome, failure) -> changed(ask, outcome));
    }

    private long anyVoter(Ask ask) {
        List<Long> voters = world.memberships.newest().voters();
        return voters.get(ask.lots.below(voters.size()));
    }

    private void transferred(Ask ask, @Nullable TransferOutcome outcome) {
        if (outcome instanceof TransferOutcome.Transferred) {
            world.ledger.hit(Mark.TRANSFERRED);
            told(ask.what, "is done");
        } else if (outcome instanceof TransferOutcome.NotTransferred refused) {
            world.ledger.hit(Mark.TRANSFER_REFUSED);
            again(ask, refused.reason().name());
        } else {
            told(ask.what, "nobody knows");
        }
    }

    private void changed(Ask ask, @Nullable ChangeOutcome outcome) {
        if (outcome instanceof ChangeOutcome.Changed changed) {
            world.ledger.hit(Mark.CHANGE_DONE);
            Membership newest = world.memberships.newest();
            world.judge.check(() -> world.memberships.done(changed.membership(), holds(ask.what, newest)));
            told(ask.what, "is done");
            if (ask.what.kind() == Intervention.Kind.REPLACE
                    && !changed.membership().isVoter(ask.what.other() + 1L)) {
                ask.triesLeft = TRIES; // The learner is there; the swap is still to come.
                again(ask, "goes on");
            }
        } else if (outcome instanceof ChangeOutcome.NotChanged refused) {
            world.ledger.hit(Mark.CHANGE_REFUSED);
            again(ask, refused.reason().name());
        } else {
            world.ledger.hit(Mark.CHANGE_UNDECIDED);
            again(ask, "nobody knows");
        }
    }

    /** Whether it is as was asked for, or was changed again since. */
    private static boolean holds(Intervention what, Membership newest) {
        long id = what.member() + 1L;
        return switch (what.kind()) {
            case ADD -> newest.contains(id) || newest.removed().contains(id);
            case PROMOTE -> newest.isVoter(id) || newest.removed().contains(id);
            case REMOVE -> what.member() < 0 || !newest.contains(id);
            case REPLACE, CHANGE_ALL, PRIORITISE, TRANSFER, SICKEN -> true;
        };
    }

    private void again(Ask ask, String why) {
        told(ask.what, why);
        if (ask.triesLeft > 0 && !isOver) {
            long wait = ask.lots.between(10 * MILLI, 300 * MILLI);
            world.queue.after(wait, () -> attempt(ask));
        }
    }

    private void told(Intervention what, String how) {
        world.hash.event(EventKind.INTERVENED.code());
        world.hash.mix(world.queue.now());
        world.hash.mix(what.number());
        world.hash.mix(how.length());
        if (world.listener.isListening()) {
            world.listener.happened(new Happening.Intervened(world.queue.now(), what, how));
        }
    }

    // ---- changes

    private @Nullable MembershipChange change(Ask ask, Membership now) {
        Intervention what = ask.what;
        SimMember leader = world.leader();
        long id = what.member() < 0 ? (leader == null ? 0 : leader.member.id()) : what.member() + 1L;
        return switch (what.kind()) {
            case ADD -> MembershipChange.of(added(id, as(Joining.of(what))));
            case PROMOTE -> MembershipChange.of(new Promote(id));
            case REMOVE -> MembershipChange.of(new Remove(id));
            case REPLACE -> replaced(now, id, what.other() + 1L);
            case CHANGE_ALL -> changedAll(now, what.strength());
            case PRIORITISE -> MembershipChange.of(new Prioritise(id, (int) what.strength()));
            case TRANSFER, SICKEN -> null;
        };
    }

    private Add added(long id, As as) {
        Member process = world.members.get(SimMember.number(id)).member;
        return new Add(id, process.name(), process.peerUrls(), as);
    }

    private static As as(Joining joining) {
        return switch (joining) {
            case STARTED_LEARNER, LEARNER -> As.LEARNER;
            case JOINING -> As.JOINING;
            case VOTER -> As.VOTER;
        };
    }

    private MembershipChange replaced(Membership now, long gone, long comes) {
        return now.contains(comes)
                ? MembershipChange.of(new Promote(comes), new Remove(gone))
                : MembershipChange.of(added(comes, As.LEARNER));
    }

    /** Two bits for each process, as {@link Intervention.Kind#CHANGE_ALL} says. */
    private @Nullable MembershipChange changedAll(Membership now, long strength) {
        List<Edit> edits = new ArrayList<>();
        for (SimMember process : world.members) {
            long id = process.member.id();
            int bits = (int) ((strength >>> (1 + 2 * process.number)) & 3);
            boolean isKnown = now.contains(id);
            if (bits == 0 && isKnown) {
                edits.add(new Remove(id));
            } else if (bits > 1 && isKnown && !now.isVoter(id)) {
                edits.add(new Promote(id));
            } else if (bits > 1 && !isKnown && process.isUp()) {
                edits.add(added(id, As.JOINING));
            }
        }
        return edits.isEmpty()
                ? null
                : MembershipChange.of(edits.toArray(new Edit[0])).expecting(now.index());
    }
}
