package io.quorate.sim.core;

import io.quorate.raft.EntryKind;
import io.quorate.raft.EntryRun;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.LogSummary;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entries of one log, from index 1 on, or from where a snapshot took the place of those before. */
final class EntryLog {
    private final ArrayList<Entry> entries = new ArrayList<>();

    /** Indexes of those that tell a membership, rising. */
    private final ArrayList<Long> memberships = new ArrayList<>();

    /** The last index that is gone, 0 for none; its term, and the hash of all through it. */
    private long prevIndex;

    private long prevTerm;
    private long prevHash;

    long prevIndex() {
        return prevIndex;
    }

    long prevTerm() {
        return prevTerm;
    }

    long lastIndex() {
        return prevIndex + entries.size();
    }

    /** @param index in [prevIndex + 1, lastIndex] */
    Entry get(long index) {
        return entries.get((int) (index - prevIndex) - 1);
    }

    boolean retains(long index) {
        return index > prevIndex && index <= lastIndex();
    }

    /** What is gone is committed, so who has it gone holds it. */
    boolean holds(Entry entry) {
        return entry.index() <= prevIndex
                || (entry.index() <= lastIndex() && get(entry.index()).isSame(entry));
    }

    /** Hash of all through that index, which is not before the last one that is gone; 0 for index 0. */
    long prefixHash(long index) {
        return index == prevIndex ? prevHash : get(index).prefixHash();
    }

    /** Of an index that is not before the last one that is gone. */
    long termAt(long index) {
        return index == prevIndex ? prevTerm : get(index).term();
    }

    /** The newest that an entry at or before that index tells; null where none that is retained does. */
    @Nullable
    Membership membershipAt(long index) {
        for (int last = memberships.size() - 1; last >= 0; last--) {
            if (memberships.get(last) <= index) {
                return get(memberships.get(last)).membership();
            }
        }
        return null;
    }

    /** Index of the last entry that tells a membership; 0 where none that is retained does. */
    long lastMembershipIndex() {
        return memberships.isEmpty() ? 0 : memberships.get(memberships.size() - 1);
    }

    /** In place of whatever is at or behind its index. */
    void put(Entry entry) {
        truncateFrom(entry.index());
        if (entry.index() != lastIndex() + 1) {
            throw new IllegalStateException("a gap: " + entry + " behind " + lastIndex());
        }
        entries.add(entry);
        if (entry.membership() != null) {
            memberships.add(entry.index());
        }
    }

    void replace(Entry entry) {
        boolean isNew = get(entry.index()).membership() == null && entry.membership() != null;
        entries.set((int) (entry.index() - prevIndex) - 1, entry);
        if (isNew) {
            memberships.add(entry.index());
            Collections.sort(memberships);
        }
    }

    /** Entries before this index go. */
    void dropBefore(long index) {
        if (index > prevIndex + 1) {
            prevTerm = termAt(index - 1);
            prevHash = prefixHash(index - 1);
            entries.subList(0, (int) (index - 1 - prevIndex)).clear();
            prevIndex = index - 1;
            memberships.removeIf(at -> at < index);
        }
    }

    /** All goes, and the log begins behind what a snapshot covers. */
    void replaceBy(long index, long term, long hash) {
        entries.clear();
        memberships.clear();
        prevIndex = index;
        prevTerm = term;
        prevHash = hash;
    }

    void truncateFrom(long index) {
        while (lastIndex() >= index && !entries.isEmpty()) {
            entries.remove(entries.size() - 1);
        }
        while (lastMembershipIndex() >= index && !memberships.isEmpty()) {
            memberships.remove(memberships.size() - 1);
        }
    }

    void set(EntryLog other) {
        replaceBy(other.prevIndex, other.prevTerm, other.prevHash);
        entries.addAll(other.entries);
        memberships.addAll(other.memberships);
    }

    List<Entry> slice(long first, long last) {
        return List.copyOf(entries.subList((int) (first - prevIndex) - 1, (int) (last - prevIndex)));
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
