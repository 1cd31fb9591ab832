package io.quorate.sim.node;

import io.quorate.raft.Effects;
import io.quorate.raft.Input;
import io.quorate.raft.Raft;
import io.quorate.raft.Replay;
import io.quorate.raft.RestartImage;
import io.quorate.sim.core.Happening;

/**
 * Tells what a whole member's core goes through, and has it judged. The core is deep within the node, so a second one lives
 * its recorded inputs again, turn by turn before their effects leave, and must want the same: so each run is also a test of that.
 */
final class CoreTeller implements Replay.Watch {
    private final NodeWorld world;
    private final SimMember member;
    private final NodeLoyalty loyalty;
    private final int life;

    CoreTeller(NodeWorld world, SimMember member) {
        this.world = world;
        this.member = member;
        loyalty = new NodeLoyalty(world.settings.options());
        life = member.lives();
    }

    @Override
    public void started(RestartImage image, Raft raft) {
        if (world.listener.isListening()) {
            world.listener.happened(new Happening.Started(world.queue.now(), member.number, life, image, raft));
        }
        loyalty.started(image, raft);
        world.judge.check(() -> world.memberships.started(member, image));
    }

    @Override
    public void told(Input input, Raft raft) {
        if (world.listener.isListening()) {
            world.listener.happened(new Happening.Told(world.queue.now(), member.number, input, raft));
        }
        world.judge.check(() -> loyalty.told(input, raft));
        if (input instanceof Input.Receive receive) {
            world.judge.check(() -> world.memberships.received(member, receive.message(), raft));
        }
    }

    @Override
    public void drained(Effects effects, Raft raft) {
        if (world.listener.isListening()) {
            world.listener.happened(new Happening.Drained(world.queue.now(), member.number, effects, raft));
        }
        world.judge.check(() -> loyalty.drained(effects, raft));
        world.judge.check(() -> world.memberships.drained(member, effects, raft, world.members));
        NodeMarks.drained(world, effects.events(), raft);
    }
}
