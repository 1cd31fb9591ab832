package io.quorate.sim.core;

import java.util.ArrayList;
import java.util.List;

/** Each index once, in order; and the same state wherever as much was applied. */
final class Applies {
    /** Hash of the state behind each index, as the first member had it. */
    private final List<Long> states = new ArrayList<>();

    private final long[] lastApplied;

    Applies(int members) {
        lastApplied = new long[members];
    }

    void started(CoreMember member) {
        lastApplied[member.number] = member.machine().appliedIndex();
    }

    void snapshotKept(CoreMember member, SnapshotFile snapshot) {
        requireState(member, snapshot, snapshot.state());
    }

    void restored(CoreMember member, SnapshotFile snapshot) {
        lastApplied[member.number] = member.machine().appliedIndex();
        requireState(member, snapshot, member.machine());
    }

    private void requireState(CoreMember member, SnapshotFile snapshot, Registers state) {
        long index = snapshot.mark().index();
        Rule.SNAPSHOT_IS_THE_STATE.require(
                state.appliedIndex() == index && states.get((int) index - 1) == state.hash(),
                () -> member + " has by a snapshot at " + index + " another state than applying the log gives");
    }

    void applying(CoreMember member, Entry entry) {
        long last = lastApplied[member.number];
        Rule.APPLIED_IN_ORDER.require(
                entry.index() == last + 1, () -> member + " applies " + entry + " behind index " + last);
    }

    void applied(CoreMember member, Entry entry) {
        lastApplied[member.number] = entry.index();
        long hash = member.machine().hash();
        if (entry.index() > states.size()) {
            states.add(hash);
        } else {
            Rule.STATES_AGREE.require(
                    states.get((int) entry.index() - 1) == hash,
                    () -> member + " has another state than others behind " + entry);
        }
    }
}
