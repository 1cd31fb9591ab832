package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.MembershipChange.Add;
import io.quorate.node.MembershipChange.As;
import io.quorate.node.MembershipChange.Edit;
import io.quorate.node.MembershipChange.MoveTo;
import io.quorate.node.MembershipChange.Prioritise;
import io.quorate.node.MembershipChange.Remove;
import java.util.Collections;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What cannot be asked for is refused where it is asked, before anything is sent or written. */
class MembershipChangeTest {
    private static final List<String> URL = List.of("http://10.0.0.4:2380");

    @Test
    void theLargestIsTaken() {
        List<String> urls = Collections.nCopies(2, "u".repeat(MembershipChange.MAX_URL_BYTES));
        Add add = new Add(0, "n".repeat(MembershipChange.MAX_NAME_BYTES), urls, As.LEARNER);
        List<Edit> edits = Collections.nCopies(MembershipChange.MAX_EDITS, add);
        assertThat(new MembershipChange(0, edits).edits()).hasSize(MembershipChange.MAX_EDITS);
    }

    @Test
    void aLongerOneIsRefused() {
        assertMisuse(
                () -> new Add(0, "é".repeat(MembershipChange.MAX_NAME_BYTES / 2 + 1), URL, As.LEARNER),
                "a member's name has at most 255 bytes, not 256");
        assertMisuse(
                () -> new Add(0, "n4", List.of("u".repeat(MembershipChange.MAX_URL_BYTES + 1)), As.LEARNER),
                "a peer URL has at most 512 bytes, not 513");
        assertMisuse(
                () -> new MoveTo(4, Collections.nCopies(MembershipChange.MAX_PEER_URLS + 1, "u")),
                "a member has one to 8 peer URLs, not 9");
        assertMisuse(
                () -> new MoveTo(4, List.of("u".repeat(512), "u".repeat(500), "u".repeat(13))),
                "a member's peer URLs have at most 1024 bytes together, not 1025");
        assertMisuse(() -> new MoveTo(4, List.of()), "a member has one to 8 peer URLs, not 0");
        assertMisuse(
                () -> new MembershipChange(0, Collections.nCopies(MembershipChange.MAX_EDITS + 1, new Remove(4))),
                "a change of the membership has at most 100 edits, not 101");
        assertMisuse(() -> new MembershipChange(0, List.of()), "a change of the membership without edits");
        assertMisuse(() -> new Prioritise(4, 256), "a priority is in [0, 255], not 256");
    }

    private static void assertMisuse(ThrowingCallable call, String text) {
        assertThatThrownBy(call).isInstanceOfSatisfying(RaftException.class, refused -> {
            assertThat(refused.code()).isEqualTo(RaftException.Code.MISUSE);
            assertThat(refused).hasMessage(text);
        });
    }
}
