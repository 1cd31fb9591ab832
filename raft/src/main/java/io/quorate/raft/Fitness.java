package io.quorate.raft;

/** How well a member can do its work, as its driver finds out. */
public enum Fitness {
    FIT,
    /** Its flushes or its turns are late: it should not lead while another can. */
    SICK,
    /**
     * What it has is wrong: its state is not that of the others, or its disk gave back other bytes than were written. Its log and its vote
     * are as good as anybody's, and perhaps it alone holds what others need. So it campaigns after all others, leads, without taking
     * proposals, as long as voters that answer are behind, and hands over to the first that is not; where none answers it steps down.
     */
    FAULTY
}
