package io.quorate.cli.client;

import io.quorate.etcd.quoratepb.ClusterMember;
import io.quorate.etcd.quoratepb.StateResponse;
import java.util.List;
import java.util.function.Predicate;

/**
 * The voters that count, and which of them answer. One that has not started counts in no quorum; while a change of the membership
 * is under way, a decision needs a majority of the old half and one of the new. One that gets back what damage took from its log
 * counts for writes, but neither votes nor can be elected: with it a leader goes on, and none is found.
 */
final class Voters {
    private final List<ClusterMember> counted;
    private final List<StateResponse> all;

    /**
     * @param view the member whose list of members is believed
     * @param all who answers
     */
    Voters(StateResponse view, List<StateResponse> all) {
        this.counted = view.getMembersList().stream()
                .filter(member -> !member.getLearner() && member.getStarted())
                .toList();
        this.all = all;
    }

    int size() {
        return counted.size();
    }

    /** How many of them answer. */
    int answering() {
        return count(member -> true, member -> answers(all, member.getId()));
    }

    boolean isChanging() {
        return counted.stream().anyMatch(member -> member.getLeaving() || member.getEntering());
    }

    /** How many of those that answer have no vote until they have back what damage took. */
    int damaged() {
        return answering() - count(member -> true, this::canVote);
    }

    /** Whether a leader can commit: a majority answers. */
    boolean canDecide() {
        return spare(member -> answers(all, member.getId())) >= 0;
    }

    /**
     * How many failures can be survived, the leader's among them; negative: so many must come back, or get back what damage took, before
     * anybody can be elected.
     */
    int spare() {
        return spare(this::canVote);
    }

    private int spare(Predicate<ClusterMember> counts) {
        return Math.min(spare(member -> !member.getEntering(), counts), spare(member -> !member.getLeaving(), counts));
    }

    private int spare(Predicate<ClusterMember> half, Predicate<ClusterMember> counts) {
        return count(half, counts) - (count(half, member -> true) / 2 + 1);
    }

    private int count(Predicate<ClusterMember> half, Predicate<ClusterMember> counts) {
        return (int) counted.stream().filter(half).filter(counts).count();
    }

    private boolean canVote(ClusterMember member) {
        return all.stream().anyMatch(state -> state.getMemberId() == member.getId() && state.getLostThrough() == 0);
    }

    static boolean answers(List<StateResponse> all, long id) {
        return all.stream().anyMatch(state -> state.getMemberId() == id);
    }
}
