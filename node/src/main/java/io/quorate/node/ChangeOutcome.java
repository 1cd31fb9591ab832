package io.quorate.node;

import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import org.jspecify.annotations.Nullable;

/** How a change of the membership ended. */
public sealed interface ChangeOutcome {
    /**
     * It is done and committed.
     *
     * @param membership the newest one then; its {@code index()} is what a next change may expect
     */
    record Changed(Membership membership) implements ChangeOutcome {}

    /**
     * Nothing of it happened, and nothing will.
     *
     * @param text for people
     * @param leader who leads as far as this member knows, or null
     */
    record NotChanged(
            ChangeRefusal reason, String text, @Nullable Member leader) implements ChangeOutcome {}

    /** It may have happened, or may still: look at the membership before trying again. */
    record Undecided(Unknown.Reason reason) implements ChangeOutcome {}
}
