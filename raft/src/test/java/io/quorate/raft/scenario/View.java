package io.quorate.raft.scenario;

import io.quorate.raft.Notation;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.membership.Membership;
import java.util.List;

/** What a reader saw of a member before a turn, to tell what changed in it. */
record View(String role, long term, long commitIndex, Membership membership) {
    static final View NEW = new View("", 0, 0, Membership.NONE);

    static View of(Raft raft) {
        return new View(Notation.role(raft), raft.currentTerm(), raft.commitIndex(), raft.membership());
    }

    void tellChanges(World world, String name, Raft raft, List<RaftEvent> events) {
        Notation.events(name, events).forEach(world::tell);
        View after = of(raft);
        if (!role.isEmpty() && (!role.equals(after.role) || term != after.term)) {
            world.tell(Notation.change(name, term, role, after.term, after.role));
        }
    }

    void tellCommit(World world, String name, Raft raft) {
        if (!role.isEmpty() && raft.commitIndex() != commitIndex) {
            world.tell(name + " commits " + raft.commitIndex());
        }
    }
}
