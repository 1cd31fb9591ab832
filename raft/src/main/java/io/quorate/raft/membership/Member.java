package io.quorate.raft.membership;

import java.util.List;

/**
 * One member of a group.
 *
 * @param id unsigned 64-bit, never 0, never used twice in the life of a cluster
 * @param incarnation random number made with the member's data directory; 0 while the member has not started yet: it is
 *     listed, but counts in no quorum
 * @param name for people; may be empty
 * @param peerUrls where its peers reach it, e.g. {@code http://127.0.0.1:2380}; opaque to the core
 * @param priority in [0, 255]: of the voters with a good log, one of the highest priority campaigns first. The others wait
 *     longer, and then campaign: it never prevents an election
 */
public record Member(long id, long incarnation, String name, List<String> peerUrls, int priority) {
    public static final int MAX_PRIORITY = 255;

    public Member {
        if (id == 0) {
            throw new IllegalArgumentException("a member id must not be 0");
        }
        if (priority < 0 || priority > MAX_PRIORITY) {
            throw new IllegalArgumentException("a priority is in [0, " + MAX_PRIORITY + "], not " + priority);
        }
        peerUrls = List.copyOf(peerUrls);
    }

    /** With priority 0. */
    public Member(long id, long incarnation, String name, List<String> peerUrls) {
        this(id, incarnation, name, peerUrls, 0);
    }

    /** Whether its data directory exists: before, nothing that it holds or says can count. */
    public boolean isStarted() {
        return incarnation != 0;
    }
}
