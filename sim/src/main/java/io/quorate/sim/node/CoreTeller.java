package io.quorate.sim.node;

import io.quorate.raft.Effects;
import io.quorate.raft.Input;
import io.quorate.raft.Raft;
import io.quorate.raft.Replay;
import io.quorate.raft.RestartImage;
import io.quorate.sim.core.Happening;

/**
 * Tells what a whole member's core goes through. The core is deep within the node, so a second one lives its recorded inputs
 * again, turn by turn, and must want the same: so a run that is listened to is also a test of that.
 */
final class CoreTeller implements Replay.Watch {
    private final NodeWorld world;
    private final SimMember member;
    private final int life;

    CoreTeller(NodeWorld world, SimMember member) {
        this.world = world;
        this.member = member;
        life = member.lives();
    }

    @Override
    public void started(RestartImage image, Raft raft) {
        world.listener.happened(new Happening.Started(world.queue.now(), member.number, life, image, raft));
    }

    @Override
    public void told(Input input, Raft raft) {
        world.listener.happened(new Happening.Told(world.queue.now(), member.number, input, raft));
    }

    @Override
    public void drained(Effects effects, Raft raft) {
        world.listener.happened(new Happening.Drained(world.queue.now(), member.number, effects, raft));
    }
}
