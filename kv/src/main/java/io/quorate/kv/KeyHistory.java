package io.quorate.kv;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tells which entries of a log wrote one key, and at which revision. A log says what was asked for, and the store what came of
 * it: entries that may have written the key, in order, are laid against the key's versions, in order. What every way of doing so
 * agrees on is certain.
 *
 * <p>A put is certain by itself, its revision where no other put of the same value could stand in its place. A delete and a
 * transaction wrote the key where a version says so, and did not where none is left for them; in between they may have.
 */
public final class KeyHistory {
    /** Ways to lay entries against versions that are followed at most; beyond it no revision is told. */
    private static final int MAX_WAYS = 250_000;

    /** What an entry takes beside its command. */
    private static final int ENTRY_BYTES = 256;

    /**
     * An entry that wrote the key, or may have.
     *
     * @param revision 0: compacted, or not certain
     * @param certain whether it wrote the key
     * @param command its bytes
     */
    public record Write(long index, long term, long revision, boolean certain, byte[] command) {}

    /**
     * What one entry may do to the key.
     *
     * @param values of puts; null stands for whatever value was there
     */
    private record Asked(
            long index,
            long term,
            byte[] command,
            boolean mayNothing,
            List<byte @Nullable []> values,
            boolean mayDelete) {}

    /** One outcome: how many versions are consumed then, and the revision; 0 for no write, -1 for one that is compacted. */
    private record Outcome(int then, long revision) {}

    private static final long COMPACTED = -1;

    private final byte[] key;
    private final List<Asked> entries = new ArrayList<>();
    private long heldBytes;

    public KeyHistory(byte[] key) {
        this.key = key.clone();
    }

    /** About how much memory the entries take that were given and not passed over, in bytes. */
    public long heldBytes() {
        return heldBytes;
    }

    /**
     * Takes the next entry; one that cannot have written the key is passed over.
     *
     * @param mayDoNothing whether it may be one that was not applied, whatever the key is: for instance a command that was given before
     */
    public void entry(long index, long term, boolean mayDoNothing, byte[] command) {
        Command decoded = Commands.decode(command);
        if (decoded instanceof RequestOp op) {
            List<byte @Nullable []> values = new ArrayList<>();
            boolean[] deletes = {false};
            boolean nothing = collect(op, values, deletes);
            if (deletes[0] || !values.isEmpty()) {
                entries.add(new Asked(index, term, command.clone(), nothing || mayDoNothing, values, deletes[0]));
                heldBytes += ENTRY_BYTES + 2L * command.length;
            }
        }
    }

    /** Collects what an operation may do; returns whether it may do nothing, whatever the key is. */
    private boolean collect(RequestOp op, List<byte @Nullable []> values, boolean[] deletes) {
        if (op instanceof PutRequest put && Arrays.equals(put.key(), key)) {
            values.add(put.ignoreValue() ? null : put.value());
            return put.ignoreValue() || put.ignoreLease() || put.lease() != 0;
        }
        if (op instanceof DeleteRangeRequest delete && isIn(delete)) {
            deletes[0] = true;
            return false;
        }
        if (op instanceof TxnRequest txn) {
            txn.success().forEach(inner -> collect(inner, values, deletes));
            txn.failure().forEach(inner -> collect(inner, values, deletes));
        }
        return true;
    }

    private boolean isIn(DeleteRangeRequest delete) {
        if (delete.rangeEnd().length == 0) {
            return Arrays.equals(delete.key(), key);
        }
        return Arrays.compareUnsigned(delete.key(), key) <= 0
                && (Bytes.isOpenEnd(delete.rangeEnd()) || Arrays.compareUnsigned(key, delete.rangeEnd()) < 0);
    }

    /**
     * The entries that wrote the key or may have, in order.
     *
     * @param view the store behind them
     * @param fromTheFirst whether the first entry given is the first one of the log's whole life
     * @param toTheView whether every entry that the view has was given; if not, later ones may have made its last versions
     */
    public List<Write> writes(View view, boolean fromTheFirst, boolean toTheView) {
        List<KeyValue> versions = versions(view);
        boolean compacted = view.compactedRevision() > 0;
        List<SortedSet<Integer>> after = ways(versions, compacted, toTheView);
        List<Write> writes = new ArrayList<>();
        if (after.isEmpty()) {
            entries.forEach(asked -> writes.add(write(asked, 0, !asked.mayNothing && !asked.mayDelete)));
            return writes;
        }
        SortedSet<Integer> before = after.get(0);
        if (fromTheFirst) {
            before = new TreeSet<>(before.headSet(1));
        }
        for (int i = 0; i < entries.size(); i++) {
            Asked asked = entries.get(i);
            TreeSet<Integer> then = new TreeSet<>();
            TreeSet<Long> revisions = new TreeSet<>();
            for (int consumed : before) {
                for (Outcome outcome : outcomes(asked, consumed, versions, compacted)) {
                    if (after.get(i + 1).contains(outcome.then)) {
                        then.add(outcome.then);
                        revisions.add(outcome.revision);
                    }
                }
            }
            before = then;
            boolean mayHaveWritten = revisions.isEmpty() || revisions.last() != 0 || revisions.first() != 0;
            if (mayHaveWritten) {
                boolean one = revisions.size() == 1 && revisions.first() > 0;
                writes.add(write(asked, one ? revisions.first() : 0, !revisions.isEmpty() && !revisions.contains(0L)));
            }
        }
        return writes;
    }

    private static Write write(Asked asked, long revision, boolean certain) {
        return new Write(asked.index, asked.term, revision, certain, asked.command);
    }

    /** Oldest first: those that the store still has. */
    private List<KeyValue> versions(View view) {
        Deque<KeyValue> versions = new ArrayDeque<>();
        KeyValue version = view.tree().find(key);
        while (version != null && !version.isCut()) {
            versions.addFirst(version);
            version = version.previous;
        }
        return new ArrayList<>(versions);
    }

    /**
     * For each place between two entries how many versions may be consumed there so that the rest fits; nothing when that are too
     * many, or nothing fits.
     */
    private List<SortedSet<Integer>> ways(List<KeyValue> versions, boolean compacted, boolean toTheView) {
        List<SortedSet<Integer>> places = new ArrayList<>();
        TreeSet<Integer> last = new TreeSet<>();
        for (int consumed = toTheView ? versions.size() : 0; consumed <= versions.size(); consumed++) {
            last.add(consumed);
        }
        places.add(last);
        long ways = last.size();
        for (int i = entries.size() - 1; i >= 0; i--) {
            SortedSet<Integer> next = places.get(places.size() - 1);
            TreeSet<Integer> here = new TreeSet<>();
            for (int consumed : next) {
                for (int from = Math.max(0, consumed - 1); from <= consumed; from++) {
                    int then = consumed;
                    if (outcomes(entries.get(i), from, versions, compacted).stream()
                            .anyMatch(outcome -> outcome.then == then)) {
                        here.add(from);
                    }
                }
            }
            ways += here.size();
            if (here.isEmpty() || ways > MAX_WAYS) {
                return List.of();
            }
            places.add(here);
        }
        Collections.reverse(places);
        return places;
    }

    /** What the entry may do when so many versions are consumed. */
    private List<Outcome> outcomes(Asked asked, int consumed, List<KeyValue> versions, boolean compacted) {
        List<Outcome> outcomes = new ArrayList<>();
        KeyValue next = consumed < versions.size() ? versions.get(consumed) : null;
        boolean isBeforeAll = consumed == 0 && compacted;
        boolean lives = consumed > 0 && !versions.get(consumed - 1).isTombstone();
        boolean none = asked.mayNothing || (asked.mayDelete && asked.values.isEmpty() && !lives);
        if (none) {
            outcomes.add(new Outcome(consumed, 0));
        }
        if (isBeforeAll) {
            outcomes.add(new Outcome(consumed, COMPACTED));
        }
        if (next != null && (next.isTombstone() ? asked.mayDelete && (lives || isBeforeAll) : isPut(asked, next))) {
            outcomes.add(new Outcome(consumed + 1, next.modRevision()));
        }
        return outcomes;
    }

    private static boolean isPut(Asked asked, KeyValue version) {
        for (byte @Nullable [] value : asked.values) {
            if (value == null || Arrays.equals(value, version.value())) {
                return true;
            }
        }
        return false;
    }
}
