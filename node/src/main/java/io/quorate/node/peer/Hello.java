package io.quorate.node.peer;

import io.quorate.node.port.MembershipCodec;
import io.quorate.node.port.Versions;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The first frame of either side of a connection: who I am, and what I know. Magic u64, the newest version that the sender speaks u16
 * and the oldest u16 stand first in every version, so that two builds can tell each other why they do not talk. Then purpose u8, flags u8,
 * frame bound u32, the seven numbers u64, name (u16 length, UTF-8), and the set of members (u32 length, 0 where there is none).
 *
 * <p>It is said before the two know what they both speak. So whatever a later version has to say comes behind all that, and who does not
 * know it does not look at it; nor at flags that it does not know.
 *
 * @param versions that the sender speaks; the connection uses {@link Versions#agreed}
 * @param to who the dialler thinks it has reached; in the answer, whom it answers; 0 when asked by somebody without an id
 * @param from the sender; 0 for {@link Purpose#ASK}
 * @param startCounter starts of the sender's directory
 * @param startId random, made anew at every start of the process: two copies of one directory differ in it
 * @param frameBound the largest frame that the sender will take, in bytes
 * @param knowsLeader whether the sender knows a leader now
 * @param joins the sender holds no set since it joins a cluster that has announced it
 * @param noAddress the sender has no address of the receiver: the receiver must dial
 * @param set the newest membership that the sender's log holds (at first the set of the first start); null when it holds none
 */
record Hello(
        Versions versions,
        Purpose purpose,
        int frameBound,
        long clusterId,
        long epoch,
        long from,
        long to,
        long incarnation,
        long startCounter,
        long startId,
        boolean knowsLeader,
        boolean joins,
        boolean noAddress,
        String name,
        @Nullable Membership set) {
    /** "QUORATE\n" in the order of the bytes on the wire. */
    private static final long MAGIC = 0x0a455441524f5551L;

    /** Up to the name's bytes. */
    static final int FIXED_BYTES = 8 + 2 + 2 + 2 + 4 + 7 * 8 + 2;

    private static final int HEAD_BYTES = 8 + 2 + 2;

    private static final int KNOWS_LEADER = 1;
    private static final int NO_ADDRESS = 4;
    private static final int JOINS = 8;

    /** What a connection is for. */
    enum Purpose {
        /** Appends, answers, votes, heartbeats, forwarded commands. */
        LOG(0),
        /** Entries below the ring, for a follower that is far behind. */
        BULK(1),
        /** From the side that does not dial: are you there? Then dial me. Closed after the handshake. */
        PROBE(2),
        /** From a member that has no identity yet: who belongs to the cluster? Closed after the answer. */
        ASK(3),
        /** Dialled by a member that fetches a snapshot, as long as it does: {@link Transfer}. */
        SNAPSHOT(4);

        private final byte code;

        Purpose(int code) {
            this.code = (byte) code;
        }

        private static Purpose of(byte code) {
            for (Purpose purpose : values()) {
                if (purpose.code == code) {
                    return purpose;
                }
            }
            throw new MalformedFrameException("a connection for the unknown purpose " + (code & 0xff));
        }
    }

    /** Of a process without an identity that asks who belongs to the cluster. */
    static Hello asking(int frameBound) {
        return new Hello(Versions.CURRENT, Purpose.ASK, frameBound, 0, 0, 0, 0, 0, 0, 0, false, false, false, "", null);
    }

    /** Of one that is asked while it waits to be added itself. */
    static Hello waiting(int frameBound, String name) {
        return new Hello(
                Versions.CURRENT, Purpose.ASK, frameBound, 0, 0, 0, 0, 0, 0, 0, false, true, false, name, null);
    }

    /** The same sender, later, when it holds that set. */
    Hello with(Membership newSet) {
        return new Hello(
                versions,
                purpose,
                frameBound,
                clusterId,
                epoch,
                from,
                to,
                incarnation,
                startCounter,
                startId,
                knowsLeader,
                joins,
                noAddress,
                name,
                newSet);
    }

    ByteBuffer encode() {
        byte[] text = clip(name.getBytes(StandardCharsets.UTF_8));
        ByteBuffer members = set == null ? ByteBuffer.allocate(0) : MembershipCodec.encode(set);
        ByteBuffer frame = Frame.begin(FrameType.HELLO, FIXED_BYTES + text.length + 4 + members.remaining());
        frame.putLong(MAGIC).putShort((short) versions.newest()).putShort((short) versions.oldest());
        frame.put(purpose.code).put((byte) flags());
        frame.putInt(frameBound).putLong(clusterId).putLong(epoch).putLong(from).putLong(to);
        frame.putLong(incarnation).putLong(startCounter).putLong(startId);
        frame.putShort((short) text.length).put(text);
        return Frame.finish(frame.putInt(members.remaining()).put(members));
    }

    private int flags() {
        return (knowsLeader ? KNOWS_LEADER : 0) | (noAddress ? NO_ADDRESS : 0) | (joins ? JOINS : 0);
    }

    private static byte[] clip(byte[] text) {
        return text.length <= 1024 ? text : Arrays.copyOf(text, 1024);
    }

    /**
     * @return what the sender speaks
     * @throws MalformedFrameException if it is no member of any version
     */
    static Versions versions(ByteBuffer header) {
        if (header.getLong(0) != MAGIC) {
            throw new MalformedFrameException("a handshake that begins with "
                    + Long.toHexString(Long.reverseBytes(header.getLong(0))) + " is not Quorate's");
        }
        int newest = header.getShort(8) & 0xffff;
        int oldest = header.getShort(10) & 0xffff;
        if (oldest < 1 || newest < oldest) {
            throw new MalformedFrameException("a handshake that speaks versions " + oldest + " to " + newest);
        }
        return new Versions(oldest, newest);
    }

    /** @param header of somebody with whom we have a version in common */
    static Hello decode(ByteBuffer header) {
        Versions versions = versions(header);
        ByteBuffer in = header.position(HEAD_BYTES);
        Purpose purpose = Purpose.of(in.get());
        int flags = in.get();
        int frameBound = in.getInt();
        long clusterId = in.getLong();
        long epoch = in.getLong();
        long from = in.getLong();
        long to = in.getLong();
        long incarnation = in.getLong();
        long startCounter = in.getLong();
        long startId = in.getLong();
        String name = name(in);
        Membership set = tail(in);
        if (frameBound < FIXED_BYTES) {
            throw new MalformedFrameException(
                    "a handshake with a frame bound of " + Integer.toUnsignedString(frameBound));
        }
        if (in.hasRemaining() && versions.newest() <= Versions.CURRENT.newest()) {
            throw new MalformedFrameException("a handshake with " + in.remaining() + " bytes too many");
        }
        return new Hello(
                versions,
                purpose,
                frameBound,
                clusterId,
                epoch,
                from,
                to,
                incarnation,
                startCounter,
                startId,
                (flags & KNOWS_LEADER) != 0,
                (flags & JOINS) != 0,
                (flags & NO_ADDRESS) != 0,
                name,
                set);
    }

    private static String name(ByteBuffer in) {
        int length = in.getShort() & 0xffff;
        if (length > in.remaining()) {
            throw new MalformedFrameException("the handshake's name does not fit");
        }
        byte[] text = new byte[length];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static @Nullable Membership tail(ByteBuffer in) {
        int bytes = in.remaining() < 4 ? -1 : in.getInt();
        if (bytes < 0 || bytes > in.remaining()) {
            throw new MalformedFrameException("the handshake's set of members does not fit");
        }
        Membership set = bytes == 0 ? null : set(in.slice(in.position(), bytes));
        in.position(in.position() + bytes);
        return set;
    }

    /** Reads to the end. */
    static Membership set(ByteBuffer in) {
        try {
            Membership set = MembershipCodec.decode(in);
            in.position(in.limit());
            return set;
        } catch (IllegalArgumentException e) {
            throw new MalformedFrameException("a set of members that is none: " + e.getMessage());
        }
    }
}
