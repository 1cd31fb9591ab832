package io.quorate.sim.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.HardState;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The search: that the core keeps every rule in it, that it ends, repeats itself, and finds drivers that break the contract. */
class SearchTest {
    /** Each is explored to the end, so its number of worlds is a fact. */
    static List<SearchBounds> smallBounds() {
        return List.of(
                SearchBounds.ofTerms(1).allow(Allowance.TIMEOUT, 3),
                SearchBounds.ofTerms(2).allow(Allowance.TIMEOUT, 2).fromLeader(),
                SearchBounds.ofTerms(1).allow(Allowance.PROPOSAL, 1).fromLeader(),
                SearchBounds.ofTerms(1).allow(Allowance.READ, 1).fromLeader(),
                SearchBounds.ofTerms(1)
                        .allow(Allowance.TIMEOUT, 1)
                        .allow(Allowance.SILENCE, 1)
                        .guarded());
    }

    @ParameterizedTest
    @MethodSource("smallBounds")
    void aSmallWorldIsExploredToTheEndAndTheSameTwice(SearchBounds bounds) {
        SearchResult result = Search.run(bounds, 100_000, ProgressListener.NOBODY);
        assertThat(result.violation()).isNull();
        assertThat(result.isExhausted()).isTrue();
        assertThat(result.states()).isGreaterThan(20);
        assertThat(result.toString()).contains("explored to the end");
        assertThat(Search.run(bounds, 100_000, ProgressListener.NOBODY)).isEqualTo(result);
    }

    @Test
    void theLimitEndsASearch() {
        List<Long> heard = new ArrayList<>();
        SearchResult result =
                Search.run(SearchBounds.usual(), 20_000, (states, transitions, depth) -> heard.add(states));
        assertThat(result.states()).isEqualTo(20_000);
        assertThat(result.isExhausted()).isFalse();
        assertThat(result.violation()).isNull();
        assertThat(result.depth()).isEqualTo(result.completeDepth() + 1);
        assertThat(result.toString()).contains("stopped at 20000, complete to depth " + result.completeDepth());
        assertThat(heard).isSorted().startsWith(1L).hasSizeGreaterThan(1);
    }

    @Test
    void guardedMembersKeepTheRulesToo() {
        SearchBounds guarded = SearchBounds.usual()
                .allow(Allowance.TIMEOUT, 3)
                .allow(Allowance.SILENCE, 3)
                .guarded();
        for (SearchBounds bounds : List.of(guarded, guarded.fromLeader())) {
            assertThat(Search.run(bounds, 20_000, ProgressListener.NOBODY).violation())
                    .isNull();
        }
    }

    @Test
    @Tag("slow")
    void threeHundredThousandWorldsKeepEveryRule() {
        long states = 0;
        for (SearchBounds bounds :
                List.of(SearchBounds.usual(), SearchBounds.usual().fromLeader())) {
            SearchResult result = Search.run(bounds, 150_000, ProgressListener.NOBODY);
            assertThat(result.violation()).isNull();
            states += result.states();
        }
        assertThat(states).isEqualTo(300_000);
    }

    /** The next election with one crash of anybody at any moment: nothing is left out. */
    @Test
    @Tag("slow")
    void aCrashAroundAnElectionIsExploredToTheEnd() {
        SearchBounds bounds = SearchBounds.ofTerms(2)
                .allow(Allowance.TIMEOUT, 2)
                .allow(Allowance.CRASH, 1)
                .fromLeader();
        SearchResult result = Search.run(bounds, 1_000_000, ProgressListener.NOBODY);
        assertThat(result.violation()).isNull();
        assertThat(result.isExhausted()).isTrue();
        assertThat(result.states()).isGreaterThan(30_000);
    }

    @Test
    void aDriverThatSendsBeforeTheWriteIsFound() {
        Contract early = new Contract() {
            @Override
            public boolean mayLeave(long afterWrite, long persistedWrite) {
                return true;
            }
        };
        Violation found = find(early, SearchBounds.ofTerms(1).allow(Allowance.TIMEOUT, 1));
        assertThat(found.rule()).isEqualTo("FACTS_ARE_DURABLE_BEFORE_THEY_ARE_TOLD");
        assertThat(found.steps()).singleElement().asString().startsWith("1. n1 times out");
    }

    @Test
    void aDiskThatLiesIsFound() {
        Contract lying = new Contract() {
            @Override
            public Disk flushed(Disk disk, PendingWrite write) {
                return new Disk(disk.after(write).hardState(), disk.entries());
            }
        };
        Violation found = find(lying, SearchBounds.ofTerms(1).allow(Allowance.TIMEOUT, 1));
        assertThat(found.rule()).isEqualTo("DURABLE_IS_ON_THE_DISK");
        assertThat(found.steps()).hasSize(6);
        assertThat(found.steps().get(5)).contains("flushes its oldest write");
    }

    @Test
    void aDriverThatForgetsTheVoteAtARestartIsFound() {
        Contract forgetful = new Contract() {
            @Override
            public HardState remembered(HardState durable) {
                return new HardState(durable.currentTerm(), 0, durable.commitHint());
            }
        };
        SearchBounds bounds =
                SearchBounds.ofTerms(1).allow(Allowance.TIMEOUT, 2).allow(Allowance.CRASH, 1);
        Violation found = find(forgetful, bounds);
        assertThat(found.rule()).isEqualTo("ONE_VOTE_A_TERM");
        assertThat(found.toString()).contains("crashes", "starts again");
    }

    @Test
    void aDriverThatRemembersTooLateACommitIsFound() {
        Contract boastful = new Contract() {
            @Override
            public HardState remembered(HardState durable) {
                return new HardState(durable.currentTerm(), durable.votedFor(), Long.MAX_VALUE);
            }
        };
        SearchBounds bounds = SearchBounds.ofTerms(1)
                .allow(Allowance.PROPOSAL, 1)
                .allow(Allowance.CRASH, 1)
                .fromLeader();
        Violation found = find(boastful, bounds);
        assertThat(found.rule()).isEqualTo("COMMIT_NEEDS_A_DURABLE_MAJORITY");
        assertThat(found.steps().get(0)).startsWith("1. n1 times out");
    }

    /** What a core itself refuses is told like a rule that is broken. */
    @Test
    void aCoreThatRefusesIsFound() {
        Contract ancient = new Contract() {
            @Override
            public HardState remembered(HardState durable) {
                return HardState.INITIAL;
            }
        };
        SearchBounds bounds = SearchBounds.ofTerms(1).allow(Allowance.CRASH, 1).fromLeader();
        Violation found = find(ancient, bounds);
        assertThat(found.rule()).isEqualTo("IllegalArgumentException");
        assertThat(found.sentence()).contains("this image cannot have been kept by a member");
    }

    private static Violation find(Contract contract, SearchBounds bounds) {
        assertThat(Search.run(bounds, 20_000, ProgressListener.NOBODY).violation())
                .as("the honest driver keeps the rules")
                .isNull();
        SearchResult result = Search.run(bounds, 50_000, ProgressListener.NOBODY, contract);
        assertThat(result.isExhausted()).isFalse();
        Violation violation = Objects.requireNonNull(result.violation(), "the dishonest one breaks one");
        assertThat(violation.steps()).hasSizeGreaterThanOrEqualTo(result.depth());
        return violation;
    }

    @Test
    void boundsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> SearchBounds.ofTerms(0)).hasMessageContaining("terms must be in [1, 100], is 0");
        assertThatThrownBy(() -> SearchBounds.ofTerms(1).allow(Allowance.CRASH, 256))
                .hasMessageContaining("CRASH must be in [0, 255], is 256");
        assertThatThrownBy(() -> Search.run(SearchBounds.usual(), 0, ProgressListener.NOBODY))
                .hasMessageContaining("maxStates must be in [1, 100000000], is 0");
    }
}
