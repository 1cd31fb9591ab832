package io.quorate.node.port;

import io.quorate.raft.membership.Lease;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A membership as the payload of a record, little endian: u32 count of members, each as id u64, incarnation u64, priority u8,
 * name, u16 count of peer URLs and the URLs; then the two halves of voters, the joining learners and the removed ids, each as
 * u32 count and ids u64; then index u64; then, only where leases are on or a version follows, their ticks and drift per mille as u32 each,
 * 0 where they are off; then, only beyond the first, the version as u16. A text is u16 length and UTF-8 bytes.
 *
 * <p>What a later version tells behind its number is not looked at: whoever does not know that version refuses the membership for it
 * ({@link Versions#refusal}), and so must be able to read that far.
 */
public final class MembershipCodec {
    private MembershipCodec() {}

    /** A fresh buffer, positioned at 0. */
    public static ByteBuffer encode(Membership membership) {
        ByteBuffer buffer = ByteBuffer.allocate(bytes(membership)).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putInt(membership.size());
        for (Member member : membership.members()) {
            buffer.putLong(member.id()).putLong(member.incarnation()).put((byte) member.priority());
            putText(buffer, member.name());
            buffer.putShort((short) member.peerUrls().size());
            member.peerUrls().forEach(url -> putText(buffer, url));
        }
        putIds(buffer, membership.voters());
        putIds(buffer, membership.outgoingVoters());
        putIds(buffer, membership.joining());
        putIds(buffer, membership.removed());
        buffer.putLong(membership.index());
        if (tellsLease(membership)) {
            buffer.putInt(membership.lease().ticks()).putInt(membership.lease().driftPerMille());
        }
        if (tellsVersion(membership)) {
            buffer.putShort((short) membership.version());
        }
        return buffer.flip();
    }

    private static boolean tellsLease(Membership membership) {
        return membership.lease().isOn() || tellsVersion(membership);
    }

    private static boolean tellsVersion(Membership membership) {
        return membership.version() > Membership.FIRST_VERSION;
    }

    /**
     * @param payload read from its position to its limit
     * @throws IllegalArgumentException if the bytes are no membership
     */
    public static Membership decode(ByteBuffer payload) {
        ByteBuffer in = payload.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        List<Member> members = new ArrayList<>();
        for (int count = count(in, need(in, 4).getInt(), 21); count > 0; count--) {
            need(in, 17);
            long id = in.getLong();
            long incarnation = in.getLong();
            int priority = in.get() & 0xff;
            String name = text(in);
            List<String> urls = new ArrayList<>();
            for (int left = need(in, 2).getShort() & 0xffff; left > 0; left--) {
                urls.add(text(in));
            }
            members.add(new Member(id, incarnation, name, urls, priority));
        }
        Membership told = new Membership(
                members, ids(in), ids(in), ids(in), ids(in), need(in, 8).getLong());
        Membership membership =
                in.remaining() < 8 ? told : told.leasing(lease(in)).atVersion(version(in));
        if (in.hasRemaining() && membership.version() <= Versions.CURRENT.newest()) {
            throw new IllegalArgumentException(in.remaining() + " bytes follow the membership");
        }
        return membership;
    }

    private static Lease lease(ByteBuffer in) {
        Lease lease = new Lease(in.getInt(), in.getInt());
        if (!lease.isOn() && !in.hasRemaining()) {
            throw new IllegalArgumentException("leases that are off are not told");
        }
        return lease;
    }

    private static int version(ByteBuffer in) {
        if (in.remaining() < 2) {
            return Membership.FIRST_VERSION;
        }
        int version = in.getShort() & 0xffff;
        if (version <= Membership.FIRST_VERSION) {
            throw new IllegalArgumentException("the version " + version + " is not told");
        }
        return version;
    }

    private static int bytes(Membership membership) {
        int ids = membership.voters().size()
                + membership.outgoingVoters().size()
                + membership.joining().size()
                + membership.removed().size();
        int bytes = 5 * 4 + 8 * ids + 8 + (tellsLease(membership) ? 8 : 0) + (tellsVersion(membership) ? 2 : 0);
        for (Member member : membership.members()) {
            bytes += 17 + textBytes(member.name()) + 2;
            for (String url : member.peerUrls()) {
                bytes += textBytes(url);
            }
        }
        return bytes;
    }

    private static int textBytes(String text) {
        return 2 + text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static void putText(ByteBuffer buffer, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 0xffff) {
            throw new IllegalArgumentException("a name or URL of a member is longer than 65535 bytes");
        }
        buffer.putShort((short) bytes.length).put(bytes);
    }

    private static void putIds(ByteBuffer buffer, List<Long> ids) {
        buffer.putInt(ids.size());
        ids.forEach(buffer::putLong);
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[need(in, 2).getShort() & 0xffff];
        need(in, bytes.length).get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static List<Long> ids(ByteBuffer in) {
        List<Long> ids = new ArrayList<>();
        for (int count = count(in, need(in, 4).getInt(), 8); count > 0; count--) {
            ids.add(in.getLong());
        }
        return ids;
    }

    /** A count is checked against what is left before it is believed. */
    private static int count(ByteBuffer in, int count, int leastBytesEach) {
        if (count < 0 || count > in.remaining() / leastBytesEach) {
            throw new IllegalArgumentException("the membership is cut short");
        }
        return count;
    }

    private static ByteBuffer need(ByteBuffer in, int bytes) {
        if (in.remaining() < bytes) {
            throw new IllegalArgumentException("the membership is cut short");
        }
        return in;
    }
}
