package io.quorate.sim.node;

import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultStreams;
import io.quorate.sim.core.KeyedRandom.Stream;
import io.quorate.storage.MemoryDisk.Loss;

/**
 * A loss of power: when exactly, and of what.
 *
 * @param numbers what says which of the unflushed is lost
 * @param calls it goes within that one of the next disk calls, from 1; 0 for at once
 * @param ofStart when it goes in a start: after so many calls of it
 * @param goesAgain also in the start that follows
 * @param restartNanos after which the process starts again when it went within a call
 */
record PowerCut(Loss loss, Stream numbers, int calls, int ofStart, boolean goesAgain, long restartNanos) {
    /** What a story says of it. */
    static final String LOST_POWER = "lost power";

    private static final int CALLS = 7;
    /** A start makes about so many disk calls. */
    private static final int CALLS_OF_A_START = 24;

    static PowerCut of(Fault fault, FaultStreams draws) {
        long strength = fault.strength();
        Stream numbers = draws.of(fault);
        return new PowerCut(
                loss(strength),
                numbers,
                (int) ((strength >>> 8) % CALLS),
                (int) ((strength >>> 24 & 0xffff) % CALLS_OF_A_START),
                (strength >>> 20 & 3) == 3,
                SimMember.restartNanos(numbers));
    }

    /** That loses so much, and does not go again. */
    static PowerCut once(Loss loss, Stream numbers) {
        return new PowerCut(loss, numbers, 0, 0, false, SimMember.restartNanos(numbers));
    }

    private static Loss loss(long strength) {
        return switch ((int) Math.floorMod(strength, 4L)) {
            case 0 -> Loss.EVERYTHING;
            case 1 -> Loss.PREFIX;
            case 2 -> Loss.NOTHING_UNFLUSHED;
            default -> (strength & 4) == 0 ? Loss.RANDOM : Loss.TORN;
        };
    }
}
