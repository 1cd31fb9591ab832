package io.quorate.node.peer;

import io.quorate.node.port.SnapshotInfo;
import java.nio.ByteBuffer;

/**
 * What is said on a connection for snapshots. Whoever lacks entries dials and asks; each piece is asked for, so that one piece
 * is on its way at a time and whoever sends keeps the pace:
 *
 * <pre>
 *   Ask -> Offer                    or Nothing, also later
 *   Read 0 at 0 -> Piece 0 at 0     the chunks from offset 0 on, as much of them as a frame takes,
 *   Read 0 at 65536 -> Piece …      the rest of them,
 *   Read 1048640 at 0 -> …          the chunks behind those, to the end
 * </pre>
 */
public sealed interface Transfer {
    /** Whether it is said by the side that fetches, which has dialled. */
    boolean isByFetcher();

    /**
     * @param leastIndex a snapshot that covers less is of no use
     * @param knownIndex of a snapshot of which there is a part already; 0: none
     * @param knownId its id
     */
    record Ask(int group, long leastIndex, long knownIndex, long knownId) implements Transfer {
        @Override
        public boolean isByFetcher() {
            return true;
        }
    }

    /** @param term a durable term of the sender's, in which it knew all of the snapshot committed, or a later one */
    record Offer(SnapshotInfo snapshot, long term) implements Transfer {
        @Override
        public boolean isByFetcher() {
            return false;
        }
    }

    /**
     * @param offset of the snapshot: where the chunks of an answer begin
     * @param position within that answer
     */
    record Read(int group, long offset, int position) implements Transfer {
        @Override
        public boolean isByFetcher() {
            return true;
        }
    }

    /**
     * @param term as in the offer, of now
     * @param total bytes of the whole answer
     * @param bytes of the answer from {@code position} on: where it is sent all the rest, of which as much is taken as fits;
     *     where it is received what was, valid during the call
     */
    record Piece(int group, long term, long offset, int position, int total, ByteBuffer bytes) implements Transfer {
        @Override
        public boolean isByFetcher() {
            return false;
        }
    }

    /** There is no such snapshot to be had here, or not any more. */
    record Nothing(int group) implements Transfer {
        @Override
        public boolean isByFetcher() {
            return false;
        }
    }
}
