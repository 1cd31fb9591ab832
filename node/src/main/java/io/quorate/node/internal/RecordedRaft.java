package io.quorate.node.internal;

import io.quorate.raft.Effects;
import io.quorate.raft.EntryKind;
import io.quorate.raft.Fitness;
import io.quorate.raft.Input;
import io.quorate.raft.Message;
import io.quorate.raft.Raft;
import io.quorate.raft.RaftConfig;
import io.quorate.raft.Recording;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.TransferRefusal;
import io.quorate.raft.membership.Membership;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one way by which inputs reach a core: where a life is recorded, each is written down before it is given to the core, and
 * the effects of each turn with them, so that {@link Recording#replay} can live it again. Otherwise it costs a comparison.
 */
final class RecordedRaft {
    private final Raft raft;
    private final @Nullable Consumer<byte[]> sink;
    private final Recording recording = new Recording();

    /** @param sink takes the pieces of the recording, one for each turn, in order; null to record nothing */
    RecordedRaft(RaftConfig config, RestartImage image, long seed, @Nullable Consumer<byte[]> sink) {
        this.raft = Raft.restart(config, image, seed);
        this.sink = sink;
        if (sink != null) {
            recording.start(config, image, seed);
        }
    }

    /** For questions only. */
    Raft state() {
        return raft;
    }

    void advance(long ticks) {
        if (sink != null) {
            recording.input(new Input.Advance(ticks));
        }
        raft.advance(ticks);
    }

    void receive(Message message) {
        if (sink != null) {
            recording.input(new Input.Receive(message));
        }
        raft.receive(message);
    }

    long propose(EntryKind kind, int recordBytes) {
        if (sink != null) {
            recording.input(new Input.Propose(kind, recordBytes));
        }
        return raft.propose(kind, recordBytes);
    }

    void readIndex(long token) {
        if (sink != null) {
            recording.input(new Input.ReadIndex(token));
        }
        raft.readIndex(token);
    }

    void persisted(long writeNumber) {
        if (sink != null) {
            recording.input(new Input.Persisted(writeNumber));
        }
        raft.persisted(writeNumber);
    }

    void applied(long index) {
        if (sink != null) {
            recording.input(new Input.Applied(index));
        }
        raft.applied(index);
    }

    boolean snapshotTaken(SnapshotMark mark) {
        if (sink != null) {
            recording.input(new Input.SnapshotTaken(mark));
        }
        return raft.snapshotTaken(mark);
    }

    /** The mark is one that a member can have in that term: to be asked before. */
    boolean snapshotReceived(SnapshotMark mark, long term) {
        if (sink != null) {
            recording.input(new Input.SnapshotReceived(mark, term));
        }
        return raft.snapshotReceived(mark, term);
    }

    void restored(long index) {
        if (sink != null) {
            recording.input(new Input.Restored(index));
        }
        raft.restored(index);
    }

    void logBeginsAt(long firstIndex) {
        if (sink != null) {
            recording.input(new Input.LogBeginsAt(firstIndex));
        }
        raft.logBeginsAt(firstIndex);
    }

    void peerLost(long id) {
        if (sink != null) {
            recording.input(new Input.PeerLost(id));
        }
        raft.peerLost(id);
    }

    void peerBack(long id) {
        if (sink != null) {
            recording.input(new Input.PeerBack(id));
        }
        raft.peerBack(id);
    }

    void majorityWithoutLeader() {
        if (sink != null) {
            recording.input(new Input.MajorityWithoutLeader());
        }
        raft.majorityWithoutLeader();
    }

    @Nullable
    TransferRefusal transfer(long to) {
        if (sink != null) {
            recording.input(new Input.Transfer(to));
        }
        return raft.transfer(to);
    }

    long change(long expectedIndex, Membership target) {
        if (sink != null) {
            recording.input(new Input.Change(expectedIndex, target));
        }
        return raft.change(expectedIndex, target);
    }

    void fitness(Fitness fitness) {
        if (sink != null) {
            recording.input(new Input.FitnessIs(fitness));
        }
        raft.fitness(fitness);
    }

    Effects drain() {
        Effects effects = raft.drain();
        if (sink != null) {
            recording.turn(effects);
            sink.accept(recording.take());
        }
        return effects;
    }
}
