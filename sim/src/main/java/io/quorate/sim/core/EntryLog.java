package io.quorate.sim.core;

import io.quorate.raft.EntryKind;
import io.quorate.raft.EntryRun;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.LogSummary;
import java.util.ArrayList;
import java.util.List;

/** The entries of one log from index 1 on. */
final class EntryLog {
    private final ArrayList<Entry> entries = new ArrayList<>();

    long lastIndex() {
        return entries.size();
    }

    /** @param index in [1, lastIndex] */
    Entry get(long index) {
        return entries.get((int) index - 1);
    }

    boolean holds(Entry entry) {
        return entry.index() <= lastIndex() && get(entry.index()).isSame(entry);
    }

    /** Hash of all through that index; 0 for index 0. */
    long prefixHash(long index) {
        return index == 0 ? 0 : get(index).prefixHash();
    }

    /** In place of whatever is at or behind its index. */
    void put(Entry entry) {
        truncateFrom(entry.index());
        if (entry.index() != lastIndex() + 1) {
            throw new IllegalStateException("a gap: " + entry + " behind " + lastIndex());
        }
        entries.add(entry);
    }

    void replace(Entry entry) {
        entries.set((int) entry.index() - 1, entry);
    }

    void truncateFrom(long index) {
        while (lastIndex() >= index) {
            entries.remove(entries.size() - 1);
        }
    }

    void set(EntryLog other) {
        entries.clear();
        entries.addAll(other.entries);
    }

    List<Entry> slice(long first, long last) {
        return List.copyOf(entries.subList((int) first - 1, (int) last));
    }

    LogSummary summary() {
        Runs runs = new Runs(entries);
        return new LogSummary(lastIndex(), runs.firsts, runs.terms, runs.memberships);
    }

    /** What a core may know of entries that follow each other; there is at least one. */
    static EntryRun describe(List<Entry> entries) {
        Runs runs = new Runs(entries);
        int[] sizes = new int[entries.size()];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = entries.get(i).bytes();
        }
        return new EntryRun(entries.get(0).index(), runs.firsts, runs.terms, sizes, runs.memberships);
    }

    private static final class Runs {
        final long[] firsts;
        final long[] terms;
        final List<MembershipAt> memberships = new ArrayList<>();

        Runs(List<Entry> entries) {
            int count = 0;
            long[] runFirst = new long[entries.size()];
            long[] runTerm = new long[entries.size()];
            for (Entry entry : entries) {
                if (count == 0 || runTerm[count - 1] != entry.term()) {
                    runFirst[count] = entry.index();
                    runTerm[count++] = entry.term();
                }
                if (entry.kind() == EntryKind.MEMBERSHIP && entry.membership() != null) {
                    memberships.add(new MembershipAt(entry.index(), entry.membership()));
                }
            }
            firsts = java.util.Arrays.copyOf(runFirst, count);
            terms = java.util.Arrays.copyOf(runTerm, count);
        }
    }
}
