package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.ProposalListener;
import io.quorate.node.Refused;
import io.quorate.node.Unknown;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingProposalsTest {
    private static final Refused<String> OVERWRITTEN = new Refused<>(Refused.Reason.OVERWRITTEN, null, 0);
    private static final long LATER = 1000;

    private final List<String> heard = new ArrayList<>();
    private final PendingProposals<String> pending = new PendingProposals<>();

    private final ProposalListener<String> listener = new ProposalListener<>() {
        @Override
        public void applied(long token, String result, long index, long term) {
            heard.add(token + " applied " + result + " at " + index);
        }

        @Override
        public void refused(long token, Refused<String> refused) {
            heard.add(token + " refused " + refused.reason());
        }

        @Override
        public void unknown(long token, Unknown<String> unknown) {
            heard.add(token + " unknown " + unknown.reason());
        }
    };

    @Test
    void theTermDecidesWhetherItIsTheProposal() {
        pending.add(5, 2, 50, LATER, listener);
        pending.add(6, 2, 60, LATER, listener);
        pending.add(7, 2, 70, LATER, listener);
        assertThat(pending.waitsFor(4)).isFalse();
        pending.applied(5, 2, "five", OVERWRITTEN);
        pending.applied(6, 3, "other", OVERWRITTEN);
        pending.passed(7, OVERWRITTEN);
        assertThat(heard).containsExactly("50 applied five at 5", "60 refused OVERWRITTEN", "70 refused OVERWRITTEN");
        assertThat(pending.size()).isZero();
    }

    /** Paper figure 8: an entry that was replaced here may still be what is committed in the end. */
    @Test
    void aTruncatedProposalWaitsForWhatIsCommitted() {
        pending.add(5, 2, 52, LATER, listener);
        pending.add(6, 2, 62, LATER, listener);
        pending.add(5, 4, 54, LATER, listener);
        assertThat(heard).isEmpty();
        assertThat(pending.size()).isEqualTo(3);
        pending.applied(5, 2, "first", OVERWRITTEN);
        assertThat(heard).containsExactlyInAnyOrder("54 refused OVERWRITTEN", "52 applied first at 5");
        pending.applied(6, 5, "other", OVERWRITTEN);
        assertThat(heard).contains("62 refused OVERWRITTEN");
    }

    @Test
    void timeEndsThoseThatAreNotDecided() {
        pending.add(5, 2, 52, 10, listener);
        pending.add(6, 2, 62, 20, listener);
        pending.add(6, 3, 63, 30, listener);
        assertThat(pending.nextDeadline()).isEqualTo(10);
        pending.expire(20, new Unknown<>(Unknown.Reason.TIMED_OUT));
        assertThat(heard).containsExactly("52 unknown TIMED_OUT", "62 unknown TIMED_OUT");
        assertThat(pending.nextDeadline()).isEqualTo(30);
    }

    @Test
    void itGrowsAndKeepsTheOrder() {
        for (long index = 1; index <= 1000; index++) {
            pending.add(index, 1, index, LATER, listener);
        }
        for (long index = 1; index <= 1000; index++) {
            pending.applied(index, 1, "x", OVERWRITTEN);
        }
        assertThat(heard).hasSize(1000).startsWith("1 applied x at 1").endsWith("1000 applied x at 1000");
    }
}
