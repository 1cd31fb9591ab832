package io.quorate.node;

import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Membership;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a change would do, asked of the leader without doing it.
 *
 * @param refusal why it would be refused now, or null
 * @param text the same for people; empty where it would not be refused
 * @param before the membership that it starts from; empty when no leader could be asked
 * @param after what it would become, when that can be said
 * @param answering ids of the members, the leader among them, that the leader is connected with
 */
public record ChangePlan(
        @Nullable ChangeRefusal refusal,
        String text,
        Membership before,
        @Nullable Membership after,
        List<Long> answering) {
    public ChangePlan {
        answering = List.copyOf(answering);
    }

    /** The same change, refused for what the leader does not know. */
    public ChangePlan refused(ChangeRefusal reason, String why) {
        return new ChangePlan(reason, why, before, after, answering);
    }

    /** How many voters must agree after the change. */
    public int quorumAfter() {
        return after == null ? 0 : after.countedVoters().size() / 2 + 1;
    }

    /** How many voters answer of those that there would be. */
    public int answeringAfter() {
        return after == null
                ? 0
                : (int) after.countedVoters().stream()
                        .filter(answering::contains)
                        .count();
    }
}
