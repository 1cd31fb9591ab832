package io.quorate.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.MembershipChange;
import io.quorate.node.MembershipChange.Add;
import io.quorate.node.MembershipChange.As;
import io.quorate.node.MembershipChange.MoveTo;
import io.quorate.node.MembershipChange.Prioritise;
import io.quorate.node.MembershipChange.Promote;
import io.quorate.node.MembershipChange.Remove;
import io.quorate.node.MembershipChange.SetLease;
import io.quorate.raft.membership.Lease;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeaderCodecTest {
    private static final LeaderRequest CHANGE = new LeaderRequest(
            7,
            LeaderRequest.Kind.CHANGE,
            new MembershipChange(
                    41,
                    List.of(
                            new Add(-4, "n4", List.of("http://10.0.0.4:2380", "http://[::1]:2380"), As.LEARNER),
                            new Add(5, "", List.of("u5"), As.JOINING),
                            new Add(6, "n6", List.of("u6"), As.VOTER),
                            new Promote(-4),
                            new Remove(1),
                            new MoveTo(2, List.of("u2")),
                            new Prioritise(3, 255),
                            new SetLease(new Lease(600_000, 500)),
                            new SetLease(Lease.OFF))),
            0);
    private static final LeaderAnswer ANSWER =
            new LeaderAnswer(8, 3, 1, 9, new PeersWorld(1, 3).initial, new PeersWorld(2, 5).initial, List.of(1L, -2L));

    private static ByteBuffer header(ByteBuffer frame) {
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return ByteBuffer.wrap(Arrays.copyOfRange(bytes, Frame.PREFIX_BYTES, bytes.length));
    }

    @Test
    void whatIsWrittenIsRead() {
        assertThat(LeaderCodec.request(header(LeaderCodec.encode(CHANGE)))).isEqualTo(CHANGE);
        LeaderRequest transfer = new LeaderRequest(9, LeaderRequest.Kind.TRANSFER, null, -3);
        assertThat(LeaderCodec.request(header(LeaderCodec.encode(transfer)))).isEqualTo(transfer);
        assertThat(LeaderCodec.answer(header(LeaderCodec.encode(ANSWER)))).isEqualTo(ANSWER);
        LeaderAnswer undecided = LeaderAnswer.of(1, LeaderAnswer.UNDECIDED);
        assertThat(LeaderCodec.answer(header(LeaderCodec.encode(undecided)))).isEqualTo(undecided);
        assertThat(LeaderCodec.answer(header(LeaderCodec.encode(undecided))).after())
                .isEqualTo(Membership.NONE);
    }

    /** A leader would have to make a member of it. */
    @Test
    void aNewMemberWithoutAnIdIsMalformed() {
        LeaderRequest request = new LeaderRequest(
                7, LeaderRequest.Kind.CHANGE, MembershipChange.addLearner("n4", "http://10.0.0.4:2380"), 0);
        ByteBuffer header = header(LeaderCodec.encode(request));
        assertThatThrownBy(() -> LeaderCodec.request(header))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("without an id");
    }

    @Test
    void whatIsCutOrChangedIsReadOrMalformedAndNothingElse() {
        Random random = new Random(5);
        byte[] request = header(LeaderCodec.encode(CHANGE)).array();
        byte[] answer = header(LeaderCodec.encode(ANSWER)).array();
        int malformed = 0;
        for (int i = 0; i < 20_000; i++) {
            boolean isRequest = i % 2 == 0;
            byte[] bytes = (isRequest ? request : answer).clone();
            if (i % 3 == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            } else {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Object read = isRequest
                        ? LeaderCodec.request(ByteBuffer.wrap(bytes))
                        : LeaderCodec.answer(ByteBuffer.wrap(bytes));
                assertThat(read).isNotNull();
            } catch (MalformedFrameException expected) {
                malformed++;
            }
        }
        assertThat(malformed).isGreaterThan(5_000);
    }
}
