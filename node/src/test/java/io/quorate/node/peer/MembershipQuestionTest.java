package io.quorate.node.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.peer.MembershipQuestion.Answer;
import io.quorate.node.peer.PeersWorld.Node;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A process without an identity asks who belongs to the cluster, and learns why it cannot start. */
class MembershipQuestionTest {
    private final PeersWorld world = new PeersWorld(71, 3);
    private final List<Answer> answers = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    private void ask(String... urls) {
        MembershipQuestion question = new MembershipQuestion(
                List.of(urls),
                world.network.join("http://new:2380", () -> {}),
                () -> world.now,
                3_000,
                new MembershipQuestion.Listener() {
                    @Override
                    public void answered(Answer answer) {
                        answers.add(answer);
                    }

                    @Override
                    public void unanswered(String why) {
                        failures.add(why);
                    }
                });
        for (int i = 0; i < 100; i++) {
            question.turn(world.now);
            world.run(50);
        }
    }

    @Test
    void theFirstThatHoldsASetIsBelieved() {
        List<Node> all = world.running();
        world.kill(all.get(1));
        ask(PeersWorld.url(2), PeersWorld.url(1), PeersWorld.url(3));
        assertThat(failures).isEmpty();
        assertThat(answers)
                .containsExactly(
                        new Answer(PeersWorld.CLUSTER, 1, all.get(0).directory.set()));
        assertThat(world.network.openConnections()).isEqualTo(2);
    }

    @Test
    void aWipedMemberIsToldSo() {
        List<Node> all = world.running();
        ask(PeersWorld.url(1));
        String old = Long.toHexString(all.get(2).directory.incarnation);
        assertThat(answers.get(0).refusal(List.of(PeersWorld.url(3)), 0))
                .contains("member 3", "started before, as incarnation " + old, "quorate member replace");
    }

    @Test
    void anAddressThatNobodyAddedAndOneThatWasAreToldApart() {
        List<Member> members = new ArrayList<>(world.initial.members());
        members.add(new Member(4, 0, "n4", List.of(PeersWorld.url(4))));
        Answer answer = new Answer(1, 1, Membership.ofVoters(members));
        assertThat(answer.refusal(List.of("http://elsewhere:1"), 0))
                .contains("http://elsewhere:1", "add it first (quorate member add)");
        assertThat(answer.refusal(List.of(PeersWorld.url(4)), 0)).isNull();
    }

    @Test
    void whenNobodyCanAnswerEachReasonIsSaid() {
        world.start(world.fresh(1));
        ask(PeersWorld.url(1), PeersWorld.url(2));
        assertThat(answers).isEmpty();
        assertThat(failures).hasSize(1);
        assertThat(failures.get(0))
                .contains(PeersWorld.url(1) + " belongs to a cluster that has not started yet")
                .contains(PeersWorld.url(2) + " refuses connections");
    }

    @Test
    void silenceEndsInTime() {
        world.running();
        world.network.partition("http://new:2380", PeersWorld.url(1));
        world.network.settings(
                new io.quorate.node.memory.MemoryNetwork.Settings(50_000, 500_000, 0, 1 << 20, 60_000_000_000L));
        ask(PeersWorld.url(1));
        assertThat(failures).singleElement().asString().contains("no answer in time", PeersWorld.url(1));
    }
}
