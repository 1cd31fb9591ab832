package io.quorate.cli.differential;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.quorate.etcd.etcdserverpb.CompactionRequest;
import io.quorate.etcd.etcdserverpb.Compare;
import io.quorate.etcd.etcdserverpb.DeleteRangeRequest;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RequestOp;
import io.quorate.etcd.etcdserverpb.TxnRequest;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Requests of every shape from a seed, about so few keys that they meet. Revisions are drawn around those of the store, which
 * the caller tells as it learns them: equal seeds and equal answers give equal requests.
 *
 * <p>What is never sent stands in {@link NotCompared}, with the reasons.
 */
final class RandomRequests {
    static final int MAX_REQUEST_BYTES = 3 << 19;
    static final int MAX_MESSAGE_BYTES = 2 << 20;

    /** What refuses a transaction of more, unless told otherwise. */
    private static final int MAX_TXN_OPS = 128;

    private static final int UNKNOWN_ENUM = 9;
    private static final ByteString ZERO = bytes(0);
    private static final List<ByteString> KEYS = List.of(
            bytes(0),
            bytes(0, 0),
            bytes(0, 0xff),
            bytes('a'),
            bytes('a', 0),
            bytes('a', 'a'),
            bytes('a', 0xff),
            bytes('b'),
            bytes('b', 0, 0xff),
            bytes(0xff),
            bytes(0xff, 0),
            bytes(0xff, 0xff));
    private static final List<ByteString> ENDS = List.of(
            ZERO,
            ZERO,
            bytes('a'),
            bytes('a', 1),
            bytes('b'),
            bytes('c'),
            bytes(0xff),
            bytes(0xff, 0xff, 0xff),
            bytes(1));

    private final SplittableRandom random;
    private long revision = 1;
    private long compacted = -1;

    RandomRequests(long seed) {
        random = new SplittableRandom(seed);
    }

    /** The store's revision, out of the header of an answer. */
    void saw(long newest) {
        revision = Math.max(revision, newest);
    }

    void sawCompaction(long at) {
        compacted = Math.max(compacted, at);
    }

    Message next() {
        int draw = random.nextInt(1000);
        if (draw < 300) {
            return range(true);
        }
        if (draw < 500) {
            return put();
        }
        if (draw < 580) {
            return delete();
        }
        if (draw < 940) {
            return txn();
        }
        if (draw < 960) {
            return compaction();
        }
        return draw < 999 ? HashKVRequest.newBuilder().setRevision(revision()).build() : tooLarge();
    }

    private RangeRequest range(boolean unknownSort) {
        RangeRequest.Builder range = RangeRequest.newBuilder()
                .setKey(keyOrNone())
                .setRevision(revision())
                .setSerializable(oneIn(3));
        if (!oneIn(4)) {
            range.setRangeEnd(end(range.getKey()));
        }
        if (oneIn(3)) {
            range.setLimit(limit());
        }
        if (oneIn(2)) {
            range.setSortOrderValue(random.nextInt(3)).setSortTargetValue(random.nextInt(5));
        }
        if (unknownSort && oneIn(30)) {
            range.setSortOrderValue(UNKNOWN_ENUM).setSortTargetValue(oneIn(2) ? UNKNOWN_ENUM : random.nextInt(5));
        }
        if (oneIn(5)) {
            filter(range);
        }
        return range.setKeysOnly(oneIn(6)).setCountOnly(oneIn(8)).build();
    }

    private void filter(RangeRequest.Builder range) {
        if (oneIn(2)) {
            range.setMinModRevision(bound());
        }
        if (oneIn(2)) {
            range.setMaxModRevision(bound());
        }
        if (oneIn(2)) {
            range.setMinCreateRevision(bound());
        }
        if (oneIn(2)) {
            range.setMaxCreateRevision(bound());
        }
    }

    private PutRequest put() {
        return put(keyOrNone());
    }

    private PutRequest put(ByteString key) {
        PutRequest.Builder put =
                PutRequest.newBuilder().setKey(key).setValue(value()).setPrevKv(oneIn(3));
        if (oneIn(8)) {
            put.setIgnoreValue(true);
            if (!oneIn(5)) {
                put.clearValue();
            }
        }
        if (oneIn(20)) {
            put.setLease(lease());
        }
        return put.setIgnoreLease(oneIn(12)).build();
    }

    private DeleteRangeRequest delete() {
        return delete(keyOrNone());
    }

    private DeleteRangeRequest delete(ByteString key) {
        DeleteRangeRequest.Builder delete =
                DeleteRangeRequest.newBuilder().setKey(key).setPrevKv(oneIn(2));
        return (oneIn(3) ? delete.setRangeEnd(end(delete.getKey())) : delete).build();
    }

    private CompactionRequest compaction() {
        CompactionRequest.Builder compaction = CompactionRequest.newBuilder().setPhysical(!oneIn(3));
        switch (random.nextInt(8)) {
            case 0 -> compaction.setRevision(0);
            case 1 -> compaction.setRevision(-random.nextInt(3));
            case 2 -> compaction.setRevision(compacted);
            case 3 -> compaction.setRevision(revision + random.nextInt(3));
            default -> compaction.setRevision(revision - random.nextInt(100));
        }
        return compaction.build();
    }

    /** Past one of the two bounds on a request's size. */
    private PutRequest tooLarge() {
        int size = oneIn(2) ? MAX_REQUEST_BYTES : MAX_MESSAGE_BYTES;
        return PutRequest.newBuilder()
                .setKey(key())
                .setValue(ByteString.copyFrom(new byte[size + random.nextInt(1000)]))
                .build();
    }

    private TxnRequest txn() {
        if (oneIn(50)) {
            return longTxn();
        }
        boolean reads = oneIn(5);
        TxnRequest txn =
                txn(random.nextInt(3), reads, oneIn(8) ? null : new HashSet<>()).build();
        return deletesToTheEnd(txn) ? withoutIgnoring(txn).build() : txn;
    }

    /**
     * @param reads whether to make it of ranges alone
     * @param used keys that the transaction writes, not to be drawn again; null where it may write one twice
     */
    private TxnRequest.Builder txn(int depth, boolean reads, @Nullable Set<ByteString> used) {
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        for (int left = random.nextInt(3); left > 0; left--) {
            txn.addCompare(compare());
        }
        for (int left = random.nextInt(5); left > 0; left--) {
            txn.addSuccess(op(depth, reads, used));
        }
        for (int left = random.nextInt(4); left > 0; left--) {
            txn.addFailure(op(depth, reads, used));
        }
        return txn;
    }

    private RequestOp op(int depth, boolean reads, @Nullable Set<ByteString> used) {
        RequestOp.Builder op = RequestOp.newBuilder();
        int draw = random.nextInt(100);
        if (draw == 0) {
            return op.build();
        }
        if (reads || draw < 35) {
            return op.setRequestRange(range(reads)).build();
        }
        if (depth > 0 && draw < 60) {
            return op.setRequestTxn(txn(depth - 1, false, used)).build();
        }
        ByteString key = used == null ? keyOrNone() : unused(used);
        return draw < 80
                ? op.setRequestPut(put(key)).build()
                : op.setRequestDeleteRange(used == null ? delete(key) : deleteOne(key))
                        .build();
    }

    /** Of one key, or up to the open end: neither counts as a duplicate of another key. */
    private DeleteRangeRequest deleteOne(ByteString key) {
        DeleteRangeRequest.Builder delete =
                DeleteRangeRequest.newBuilder().setKey(key).setPrevKv(oneIn(2));
        return (oneIn(5) ? delete.setRangeEnd(ZERO) : delete).build();
    }

    private ByteString unused(Set<ByteString> used) {
        for (int attempt = 0; attempt < 20; attempt++) {
            ByteString key = key();
            if (used.add(key)) {
                return key;
            }
        }
        return key();
    }

    /** As many comparisons or operations as are allowed, or one more; or in a nested one what the outer one leaves. */
    private TxnRequest longTxn() {
        int size = MAX_TXN_OPS + (oneIn(2) ? 1 : 0);
        TxnRequest.Builder txn = TxnRequest.newBuilder();
        switch (random.nextInt(4)) {
            case 0 -> repeat(size, () -> txn.addCompare(compare()));
            case 1 -> repeat(size, () -> txn.addSuccess(RequestOp.newBuilder().setRequestRange(range(false))));
            case 2 -> repeat(size, () -> txn.addFailure(RequestOp.newBuilder().setRequestDeleteRange(delete(key()))));
            default -> {
                TxnRequest.Builder inner = TxnRequest.newBuilder();
                repeat(size - 1, () -> inner.addCompare(compare()));
                txn.addSuccess(RequestOp.newBuilder().setRequestTxn(inner));
            }
        }
        return txn.build();
    }

    private static void repeat(int times, Runnable action) {
        for (int left = times; left > 0; left--) {
            action.run();
        }
    }

    private Compare compare() {
        Compare.Builder compare = Compare.newBuilder()
                .setKey(keyOrNone())
                .setResultValue(oneIn(40) ? UNKNOWN_ENUM : random.nextInt(4))
                .setTargetValue(oneIn(40) ? UNKNOWN_ENUM : random.nextInt(5));
        switch (oneIn(5) ? random.nextInt(6) : compare.getTargetValue()) {
            case 0 -> compare.setVersion(random.nextInt(4));
            case 1 -> compare.setCreateRevision(bound());
            case 2 -> compare.setModRevision(bound());
            case 3 -> compare.setValue(value());
            case 4 -> compare.setLease(lease());
            default -> {}
        }
        return (oneIn(4) ? compare.setRangeEnd(end(compare.getKey())) : compare).build();
    }

    private static boolean deletesToTheEnd(TxnRequest txn) {
        return ops(txn).stream()
                .anyMatch(op -> op.getRequestDeleteRange().getRangeEnd().equals(ZERO)
                        || (op.hasRequestTxn() && deletesToTheEnd(op.getRequestTxn())));
    }

    private static List<RequestOp> ops(TxnRequest txn) {
        return Stream.concat(txn.getSuccessList().stream(), txn.getFailureList().stream())
                .toList();
    }

    private static TxnRequest.Builder withoutIgnoring(TxnRequest txn) {
        TxnRequest.Builder plain = txn.toBuilder();
        plain.getSuccessBuilderList().forEach(RandomRequests::withoutIgnoring);
        plain.getFailureBuilderList().forEach(RandomRequests::withoutIgnoring);
        return plain;
    }

    private static void withoutIgnoring(RequestOp.Builder op) {
        if (op.hasRequestPut()) {
            op.getRequestPutBuilder().clearIgnoreValue().clearIgnoreLease();
        } else if (op.hasRequestTxn()) {
            op.setRequestTxn(withoutIgnoring(op.getRequestTxn()));
        }
    }

    private ByteString key() {
        return KEYS.get(random.nextInt(KEYS.size()));
    }

    private ByteString keyOrNone() {
        return oneIn(60) ? ByteString.EMPTY : key();
    }

    private ByteString end(ByteString key) {
        return switch (random.nextInt(5)) {
            case 0 -> key();
            case 1 -> key.concat(ZERO);
            case 2 -> ZERO;
            default -> ENDS.get(random.nextInt(ENDS.size()));
        };
    }

    private ByteString value() {
        return switch (random.nextInt(6)) {
            case 0 -> ByteString.EMPTY;
            case 1 -> ZERO;
            case 2 -> bytes(0xff);
            case 3 -> bytes(random.nextInt(256), random.nextInt(256));
            case 4 -> bytes('v', random.nextInt(3));
            default -> ByteString.copyFrom(new byte[random.nextInt(300)]);
        };
    }

    private long limit() {
        return switch (random.nextInt(12)) {
            case 0 -> -1;
            case 1 -> Long.MAX_VALUE;
            case 2 -> Long.MIN_VALUE;
            case 3 -> 100;
            default -> random.nextInt(1, 7);
        };
    }

    /** There is no lease with such a number. */
    private long lease() {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Long.MAX_VALUE;
            default -> 7;
        };
    }

    private long revision() {
        return switch (random.nextInt(32)) {
            case 0 -> compacted;
            case 1 -> compacted - random.nextInt(1, 5);
            case 2 -> compacted + 1;
            case 3 -> revision;
            case 4 -> revision + random.nextInt(1, 4);
            case 5 -> oneIn(2) ? Long.MAX_VALUE : Long.MIN_VALUE;
            case 6 -> -random.nextInt(1, 5);
            case 7, 8, 9, 10, 11, 12, 13 -> Math.max(compacted, revision - random.nextInt(60));
            default -> 0;
        };
    }

    /** A revision to compare with. */
    private long bound() {
        return switch (random.nextInt(8)) {
            case 0 -> 0;
            case 1 -> random.nextInt(-2, 3);
            case 2 -> revision;
            default -> revision - random.nextInt(80);
        };
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    private static ByteString bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return ByteString.copyFrom(bytes);
    }
}
