package io.quorate.node.internal;

import io.quorate.node.MembershipChange;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Membership;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Asks, before a change is made or planned, who answers at the peer addresses of those that are to vote by it. No rule of the protocol
 * needs it: it keeps an operator from a voter whom the others cannot reach.
 */
public interface AddressCheck {
    /**
     * What is wrong.
     *
     * @param text for people: which address, and who answers there, or that nobody does
     */
    record Flaw(ChangeRefusal refusal, String text) {}

    /** @return empty when those answer who should */
    CompletableFuture<Optional<Flaw>> flaw(Membership before, MembershipChange change);
}
