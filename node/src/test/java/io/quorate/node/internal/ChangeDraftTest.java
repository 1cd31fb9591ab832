package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.MembershipChange.Add;
import io.quorate.node.MembershipChange.As;
import io.quorate.node.MembershipChange.Edit;
import io.quorate.node.MembershipChange.MoveTo;
import io.quorate.node.MembershipChange.Prioritise;
import io.quorate.node.MembershipChange.Promote;
import io.quorate.node.MembershipChange.RaiseVersion;
import io.quorate.node.MembershipChange.Remove;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeDraftTest {
    private static final Membership THREE = Membership.ofVoters(List.of(member(1), member(2), member(3)));

    private final ChangeDraft draft = new ChangeDraft(THREE);

    private static Member member(long id) {
        return new Member(id, 100 + id, "n" + id, List.of("u" + id));
    }

    private static Add add(long id, As as) {
        return new Add(id, "n" + id, List.of("u" + id), as);
    }

    @Test
    void editsAreDoneInTheirOrder() {
        assertThat(draft.edit(List.of(
                        add(4, As.LEARNER),
                        new Promote(4),
                        new Remove(1),
                        new MoveTo(2, List.of("elsewhere")),
                        new Prioritise(3, 7))))
                .isNull();
        Membership target = draft.target();
        assertThat(target.voters()).containsExactly(2L, 3L, 4L);
        assertThat(target.contains(1)).isFalse();
        assertThat(target.member(2)).isEqualTo(new Member(2, 102, "n2", List.of("elsewhere")));
        assertThat(target.member(3)).isEqualTo(new Member(3, 103, "n3", List.of("u3"), 7));
    }

    @Test
    void theVersionStaysUntilItIsRaised() {
        assertThat(draft.edit(List.of(new Remove(1)))).isNull();
        assertThat(draft.target().version()).isEqualTo(1);
        assertThat(draft.edit(List.of(new RaiseVersion(2)))).isNull();
        assertThat(draft.target().version()).isEqualTo(2);
        assertThat(new ChangeDraft(draft.target()).target().version()).isEqualTo(2);
    }

    @Test
    void whatTheMembersDoNotAllowIsRefused() {
        assertRefused(add(3, As.VOTER), ChangeRefusal.MEMBER_EXISTS);
        assertRefused(new Promote(3), ChangeRefusal.NOT_A_LEARNER);
        assertRefused(new Promote(4), ChangeRefusal.UNKNOWN_MEMBER);
        assertRefused(new Remove(4), ChangeRefusal.UNKNOWN_MEMBER);
        assertRefused(new MoveTo(4, List.of("u4")), ChangeRefusal.UNKNOWN_MEMBER);
        assertRefused(new Prioritise(4, 1), ChangeRefusal.UNKNOWN_MEMBER);
        ChangeDraft later =
                new ChangeDraft(new Membership(THREE.members(), THREE.voters(), List.of(), List.of(), List.of(9L), 8));
        assertThat(later.edit(List.of(add(9, As.LEARNER)))).isEqualTo(ChangeRefusal.ID_USED_BEFORE);
    }

    private void assertRefused(Edit edit, ChangeRefusal why) {
        assertThat(draft.edit(List.of(edit))).isEqualTo(why);
        assertThat(draft.target()).isEqualTo(THREE);
    }

    @Test
    void aGroupHasABound() {
        List<Edit> edits = new ArrayList<>();
        for (long id = 4; id <= ChangeDraft.MAX_MEMBERS; id++) {
            edits.add(add(id, As.LEARNER));
        }
        assertThat(draft.edit(edits)).isNull();
        assertThat(draft.edit(List.of(add(51, As.LEARNER)))).isEqualTo(ChangeRefusal.TOO_MANY_MEMBERS);
        assertThat(draft.edit(List.of(new Remove(50), add(51, As.LEARNER)))).isNull();
        assertThat(draft.target().size()).isEqualTo(ChangeDraft.MAX_MEMBERS);
    }
}
