package io.quorate.raft;

import java.util.function.LongUnaryOperator;

/**
 * Forms for a search that calls {@link Raft#electionTimedOut()} and {@link Raft#heartbeatDue()} itself and lets no time pass
 * for a member that follows or campaigns: of two cores with equal forms, equal inputs get equal effects, for ever.
 *
 * <p>So these are left out: the generator, and the timeouts and hints drawn from it, which only {@link Raft#advance} compares
 * with the clock; and how many writes are done, since a driver that shifts all numbers of a life by as much tells the same.
 * Everything else is in, the numbers of read requests too, because messages under way name them.
 *
 * <p>A search also wants to take two worlds as one that differ only in who is who. All rules treat members alike, whatever
 * their ids, so a form under a permutation of the ids is the form of what the permuted cluster would be in.
 */
public final class TimelessForm {
    private TimelessForm() {}

    /**
     * Of a core between two turns: what it wanted done is with the driver.
     *
     * @param names a permutation of the members' ids, which stands for the incarnations as well
     */
    public static byte[] of(Raft raft, LongUnaryOperator names) {
        CanonicalForm out = CanonicalForm.timeless(names);
        raft.writeTo(out);
        return out.toBytes();
    }

    /** @param names as for a core */
    public static byte[] of(Message message, LongUnaryOperator names) {
        CanonicalForm out = CanonicalForm.timeless(names);
        MessageCodec.write(message, out);
        return out.toBytes();
    }
}
