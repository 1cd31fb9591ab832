package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.RaftEvent;
import io.quorate.raft.RaftEvent.ElectionCause;
import io.quorate.raft.RaftEvent.StepDownReason;
import io.quorate.raft.RaftEvent.TransferCause;
import io.quorate.raft.VoteRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The lines that people grep for and programs read: a change here is a change for them. */
class RaftEventLineTest {
    private static final Membership MEMBERS = Membership.ofVoters(List.of(
            new Member(1, 0, "n1", List.of()), new Member(2, 0, "", List.of()), new Member(-2, 0, "n3", List.of())));

    private static Map<RaftEvent, String> lines() {
        Map<RaftEvent, String> lines = new LinkedHashMap<>();
        lines.put(
                new RaftEvent.ElectionTimedOut(3, ElectionCause.LEADER_LOST),
                "election-timeout term=3 cause=LEADER_LOST");
        lines.put(new RaftEvent.VoteAsked(4, true, List.of(2L, -2L)), "pre-vote-asked term=4 voters=2,n3");
        lines.put(new RaftEvent.VoteAsked(4, false, List.of(2L, -2L)), "vote-asked term=4 voters=2,n3");
        lines.put(new RaftEvent.VoteAsked(1, false, List.of()), "vote-asked term=1 voters=");
        lines.put(new RaftEvent.VoteGranted(4, true, 1), "pre-vote-granted term=4 candidate=n1");
        lines.put(new RaftEvent.VoteGranted(4, false, 2), "vote-granted term=4 candidate=2");
        lines.put(
                new RaftEvent.VoteRefused(4, true, 1, VoteRefusal.LEADER_ALIVE),
                "pre-vote-refused term=4 candidate=n1 reason=LEADER_ALIVE");
        lines.put(
                new RaftEvent.VoteRefused(4, false, -3, VoteRefusal.LOG_BEHIND),
                "vote-refused term=4 candidate=fffffffffffffffd reason=LOG_BEHIND");
        lines.put(
                new RaftEvent.VoteReceived(4, true, -2, VoteRefusal.NONE),
                "pre-vote-received term=4 voter=n3 answer=GRANTED");
        lines.put(
                new RaftEvent.VoteReceived(4, false, -2, VoteRefusal.ALREADY_VOTED),
                "vote-received term=4 voter=n3 answer=ALREADY_VOTED");
        lines.put(new RaftEvent.LeaderElected(4, List.of(1L, -2L)), "leader-elected term=4 votes=n1,n3");
        lines.put(new RaftEvent.LeaderFollowed(5, -2), "leader-followed term=5 leader=n3");
        lines.put(new RaftEvent.SteppedDown(6, StepDownReason.NO_QUORUM), "stepped-down term=6 reason=NO_QUORUM");
        lines.put(new RaftEvent.Truncated(17, 20), "log-truncated from=17 last=20");
        lines.put(new RaftEvent.SnapshotTaken(20, 3), "snapshot-taken index=20 term=3");
        lines.put(new RaftEvent.SnapshotOffered(6, -2, 20, 3), "snapshot-offered term=6 follower=n3 index=20");
        lines.put(new RaftEvent.SnapshotInstalled(20, 3, true), "snapshot-installed index=20 term=3 log=kept");
        lines.put(new RaftEvent.SnapshotInstalled(20, 3, false), "snapshot-installed index=20 term=3 log=dropped");
        lines.put(new RaftEvent.SnapshotRestored(20), "snapshot-restored index=20");
        lines.put(new RaftEvent.Repaired(21), "log-repaired index=21");
        lines.put(new RaftEvent.MembershipChanged(7, true), "membership-changed index=7 joint=true");
        lines.put(new RaftEvent.MembershipCommitted(8, false), "membership-committed index=8 joint=false");
        lines.put(new RaftEvent.TransferBegan(3, -2, TransferCause.SICK), "transfer-began term=3 to=n3 cause=SICK");
        lines.put(new RaftEvent.TransferAsked(3, 1), "transfer-asked term=3 to=n1");
        lines.put(new RaftEvent.TransferGivenUp(3, 1), "transfer-given-up term=3 to=n1");
        return lines;
    }

    @Test
    void eachEventHasItsLine() {
        lines().forEach((event, line) ->
                assertThat(RaftEventLine.of(MEMBERS, event)).isEqualTo(line));
    }

    @Test
    void noKindOfEventIsLeftOut() {
        assertThat(lines().keySet().stream().map(Object::getClass).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(RaftEvent.class.getPermittedSubclasses());
    }
}
