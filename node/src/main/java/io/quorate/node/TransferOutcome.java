package io.quorate.node;

import io.quorate.raft.TransferRefusal;
import io.quorate.raft.membership.Member;
import org.jspecify.annotations.Nullable;

/** How a transfer of the leadership ended. */
public sealed interface TransferOutcome {
    /** That member leads. */
    record Transferred(long leader, long term) implements TransferOutcome {}

    /**
     * It does not lead.
     *
     * @param text for people
     * @param leader who leads as far as this member knows, or null
     */
    record NotTransferred(
            TransferRefusal reason, String text, @Nullable Member leader) implements TransferOutcome {}

    /** It may lead, or may still. */
    record Undecided(Unknown.Reason reason) implements TransferOutcome {}
}
