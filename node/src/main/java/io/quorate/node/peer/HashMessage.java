package io.quorate.node.peer;

import java.util.List;

/** What members say to each other about the hashes of their states. An index is that of an entry, a hash that of the chain up to it. */
public sealed interface HashMessage {
    int group();

    /** What a member's word counts for. */
    enum Standing {
        /** It has made its state from its log, or a majority has shown since that it is right. */
        OWN,
        /** Its state came with another member's snapshot and nothing has been compared since: it would say what that member says. */
        GIVEN,
        /** It knows no hash: it was restored from a snapshot that has none. */
        NONE
    }

    /**
     * To the leader: what the sender's state has come to there.
     *
     * @param hash 0 where the sender knows none
     */
    record Report(int group, long index, long hash, Standing standing) implements HashMessage {
        public Report {
            hash = standing == Standing.NONE ? 0 : hash;
        }
    }

    /**
     * By one that differs from a majority: for the hashes at {@code last}, {@code last - stride}, and so on, {@code count} of them.
     *
     * @param count 1 to {@link Values#MOST}
     */
    record Ask(int group, long last, long stride, int count) implements HashMessage {}

    /**
     * The answer, in the same order.
     *
     * @param hashes as many of those asked for as the sender still has without a gap, at most {@link #MOST}; else none is sent
     */
    record Values(int group, long last, long stride, List<Long> hashes) implements HashMessage {
        /** 4 KiB of them. */
        public static final int MOST = 512;

        public Values {
            hashes = List.copyOf(hashes);
        }
    }

    /**
     * To all: the sender's state is not that of a majority.
     *
     * @param agreedIndex where it was found out
     * @param sameThrough the last index at which it is known to have been the same; 0 for none
     * @param differsFrom the first one at which it is known to differ
     */
    record Differs(int group, long agreedIndex, long sameThrough, long differsFrom) implements HashMessage {}
}
