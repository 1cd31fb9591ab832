package io.quorate.raft;

/** How well a member can do its work, as its driver measures it: the time of flushes, the lateness of turns. */
public enum Fitness {
    FIT,
    /** Its flushes or its turns are late: it should not lead while another can. */
    SICK
}
