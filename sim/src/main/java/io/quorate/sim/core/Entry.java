package io.quorate.sim.core;

import io.quorate.raft.EntryKind;
import io.quorate.raft.membership.Membership;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An entry whole, with what the core never sees of it.
 *
 * @param operation number of the operation that it carries, 0 for none
 * @param prefixHash of this entry and all before it: two logs that agree on it agree on all up to here
 */
record Entry(
        long index,
        long term,
        EntryKind kind,
        int bytes,
        int operation,
        long prefixHash,
        @Nullable Membership membership) {

    static Entry after(long previousHash, long index, long term, EntryKind kind, int bytes, int operation) {
        return new Entry(index, term, kind, bytes, operation, hash(previousHash, term, operation), null);
    }

    /** The same with what a core says of an entry that it made itself; its place in the hashes stays. */
    Entry madeHere(EntryKind made, @Nullable Membership told) {
        return new Entry(index, term, made, bytes, operation, prefixHash, told);
    }

    static long hash(long previous, long term, int operation) {
        long mixed =
                (previous ^ term * 0x9e3779b97f4a7c15L ^ (operation + 1L) * 0xc2b2ae3d27d4eb4fL) * 0x9fb21c651e98df25L;
        return mixed ^ (mixed >>> 29);
    }

    /** Whether it is the very same entry, behind the very same ones. */
    boolean isSame(Entry other) {
        return index == other.index
                && term == other.term
                && prefixHash == other.prefixHash
                && Objects.equals(membership, other.membership);
    }

    @Override
    public String toString() {
        return index + "@" + term + (operation == 0 ? " " + kind : " #" + operation);
    }
}
