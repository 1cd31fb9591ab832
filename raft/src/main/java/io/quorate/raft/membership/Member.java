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
 */
public record Member(long id, long incarnation, String name, List<String> peerUrls) {
    public Member {
        if (id == 0) {
            throw new IllegalArgumentException("a member id must not be 0");
        }
        peerUrls = List.copyOf(peerUrls);
    }
}
