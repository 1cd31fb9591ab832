package io.quorate.raft;

/** How well a member can do its work, as its driver finds out. */
public enum Fitness {
    FIT,
    /** Its flushes or its turns are late: it should not lead while another can. */
    SICK,
    /**
     * What it has is wrong: its state is not that of the others, or its disk gave back other bytes than were written. It must not lead: as
     * a leader it hands over, to whoever is there, or steps down; it never campaigns. Its log and its vote are as good as
     * anybody's.
     */
    FAULTY
}
