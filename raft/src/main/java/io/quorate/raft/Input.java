package io.quorate.raft;

import io.quorate.raft.membership.Membership;

/**
 * Everything that a core can be told, as values: what a driver calls on {@link Raft}, a recording writes down and a replay
 * or a search applies. The end of a turn is no input: it asks, by {@link Raft#drain()}. See {@link Recording}.
 */
public sealed interface Input {
    /** Calls the method of the same name. A refusal is an effect of its own kind and is not given back here. */
    void applyTo(Raft raft);

    record Advance(long ticks) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.advance(ticks);
        }
    }

    record Receive(Message message) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.receive(message);
        }
    }

    record Propose(EntryKind kind, int recordBytes) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.propose(kind, recordBytes);
        }
    }

    record ReadIndex(long token) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.readIndex(token);
        }
    }

    record Persisted(long writeNumber) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.persisted(writeNumber);
        }
    }

    record Applied(long index) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.applied(index);
        }
    }

    record PeerLost(long id) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.peerLost(id);
        }
    }

    record PeerBack(long id) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.peerBack(id);
        }
    }

    record MajorityWithoutLeader() implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.majorityWithoutLeader();
        }
    }

    record SnapshotTaken(SnapshotMark mark) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.snapshotTaken(mark);
        }
    }

    record SnapshotReceived(SnapshotMark mark, long term) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.snapshotReceived(mark, term);
        }
    }

    record Restored(long index) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.restored(index);
        }
    }

    record LogBeginsAt(long firstIndex) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.logBeginsAt(firstIndex);
        }
    }

    record Transfer(long to) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.transfer(to);
        }
    }

    record Change(long expectedIndex, Membership target) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.change(expectedIndex, target);
        }
    }

    record FitnessIs(Fitness fitness) implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.fitness(fitness);
        }
    }

    record ElectionTimedOut() implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.electionTimedOut();
        }
    }

    record HeartbeatDue() implements Input {
        @Override
        public void applyTo(Raft raft) {
            raft.heartbeatDue();
        }
    }
}
