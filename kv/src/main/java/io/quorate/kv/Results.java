package io.quorate.kv;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of results, for one that has to travel between members. On the member that proposed, {@link KvStore#apply} gives
 * the object itself and nobody needs these.
 */
public final class Results {
    private static final int ERROR = 0;
    private static final int PUT = 1;
    private static final int DELETE_RANGE = 2;
    private static final int TXN = 3;
    private static final int RANGE = 4;
    private static final int COMPACT = 5;
    private static final int MEMBER_ATTRIBUTES = 6;
    private static final int HASH_KV = 7;

    private static final int MIN_PAIR_BYTES = 6;

    private Results() {}

    /** All of it, however long. */
    public static byte[] encode(Result result) {
        return Objects.requireNonNull(encode(result, Integer.MAX_VALUE));
    }

    /**
     * The bytes of a result that takes no more than so many; null for a longer one, at no more cost than that of one that does not. A
     * result holds what the store holds, so it can be many times as long as all of that.
     */
    public static byte @Nullable [] encode(Result result, int mostBytes) {
        ByteWriter out = new ByteWriter(64);
        if (result instanceof ResponseOp op) {
            write(out, op, mostBytes);
        } else if (result instanceof KvError error) {
            out.putByte(ERROR);
            out.putByte(error.number());
        } else if (result instanceof CompactResponse compact) {
            out.putByte(COMPACT);
            out.putLong(compact.revision());
        } else if (result instanceof MemberAttributesResponse attributes) {
            out.putByte(MEMBER_ATTRIBUTES);
            out.putLong(attributes.revision());
        } else if (result instanceof HashKvResponse hash) {
            out.putByte(HASH_KV);
            out.putLong(hash.hash());
            out.putLong(hash.compactRevision());
            out.putLong(hash.hashRevision());
            out.putLong(hash.revision());
        }
        return out.size() <= mostBytes ? out.toBytes() : null;
    }

    /** Begins nothing more once there is too much. */
    private static void write(ByteWriter out, ResponseOp op, int mostBytes) {
        if (op instanceof PutResponse put) {
            out.putByte(PUT);
            out.putLong(put.revision());
            KeyValue prevKv = put.prevKv();
            out.putByte(prevKv == null ? 0 : 1);
            if (prevKv != null) {
                write(out, prevKv);
            }
        } else if (op instanceof RangeResponse range) {
            out.putByte(RANGE);
            out.putLong(range.revision());
            writePairs(out, range.kvs(), mostBytes);
            out.putByte(range.more() ? 1 : 0);
            out.putLong(range.count());
        } else if (op instanceof DeleteRangeResponse delete) {
            out.putByte(DELETE_RANGE);
            out.putLong(delete.revision());
            out.putLong(delete.deleted());
            writePairs(out, delete.prevKvs(), mostBytes);
        } else if (op instanceof TxnResponse txn) {
            out.putByte(TXN);
            out.putLong(txn.revision());
            out.putByte(txn.succeeded() ? 1 : 0);
            out.putLong(txn.responses().size());
            for (ResponseOp response : txn.responses()) {
                if (out.size() > mostBytes) {
                    return;
                }
                write(out, response, mostBytes);
            }
        }
    }

    private static void writePairs(ByteWriter out, List<KeyValue> pairs, int mostBytes) {
        out.putLong(pairs.size());
        for (KeyValue pair : pairs) {
            if (out.size() > mostBytes) {
                return;
            }
            write(out, pair);
        }
    }

    private static void write(ByteWriter out, KeyValue pair) {
        out.putBytes(pair.key());
        out.putBytes(pair.value());
        out.putLong(pair.createRevision());
        out.putLong(pair.modRevision());
        out.putLong(pair.version());
        out.putLong(pair.lease());
    }

    /** The result in these bytes, or null if they are none. Never throws if the range is in the array. */
    public static @Nullable Result decode(byte[] bytes, int offset, int length) {
        ByteReader in = new ByteReader(bytes, offset, length);
        Result result = read(in, in.getByte());
        return in.isDone() ? result : null;
    }

    private static @Nullable Result read(ByteReader in, int kind) {
        return switch (kind) {
            case ERROR -> KvError.ofNumber(in.getByte());
            case COMPACT -> new CompactResponse(in.getLong());
            case MEMBER_ATTRIBUTES -> new MemberAttributesResponse(in.getLong());
            case HASH_KV -> new HashKvResponse((int) in.getLong(), in.getLong(), in.getLong(), in.getLong());
            default -> readOp(in, kind, 1);
        };
    }

    private static @Nullable ResponseOp readOp(ByteReader in, int kind, int depth) {
        return switch (kind) {
            case PUT -> new PutResponse(in.getLong(), in.getByte() == 0 ? null : readPair(in));
            case RANGE -> new RangeResponse(in.getLong(), readPairs(in), in.getByte() != 0, in.getLong());
            case DELETE_RANGE -> new DeleteRangeResponse(in.getLong(), in.getLong(), readPairs(in));
            case TXN -> readTxn(in, depth);
            default -> null;
        };
    }

    private static TxnResponse readTxn(ByteReader in, int depth) {
        long revision = in.getLong();
        boolean succeeded = in.getByte() != 0;
        int count = in.getCount(2);
        List<ResponseOp> responses = new ArrayList<>(count);
        for (int i = 0; i < count && !in.failed(); i++) {
            ResponseOp response = depth < Commands.MAX_TXN_DEPTH ? readOp(in, in.getByte(), depth + 1) : null;
            if (response == null) {
                in.fail();
            } else {
                responses.add(response);
            }
        }
        return new TxnResponse(revision, succeeded, List.copyOf(responses));
    }

    private static List<KeyValue> readPairs(ByteReader in) {
        int count = in.getCount(MIN_PAIR_BYTES);
        List<KeyValue> pairs = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            pairs.add(readPair(in));
        }
        return List.copyOf(pairs);
    }

    private static KeyValue readPair(ByteReader in) {
        byte[] key = in.getBytes();
        byte[] value = in.getBytes();
        return KeyValue.of(key, value, in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
}
