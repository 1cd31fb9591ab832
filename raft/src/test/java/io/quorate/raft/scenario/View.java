package io.quorate.raft.scenario;

import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RaftEvent.LeaderElected;
import io.quorate.raft.RaftEvent.SteppedDown;
import io.quorate.raft.RaftEvent.Truncated;
import java.util.List;

/** What a reader saw of a member before a turn, to tell what changed in it. */
record View(String role, long term, long commitIndex) {
    static final View NEW = new View("", 0, 0);

    static View of(Raft raft) {
        return new View(Words.role(raft), raft.currentTerm(), raft.commitIndex());
    }

    void tellChanges(World world, String name, Raft raft, List<RaftEvent> events) {
        for (RaftEvent event : events) {
            if (event instanceof LeaderElected elected) {
                List<String> votes = elected.votes().stream().map(Words::name).toList();
                world.tell(name + " t" + elected.term() + " is elected by " + String.join(" ", votes));
            } else if (event instanceof SteppedDown stepped) {
                world.tell(name + " t" + stepped.term() + " steps down: " + stepped.reason());
            } else if (event instanceof Truncated truncated) {
                world.tell(name + " drops " + Words.range(truncated.fromIndex(), truncated.lastIndex()));
            }
        }
        View after = of(raft);
        if (!role.isEmpty() && (!role.equals(after.role) || term != after.term)) {
            String newTerm = term == after.term ? "" : "t" + after.term + " ";
            world.tell(name + " t" + term + " " + role + " ⇒ " + newTerm + after.role);
        }
    }

    void tellCommit(World world, String name, Raft raft) {
        if (!role.isEmpty() && raft.commitIndex() != commitIndex) {
            world.tell(name + " commits " + raft.commitIndex());
        }
    }
}
