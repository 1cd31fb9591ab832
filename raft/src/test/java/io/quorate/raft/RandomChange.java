package io.quorate.raft;

import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Draws what somebody might want the membership to be, sensible or not. */
final class RandomChange {
    private final SplitMix64 random;
    private final Membership now;
    private final List<Member> members;
    private final TreeSet<Long> voters;
    private final TreeSet<Long> joining;

    private RandomChange(SplitMix64 random, Membership now) {
        this.random = random;
        this.now = now;
        this.members = new ArrayList<>(now.members());
        this.voters = new TreeSet<>(now.voters());
        this.joining = new TreeSet<>(now.joining());
    }

    /** @param highestId ids that may be added are at most this */
    static Membership of(Membership now, long highestId, SplitMix64 random) {
        RandomChange change = new RandomChange(random, now);
        for (int i = random.below(5) == 0 ? 2 : 1; i > 0; i--) {
            change.one(1 + random.below((int) highestId));
        }
        return change.target();
    }

    private void one(long id) {
        if (!members.stream().anyMatch(member -> member.id() == id)) {
            add(id);
            return;
        }
        switch (random.below(6)) {
            case 0 -> remove(id);
            case 1 -> voters.add(id);
            case 2 -> voters.remove(id);
            case 3 -> joining.add(id);
            case 4 -> replace(new Member(id, 100 + id, "n" + id, List.of()));
            default -> {
                Member member = now.member(id);
                long incarnation = member == null ? 0 : member.incarnation();
                replace(new Member(id, incarnation, "n" + id, List.of("u" + random.below(50)), random.below(3)));
            }
        }
    }

    private void add(long id) {
        members.add(new Member(id, random.below(2) == 0 ? 0 : 100 + id, "n" + id, List.of()));
        switch (random.below(3)) {
            case 0 -> voters.add(id);
            case 1 -> joining.add(id);
            default -> {}
        }
    }

    private void remove(long id) {
        members.removeIf(member -> member.id() == id);
        voters.remove(id);
        joining.remove(id);
    }

    private void replace(Member by) {
        members.replaceAll(member -> member.id() == by.id() ? by : member);
    }

    private Membership target() {
        joining.removeAll(voters);
        members.sort((a, b) -> Long.compareUnsigned(a.id(), b.id()));
        return new Membership(members, List.copyOf(voters), List.of(), List.copyOf(joining));
    }
}
