package io.quorate.sim.core;

import io.quorate.sim.history.KvChange;
import io.quorate.sim.history.KvPair;
import io.quorate.sim.history.KvResponse;
import io.quorate.sim.history.KvResponse.Branch;
import io.quorate.sim.history.KvResponse.Deleted;
import io.quorate.sim.history.KvResponse.Done;
import io.quorate.sim.history.KvResponse.Pairs;
import io.quorate.sim.history.KvResponse.Result;
import io.quorate.sim.history.KvState;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The state machine of the core profile: a few keys, and a revision that every change raises by one, as in etcd. */
final class Registers {
    /** What applying an entry gave. */
    record Applied(KvResponse response, List<KvChange> changes) {}

    private static final Result DONE = new Done();

    private final @Nullable KvPair[] pairs;
    private long revision = KvState.EMPTY_REVISION;
    private long appliedIndex;
    private long hash;

    Registers(int keys) {
        pairs = new @Nullable KvPair[keys];
    }

    void clear() {
        Arrays.fill(pairs, null);
        revision = KvState.EMPTY_REVISION;
        appliedIndex = 0;
        hash = 0;
    }

    /** As it is now. */
    Registers copy() {
        Registers copy = new Registers(pairs.length);
        copy.set(this);
        return copy;
    }

    /** What a snapshot holds, in place of all that is here. */
    void set(Registers other) {
        System.arraycopy(other.pairs, 0, pairs, 0, pairs.length);
        revision = other.revision;
        appliedIndex = other.appliedIndex;
        hash = other.hash;
    }

    long appliedIndex() {
        return appliedIndex;
    }

    /** Of the state and of all that led to it. */
    long hash() {
        return hash;
    }

    static String key(int key) {
        return "k" + key;
    }

    /** What an operation writes: nobody else writes the same. */
    static String value(int operation) {
        return "v" + operation;
    }

    KvResponse read(int key) {
        return new KvResponse(revision, found(key));
    }

    /** @param operation null for an entry that carries none */
    Applied apply(Entry entry, @Nullable Operation operation) {
        appliedIndex = entry.index();
        Applied applied = operation == null ? new Applied(new KvResponse(revision, DONE), List.of()) : apply(operation);
        hash = Entry.hash(hash ^ revision, entry.term(), entry.operation());
        return applied;
    }

    private Applied apply(Operation operation) {
        int key = operation.key();
        return switch (operation.kind()) {
            case PUT -> changed(put(operation), DONE);
            case DELETE -> {
                Result result = new Deleted(pairs[key] == null ? 0 : 1);
                yield pairs[key] == null ? unchanged(result) : changed(delete(key), result);
            }
            case COMPARE_AND_SET -> {
                boolean isExpected = operation.expected() == 0
                        ? pairs[key] == null
                        : pairs[key] != null && pairs[key].value().equals(value(operation.expected()));
                yield isExpected
                        ? changed(put(operation), new Branch(true, List.of(DONE)))
                        : unchanged(new Branch(false, List.of(found(key))));
            }
            case READ, STALE_READ -> throw new IllegalStateException("a read is no command");
        };
    }

    private Result found(int key) {
        KvPair pair = pairs[key];
        return new Pairs(pair == null ? List.of() : List.of(pair));
    }

    private Applied unchanged(Result result) {
        return new Applied(new KvResponse(revision, result), List.of());
    }

    private Applied changed(KvChange change, Result result) {
        return new Applied(new KvResponse(revision, result), List.of(change));
    }

    private KvChange put(Operation operation) {
        int key = operation.key();
        KvPair old = pairs[key];
        revision++;
        KvPair pair = old == null
                ? new KvPair(key(key), value(operation.number()), revision, revision, 1)
                : new KvPair(key(key), value(operation.number()), old.createRevision(), revision, old.version() + 1);
        pairs[key] = pair;
        return KvChange.put(pair);
    }

    private KvChange delete(int key) {
        revision++;
        pairs[key] = null;
        return KvChange.deleted(key(key));
    }
}
