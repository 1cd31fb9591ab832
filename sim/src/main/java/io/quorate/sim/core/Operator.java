package io.quorate.sim.core;

import io.quorate.raft.Fitness;
import io.quorate.raft.Input;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.TransferRefusal;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.sim.core.Intervention.Joining;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Changes who belongs to the cluster and who leads it, as the script says: looks at the membership at some member, makes a
 * change for it, asks the leader, and tries again a few times while it is refused.
 */
final class Operator {
    private static final long MILLI = 1_000_000;
    private static final int TRIES = 8;
    private static final int REMOVES_BIT = 18;
    /** Whoever has joined tries for longer to claim its entry: the cluster cannot do without. */
    private static final int CLAIM_TRIES = 400;

    private final CoreWorld world;
    private final long timeout;

    /** Changes that a leader has taken, by the index of their entry. */
    private final List<Open> open = new ArrayList<>();

    /** The membership that each intervention saw last, for those made for an older one. */
    private final TreeMap<Integer, Long> sawBefore = new TreeMap<>();

    private record Open(Ask ask, CoreMember leader, int life, long index, long term) {}

    /** One thing that is asked for, again and again until it has an outcome. */
    private static final class Ask {
        final Intervention what;
        final Stream lots;
        /** The process that claims its entry, or null. */
        final @Nullable CoreMember claims;

        int triesLeft;

        Ask(Intervention what, Stream lots, @Nullable CoreMember claims, int tries) {
            this.what = what;
            this.lots = lots;
            this.claims = claims;
            this.triesLeft = tries;
        }
    }

    Operator(CoreWorld world) {
        this.world = world;
        this.timeout = world.script.limits().electionTicks() * MILLI;
    }

    void plan() {
        for (Intervention what : world.script.interventions()) {
            boolean isFor = what.member() < world.members.size() && what.other() < world.members.size();
            if (isFor && what.atNanos() < world.script.endNanos()) {
                world.queue.at(what.atNanos(), () -> begin(what));
            }
        }
    }

    private void begin(Intervention what) {
        Stream lots = world.random.stream(Purpose.INTERVENTION, what.number());
        world.intervened(what, "is asked for");
        if (what.kind() == Intervention.Kind.SICKEN) {
            sicken(what);
            return;
        }
        CoreMember joins = joins(what);
        if (joins != null && !isListedFirst(what)) {
            world.after(() -> world.startFirst(joins), lots.below(2) == 0 ? 1 : lots.between(0, 2 * timeout));
        }
        attempt(new Ask(what, lots, null, TRIES));
    }

    private @Nullable CoreMember joins(Intervention what) {
        return switch (what.kind()) {
            case ADD -> world.members.get(what.member());
            case REPLACE -> world.members.get(what.other());
            default -> null;
        };
    }

    private static boolean isListedFirst(Intervention what) {
        return what.kind() == Intervention.Kind.ADD && Joining.of(what) != Joining.STARTED_LEARNER;
    }

    private void sicken(Intervention what) {
        CoreMember member = what.member() < 0 ? world.leader() : world.members.get(what.member());
        if (member == null || !member.isUp()) {
            return;
        }
        int life = member.life();
        member.inTurn(() -> member.tell(new Input.FitnessIs(Fitness.SICK)));
        world.after(
                () -> {
                    if (member.isUp() && member.life() == life) {
                        member.inTurn(() -> member.tell(new Input.FitnessIs(Fitness.FIT)));
                    }
                },
                what.strength() * MILLI);
    }

    /** A process that was listed before it started claims its entry with its incarnation. */
    void claim(CoreMember member) {
        Intervention what = new Intervention(-1 - member.number, Intervention.Kind.ADD, 0, member.number, -1, 0);
        attempt(new Ask(what, world.random.stream(Purpose.INTERVENTION, what.number()), member, CLAIM_TRIES));
    }

    // ---- one attempt

    /** Looks at the membership at the leader, or at anybody who may be behind. */
    private void attempt(Ask ask) {
        ask.triesLeft--;
        CoreMember seen =
                ask.lots.below(10) < 7 ? world.leader() : world.members.get(ask.lots.below(world.members.size()));
        CoreMember leader = world.leader();
        CoreMember asked = leader != null && ask.lots.below(10) < 9
                ? leader
                : world.members.get(ask.lots.below(world.members.size()));
        if (seen == null || !seen.isUp() || !asked.isUp()) {
            again(ask, "nobody answers");
            return;
        }
        Membership membership = seen.raft().membership();
        int life = asked.life();
        world.after(
                () -> {
                    if (asked.isUp() && asked.life() == life) {
                        asked.inTurn(() -> ask(ask, asked, membership));
                    } else {
                        again(ask, "the connection was lost");
                    }
                },
                ask.lots.logBetween(50_000, 2_000_000));
    }

    private void ask(Ask ask, CoreMember asked, Membership seen) {
        if (ask.what.kind() == Intervention.Kind.TRANSFER) {
            transfer(ask, asked, seen);
            return;
        }
        Membership target = seen.isJoint() ? null : target(ask, asked, seen);
        if (target == null) {
            again(ask, "it does not fit");
            return;
        }
        long expected = seen.index();
        if (ask.what.kind() == Intervention.Kind.CHANGE_ALL && (ask.what.strength() & 1) == 1) {
            expected = sawBefore.getOrDefault(ask.what.number(), expected);
            sawBefore.put(ask.what.number(), seen.index());
        }
        long index = asked.change(expected, target);
        if (index < 0) {
            ChangeRefusal refusal = ChangeRefusal.ofCode(index);
            world.marks.changeRefused(refusal);
            again(ask, refusal.name());
            return;
        }
        open.add(new Open(ask, asked, asked.life(), index, asked.raft().currentTerm()));
    }

    private void transfer(Ask ask, CoreMember asked, Membership seen) {
        List<Long> voters = seen.voters();
        long to = ask.what.member() < 0 && !voters.isEmpty()
                ? voters.get(ask.lots.below(voters.size()))
                : ask.what.member() + 1L;
        if (to == 0) {
            return;
        }
        TransferRefusal refusal = asked.transfer(to);
        if (refusal != null) {
            world.marks.transferRefused(refusal);
            again(ask, refusal.name());
        } else {
            world.intervened(ask.what, "has begun");
        }
    }

    private void again(Ask ask, String why) {
        world.intervened(ask.what, why);
        boolean isAllWell = world.queue.now() >= world.script.endNanos();
        if (ask.triesLeft > 0 && (!isAllWell || ask.claims != null)) {
            world.after(() -> attempt(ask), ask.lots.between(timeout / 20, timeout));
        }
    }

    // ---- what becomes of it

    /** A member has called a membership committed. */
    void committed(CoreMember member, RaftEvent.MembershipCommitted event) {
        for (Open each : List.copyOf(open)) {
            if (each.leader == member && each.life == member.life() && !event.joint() && event.index() >= each.index) {
                open.remove(each);
                world.checks.changeDone(member, each.index, each.term);
                done(each.ask);
            }
        }
    }

    private void done(Ask ask) {
        world.intervened(ask.what, "is done");
        Intervention what = ask.what;
        CoreMember joins = joins(what);
        if (joins != null && isListedFirst(what) && ask.claims == null) {
            world.after(
                    () -> {
                        world.startFirst(joins);
                        claim(joins);
                    },
                    ask.lots.between(0, 2 * timeout));
        }
        if (what.kind() == Intervention.Kind.REPLACE && joins != null && isLearner(joins)) {
            ask.triesLeft = TRIES;
            attempt(ask); // The swap is still to come.
        }
    }

    private boolean isLearner(CoreMember joins) {
        Membership newest = world.checks.committedMembership();
        return newest.contains(joins.id) && !newest.isVoter(joins.id);
    }

    /** It leads no more, or is gone: nobody knows what becomes of what it had taken. */
    void lost(CoreMember member) {
        for (Open each : List.copyOf(open)) {
            if (each.leader == member) {
                open.remove(each);
                world.marks.hit(Mark.CHANGE_UNKNOWN);
                again(each.ask, "nobody knows");
            }
        }
    }

    // ---- memberships

    private @Nullable Membership target(Ask ask, CoreMember asked, Membership now) {
        Intervention what = ask.what;
        CoreMember claims = ask.claims;
        if (claims != null) {
            return claimed(now, claims);
        }
        long leader = asked.raft().leader();
        long id = what.member() < 0 ? leader : what.member() + 1L;
        return switch (what.kind()) {
            case ADD -> added(now, id, Joining.of(what));
            case PROMOTE -> now.contains(id) && !now.isVoter(id) ? now.promoting(List.of(id)) : null;
            case REMOVE -> now.contains(id) ? without(now, id) : null;
            case REPLACE -> replaced(now, id, what.other() + 1L);
            case CHANGE_ALL -> changedAll(now, what.strength() >>> 1);
            case PRIORITISE -> prioritised(now, id, (int) what.strength());
            case TRANSFER, SICKEN -> null;
        };
    }

    private @Nullable Membership claimed(Membership now, CoreMember claims) {
        Member entry = now.member(claims.id);
        if (entry == null || entry.isStarted()) {
            return null;
        }
        List<Member> members = new ArrayList<>(now.members());
        members.set(now.slot(claims.id), world.described(claims.id, true, entry.priority()));
        return new Membership(members, now.voters(), List.of(), now.joining());
    }

    private Membership added(Membership now, long id, Joining how) {
        List<Member> members = with(now, id, how == Joining.STARTED_LEARNER);
        List<Long> voters = how == Joining.VOTER ? withId(now.voters(), id) : now.voters();
        boolean joins = how == Joining.JOINING && !now.isVoter(id);
        List<Long> joining = joins ? withId(now.joining(), id) : now.joining();
        return new Membership(members, voters, List.of(), how == Joining.VOTER ? withoutId(joining, id) : joining);
    }

    private static Membership without(Membership now, long id) {
        List<Member> members =
                now.members().stream().filter(member -> member.id() != id).toList();
        return new Membership(members, withoutId(now.voters(), id), List.of(), withoutId(now.joining(), id));
    }

    private @Nullable Membership replaced(Membership now, long gone, long comes) {
        if (now.isVoter(comes) || !now.contains(gone) || gone == comes) {
            return null;
        }
        return now.contains(comes)
                ? without(now.promoting(List.of(comes)), gone)
                : new Membership(with(now, comes, true), now.voters(), List.of(), now.joining());
    }

    /** Two bits for each process; half of such changes remove nobody. */
    private @Nullable Membership changedAll(Membership now, long what) {
        List<Member> members = new ArrayList<>();
        List<Long> voters = new ArrayList<>();
        boolean removes = (what >>> REMOVES_BIT & 1) == 1;
        for (CoreMember process : world.members) {
            Member known = now.member(process.id);
            int bits = (int) ((what >>> (2 * process.number)) & 3);
            boolean isGone = (bits == 0 && removes) || (known == null && (!process.hasStarted() || bits == 1));
            if (!isGone) {
                members.add(known == null ? world.described(process.id, true, 0) : known);
                if (bits > 1) {
                    voters.add(process.id);
                }
            }
        }
        return voters.isEmpty() ? null : new Membership(members, voters, List.of());
    }

    private @Nullable Membership prioritised(Membership now, long id, int priority) {
        Member member = now.member(id);
        if (member == null) {
            return null;
        }
        List<Member> members = new ArrayList<>(now.members());
        members.set(now.slot(id), world.described(id, member.isStarted(), priority));
        return new Membership(members, now.voters(), List.of(), now.joining());
    }

    private List<Member> with(Membership now, long id, boolean isStarted) {
        List<Member> members = new ArrayList<>(now.members());
        if (!now.contains(id)) {
            members.add(world.described(id, isStarted, 0));
            members.sort((one, other) -> Long.compare(one.id(), other.id()));
        }
        return members;
    }

    private static List<Long> withId(List<Long> ids, long id) {
        List<Long> with = new ArrayList<>(ids);
        if (!with.contains(id)) {
            with.add(id);
            with.sort(Long::compare);
        }
        return with;
    }

    private static List<Long> withoutId(List<Long> ids, long id) {
        return ids.stream().filter(each -> each != id).toList();
    }
}
