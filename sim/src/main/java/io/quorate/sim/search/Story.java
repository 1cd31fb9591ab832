package io.quorate.sim.search;

import io.quorate.raft.Raft;
import java.util.ArrayList;
import java.util.List;

/** A path, told step by step for people. */
final class Story {
    private final Cluster cluster;
    private final List<String> lines = new ArrayList<>();
    private World world;

    Story(Cluster cluster) {
        this.cluster = cluster;
        this.world = World.empty(cluster);
    }

    List<Step> steps() {
        return world.steps(cluster.bounds());
    }

    void take(Step step) {
        String head = (lines.size() + 1) + ". " + step;
        try {
            World next = world.after(step, cluster).after();
            lines.add(step.member() == 0 ? head : head + "\n     " + status(next.member(step.member())));
            world = next;
        } catch (RuntimeException refused) {
            lines.add(head + "\n     " + refused); // The last step of a path on which a core refused.
        }
    }

    void forgetSpent() {
        world = world.withNothingSpent();
    }

    List<String> lines() {
        return lines;
    }

    private static String status(Member member) {
        Raft raft = member.raft();
        return "n" + member.id() + " t" + raft.currentTerm() + " " + raft.role() + ", vote n" + raft.votedFor()
                + ", log " + member.log() + " commit " + raft.commitIndex() + "; disk t"
                + member.disk().hardState().currentTerm() + " vote n"
                + member.disk().hardState().votedFor() + " "
                + member.disk().entries() + ", " + member.writes().size() + " writes in flight";
    }
}
