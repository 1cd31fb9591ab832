package io.quorate.raft.membership;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The members of a group and which of them vote. While a change is under way there are two halves of voters (joint
 * consensus, paper section 6): a decision then needs a majority of each.
 *
 * <p>How one leads to the next; every change of those who count goes through a joint one:
 *
 * <pre>
 *   voters a b c  --- next(target: b c d)  ---&gt;  voters b c d, outgoing a b c, removed a   (the joint entry; a is a member yet)
 *                 --- secondHalf           ---&gt;  voters b c d,                 removed a   (a is gone)
 * </pre>
 *
 * @param members everybody, learners included, by rising unsigned id; the position in this list is the member's slot
 * @param voters ids of the voters (of the new half while joint), rising unsigned, a subset of the members. One that has not
 *     started is listed and counts in no quorum
 * @param outgoingVoters ids of the old half's voters while joint; empty otherwise
 * @param joining ids of learners that become voters by themselves, as soon as they have started and caught up
 * @param removed ids that may never be used again; while joint also those of members that leave with the second half
 * @param index of the entry that told it first: what a change is made for; 0 for the set of the first start
 * @param lease what voters promise to a leader, and how long it may serve reads by that
 * @param version what the members have agreed to write into the log and snapshots, from {@link #FIRST_VERSION}: it never falls, since
 *     what was written by it stays. The core knows only that; what a version allows its driver knows
 */
public record Membership(
        List<Member> members,
        List<Long> voters,
        List<Long> outgoingVoters,
        List<Long> joining,
        List<Long> removed,
        long index,
        Lease lease,
        int version) {
    public static final int FIRST_VERSION = 1;

    /** Versions are told as u16. */
    public static final int MAX_VERSION = 0xffff;

    public static final Membership NONE = new Membership(List.of(), List.of(), List.of());

    public Membership {
        members = List.copyOf(members);
        voters = List.copyOf(voters);
        outgoingVoters = List.copyOf(outgoingVoters);
        joining = List.copyOf(joining);
        removed = List.copyOf(removed);
        requireRising(members.stream().map(Member::id).toList(), "members");
        requireRising(voters, "voters");
        requireRising(outgoingVoters, "outgoing voters");
        requireRising(joining, "joining learners");
        requireRising(removed, "removed ids");
        if (version < FIRST_VERSION || version > MAX_VERSION) {
            throw new IllegalArgumentException("the version of a membership is " + version);
        }
        for (List<Long> half : List.of(voters, outgoingVoters)) {
            for (long id : half) {
                require(slotOf(members, id) >= 0, "voter", id, "is no member");
            }
        }
        for (long id : joining) {
            require(slotOf(members, id) >= 0, "joining learner", id, "is no member");
            require(!voters.contains(id) && !outgoingVoters.contains(id), "joining learner", id, "votes already");
        }
        for (long id : removed) {
            boolean leaves = outgoingVoters.contains(id) && !voters.contains(id);
            require(leaves || slotOf(members, id) < 0, "removed member", id, "is still one");
        }
    }

    /** A first set, or the target of a change: nobody joins, and nobody was removed yet. */
    public Membership(List<Member> members, List<Long> voters, List<Long> outgoingVoters) {
        this(members, voters, outgoingVoters, List.of());
    }

    /** Without leases, of the first version. */
    public Membership(
            List<Member> members,
            List<Long> voters,
            List<Long> outgoingVoters,
            List<Long> joining,
            List<Long> removed,
            long index) {
        this(members, voters, outgoingVoters, joining, removed, index, Lease.OFF, FIRST_VERSION);
    }

    /** As above, and these learners join. */
    public Membership(List<Member> members, List<Long> voters, List<Long> outgoingVoters, List<Long> joining) {
        this(members, voters, outgoingVoters, joining, List.of(), 0);
    }

    /** All of these members vote. */
    public static Membership ofVoters(List<Member> members) {
        List<Member> sorted = sorted(members);
        return new Membership(sorted, idsOf(sorted), List.of());
    }

    /** The same members under this promise; a target for {@link #next}. */
    public Membership leasing(Lease promised) {
        return new Membership(members, voters, outgoingVoters, joining, removed, index, promised, version);
    }

    /** The same members at that version; a target for {@link #next}. */
    public Membership atVersion(int agreed) {
        return new Membership(members, voters, outgoingVoters, joining, removed, index, lease, agreed);
    }

    public int size() {
        return members.size();
    }

    /** The dense slot of a member in this membership, or -1. */
    public int slot(long id) {
        return slotOf(members, id);
    }

    public boolean contains(long id) {
        return slot(id) >= 0;
    }

    public @Nullable Member member(long id) {
        int slot = slot(id);
        return slot < 0 ? null : members.get(slot);
    }

    /** Whether it votes in either half. */
    public boolean isVoter(long id) {
        return voters.contains(id) || outgoingVoters.contains(id);
    }

    /**
     * How many go before that member where the voters campaign one after the other: voters of either half that have started,
     * those of a higher priority first, then those with a lower id.
     */
    public int rank(long id) {
        Member member = member(id);
        int priority = member == null ? 0 : member.priority();
        int rank = 0;
        for (Member other : members) {
            boolean isBefore = other.priority() == priority
                    ? Long.compareUnsigned(other.id(), id) < 0
                    : other.priority() > priority;
            rank += isBefore && other.isStarted() && isVoter(other.id()) ? 1 : 0;
        }
        return rank;
    }

    public boolean isJoint() {
        return !outgoingVoters.isEmpty();
    }

    /** The voters of the new half that have started: those who count in it. */
    public List<Long> countedVoters() {
        return voters.stream().filter(this::isStarted).toList();
    }

    boolean isStarted(long id) {
        Member member = member(id);
        return member != null && member.isStarted();
    }

    /** How many different priorities voters have that are higher than that member's; 0 for who is no member. */
    public int higherPriorities(long id) {
        Member member = member(id);
        return member == null
                ? 0
                : (int) members.stream()
                        .filter(other -> isVoter(other.id()) && other.priority() > member.priority())
                        .mapToInt(Member::priority)
                        .distinct()
                        .count();
    }

    // ---- how one leads to the next

    /**
     * What to write into the log to get from this one, which must not be joint, to a target: the target itself where those who
     * count stay the same, else the joint membership of both. A voter that starts to count by the claim of its entry becomes a
     * joining learner first. Who is in this one and not in the target is removed.
     *
     * <p>Leases are switched on and off by the first half, so that whoever counts by both promises by both.
     *
     * @param target not joint; whom it calls removed, and its index, are not looked at
     * @param at index of the entry that will tell it
     */
    public Membership next(Membership target, long at) {
        List<Long> before = countedVoters();
        List<Long> claimed = target.countedVoters().stream()
                .filter(id -> voters.contains(id) && !before.contains(id))
                .toList();
        List<Long> nextVoters = without(target.voters, claimed);
        List<Long> nextJoining = union(target.joining, claimed);
        List<Long> nextRemoved = union(removed, without(idsOf(members), idsOf(target.members)));
        Membership settled = new Membership(
                target.members, nextVoters, List.of(), nextJoining, nextRemoved, at, target.lease, target.version);
        if (settled.countedVoters().equals(before)) {
            return settled;
        }
        List<Member> all = new ArrayList<>(target.members);
        for (Member member : members) {
            if (before.contains(member.id()) && !target.contains(member.id())) {
                all.add(member);
            }
        }
        // Nobody goes out of the voters and comes in again by one change.
        return new Membership(
                sorted(all),
                nextVoters,
                before,
                without(nextJoining, before),
                nextRemoved,
                at,
                target.lease,
                target.version);
    }

    /**
     * What ends a joint membership: its new half alone.
     *
     * @param at index of the entry that will tell it
     */
    public Membership secondHalf(long at) {
        List<Member> staying = members.stream()
                .filter(member -> !removed.contains(member.id()))
                .toList();
        return new Membership(staying, voters, List.of(), joining, removed, at, lease, version);
    }

    /** This one with these learners as voters; a target for {@link #next}. */
    public Membership promoting(List<Long> learners) {
        return new Membership(members, union(voters, learners), List.of(), without(joining, learners))
                .leasing(lease)
                .atVersion(version);
    }

    /** Whether a membership may stand behind this one in a log: those who count change by way of both halves only. */
    public boolean mayBeFollowedBy(Membership later) {
        if (members.isEmpty()) {
            return true; // Who joins begins with nobody.
        }
        boolean isLater = later.index > index && later.removed.containsAll(removed) && later.version >= version;
        if (isJoint()) {
            return isLater && later.equals(secondHalf(later.index));
        }
        List<Long> before = countedVoters();
        boolean votersStay = later.isJoint()
                ? later.outgoingVoters.equals(before)
                : later.countedVoters().equals(before);
        return isLater && votersStay;
    }

    // ---- lists of ids

    private static List<Long> idsOf(Collection<Member> members) {
        return members.stream().map(Member::id).toList();
    }

    private static List<Member> sorted(List<Member> members) {
        List<Member> sorted = new ArrayList<>(members);
        sorted.sort(Comparator.comparing(Member::id, Long::compareUnsigned));
        return sorted;
    }

    private static List<Long> without(List<Long> ids, List<Long> those) {
        return ids.stream().filter(id -> !those.contains(id)).toList();
    }

    private static List<Long> union(List<Long> some, List<Long> others) {
        TreeSet<Long> all = new TreeSet<>(Long::compareUnsigned);
        all.addAll(some);
        all.addAll(others);
        return List.copyOf(all);
    }

    private static int slotOf(List<Member> members, long id) {
        for (int slot = 0; slot < members.size(); slot++) {
            if (members.get(slot).id() == id) {
                return slot;
            }
        }
        return -1;
    }

    private static void require(boolean holds, String who, long id, String what) {
        if (!holds) {
            throw new IllegalArgumentException(who + " " + Long.toUnsignedString(id, 16) + " " + what);
        }
    }

    private static void requireRising(List<Long> ids, String what) {
        for (int i = 1; i < ids.size(); i++) {
            if (Long.compareUnsigned(ids.get(i - 1), ids.get(i)) >= 0) {
                throw new IllegalArgumentException(what + " must rise by unsigned id, got " + ids);
            }
        }
    }
}
