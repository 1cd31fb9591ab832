package io.quorate.node.peer;

import io.quorate.node.peer.Transfer.Ask;
import io.quorate.node.peer.Transfer.Nothing;
import io.quorate.node.peer.Transfer.Offer;
import io.quorate.node.peer.Transfer.Piece;
import io.quorate.node.peer.Transfer.Read;
import io.quorate.node.port.MembershipCodec;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;

/** {@link Transfer} as frames: each header is the record's components in their order; a membership ends an offer. */
final class TransferCodec {
    static final int OFFER_BYTES = 4 + 5 * 8;

    /** As in the core's messages. */
    private static final long MAX_NUMBER = 1L << 62;

    private TransferCodec() {}

    /**
     * The frame without its payload.
     *
     * @param pieceBytes how much of a piece's bytes will follow
     */
    static ByteBuffer encode(Transfer transfer, int pieceBytes) {
        if (transfer instanceof Ask ask) {
            return Frame.finish(Frame.begin(FrameType.SNAPSHOT_ASK)
                    .putInt(ask.group())
                    .putLong(ask.leastIndex())
                    .putLong(ask.knownIndex())
                    .putLong(ask.knownId()));
        } else if (transfer instanceof Offer offer) {
            SnapshotInfo info = offer.snapshot();
            ByteBuffer members = MembershipCodec.encode(info.mark().membership());
            return Frame.finish(Frame.begin(FrameType.SNAPSHOT_OFFER, OFFER_BYTES + members.remaining())
                    .putInt(info.group())
                    .putLong(info.mark().index())
                    .putLong(info.mark().term())
                    .putLong(info.id())
                    .putLong(info.bytes())
                    .putLong(offer.term())
                    .put(members));
        } else if (transfer instanceof Read read) {
            return Frame.finish(Frame.begin(FrameType.SNAPSHOT_READ)
                    .putInt(read.group())
                    .putLong(read.offset())
                    .putInt(read.position()));
        } else if (transfer instanceof Piece piece) {
            return Frame.finish(
                    Frame.begin(FrameType.SNAPSHOT_PIECE)
                            .putInt(piece.group())
                            .putLong(piece.term())
                            .putLong(piece.offset())
                            .putInt(piece.position())
                            .putInt(piece.total()),
                    pieceBytes);
        } else if (transfer instanceof Nothing nothing) {
            return Frame.finish(Frame.begin(FrameType.SNAPSHOT_NOTHING).putInt(nothing.group()));
        }
        throw new IllegalArgumentException("no frame for " + transfer);
    }

    /** @throws MalformedFrameException if no correct member sends it */
    static Transfer decode(FrameType type, ByteBuffer header, ByteBuffer payload) {
        int group = header.getInt();
        return switch (type) {
            case SNAPSHOT_ASK -> new Ask(group, natural(header), natural(header), header.getLong());
            case SNAPSHOT_OFFER -> offer(group, header);
            case SNAPSHOT_READ -> new Read(group, natural(header), size(header));
            case SNAPSHOT_PIECE -> piece(group, header, payload);
            case SNAPSHOT_NOTHING -> new Nothing(group);
            default -> throw new MalformedFrameException(type + " on a connection for snapshots");
        };
    }

    private static Offer offer(int group, ByteBuffer header) {
        long index = natural(header);
        long markTerm = natural(header);
        long id = header.getLong();
        long bytes = natural(header);
        long term = natural(header);
        if (index < 1 || markTerm < 1 || term < markTerm || id == 0) {
            throw new MalformedFrameException(
                    "a snapshot of index " + index + " and term " + markTerm + " offered in term " + term);
        }
        Membership membership = Hello.set(header);
        if (membership.index() > index) {
            throw new MalformedFrameException(
                    "a snapshot of index " + index + " with the membership of entry " + membership.index());
        }
        return new Offer(new SnapshotInfo(group, new SnapshotMark(index, markTerm, membership), id, bytes), term);
    }

    private static Piece piece(int group, ByteBuffer header, ByteBuffer payload) {
        Piece piece = new Piece(group, natural(header), natural(header), size(header), size(header), payload);
        if (!payload.hasRemaining() || piece.position() > piece.total() - payload.remaining()) {
            throw new MalformedFrameException(payload.remaining() + " bytes at " + piece.position()
                    + " of an answer of " + piece.total() + " bytes");
        }
        return piece;
    }

    private static long natural(ByteBuffer header) {
        long value = header.getLong();
        if (value < 0 || value > MAX_NUMBER) {
            throw new MalformedFrameException("a number of a snapshot is " + Long.toUnsignedString(value));
        }
        return value;
    }

    private static int size(ByteBuffer header) {
        int value = header.getInt();
        if (value < 0) {
            throw new MalformedFrameException("a size of a snapshot is " + Integer.toUnsignedString(value));
        }
        return value;
    }
}
