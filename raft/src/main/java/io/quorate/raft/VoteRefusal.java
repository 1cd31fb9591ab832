package io.quorate.raft;

/** Why a vote, or a pre-vote, was not given. */
public enum VoteRefusal {
    /** It was given. */
    NONE,
    /** The voter has seen a later term (paper 5.1). */
    STALE_TERM,
    /** The voter gave this term's vote to somebody else (paper 5.2). */
    ALREADY_VOTED,
    /** The voter's log is more up to date than the candidate's (paper 5.4.1). */
    LOG_BEHIND,
    /** The voter has heard from a leader within the election timeout (thesis 4.2.3, 9.6). */
    LEADER_ALIVE,
    /** The voter leads this term itself. */
    I_LEAD,
    /** The asker is no voter in the newest membership that the voter knows. */
    NOT_A_VOTER,
    /** The voter lost entries to damage that it may have acknowledged: its log no longer says whom it may vote for. */
    DAMAGED
}
