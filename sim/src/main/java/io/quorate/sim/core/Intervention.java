package io.quorate.sim.core;

/**
 * One thing that an operator does with the cluster. It is tried a few times while it is refused for what passes by itself.
 *
 * @param number of the intervention in its script; the key of what it draws, so it stays the same when others are removed
 * @param member number of the process that it is about, from 0; -1: who leads by then
 * @param other number of another process, -1 for none
 * @param strength what else the kind needs to know
 */
public record Intervention(int number, Kind kind, long atNanos, int member, int other, long strength) {
    /** What is asked for. */
    public enum Kind {
        ADD("the process joins, as strength says: see Joining"),
        PROMOTE("the learner becomes a voter"),
        REMOVE("the member is removed"),
        REPLACE("the other process joins as a learner; when it has caught up, one change swaps the member for it"),
        CHANGE_ALL(
                "any change at once: of each process two bits of strength say whether it is to be gone, a learner, or a voter;"
                        + " of an odd one made for the membership that the operator saw before"),
        TRANSFER("the leadership is handed over to the member; -1: to any"),
        PRIORITISE("the member's election priority becomes strength"),
        SICKEN("the member's work is slow for strength milliseconds, as it measures it itself");

        private final String sentence;

        Kind(String sentence) {
            this.sentence = sentence;
        }

        public String sentence() {
            return sentence;
        }
    }

    /** What a process that joins is at first: the strength of {@link Kind#ADD}. */
    public enum Joining {
        /** Its data directory is there, and its incarnation known. */
        STARTED_LEARNER,
        /** It is listed first, then starts and claims its entry. */
        LEARNER,
        /** As a learner, and becomes a voter by itself when it has caught up. */
        JOINING,
        /** Listed as a voter, as etcd does; counts when it has started and caught up. */
        VOTER;

        public static Joining of(Intervention intervention) {
            return values()[(int) Math.floorMod(intervention.strength(), (long) values().length)];
        }
    }
}
