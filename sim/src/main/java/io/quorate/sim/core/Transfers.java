package io.quorate.sim.core;

import io.quorate.raft.Message;
import io.quorate.raft.Message.TimeoutNow;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftEvent;
import java.util.Arrays;
import java.util.List;

/** Leaderships on their way: they end in time, and who is told to campaign holds all that the leader does. */
final class Transfers {
    private static final long NONE = -1;

    private final CoreWorld world;
    private final Elections elections;
    private final long timeout;

    /** By member, while it hands over: since when, in ticks of its life. */
    private final long[] since;

    Transfers(CoreWorld world, Elections elections) {
        this.world = world;
        this.elections = elections;
        this.timeout = world.script.limits().electionTicks();
        this.since = new long[world.script.processes()];
        Arrays.fill(since, NONE);
    }

    void started(CoreMember member) {
        since[member.number] = NONE;
    }

    void drained(CoreMember member, List<RaftEvent> events) {
        for (RaftEvent event : events) {
            if (event instanceof RaftEvent.TransferBegan) {
                since[member.number] = member.ticks();
            } else if (event instanceof RaftEvent.TransferGivenUp || event instanceof RaftEvent.SteppedDown) {
                since[member.number] = NONE;
            }
        }
        long began = since[member.number];
        Rule.TRANSFER_ENDS.require(
                began == NONE || member.ticks() - began <= timeout,
                () -> member + " has been handing over for " + (member.ticks() - began) + " ticks");
    }

    void leaving(CoreMember member, Message message) {
        Raft raft = member.raft();
        if (!(message instanceof TimeoutNow now) || !raft.leadsIn(now.term()) || elections.newestTerm() != now.term()) {
            return;
        }
        CoreMember target = world.members.get((int) now.to() - 1);
        EntryLog log = member.log();
        boolean holdsAll =
                log.lastIndex() == log.prevIndex() || target.disk().durable().holds(log.get(log.lastIndex()));
        Rule.SUCCESSOR_HOLDS_ALL.require(
                holdsAll && member.newestMembership().isVoter(target.id),
                () -> member + " tells " + target + " to campaign, whose disk ends at "
                        + target.disk().durable().lastIndex() + ", of " + log.lastIndex());
    }
}
