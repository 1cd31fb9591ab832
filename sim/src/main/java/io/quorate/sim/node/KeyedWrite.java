package io.quorate.sim.node;

import io.quorate.node.IdempotencyKey;
import io.quorate.sim.core.KeyedRandom.Stream;
import io.quorate.sim.core.Operation;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * A write that its client asks for with a key, again and again until it is told what became of it; and then sometimes once more, as a
 * network does that delivers twice, or with other bytes, which is a mistake.
 */
final class KeyedWrite {
    private static final long MILLI = 1_000_000;

    /** What follows once the client has been told. */
    private enum Then {
        NOTHING,
        AGAIN,
        OTHER_BYTES
    }

    final IdempotencyKey key;

    private final Operation operation;

    /** When it was first sent. */
    final long began;

    private final Stream lots;
    private Then then;
    private boolean hasBegun;
    private boolean isUnknown;
    private boolean isTold;

    KeyedWrite(Operation operation, long now, Stream lots) {
        this.operation = operation;
        this.lots = lots;
        began = now;
        long wrongBy = lots.hits(60) ? lots.between(-3_000, 6_000) : 0;
        key = IdempotencyKey.of(
                Instant.ofEpochMilli(SimClock.timeOfDay(now) + wrongBy), "operation-" + operation.number());
        then = lots.hits(650) ? Then.NOTHING : lots.hits(600) ? Then.AGAIN : Then.OTHER_BYTES;
    }

    /** Whether this is the first attempt. */
    boolean begin() {
        boolean first = !hasBegun;
        hasBegun = true;
        return first;
    }

    ByteBuffer command(Application application) {
        ByteBuffer command = application.command(operation, 1);
        if (!hasOtherBytes()) {
            return command;
        }
        ByteBuffer other = application.command(operation, 2);
        then = other.equals(command) ? Then.AGAIN : then;
        return other;
    }

    /** Whether the client now makes the mistake. */
    boolean hasOtherBytes() {
        return isTold && then == Then.OTHER_BYTES;
    }

    /**
     * An attempt was told done.
     *
     * @param hadOtherBytes when it was sent: an attempt that the client gave up may be answered when it has made its mistake
     */
    void judgeDone(boolean hadOtherBytes) {
        NodeRule.KEY_NAMES_ONE_COMMAND.require(
                !hadOtherBytes, () -> "another command with the key of " + operation + " is done");
    }

    /** An attempt was refused since its key was that of another command. */
    void judgeReused(boolean hadOtherBytes) {
        NodeRule.KEY_NAMES_ONE_COMMAND.require(hadOtherBytes, () -> operation + " was refused for its own key");
    }

    void unknown() {
        isUnknown = true;
    }

    /** Whether nobody knows of some attempt what became of it. */
    boolean isUnknown() {
        return isUnknown;
    }

    /** The client was told that it is done; returns whether it comes once more all the same. */
    boolean told() {
        boolean first = !isTold;
        isTold = true;
        return first && then != Then.NOTHING;
    }

    boolean isTold() {
        return isTold;
    }

    /** How long the client waits until the next attempt. */
    long waitNanos() {
        return lots.hits(150) ? lots.between(500, 1_500) * MILLI : lots.between(1, 200) * MILLI;
    }
}
