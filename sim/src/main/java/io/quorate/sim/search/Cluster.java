package io.quorate.sim.search;

import io.quorate.raft.RaftConfig;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;

/** What is the same in all worlds of one search. */
final class Cluster {
    /** Of every entry, in bytes; nothing is ever short of room. */
    static final int RECORD_BYTES = 32;

    private static final int GROUP = 1;
    private static final int HEARTBEAT_TICKS = 100;
    private static final int ELECTION_TICKS = 1000;

    private final SearchBounds bounds;
    private final Contract contract;
    private final SnapshotMark mark;
    private final Parts parts = new Parts();
    private final Turns turns = new Turns(this);

    Cluster(SearchBounds bounds, Contract contract) {
        this.bounds = bounds;
        this.contract = contract;
        List<io.quorate.raft.membership.Member> members = new ArrayList<>();
        for (long id = 1; id <= Permutation.MEMBERS; id++) {
            // The incarnation is renamed together with the id, so it is the same number; and no name tells members
            // apart.
            members.add(new io.quorate.raft.membership.Member(id, id, "", List.of()));
        }
        mark = new SnapshotMark(0, 0, Membership.ofVoters(members));
    }

    SearchBounds bounds() {
        return bounds;
    }

    Contract contract() {
        return contract;
    }

    SnapshotMark mark() {
        return mark;
    }

    Parts parts() {
        return parts;
    }

    Turns turns() {
        return turns;
    }

    RaftConfig config(long id) {
        return new RaftConfig(
                GROUP,
                id,
                id,
                HEARTBEAT_TICKS,
                ELECTION_TICKS,
                bounds.preVote(),
                bounds.checkQuorum(),
                1 << 20,
                1 << 16,
                1 << 20,
                4,
                16,
                16,
                true);
    }
}
