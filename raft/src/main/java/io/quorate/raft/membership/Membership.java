package io.quorate.raft.membership;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of a group and which of them vote. While a change is under way there are two halves of voters (joint
 * consensus, paper section 6): a decision then needs a majority of each.
 *
 * @param members everybody, learners included, by rising unsigned id; the position in this list is the member's slot
 * @param voters ids of the voters (of the new half while joint), rising unsigned, a subset of the members
 * @param outgoingVoters ids of the old half's voters while joint; empty otherwise
 */
public record Membership(List<Member> members, List<Long> voters, List<Long> outgoingVoters) {
    public static final Membership NONE = new Membership(List.of(), List.of(), List.of());

    public Membership {
        members = List.copyOf(members);
        voters = List.copyOf(voters);
        outgoingVoters = List.copyOf(outgoingVoters);
        requireRising(members.stream().map(Member::id).toList(), "members");
        requireRising(voters, "voters");
        requireRising(outgoingVoters, "outgoing voters");
        for (List<Long> half : List.of(voters, outgoingVoters)) {
            for (long id : half) {
                if (slotOf(members, id) < 0) {
                    throw new IllegalArgumentException("voter " + Long.toUnsignedString(id, 16) + " is no member");
                }
            }
        }
    }

    /** All of these members vote. */
    public static Membership ofVoters(List<Member> members) {
        List<Member> sorted = new ArrayList<>(members);
        sorted.sort(Comparator.comparing(Member::id, Long::compareUnsigned));
        return new Membership(sorted, sorted.stream().map(Member::id).toList(), List.of());
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

    /** How many voters have a lower id. */
    public int rank(long id) {
        int rank = 0;
        for (Member member : members) {
            rank += isVoter(member.id()) && Long.compareUnsigned(member.id(), id) < 0 ? 1 : 0;
        }
        return rank;
    }

    public boolean isJoint() {
        return !outgoingVoters.isEmpty();
    }

    private static int slotOf(List<Member> members, long id) {
        for (int slot = 0; slot < members.size(); slot++) {
            if (members.get(slot).id() == id) {
                return slot;
            }
        }
        return -1;
    }

    private static void requireRising(List<Long> ids, String what) {
        for (int i = 1; i < ids.size(); i++) {
            if (Long.compareUnsigned(ids.get(i - 1), ids.get(i)) >= 0) {
                throw new IllegalArgumentException(what + " must rise by unsigned id, got " + ids);
            }
        }
    }
}
