package io.quorate.sim.core;

import io.quorate.raft.Effects;
import io.quorate.raft.Message.AppendEntries;

/** What a turn sends and writes has its records in the ring: the driver holds no others, and lets go of those before it. */
final class RingUse {
    private RingUse() {}

    static void drained(CoreMember member, Effects effects) {
        for (Effects.Outgoing out : effects.messages()) {
            if (out.message() instanceof AppendEntries append
                    && !append.entries().isEmpty()) {
                require(member, append.entries().firstIndex(), append.entries().lastIndex(), effects);
            }
        }
        Effects.Write write = effects.write();
        if (write != null && write.hasEntries()) {
            require(member, write.firstIndex(), write.lastIndex(), effects);
        }
    }

    private static void require(CoreMember member, long first, long last, Effects effects) {
        long ringFirst = effects.ringFirstIndex();
        long ringLast = member.log().lastIndex();
        Rule.RING_HOLDS_WHAT_IS_SENT.require(
                ringFirst <= first && first <= last && last <= ringLast,
                () -> member + " sends or writes the records " + first + " to " + last + ", but its ring holds "
                        + ringFirst + " to " + ringLast);
    }
}
