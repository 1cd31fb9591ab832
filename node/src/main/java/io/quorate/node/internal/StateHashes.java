package io.quorate.node.internal;

import io.quorate.node.port.BlockSink;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateRestore;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The chain of hashes over all that this member has applied: of each entry its index, its term and what applying it did to the state
 * ({@link io.quorate.node.port.StateMachine#effect}), put into the hash of the entry before. Two members with the same hash at an index have
 * applied the same with the same effects up to there; and where they once differ they differ from there on.
 *
 * <p>The hashes of the last entries are kept in a ring, and those of the last two <em>milestones</em>, every so many entries, beside
 * it: they go with each snapshot, so that a member that was restored can still be compared where the others are next.
 *
 * <p>A member that was restored from a snapshot without a chain, as one that keeps no state would be, knows no hash until it is
 * restored from one with it, or all begin one anew ({@link #begin}). One that was restored from another member's snapshot has that member's
 * state, be it wrong, and is no witness beside it until what it was given was compared ({@link #compared}). Whose a snapshot is goes with it:
 * the member may be restored from it in a later life. Loop only, but for what an image and a restore do by themselves.
 */
final class StateHashes {
    private static final int KEPT_MILESTONES = 2;

    private static final long UNKNOWN_MEMBER = 0;

    private final long self;
    private final int interval;
    private final long[] ring;

    /** The ring holds those of {@code first} to {@code last}; none where first is greater. */
    private long first = 1;

    private long last;
    private long hash;
    private boolean known;
    private boolean frozen;

    /** The member by whose snapshot this state was given, if it was not this one; and the last entry that is in it. */
    private long givenBy;

    private long givenThrough;
    private final TreeMap<Long, Long> milestones = new TreeMap<>();

    /** What a restore has built, where commands are applied; until the loop, which has heard that it is done, takes it. */
    private @Nullable Restored restored;

    /** @param interval entries between two milestones; 0: there is no chain */
    StateHashes(long self, int interval) {
        this.self = self;
        this.interval = interval;
        this.ring = new long[2 * interval];
        this.known = interval > 0;
        this.givenBy = self;
    }

    /** The entry behind the last one was applied. */
    void applied(long index, long term, long effect) {
        if (frozen) {
            return;
        }
        if (index != last + 1) {
            throw new IllegalStateException("entry " + index + " was applied behind entry " + last);
        }
        last = index;
        if (!known) {
            return;
        }
        hash = next(hash, index, term, effect);
        ring[(int) (index % ring.length)] = hash;
        first = Math.max(first, index - ring.length + 1);
        if (index % interval == 0) {
            milestones.put(index, hash);
            if (milestones.size() > KEPT_MILESTONES) {
                milestones.pollFirstEntry();
            }
        }
    }

    /** The last entry applied has all members begin a chain: what they have come to before it is not compared any more. */
    void begin() {
        if (interval == 0 || frozen) {
            return;
        }
        known = true;
        milestones.clear();
        first = last;
        hash = 0;
        ring[(int) (last % ring.length)] = hash;
    }

    /** A majority has the same hash as this member at that index: what it was given by another, if all of it lies before, is right. */
    void compared(long index) {
        if (index >= givenThrough) {
            givenBy = self;
        }
    }

    /** Each step is a bijection of the hash before, so that what has once differed differs for good, but for another accident. */
    static long next(long before, long index, long term, long effect) {
        return mix(mix(mix(before + index * 0x9E3779B97F4A7C15L) + term) + effect);
    }

    /** Each bit of the number decides about half of the bits of the result (the end of SplitMix64). */
    private static long mix(long number) {
        long mixed = (number ^ number >>> 30) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
        return mixed ^ mixed >>> 31;
    }

    /** What is here stays as it is, to be compared with what others have; nothing that is applied from now on counts. */
    void freeze() {
        frozen = true;
    }

    boolean holds(long index) {
        return known && ((index >= first && index <= last) || milestones.containsKey(index));
    }

    /** Of an index that is held. */
    long at(long index) {
        if (index >= first && index <= last) {
            return ring[(int) (index % ring.length)];
        }
        Long milestone = milestones.get(index);
        if (milestone == null) {
            throw new IllegalArgumentException("the hash at " + index + " is not held");
        }
        return milestone;
    }

    /** The index from which on all are held without a gap. */
    long firstHeld() {
        return first;
    }

    /** The last milestone that was passed, whether its hash is known or not; 0 for none. */
    long newestMilestone() {
        if (interval == 0) {
            return 0;
        }
        return known ? (milestones.isEmpty() ? 0 : milestones.lastKey()) : last - last % interval;
    }

    boolean isSwitchedOff() {
        return interval == 0;
    }

    boolean isKnown() {
        return known;
    }

    /** Whether this state came from another member, and nothing has shown since that it is right. */
    boolean isGiven() {
        return givenBy != self;
    }

    // ---- with snapshots

    private record Restored(long givenBy, long index, long hash, Map<Long, Long> milestones) {}

    /**
     * The chain at the last entry applied: id u64 of the member whose state it is, index u64, hash u64, then index and hash of each
     * milestone; big endian.
     */
    StateImage image() {
        if (!known) {
            return sink -> false;
        }
        ByteBuffer block = ByteBuffer.allocate(Long.BYTES * (3 + 2 * milestones.size()));
        block.putLong(givenBy).putLong(last).putLong(hash);
        milestones.forEach((index, then) -> block.putLong(index).putLong(then));
        block.flip();
        return sink -> write(block, sink);
    }

    private static boolean write(ByteBuffer block, BlockSink sink) {
        sink.block(block);
        return false;
    }

    /** Takes the block of an {@link #image}, or none. What it builds counts from {@link #takeRestored} on. */
    StateRestore restore() {
        return new StateRestore() {
            private @Nullable Restored built;

            @Override
            public void block(ByteBuffer payload) {
                ByteBuffer in = payload.slice();
                try {
                    long of = in.getLong();
                    long index = in.getLong();
                    long hashThere = in.getLong();
                    TreeMap<Long, Long> passed = new TreeMap<>();
                    while (in.hasRemaining()) {
                        passed.put(in.getLong(), in.getLong());
                    }
                    built = new Restored(of, index, hashThere, passed);
                } catch (BufferUnderflowException e) {
                    throw new IllegalArgumentException("a block of state hashes that nobody writes", e);
                }
            }

            @Override
            public void finish() {
                restored = built;
            }
        };
    }

    /** The state machine has the snapshot of that index: the chain goes on behind it. */
    void takeRestored(long index) {
        Restored taken = restored;
        restored = null;
        if (frozen) {
            return;
        }
        known = interval > 0 && taken != null && taken.index == index;
        givenBy = taken == null ? UNKNOWN_MEMBER : taken.givenBy;
        givenThrough = index;
        milestones.clear();
        last = index;
        first = index + 1;
        hash = taken == null ? 0 : taken.hash;
        if (taken != null && known) {
            milestones.putAll(taken.milestones);
            ring[(int) (index % ring.length)] = hash;
            first = index;
        }
    }
}
