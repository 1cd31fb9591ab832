package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The shortest stories: elect, replicate, commit, read; every write persisted and every message delivered at once. */
class FirstStepsTest {
    private final List<Raft> members = new ArrayList<>();
    private final List<Long> answered = new ArrayList<>();

    private void start(int size) {
        List<Member> set = new ArrayList<>();
        for (long id = 1; id <= size; id++) {
            set.add(new Member(id, 100 + id, "n" + id, List.of()));
        }
        SnapshotMark mark = new SnapshotMark(0, 0, Membership.ofVoters(set));
        for (long id = 1; id <= size; id++) {
            RestartImage image = new RestartImage(HardState.INITIAL, mark, LogSummary.empty(0));
            members.add(Raft.restart(RaftConfig.defaults(0, id, 100 + id), image, id));
        }
    }

    private void settle() {
        ArrayDeque<Message> network = new ArrayDeque<>();
        boolean busy = true;
        while (busy) {
            busy = false;
            for (Raft raft : members) {
                Effects effects = raft.drain();
                effects.messages().forEach(out -> network.add(out.message()));
                effects.reads().forEach(read -> answered.add(read.token()));
                long apply = effects.applyThrough();
                Effects.Write write = effects.write();
                if (write != null) {
                    raft.persisted(write.number());
                }
                if (apply != 0) {
                    raft.applied(apply);
                }
                busy |= write != null || apply != 0;
            }
            while (!network.isEmpty()) {
                Message message = network.poll();
                members.get((int) message.to() - 1).receive(message);
                busy = true;
            }
        }
    }

    @Test
    void aMemberAloneElectsItselfAndCommits() {
        start(1);
        members.get(0).electionTimedOut();
        settle();
        assertThat(members.get(0).role()).isEqualTo(RoleName.LEADER);
        assertThat(members.get(0).propose(EntryKind.COMMAND, 40)).isEqualTo(2);
        members.get(0).readIndex(7);
        settle();
        assertThat(members.get(0).lastApplied()).isEqualTo(2);
        assertThat(answered).containsExactly(7L);
    }

    @Test
    void threeMembersElectReplicateAndCommit() {
        start(3);
        members.get(1).electionTimedOut();
        settle();
        assertThat(members.get(1).role()).isEqualTo(RoleName.LEADER);
        for (int i = 0; i < 10; i++) {
            assertThat(members.get(1).propose(EntryKind.COMMAND, 40)).isEqualTo(2L + i);
        }
        members.get(0).readIndex(9);
        settle();
        for (Raft raft : members) {
            assertThat(raft.commitIndex()).isEqualTo(11);
            assertThat(raft.lastApplied()).isEqualTo(11);
        }
        assertThat(answered).containsExactly(9L);
    }
}
