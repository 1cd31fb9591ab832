package io.quorate.node.peer;

import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The first start of a cluster: collects the incarnation of each first member, as told by itself. Only with all of them known
 * is "the same member" a thing that can be checked for ever after, and only then may anybody vote.
 */
final class FirstStart {
    private final Membership initial;
    private final boolean majorityIsEnough;
    private final Map<Long, Long> told = new TreeMap<>();

    FirstStart(Membership initial, long self, long incarnation, boolean majorityIsEnough) {
        this.initial = initial;
        this.majorityIsEnough = majorityIsEnough;
        told.put(self, incarnation);
    }

    void told(long id, long incarnation) {
        if (initial.contains(id)) {
            told.put(id, incarnation);
        }
    }

    boolean isComplete() {
        return told.size() >= (majorityIsEnough ? initial.size() / 2 + 1 : initial.size());
    }

    /** The members with what they told; incarnation 0 for those not heard, of whom the first that comes is believed. */
    Membership set() {
        List<Member> members = new ArrayList<>();
        for (Member member : initial.members()) {
            long incarnation = told.getOrDefault(member.id(), 0L);
            members.add(new Member(member.id(), incarnation, member.name(), member.peerUrls()));
        }
        return new Membership(members, initial.voters(), initial.outgoingVoters()).leasing(initial.lease());
    }

    /** Names of those not heard yet, or their ids in hex. */
    List<String> waitingFor() {
        return initial.members().stream()
                .filter(member -> !told.containsKey(member.id()))
                .map(member -> member.name().isEmpty() ? Long.toHexString(member.id()) : member.name())
                .toList();
    }
}
