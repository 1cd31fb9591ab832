package io.quorate.raft;

import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A growing array of bytes to which values are written so that equal values give equal bytes, and no two sequences of
 * values give the same: every length stands before what it measures. Numbers are little endian.
 */
final class CanonicalForm {
    private byte[] bytes = new byte[256];
    private int length;

    CanonicalForm number(long value) {
        room(8);
        for (int shift = 0; shift < 64; shift += 8) {
            bytes[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    CanonicalForm flag(boolean value) {
        room(1);
        bytes[length++] = (byte) (value ? 1 : 0);
        return this;
    }

    CanonicalForm text(String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        number(encoded.length);
        room(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        return this;
    }

    CanonicalForm numbers(List<Long> values) {
        number(values.size());
        values.forEach(this::number);
        return this;
    }

    CanonicalForm membership(Membership membership) {
        number(membership.size());
        for (Member member : membership.members()) {
            number(member.id()).number(member.incarnation()).text(member.name());
            number(member.peerUrls().size());
            member.peerUrls().forEach(this::text);
        }
        return numbers(membership.voters()).numbers(membership.outgoingVoters());
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
