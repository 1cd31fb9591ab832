package io.quorate.node.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.RaftEvent;
import io.quorate.raft.RaftEvent.ElectionCause;
import io.quorate.raft.VoteRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventLinesTest {
    private static final Membership THREE = Membership.ofVoters(List.of(
            new Member(1, 0, "n1", List.of("http://127.0.0.1:1")),
            new Member(2, 0, "n2", List.of("http://127.0.0.1:2")),
            new Member(3, 0, "n3", List.of("http://127.0.0.1:3"))));

    private final EventLines lines = new EventLines();
    private final List<String> log = new ArrayList<>();

    private void happens(RaftEvent... events) {
        for (RaftEvent event : events) {
            log.addAll(lines.of(THREE, event));
        }
    }

    private void round(long term, VoteRefusal answer) {
        happens(
                new RaftEvent.ElectionTimedOut(term, ElectionCause.TIMEOUT),
                new RaftEvent.VoteAsked(term + 1, true, List.of(2L, 3L)),
                new RaftEvent.VoteReceived(term + 1, true, 2, answer));
    }

    @Test
    void aRoundThatRepeatsTheLastIsLoggedOnceAndCounted() {
        for (int round = 0; round < 5; round++) {
            round(4, VoteRefusal.LEADER_ALIVE);
        }
        assertThat(log)
                .containsExactly(
                        "election-timeout term=4 cause=TIMEOUT",
                        "pre-vote-asked term=5 voters=n2,n3",
                        "pre-vote-received term=5 voter=n2 answer=LEADER_ALIVE");
        log.clear();
        happens(new RaftEvent.LeaderFollowed(4, 3));
        assertThat(log)
                .containsExactly(
                        "events-repeated election-timeout=4 pre-vote-asked=4 pre-vote-received=4",
                        "leader-followed term=4 leader=n3");
    }

    @Test
    void anotherAnswerIsNews() {
        round(4, VoteRefusal.LEADER_ALIVE);
        log.clear();
        round(4, VoteRefusal.NONE);
        assertThat(log)
                .containsExactly(
                        "events-repeated election-timeout=1 pre-vote-asked=1",
                        "pre-vote-received term=5 voter=n2 answer=GRANTED");
    }

    @Test
    void afterAChangeTheSameAttemptIsNewsAgain() {
        round(4, VoteRefusal.LEADER_ALIVE);
        happens(new RaftEvent.LeaderFollowed(4, 3));
        log.clear();
        round(4, VoteRefusal.LEADER_ALIVE);
        assertThat(log).hasSize(3);
    }

    @Test
    void votesThatCountAreAlwaysLogged() {
        RaftEvent refused = new RaftEvent.VoteRefused(5, false, 2, VoteRefusal.LOG_BEHIND);
        happens(refused, refused, new RaftEvent.VoteGranted(6, false, 3));
        assertThat(log)
                .containsExactly(
                        "vote-refused term=5 candidate=n2 reason=LOG_BEHIND",
                        "vote-refused term=5 candidate=n2 reason=LOG_BEHIND",
                        "vote-granted term=6 candidate=n3");
    }

    @Test
    void theMemoryOfWhatWasToldIsBounded() {
        RaftEvent first = new RaftEvent.VoteRefused(1, true, 2, VoteRefusal.LEADER_ALIVE);
        happens(first);
        for (long term = 2; term <= 1000; term++) {
            happens(new RaftEvent.VoteRefused(term, true, 2, VoteRefusal.LEADER_ALIVE));
        }
        log.clear();
        happens(first);
        assertThat(log).as("forgotten, so told again").hasSize(1);
    }
}
