package io.quorate.node;

/** What a read may see. */
public enum Consistency {
    /**
     * Everything that was acknowledged anywhere before the read began (ReadIndex, thesis 6.4). On any member; costs one
     * round trip to a majority, shared by all reads of a turn.
     */
    LINEARIZABLE,
    /** What this member has applied; may be any time behind, also while it is cut off. */
    LOCAL
}
