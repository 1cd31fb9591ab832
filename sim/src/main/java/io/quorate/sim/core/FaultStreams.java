package io.quorate.sim.core;

import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.KeyedRandom.Stream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the faults of one run draw: each from a stream of its own number, from its beginning to its end. So a fault finds the
 * same numbers whatever other faults there are, and whatever members, disks and clients draw.
 */
public final class FaultStreams {
    private final KeyedRandom random;
    private @Nullable Stream[] streams = new Stream[16];

    public FaultStreams(KeyedRandom random) {
        this.random = random;
    }

    /** The stream of a fault, where its last draw left it. */
    public Stream of(Fault fault) {
        int number = fault.number();
        if (number >= streams.length) {
            streams = Arrays.copyOf(streams, Math.max(number + 1, 2 * streams.length));
        }
        Stream known = streams[number];
        if (known == null) {
            known = random.stream(Purpose.FAULTS, number);
            streams[number] = known;
        }
        return known;
    }
}
