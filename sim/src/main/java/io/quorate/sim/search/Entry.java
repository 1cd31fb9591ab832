package io.quorate.sim.search;

import io.quorate.raft.EntryKind;
import io.quorate.raft.EntryRun;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One entry as its driver holds it.
 *
 * @param payload which command of a client, from 1; 0 for what a core made itself. Tells entries apart that share index and
 *     term by mistake
 */
record Entry(long index, long term, EntryKind kind, long payload) {
    /** What a core may know of consecutive entries. */
    static EntryRun run(List<Entry> entries, long firstIndex, Membership membership) {
        List<Long> firsts = new ArrayList<>();
        List<Long> terms = new ArrayList<>();
        List<MembershipAt> memberships = new ArrayList<>();
        for (Entry entry : entries) {
            if (terms.isEmpty() || terms.get(terms.size() - 1) != entry.term()) {
                firsts.add(entry.index());
                terms.add(entry.term());
            }
            if (entry.kind() == EntryKind.MEMBERSHIP) {
                memberships.add(new MembershipAt(entry.index(), membership));
            }
        }
        int[] bytes = new int[entries.size()];
        Arrays.fill(bytes, Cluster.RECORD_BYTES);
        return new EntryRun(firstIndex, array(firsts), array(terms), bytes, memberships);
    }

    private static long[] array(List<Long> values) {
        return values.stream().mapToLong(value -> value).toArray();
    }

    @Override
    public String toString() {
        return index + "@" + term + (payload == 0 ? " " + kind : " \"" + payload + "\"");
    }
}
