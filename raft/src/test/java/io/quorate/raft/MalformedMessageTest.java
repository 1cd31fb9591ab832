package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.Message.AppendAnswer;
import io.quorate.raft.Message.AppendEntries;
import io.quorate.raft.Message.InstallSnapshot;
import io.quorate.raft.Message.ReadIndexAnswer;
import io.quorate.raft.Message.RequestPreVote;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.membership.Membership;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a peer sends is never a precondition: what no correct one can send is refused, and nothing has changed. */
class MalformedMessageTest {
    private static final EntryRun NONE = EntryRun.empty(1);
    private static final long[] ONE = {1};
    private static final int[] SIZE = {40};

    static Stream<Message> malformed() {
        return Stream.of(
                new RequestVote(7, 2, 1, 1, 0, 0), // of another group
                new RequestVote(0, 2, 3, 1, 0, 0), // for another member
                new RequestVote(0, 0, 1, 1, 0, 0), // from nobody
                new RequestVote(0, 1, 1, 1, 0, 0), // from oneself
                new RequestVote(0, 2, 1, 0, 0, 0),
                new RequestVote(0, 2, 1, -1, 0, 0),
                new RequestVote(0, 2, 1, Long.MAX_VALUE, 0, 0),
                new RequestVote(0, 2, 1, 5, -1, 0),
                new RequestVote(0, 2, 1, 5, 1, 5), // a log of the term that is asked for
                new RequestVote(0, 2, 1, 5, 0, 1),
                new RequestPreVote(0, 2, 1, 5, 1, 6),
                append(5, 3, 6, NONE),
                append(5, -1, 0, NONE),
                append(5, 0, 1, NONE), // a term before the first entry
                append(5, 3, 1, NONE), // does not follow prevLogIndex
                append(5, 0, 0, run(1, new long[] {1}, new long[] {6})), // an entry of a later term
                append(5, 1, 3, run(2, new long[] {2}, new long[] {2})), // terms that fall
                append(5, 0, 0, run(1, new long[] {2}, new long[] {2})), // the first run begins elsewhere
                append(5, 0, 0, run(1, new long[] {1}, new long[] {0})),
                append(5, 0, 0, new EntryRun(1, ONE, ONE, new int[] {0}, List.of())),
                append(5, 0, 0, new EntryRun(1, ONE, ONE, new int[0], List.of())),
                append(5, 0, 0, new EntryRun(1, ONE, ONE, SIZE, List.of(new MembershipAt(2, Membership.NONE)))),
                new AppendEntries(0, 2, 1, 5, 0, 0, -1, 0, NONE),
                new AppendEntries(0, 2, 1, 5, 0, 0, 0, -1, NONE),
                new AppendAnswer(0, 2, 1, 5, 1, 2, 0, 0, 0, 0), // durable before verified
                new AppendAnswer(0, 2, 1, 5, -1, -1, 0, 0, 0, 0),
                new AppendAnswer(0, 2, 1, 5, 0, 0, 0, 3, -2, 0),
                new InstallSnapshot(0, 2, 1, 5, 0, 0, 0), // of nothing
                new InstallSnapshot(0, 2, 1, 5, 3, 0, 0),
                new InstallSnapshot(0, 2, 1, 5, 3, 6, 0), // of a later term
                new InstallSnapshot(0, 2, 1, 5, Long.MAX_VALUE, 5, 0),
                new InstallSnapshot(0, 2, 1, 5, 3, 5, -1),
                new ReadIndexAnswer(0, 2, 1, 5, 1, 1, -1));
    }

    private static Message append(long term, long prevLogIndex, long prevLogTerm, EntryRun run) {
        return new AppendEntries(0, 2, 1, term, prevLogIndex, prevLogTerm, 0, 0, run);
    }

    private static EntryRun run(long first, long[] runFirst, long[] runTerm) {
        return new EntryRun(first, runFirst, runTerm, SIZE, List.of());
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void itIsRefusedAndChangesNothing(Message message) {
        Scene scene = Scene.of(3).log(1, 2).term(3, 0);
        scene.drain();
        byte[] before = scene.raft().copy().canonicalForm();
        assertThatThrownBy(() -> scene.raft().receive(message)).isInstanceOf(MalformedMessageException.class);
        scene.drain();
        assertThat(scene.raft().canonicalForm()).isEqualTo(before);
    }

    @Test
    void aLeaderRefusesAnswersToWhatItNeverSaid() {
        Scene scene = Scene.of(3).leadAndCommit();
        assertThatThrownBy(() -> scene.acknowledge(2, 9)).isInstanceOf(MalformedMessageException.class);
        assertThatThrownBy(() -> scene.acknowledge(2, 1, 1, 1)).isInstanceOf(MalformedMessageException.class);
        assertThat(scene.raft().matchIndex(2)).isEqualTo(1);
    }

    @Test
    void aStrangersAnswerIsIgnored() {
        Scene scene = Scene.of(3).leadAndCommit();
        scene.propose(1);
        scene.settle();
        scene.acknowledge(9, 2);
        scene.receive(new Message.ReadIndexRequest(0, 9, 1, 1, 1, 1));
        assertThat(scene.raft().commitIndex()).isEqualTo(1);
    }
}
