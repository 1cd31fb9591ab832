package io.quorate.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The same semantics without any cleverness: a list of all changes since the beginning, replayed for every read. Nothing is ever
 * forgotten; a compaction only moves a number.
 */
final class Model {
    /** One change; {@code kv} is null for a delete. */
    record Change(long main, int sub, byte[] key, @Nullable KeyValue kv) {}

    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final KvError error;

        Refused(KvError error) {
            super(error.text(), null, false, false);
            this.error = error;
        }
    }

    private List<Change> changes = new ArrayList<>();
    private long revision = 1;
    private long compacted = -1;

    long revision() {
        return revision;
    }

    long compacted() {
        return compacted;
    }

    SortedMap<byte[], KeyValue> stateAt(long atRevision) {
        SortedMap<byte[], KeyValue> state = new TreeMap<>(Arrays::compareUnsigned);
        for (Change change : changes) {
            if (change.main <= atRevision) {
                if (change.kv == null) {
                    state.remove(change.key);
                } else {
                    state.put(change.key, change.kv);
                }
            }
        }
        return state;
    }

    private static boolean isIn(byte[] candidate, byte[] key, byte[] end) {
        if (end.length == 0) {
            return Arrays.equals(candidate, key);
        }
        boolean open = Arrays.equals(end, new byte[1]);
        return Arrays.compareUnsigned(candidate, key) >= 0 && (open || Arrays.compareUnsigned(candidate, end) < 0);
    }

    private static List<KeyValue> in(SortedMap<byte[], KeyValue> state, byte[] key, byte[] end) {
        List<KeyValue> found = new ArrayList<>();
        for (KeyValue kv : state.values()) {
            if (isIn(kv.key(), key, end)) {
                found.add(kv);
            }
        }
        return found;
    }

    /** The keys of all changes behind a revision. */
    List<String> changedAfter(long after) {
        return changes.stream()
                .filter(change -> change.main > after)
                .map(change -> Kv.string(change.key))
                .toList();
    }

    Result range(RangeRequest range) {
        try {
            checkShape(range);
            return read(range, revision);
        } catch (Refused refused) {
            return refused.error;
        }
    }

    private RangeResponse read(RangeRequest r, long now) {
        if (r.revision() > now) {
            throw new Refused(KvError.FUTURE_REVISION);
        }
        if (r.revision() > 0 && r.revision() < compacted) {
            throw new Refused(KvError.COMPACTED);
        }
        List<KeyValue> kvs = in(stateAt(r.revision() > 0 ? r.revision() : now), r.key(), r.rangeEnd());
        long count = kvs.size();
        if (r.countOnly()) {
            return new RangeResponse(now, List.of(), false, count);
        }
        boolean filters = r.minModRevision() != 0
                || r.maxModRevision() != 0
                || r.minCreateRevision() != 0
                || r.maxCreateRevision() != 0;
        if (r.sortOrder() == 0 && !filters && r.limit() > 0 && kvs.size() > r.limit() + 1) {
            kvs = new ArrayList<>(kvs.subList(0, (int) r.limit() + 1));
        }
        kvs.removeIf(kv -> r.maxModRevision() != 0 && kv.modRevision() > r.maxModRevision());
        kvs.removeIf(kv -> r.minModRevision() != 0 && kv.modRevision() < r.minModRevision());
        kvs.removeIf(kv -> r.maxCreateRevision() != 0 && kv.createRevision() > r.maxCreateRevision());
        kvs.removeIf(kv -> r.minCreateRevision() != 0 && kv.createRevision() < r.minCreateRevision());
        List<Comparator<KeyValue>> orders = List.of(
                Comparator.comparing(KeyValue::key, Arrays::compareUnsigned),
                Comparator.comparing(KeyValue::version),
                Comparator.comparing(KeyValue::createRevision),
                Comparator.comparing(KeyValue::modRevision),
                Comparator.comparing(KeyValue::value, Arrays::compareUnsigned));
        Comparator<KeyValue> order = orders.get(r.sortTarget());
        kvs.sort(r.sortOrder() == 2 ? Collections.reverseOrder(order) : order);
        boolean more = r.limit() > 0 && kvs.size() > r.limit();
        if (more) {
            kvs = kvs.subList(0, (int) r.limit());
        }
        if (r.keysOnly()) {
            kvs = kvs.stream().map(KeyValue::withoutValue).toList();
        }
        return new RangeResponse(now, kvs, more, count);
    }

    Result apply(Command command) {
        List<Change> before = new ArrayList<>(changes);
        try {
            Result result = run(command);
            revision = now();
            return result;
        } catch (Refused refused) {
            changes = before;
            return refused.error;
        }
    }

    private long now() {
        return changes.isEmpty() ? 1 : changes.get(changes.size() - 1).main;
    }

    private Result run(Command command) {
        if (command instanceof PutRequest put) {
            checkShape(put);
            if (put.lease() != 0) {
                throw new Refused(KvError.LEASE_NOT_FOUND);
            }
            return put(put);
        }
        if (command instanceof DeleteRangeRequest delete) {
            checkShape(delete);
            return delete(delete);
        }
        if (command instanceof CompactRequest compact) {
            if (compact.revision() <= compacted) {
                throw new Refused(KvError.COMPACTED);
            }
            if (compact.revision() > revision) {
                throw new Refused(KvError.FUTURE_REVISION);
            }
            compacted = compact.revision();
            return new CompactResponse(revision);
        }
        TxnRequest txn = (TxnRequest) command;
        checkShape(txn);
        writes(txn.success());
        writes(txn.failure());
        SortedMap<byte[], KeyValue> state = stateAt(revision);
        checkPath(state, txn);
        List<ResponseOp> responses = execute(state, txn);
        return new TxnResponse(now(), chooses(state, txn), responses);
    }

    private int nextSub() {
        int sub = 0;
        for (Change change : changes) {
            sub += change.main > revision ? 1 : 0;
        }
        return sub;
    }

    private PutResponse put(PutRequest put) {
        KeyValue old = stateAt(revision + 1).get(put.key());
        if ((put.ignoreValue() || put.ignoreLease()) && old == null) {
            throw new Refused(KvError.KEY_NOT_FOUND);
        }
        KeyValue made = KeyValue.of(
                put.key(),
                put.ignoreValue() && old != null ? old.value() : put.value(),
                old == null ? revision + 1 : old.createRevision(),
                revision + 1,
                old == null ? 1 : old.version() + 1,
                put.ignoreLease() && old != null ? old.lease() : put.lease());
        changes.add(new Change(revision + 1, nextSub(), put.key(), made));
        return new PutResponse(revision + 1, put.prevKv() ? old : null);
    }

    private DeleteRangeResponse delete(DeleteRangeRequest delete) {
        List<KeyValue> found = in(stateAt(revision + 1), delete.key(), delete.rangeEnd());
        for (KeyValue kv : found) {
            changes.add(new Change(revision + 1, nextSub(), kv.key(), null));
        }
        return new DeleteRangeResponse(now(), found.size(), delete.prevKv() ? found : List.of());
    }

    private List<ResponseOp> execute(SortedMap<byte[], KeyValue> before, TxnRequest txn) {
        List<ResponseOp> responses = new ArrayList<>();
        for (RequestOp op : chooses(before, txn) ? txn.success() : txn.failure()) {
            if (op instanceof PutRequest put) {
                responses.add(put(put));
            } else if (op instanceof DeleteRangeRequest delete) {
                responses.add(delete(delete));
            } else if (op instanceof RangeRequest range) {
                responses.add(read(range, now()));
            } else if (op instanceof TxnRequest nested) {
                responses.add(new TxnResponse(0, chooses(before, nested), execute(before, nested)));
            }
        }
        return responses;
    }

    private void checkPath(SortedMap<byte[], KeyValue> before, TxnRequest txn) {
        for (RequestOp op : chooses(before, txn) ? txn.success() : txn.failure()) {
            if (op instanceof PutRequest put) {
                if ((put.ignoreValue() || put.ignoreLease()) && !before.containsKey(put.key())) {
                    throw new Refused(KvError.KEY_NOT_FOUND);
                }
                if (put.lease() != 0) {
                    throw new Refused(KvError.LEASE_NOT_FOUND);
                }
            } else if (op instanceof RangeRequest range && range.revision() != 0) {
                if (range.revision() > revision) {
                    throw new Refused(KvError.FUTURE_REVISION);
                }
                if (range.revision() < compacted) {
                    throw new Refused(KvError.COMPACTED);
                }
            } else if (op instanceof TxnRequest nested) {
                checkPath(before, nested);
            }
        }
    }

    private static boolean chooses(SortedMap<byte[], KeyValue> before, TxnRequest txn) {
        return txn.compare().stream().allMatch(compare -> holds(before, compare));
    }

    private static boolean holds(SortedMap<byte[], KeyValue> before, Compare compare) {
        List<KeyValue> found = in(before, compare.key(), compare.rangeEnd());
        if (found.isEmpty()) {
            return compare.target() != Compare.VALUE
                    && holds(KeyValue.of(new byte[0], new byte[0], 0, 0, 0, 0), compare);
        }
        return found.stream().allMatch(kv -> holds(kv, compare));
    }

    private static boolean holds(KeyValue kv, Compare compare) {
        boolean matches = compare.operandTarget() == compare.target();
        long operand = matches ? compare.number() : 0;
        int sign =
                switch (compare.target()) {
                    case 0 -> Long.compare(kv.version(), operand);
                    case 1 -> Long.compare(kv.createRevision(), operand);
                    case 2 -> Long.compare(kv.modRevision(), operand);
                    case 3 -> Arrays.compareUnsigned(kv.value(), matches ? compare.value() : new byte[0]);
                    case 4 -> Long.compare(kv.lease(), operand);
                    default -> 0;
                };
        return switch (compare.result()) {
            case 0 -> sign == 0;
            case 1 -> sign > 0;
            case 2 -> sign < 0;
            case 3 -> sign != 0;
            default -> true;
        };
    }

    private static void checkShape(RequestOp op) {
        if (op instanceof RangeRequest r) {
            refuseIf(r.key().length == 0, KvError.EMPTY_KEY);
            refuseIf(
                    r.sortOrder() < 0 || r.sortOrder() > 2 || r.sortTarget() < 0 || r.sortTarget() > 4,
                    KvError.INVALID_SORT_OPTION);
        } else if (op instanceof PutRequest put) {
            refuseIf(put.key().length == 0, KvError.EMPTY_KEY);
            refuseIf(put.ignoreValue() && put.value().length > 0, KvError.VALUE_PROVIDED);
            refuseIf(put.ignoreLease() && put.lease() != 0, KvError.LEASE_PROVIDED);
        } else if (op instanceof DeleteRangeRequest delete) {
            refuseIf(delete.key().length == 0, KvError.EMPTY_KEY);
        } else if (op instanceof TxnRequest txn) {
            txn.compare().forEach(compare -> refuseIf(compare.key().length == 0, KvError.EMPTY_KEY));
            txn.success().forEach(Model::checkShape);
            txn.failure().forEach(Model::checkShape);
        } else {
            throw new Refused(KvError.KEY_NOT_FOUND);
        }
    }

    private static void refuseIf(boolean wrong, KvError error) {
        if (wrong) {
            throw new Refused(error);
        }
    }

    /** What a branch puts and deletes. */
    private record Writes(List<byte[]> puts, List<DeleteRangeRequest> deletes) {
        boolean puts(byte[] key) {
            return puts.stream().anyMatch(other -> Arrays.equals(key, other));
        }

        /** A range whose end is a zero byte is taken at its word here, so nothing is in it. */
        boolean deletes(byte[] key) {
            return deletes.stream()
                    .anyMatch(delete -> Arrays.compareUnsigned(key, delete.key()) >= 0
                            && (delete.rangeEnd().length == 0
                                    ? Arrays.equals(key, delete.key())
                                    : Arrays.compareUnsigned(key, delete.rangeEnd()) < 0));
        }
    }

    private static Writes writes(List<RequestOp> ops) {
        Writes all = new Writes(new ArrayList<>(), new ArrayList<>());
        for (RequestOp op : ops) {
            if (op instanceof DeleteRangeRequest delete) {
                all.deletes.add(delete);
            }
        }
        for (RequestOp op : ops) {
            if (op instanceof TxnRequest nested) {
                Writes success = writes(nested.success());
                Writes failure = writes(nested.failure());
                List<byte[]> puts = new ArrayList<>(success.puts);
                puts.addAll(failure.puts);
                puts.forEach(key -> refuseIf(all.puts(key) || all.deletes(key), KvError.DUPLICATE_KEY));
                all.puts.addAll(puts);
                all.deletes.addAll(success.deletes);
                all.deletes.addAll(failure.deletes);
            }
        }
        for (RequestOp op : ops) {
            if (op instanceof PutRequest put) {
                refuseIf(all.puts(put.key()) || all.deletes(put.key()), KvError.DUPLICATE_KEY);
                all.puts.add(put.key());
            }
        }
        return all;
    }

    /** HashKV as etcd's documents and source tell it: by the changes, and what a compaction would have kept of them. */
    int hashKv(long atRevision) {
        SortedMap<byte[], KeyValue> kept = stateAt(atRevision);
        SortedMap<byte[], KeyValue> retained = stateAt(compacted);
        CRC32C crc = new CRC32C();
        crc.update(Kv.bytes("key"));
        for (Change change : changes) {
            if (change.main > atRevision) {
                continue;
            }
            if (change.main <= compacted) {
                SortedMap<byte[], KeyValue> counting = kept.isEmpty() ? retained : kept;
                KeyValue newest = counting.get(change.key);
                if (change.kv == null || newest == null || newest.modRevision() != change.main) {
                    continue;
                }
            }
            crc.update(Kv.bytes(bigEndian(change.main) + "_" + bigEndian(change.sub) + (change.kv == null ? "t" : "")));
            crc.update(Kv.bytes(protobuf(change)));
        }
        return (int) crc.getValue();
    }

    private static String bigEndian(long value) {
        StringBuilder text = new StringBuilder();
        for (int i = 7; i >= 0; i--) {
            text.append((char) (value >> (8 * i) & 0xFF));
        }
        return text.toString();
    }

    private static String protobuf(Change change) {
        String key = "\n" + varint(change.key.length) + Kv.string(change.key);
        KeyValue kv = change.kv;
        if (kv == null) {
            return key;
        }
        return key + "\u0010" + varint(kv.createRevision()) + "\u0018" + varint(kv.modRevision()) + " "
                + varint(kv.version())
                + (kv.value().length == 0 ? "" : "*" + varint(kv.value().length) + Kv.string(kv.value()));
    }

    private static String varint(long value) {
        return value < 0x80 ? "" + (char) value : (char) ((value & 0x7F) | 0x80) + varint(value >> 7);
    }
}
