package io.quorate.bench.micro;

import io.quorate.raft.Effects;
import io.quorate.raft.EntryKind;
import io.quorate.raft.HardState;
import io.quorate.raft.LogSummary;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftConfig;
import io.quorate.raft.RestartImage;
import io.quorate.raft.RoleName;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.VoteRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** All that a leader of three decides for one batch of entries: proposals, messages, its own write, two answers, commit, apply. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CoreStepBenchmark {
    private static final int GROUP = 1;
    private static final long SELF = 1;
    private static final int RECORD_BYTES = 288;
    private static final long[] FOLLOWERS = {2, 3};

    @Param({"1", "64", "1024"})
    public int entriesPerTurn;

    private Raft leader = restart();

    private static Raft restart() {
        Membership three = Membership.ofVoters(List.of(member(1), member(2), member(3)));
        RaftConfig plain = RaftConfig.defaults(GROUP, SELF, 11);
        RaftConfig config = new RaftConfig(
                GROUP,
                SELF,
                11,
                plain.heartbeatTicks(),
                plain.electionTicks(),
                false,
                false,
                plain.ringBytes(),
                plain.frameBytes(),
                plain.windowBytes(),
                plain.windowFrames(),
                plain.pendingReads(),
                plain.caughtUpEntries(),
                true);
        SnapshotMark mark = new SnapshotMark(0, 0, three);
        return Raft.restart(config, new RestartImage(HardState.INITIAL, mark, LogSummary.empty(0)), 1);
    }

    private static Member member(long id) {
        return new Member(id, 10 * id + 1, "n" + id, List.of());
    }

    @Setup
    public void elect() {
        leader = restart();
        leader.electionTimedOut();
        persist(leader.drain());
        leader.drain();
        leader.receive(new Message.VoteAnswer(GROUP, 2, SELF, leader.currentTerm(), VoteRefusal.NONE));
        persist(leader.drain());
        if (leader.role() != RoleName.LEADER) {
            throw new IllegalStateException("elected was nobody: " + leader.role());
        }
        acknowledgeAndApply();
    }

    @Benchmark
    public long turn() {
        for (int entry = 0; entry < entriesPerTurn; entry++) {
            if (leader.propose(EntryKind.COMMAND, RECORD_BYTES) < 0) {
                throw new IllegalStateException("refused");
            }
        }
        persist(leader.drain());
        acknowledgeAndApply();
        return leader.commitIndex();
    }

    private void persist(Effects effects) {
        Effects.Write write = effects.write();
        if (write != null) {
            leader.persisted(write.number());
        }
    }

    private void acknowledgeAndApply() {
        long last = leader.lastIndex();
        for (long follower : FOLLOWERS) {
            leader.receive(
                    new Message.AppendAnswer(GROUP, follower, SELF, leader.currentTerm(), last, last, 0, 0, 0, 0));
        }
        Effects effects = leader.drain();
        long applyThrough = effects.applyThrough();
        persist(effects);
        if (applyThrough != 0) {
            leader.applied(applyThrough);
        }
    }
}
