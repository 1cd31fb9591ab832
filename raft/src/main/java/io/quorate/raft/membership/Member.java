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
 *     longer, and then campaign: it never prevents an election. Of a witness it says nothing
 * @param witness whether it is a witness, for as long as its id lives: it is told index and term of each entry and not what a command says, so it
 *     votes and acknowledges, and never leads. An acknowledged write is on as many other disks as {@link Membership#copies} says
 */
public record Member(
        long id, long incarnation, String name, List<String> peerUrls, int priority, boolean witness) {
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

    /** With priority 0, and no witness. */
    public Member(long id, long incarnation, String name, List<String> peerUrls) {
        this(id, incarnation, name, peerUrls, 0);
    }

    /** No witness. */
    public Member(long id, long incarnation, String name, List<String> peerUrls, int priority) {
        this(id, incarnation, name, peerUrls, priority, false);
    }

    /** The same member as its data directory tells it. */
    public Member started(long itsIncarnation, String itsName) {
        return new Member(id, itsIncarnation, itsName, peerUrls, priority, witness);
    }

    /** As it was before it started. */
    public Member unstarted() {
        return new Member(id, 0, name, peerUrls, priority, witness);
    }

    public Member at(List<String> urls) {
        return new Member(id, incarnation, name, urls, priority, witness);
    }

    public Member prioritised(int newPriority) {
        return new Member(id, incarnation, name, peerUrls, newPriority, witness);
    }

    /** Whether its data directory exists: before, nothing that it holds or says can count. */
    public boolean isStarted() {
        return incarnation != 0;
    }
}
