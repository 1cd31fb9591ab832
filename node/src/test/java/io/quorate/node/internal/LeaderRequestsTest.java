package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.node.ChangeOutcome;
import io.quorate.node.MembershipChange;
import io.quorate.node.RaftException;
import io.quorate.node.RaftOptions;
import io.quorate.node.Unknown;
import io.quorate.node.peer.PeerListener;
import io.quorate.node.port.Versions;
import io.quorate.raft.membership.ChangeRefusal;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a member that was removed says to those who asked it for something. */
class LeaderRequestsTest {
    private static final RaftOptions OPTIONS =
            RaftOptions.builder().forwardToLeader(true).build();

    private final Trio trio = new Trio(3, OPTIONS, true);
    private final Trio.Node leader = trio.awaitLeader(5000);
    private final Trio.Node follower = trio.nodes.values().stream()
            .filter(node -> node != leader)
            .findFirst()
            .orElseThrow();
    private final long id = follower.member.id();

    @BeforeEach
    void letAllKnowWhoLeads() {
        trio.time.runMillis(500);
    }

    private static void assertRemoved(Trio.Node node) {
        assertThatThrownBy(() -> node.loop.stopped().getNow(null))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        RaftException.class, why -> assertThat(why.code()).isEqualTo(RaftException.Code.REMOVED));
    }

    /** The others say that it was removed before the leader's answer is there. */
    @Test
    void aFollowerThatRemovesItselfWaitsForTheAnswerBeforeItStops() {
        CompletableFuture<ChangeOutcome> outcome = follower.handle.change(MembershipChange.remove(id));
        trio.time.runMillis(0);
        listener().removed("said a peer");
        trio.time.runMillis(100);
        assertThat(outcome.getNow(null)).isInstanceOfSatisfying(ChangeOutcome.Changed.class, changed -> assertThat(
                        changed.membership().contains(id))
                .isFalse());
        assertRemoved(follower);
    }

    @Test
    void anAnswerThatDoesNotComeHoldsUpAMemberThatWasRemovedForAnElectionTimeoutAtMost() {
        trio.peers(leader).loseAnswers = true;
        CompletableFuture<ChangeOutcome> outcome = follower.handle.change(MembershipChange.remove(id));
        trio.time.runMillis(0);
        listener().removed("said a peer");
        trio.time.runMillis(OPTIONS.electionTimeoutMillis() - 1);
        assertThat(follower.loop.stopped()).isNotDone();
        trio.time.runMillis(1);
        assertThat(outcome.getNow(null)).isEqualTo(new ChangeOutcome.Undecided(Unknown.Reason.STOPPED));
        assertRemoved(follower);
    }

    @Test
    void whoWasAskedNothingStopsAtOnce() {
        listener().removed("said a peer");
        trio.time.runMillis(0);
        assertRemoved(follower);
    }

    private Object refusal(MembershipChange change) {
        CompletableFuture<ChangeOutcome> outcome = follower.handle.change(change);
        trio.time.runMillis(500);
        return outcome.getNow(null) instanceof ChangeOutcome.NotChanged not ? not.reason() : outcome.getNow(null);
    }

    @Test
    void theClusterVersionIsRaisedWhenEveryMemberSpeaksItAndNeverFalls() {
        trio.peers(follower).versions = new Versions(1, 1);
        assertThat(refusal(MembershipChange.raiseVersion(2))).isEqualTo(ChangeRefusal.VERSION_NOT_SPOKEN);
        trio.peers(follower).versions = Trio.VERSIONS;
        trio.peers(leader).cut(follower.member.id());
        CompletableFuture<ChangeOutcome> unasked = leader.handle.change(MembershipChange.raiseVersion(2));
        trio.time.runMillis(10);
        assertThat(unasked.getNow(null))
                .isInstanceOfSatisfying(ChangeOutcome.NotChanged.class, not -> assertThat(not.reason())
                        .isEqualTo(ChangeRefusal.VERSION_NOT_SPOKEN));
        trio.peers(leader).heal(follower.member.id());
        trio.peers(follower).heal(leader.member.id());
        trio.time.runMillis(2_000);
        assertThat(refusal(MembershipChange.raiseVersion(3))).isEqualTo(ChangeRefusal.VERSION_NOT_SPOKEN);
        assertThat(refusal(MembershipChange.raiseVersion(1))).isEqualTo(ChangeRefusal.NO_CHANGE);
        assertThat(refusal(MembershipChange.raiseVersion(2)))
                .isInstanceOfSatisfying(
                        ChangeOutcome.Changed.class,
                        changed -> assertThat(changed.membership().version()).isEqualTo(2));
        assertThat(refusal(MembershipChange.raiseVersion(1))).isEqualTo(ChangeRefusal.VERSION_FALLS);
        assertThat(refusal(MembershipChange.remove(id).expecting(0))).isEqualTo(ChangeRefusal.CHANGED_MEANWHILE);
        for (Trio.Node node : trio.nodes.values()) {
            assertThat(node.loop.status(null).membership().version()).isEqualTo(2);
        }
    }

    private PeerListener listener() {
        return Objects.requireNonNull(trio.peers(follower).listener);
    }
}
