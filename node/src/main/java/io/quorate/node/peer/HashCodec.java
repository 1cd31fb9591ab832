package io.quorate.node.peer;

import io.quorate.node.peer.HashMessage.Ask;
import io.quorate.node.peer.HashMessage.Differs;
import io.quorate.node.peer.HashMessage.Report;
import io.quorate.node.peer.HashMessage.Standing;
import io.quorate.node.peer.HashMessage.Values;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * {@link HashMessage} as frames: kind u8, group u32, then the record's other components in their order, what a member's word counts for
 * as u8; hashes to the frame's end.
 */
final class HashCodec {
    static final int LEAST_BYTES = 1 + 4 + 16;

    private static final byte REPORT = 1;
    private static final byte ASK = 2;
    private static final byte VALUES = 3;
    private static final byte DIFFERS = 4;

    /** By code. */
    private static final List<Standing> STANDINGS = List.of(Standing.OWN, Standing.GIVEN, Standing.NONE);

    private HashCodec() {}

    static ByteBuffer encode(HashMessage message) {
        if (message instanceof Report report) {
            return Frame.finish(begin(REPORT, report.group(), 17)
                    .putLong(report.index())
                    .putLong(report.hash())
                    .put((byte) STANDINGS.indexOf(report.standing())));
        } else if (message instanceof Ask ask) {
            return Frame.finish(begin(ASK, ask.group(), 20)
                    .putLong(ask.last())
                    .putLong(ask.stride())
                    .putInt(ask.count()));
        } else if (message instanceof Values values) {
            ByteBuffer frame = begin(VALUES, values.group(), 16 + 8 * values.hashes().size())
                    .putLong(values.last())
                    .putLong(values.stride());
            values.hashes().forEach(frame::putLong);
            return Frame.finish(frame);
        }
        Differs differs = (Differs) message;
        return Frame.finish(begin(DIFFERS, differs.group(), 24)
                .putLong(differs.agreedIndex())
                .putLong(differs.sameThrough())
                .putLong(differs.differsFrom()));
    }

    private static ByteBuffer begin(byte kind, int group, int bytes) {
        return Frame.begin(FrameType.STATE_HASH, 1 + 4 + bytes).put(kind).putInt(group);
    }

    /** @throws MalformedFrameException if no correct member sends it */
    static HashMessage decode(ByteBuffer header) {
        byte kind = header.get();
        int group = header.getInt();
        int bytes = header.remaining();
        return switch (kind) {
            case REPORT -> new Report(group, index(header, bytes == 17), header.getLong(), standing(header.get()));
            case ASK -> ask(group, index(header, bytes == 20), header.getLong(), header.getInt());
            case VALUES -> values(group, index(header, bytes % 8 == 0), header);
            case DIFFERS -> differs(group, index(header, bytes == 24), header.getLong(), header.getLong());
            default -> throw new MalformedFrameException("a message about state hashes of kind " + kind);
        };
    }

    private static long index(ByteBuffer header, boolean isOfThatSize) {
        long index = header.getLong();
        if (!isOfThatSize || index < 1) {
            throw new MalformedFrameException("a message about the state hash at " + Long.toUnsignedString(index) + " of "
                    + header.limit() + " bytes");
        }
        return index;
    }

    private static Standing standing(byte code) {
        if (code < 0 || code >= STANDINGS.size()) {
            throw new MalformedFrameException("a state hash of a member whose word counts for " + code);
        }
        return STANDINGS.get(code);
    }

    private static Ask ask(int group, long last, long stride, int count) {
        require(stride >= 1 && count >= 1 && count <= Values.MOST && stride <= last, "asked for", last, stride);
        return new Ask(group, last, stride, count);
    }

    private static Values values(int group, long last, ByteBuffer header) {
        long stride = header.getLong();
        List<Long> hashes = new ArrayList<>();
        require(stride >= 1 && stride <= last && header.remaining() <= 8 * Values.MOST, "told", last, stride);
        while (header.hasRemaining()) {
            hashes.add(header.getLong());
        }
        return new Values(group, last, stride, hashes);
    }

    private static Differs differs(int group, long agreedIndex, long sameThrough, long differsFrom) {
        boolean isInOrder = sameThrough >= 0 && sameThrough < differsFrom && differsFrom <= agreedIndex;
        require(isInOrder, "different", agreedIndex, differsFrom);
        return new Differs(group, agreedIndex, sameThrough, differsFrom);
    }

    private static void require(boolean holds, String what, long one, long other) {
        if (!holds) {
            throw new MalformedFrameException("state hashes " + what + " at " + one + " and " + other);
        }
    }
}
