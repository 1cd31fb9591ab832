package io.quorate.node.peer;

import io.quorate.node.MembershipChange;
import org.jspecify.annotations.Nullable;

/**
 * What a member asks of the leader on behalf of its user, beside proposals.
 *
 * @param number names the request in the answer; rising in this life of the asker
 * @param change null for a transfer
 * @param to who is to lead, 0 for whoever is fit; 0 for a change
 */
public record LeaderRequest(
        long number, Kind kind, @Nullable MembershipChange change, long to) {
    /** What is asked. */
    public enum Kind {
        CHANGE,
        /** What a change would do; nothing is changed. */
        CHECK,
        TRANSFER
    }

    /** The same under another number. */
    public LeaderRequest numbered(long newNumber) {
        return new LeaderRequest(newNumber, kind, change, to);
    }
}
