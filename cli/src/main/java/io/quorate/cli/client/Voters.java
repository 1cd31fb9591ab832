package io.quorate.cli.client;

import io.quorate.etcd.quoratepb.ClusterMember;
import io.quorate.etcd.quoratepb.StateResponse;
import java.util.List;
import java.util.function.Predicate;

/**
 * The voters that count, and which of them answer. One that has not started counts in no quorum; while a change of the membership
 * is under way, a decision needs a majority of the old half and one of the new.
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
        return answering(member -> true);
    }

    boolean isChanging() {
        return counted.stream().anyMatch(member -> member.getLeaving() || member.getEntering());
    }

    /** How many failures can be survived; negative: so many must come back before anything can be decided. */
    int spare() {
        return Math.min(spare(member -> !member.getEntering()), spare(member -> !member.getLeaving()));
    }

    private int spare(Predicate<ClusterMember> half) {
        int voters = (int) counted.stream().filter(half).count();
        return answering(half) - (voters / 2 + 1);
    }

    private int answering(Predicate<ClusterMember> half) {
        return (int) counted.stream()
                .filter(half)
                .filter(member -> answers(all, member))
                .count();
    }

    /** A witness has no address for clients: it answers where the leader is connected with it. */
    static boolean answers(List<StateResponse> all, ClusterMember member) {
        return all.stream()
                .anyMatch(state -> state.getMemberId() == member.getId()
                        || (member.getWitness() && isConnected(state, member.getId())));
    }

    private static boolean isConnected(StateResponse state, long id) {
        return state.getLeader() == state.getMemberId()
                && state.getPeersList().stream().anyMatch(peer -> peer.getMemberId() == id && peer.getConnected());
    }
}
