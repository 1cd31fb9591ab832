package io.quorate.node.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.membership.Lease;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembershipCodecTest {
    private static final Membership JOINT = new Membership(
            List.of(
                    new Member(1, 11, "one", List.of("http://a", "http://b"), 255),
                    new Member(2, 0, "", List.of()),
                    new Member(3, 13, "ü", List.of("x"), 7),
                    new Member(-5, -6, "last", List.of("y"))),
            List.of(1L, 2L),
            List.of(1L, 3L),
            List.of(-5L),
            List.of(3L, 9L),
            77);

    @Test
    void itIsReadAsItWasWritten() {
        assertThat(MembershipCodec.decode(MembershipCodec.encode(JOINT))).isEqualTo(JOINT);
        assertThat(MembershipCodec.decode(MembershipCodec.encode(Membership.NONE)))
                .isEqualTo(Membership.NONE);
    }

    @Test
    void leasesAreToldOnlyWhereTheyAreOn() {
        Membership leased = JOINT.leasing(new Lease(1500, 50));
        ByteBuffer told = MembershipCodec.encode(leased);
        assertThat(MembershipCodec.decode(told)).isEqualTo(leased);
        assertThat(told.remaining()).isEqualTo(MembershipCodec.encode(JOINT).remaining() + 8);
        ByteBuffer off = told.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        off.putInt(off.limit() - 8, 0).putInt(off.limit() - 4, 0);
        assertThatThrownBy(() -> MembershipCodec.decode(off)).hasMessageContaining("off");
        off.putInt(off.limit() - 8, 7);
        assertThatThrownBy(() -> MembershipCodec.decode(off)).hasMessageContaining("not 7");
    }

    @Test
    void theVersionIsToldOnlyBeyondTheFirst() {
        Membership later = JOINT.atVersion(Versions.CURRENT.newest() + 1);
        ByteBuffer told = MembershipCodec.encode(later);
        assertThat(MembershipCodec.decode(told)).isEqualTo(later);
        assertThat(told.remaining()).isEqualTo(MembershipCodec.encode(JOINT).remaining() + 10);
        Membership leased = later.leasing(new Lease(1500, 50));
        assertThat(MembershipCodec.decode(MembershipCodec.encode(leased))).isEqualTo(leased);
    }

    /** So that it can be refused for its version. */
    @Test
    void whatALaterVersionTellsBehindItsNumberIsNotLookedAt() {
        Membership later = JOINT.atVersion(Versions.CURRENT.newest() + 1);
        ByteBuffer told = MembershipCodec.encode(later);
        ByteBuffer longer = ByteBuffer.allocate(told.limit() + 3).put(told).rewind();
        assertThat(MembershipCodec.decode(longer)).isEqualTo(later);
    }

    @Test
    void whatIsCutShortOrTooLongIsRefused() {
        ByteBuffer whole = MembershipCodec.encode(JOINT);
        for (int length = 0; length < whole.limit(); length++) {
            ByteBuffer cut = whole.duplicate().limit(length);
            assertThatThrownBy(() -> MembershipCodec.decode(cut)).isInstanceOf(IllegalArgumentException.class);
        }
        ByteBuffer longer =
                ByteBuffer.allocate(whole.limit() + 1).put(whole.duplicate()).rewind();
        assertThatThrownBy(() -> MembershipCodec.decode(longer)).hasMessageContaining("1 bytes follow");
    }
}
