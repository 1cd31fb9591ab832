package io.quorate.raft.scenario;

import io.quorate.raft.Notation;
import io.quorate.raft.SnapshotMark;
import java.util.Map;
import java.util.TreeMap;

/** A whole snapshot: its mark, and the values that the state machine had there. */
record Snapshot(SnapshotMark mark, Map<String, String> values) {
    Snapshot {
        values = new TreeMap<>(values);
    }

    @Override
    public String toString() {
        return "snapshot " + Notation.at(mark.index(), mark.term());
    }
}
