package io.quorate.sim.search;

import io.quorate.raft.EntryRun;
import io.quorate.raft.HardState;
import io.quorate.raft.LogSummary;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import java.util.ArrayList;
import java.util.List;

/** What of one member survives whatever happens. */
record Disk(HardState hardState, List<Entry> entries) {
    static final Disk EMPTY = new Disk(HardState.INITIAL, List.of());

    /** @throws IllegalStateException if the write does not follow what is there: the core or the driver is wrong */
    Disk after(PendingWrite pending) {
        long cut = pending.write().truncateFrom();
        List<Entry> kept = new ArrayList<>(entries);
        if (cut != 0 && cut <= kept.size()) {
            kept.subList((int) cut - 1, kept.size()).clear();
        }
        for (Entry entry : pending.entries()) {
            kept.add(entry);
            if (entry.index() != kept.size()) {
                throw new IllegalStateException(entry + " is written at " + kept.size());
            }
        }
        HardState told = pending.write().hardState();
        return new Disk(told == null ? hardState : told, List.copyOf(kept));
    }

    boolean holds(Entry entry) {
        return entry.index() <= entries.size()
                && entries.get((int) entry.index() - 1).equals(entry);
    }

    /** What a core that starts from here is told. */
    RestartImage image(SnapshotMark mark) {
        EntryRun run = Entry.run(entries, 1, mark.membership());
        long[] firsts = new long[run.runs()];
        long[] terms = new long[run.runs()];
        for (int i = 0; i < firsts.length; i++) {
            firsts[i] = run.runFirst(i);
            terms[i] = run.runTerm(i);
        }
        return new RestartImage(hardState, mark, new LogSummary(entries.size(), firsts, terms, run.memberships()));
    }
}
