package io.quorate.sim.spec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The trace specification follows a run written by hand to its end, and no run in which one fact was changed. */
@Tag("slow")
final class TraceSpecificationTest {
    private static final String NOBODY = "nobody";

    @Test
    void followsARunAndNoneThatWasChanged() throws Exception {
        List<TraceEvent> run = run();
        List<List<TraceEvent>> runs = List.of(
                run,
                changed(run, 2, event -> event.with("role", "Leader")), // leads without a vote
                changed(run, 3, event -> event.with("diskVote", NOBODY)), // flushed a term without its vote
                without(run, 5), // the vote is counted before it can have left
                changed(run, 7, event -> event.with("lastTerm", 2)), // appends what was not sent
                changed(run, 7, event -> event.with("persisted", 1)), // durable before the flush
                without(run, 8), // committed without a majority of disks
                changed(
                        run,
                        10,
                        event -> event.with("commit", 0)), // answers, but does not commit: the next turn shows it
                changed(run, 12, event -> event.with("commit", 0)), // was told of the commit, and forgot
                changed(run, 13, event -> event.withServed(List.of(new long[] {1, 0}))), // a read at an older index
                without(run, 12), // a read confirmed without an answer to its round
                changed(run, 14, event -> event.with("last", 0)), // lost by a crash what was flushed
                changed(run, 14, event -> event.with("vote", NOBODY)), // forgot its vote in a crash
                run.subList(0, 9));
        Set<Integer> accepted = TraceRuns.accepted(
                Tlc.folder("ByHand"),
                List.of("1", "2", "3"),
                2,
                runs.stream().map(TraceEvent::lines).toList());
        assertThat(accepted).containsExactly(1, runs.size());
    }

    private static List<TraceEvent> changed(List<TraceEvent> run, int at, UnaryOperator<TraceEvent> change) {
        List<TraceEvent> other = new ArrayList<>(run);
        other.set(at, change.apply(run.get(at)));
        return other;
    }

    private static List<TraceEvent> without(List<TraceEvent> run, int at) {
        List<TraceEvent> other = new ArrayList<>(run);
        other.remove(at);
        return other;
    }

    /** Member 1 is elected by 2, commits its no-op, and serves a read; then 2 loses power. */
    private static List<TraceEvent> run() {
        return List.of(
                TraceEvent.of("time", "1")
                        .who("PreCandidate", 0, NOBODY, NOBODY)
                        .log(0, 0, 0, 0, 0)
                        .disk(0, NOBODY, 0),
                TraceEvent.of("preRequest", "2")
                        .message("1", 1, 0, 0)
                        .with("granted", true)
                        .who("Follower", 0, NOBODY, NOBODY)
                        .log(0, 0, 0, 0, 0)
                        .disk(0, NOBODY, 0),
                TraceEvent.of("preAnswer", "1")
                        .who("Candidate", 1, "1", NOBODY)
                        .log(0, 0, 0, 0, 0)
                        .disk(0, NOBODY, 0),
                TraceEvent.of("flushed", "1")
                        .with("count", 1)
                        .who("Candidate", 1, "1", NOBODY)
                        .log(0, 0, 0, 0, 0)
                        .disk(1, "1", 0),
                TraceEvent.of("request", "2")
                        .message("1", 1, 0, 0)
                        .with("granted", true)
                        .who("Follower", 1, "1", NOBODY)
                        .log(0, 0, 0, 0, 0)
                        .disk(0, NOBODY, 0),
                TraceEvent.of("flushed", "2")
                        .with("count", 1)
                        .who("Follower", 1, "1", NOBODY)
                        .log(0, 0, 0, 0, 0)
                        .disk(1, "1", 0),
                TraceEvent.of("answer", "1")
                        .who("Leader", 1, "1", "1")
                        .log(1, 1, 0, 0, 0)
                        .disk(1, "1", 0),
                TraceEvent.of("append", "2")
                        .append("1", 1, 0, 0, 1, 1, 0, 0)
                        .who("Follower", 1, "1", "1")
                        .log(1, 1, 0, 0, 0)
                        .disk(1, "1", 0),
                TraceEvent.of("flushed", "2")
                        .with("count", 1)
                        .who("Follower", 1, "1", "1")
                        .log(1, 1, 1, 0, 0)
                        .disk(1, "1", 1),
                TraceEvent.of("flushed", "1")
                        .with("count", 1)
                        .who("Leader", 1, "1", "1")
                        .log(1, 1, 1, 0, 0)
                        .disk(1, "1", 1),
                TraceEvent.of("ack", "1")
                        .who("Leader", 1, "1", "1")
                        .log(1, 1, 1, 1, 0)
                        .disk(1, "1", 1),
                TraceEvent.of("read", "1")
                        .who("Leader", 1, "1", "1")
                        .log(1, 1, 1, 1, 1)
                        .disk(1, "1", 1),
                TraceEvent.of("append", "2")
                        .append("1", 1, 1, 1, 1, 1, 1, 1)
                        .who("Follower", 1, "1", "1")
                        .log(1, 1, 1, 1, 0)
                        .disk(1, "1", 1),
                TraceEvent.of("ack", "1")
                        .withServed(List.of(new long[] {1, 1}))
                        .who("Leader", 1, "1", "1")
                        .log(1, 1, 1, 1, 1)
                        .disk(1, "1", 1),
                TraceEvent.of("crash", "2")
                        .who("Follower", 1, "1", NOBODY)
                        .log(1, 1, 1, 0, 0)
                        .disk(1, "1", 1));
    }
}
