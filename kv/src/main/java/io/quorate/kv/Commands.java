package io.quorate.kv;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of replicated commands: a number for the kind, then the fields in order. Each command has exactly one form, so
 * decoding and encoding again gives the same bytes. The numbers below are in logs: they are never reused.
 */
public final class Commands {
    /** How deep transactions may be nested, the outermost counted: bounds the recursion over what a client sent. */
    public static final int MAX_TXN_DEPTH = 128;

    private static final int UNSET = 0;
    private static final int PUT = 1;
    private static final int DELETE_RANGE = 2;
    private static final int TXN = 3;
    private static final int RANGE = 4;
    private static final int COMPACT = 5;
    private static final int MEMBER_ATTRIBUTES = 6;

    private static final int FLAG_1 = 1;
    private static final int FLAG_2 = 2;
    private static final int FLAG_3 = 4;

    private static final int MIN_COMPARE_BYTES = 7;
    private static final int TEXT_LIMIT = 64;

    private Commands() {}

    /** The bytes to propose. A transaction must have passed {@link Validation}, which bounds its depth. */
    public static byte[] encode(Command command) {
        if (command instanceof PutRequest put) {
            ByteWriter out = new ByteWriter(put.key().length + put.value().length + 16);
            write(out, put);
            return out.toBytes();
        }
        ByteWriter out = new ByteWriter(128);
        if (command instanceof DeleteRangeRequest delete) {
            write(out, delete);
        } else if (command instanceof TxnRequest txn) {
            write(out, txn);
        } else if (command instanceof CompactRequest compact) {
            out.putByte(COMPACT);
            out.putLong(compact.revision());
            out.putByte(flags(compact.physical(), false, false));
        } else if (command instanceof MemberAttributes attributes) {
            write(out, attributes);
        }
        return out.toBytes();
    }

    private static void write(ByteWriter out, PutRequest put) {
        out.putByte(PUT);
        out.putByte(flags(put.prevKv(), put.ignoreValue(), put.ignoreLease()));
        out.putLong(put.lease());
        out.putBytes(put.key());
        out.putBytes(put.value());
    }

    private static void write(ByteWriter out, DeleteRangeRequest delete) {
        out.putByte(DELETE_RANGE);
        out.putByte(flags(delete.prevKv(), false, false));
        out.putBytes(delete.key());
        out.putBytes(delete.rangeEnd());
    }

    private static void write(ByteWriter out, MemberAttributes attributes) {
        out.putByte(MEMBER_ATTRIBUTES);
        out.putLong(attributes.memberId());
        out.putBytes(attributes.name().getBytes(StandardCharsets.UTF_8));
        out.putLong(attributes.clientUrls().size());
        for (String url : attributes.clientUrls()) {
            out.putBytes(url.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void write(ByteWriter out, TxnRequest txn) {
        out.putByte(TXN);
        out.putLong(txn.compare().size());
        for (Compare compare : txn.compare()) {
            write(out, compare);
        }
        writeOps(out, txn.success());
        writeOps(out, txn.failure());
    }

    private static void writeOps(ByteWriter out, List<RequestOp> ops) {
        out.putLong(ops.size());
        for (RequestOp op : ops) {
            if (op instanceof PutRequest put) {
                write(out, put);
            } else if (op instanceof RangeRequest range) {
                write(out, range);
            } else if (op instanceof DeleteRangeRequest delete) {
                write(out, delete);
            } else if (op instanceof TxnRequest txn) {
                write(out, txn);
            } else {
                out.putByte(UNSET);
            }
        }
    }

    private static void write(ByteWriter out, Compare compare) {
        out.putLong(compare.result());
        out.putLong(compare.target());
        out.putBytes(compare.key());
        out.putBytes(compare.rangeEnd());
        out.putLong(compare.operandTarget());
        out.putLong(compare.number());
        out.putBytes(compare.value());
    }

    private static void write(ByteWriter out, RangeRequest range) {
        out.putByte(RANGE);
        out.putByte(flags(range.serializable(), range.keysOnly(), range.countOnly()));
        out.putBytes(range.key());
        out.putBytes(range.rangeEnd());
        out.putLong(range.limit());
        out.putLong(range.revision());
        out.putLong(range.sortOrder());
        out.putLong(range.sortTarget());
        out.putLong(range.minModRevision());
        out.putLong(range.maxModRevision());
        out.putLong(range.minCreateRevision());
        out.putLong(range.maxCreateRevision());
    }

    private static int flags(boolean first, boolean second, boolean third) {
        return (first ? FLAG_1 : 0) | (second ? FLAG_2 : 0) | (third ? FLAG_3 : 0);
    }

    /** The command in all these bytes, or null if they are none. Never throws. */
    public static @Nullable Command decode(byte[] bytes) {
        return decode(bytes, 0, bytes.length);
    }

    /** The command in these bytes, or null if they are none, or more than one. Never throws if the range is in the array. */
    public static @Nullable Command decode(byte[] bytes, int offset, int length) {
        ByteReader in = new ByteReader(bytes, offset, length);
        Command command =
                switch (in.getByte()) {
                    case PUT -> readPut(in);
                    case DELETE_RANGE -> readDeleteRange(in);
                    case TXN -> readTxn(in, 1);
                    case COMPACT -> new CompactRequest(in.getLong(), (readFlags(in, FLAG_1) & FLAG_1) != 0);
                    case MEMBER_ATTRIBUTES -> readMemberAttributes(in);
                    default -> null;
                };
        return in.isDone() ? command : null;
    }

    private static int readFlags(ByteReader in, int known) {
        int flags = in.getByte();
        if ((flags & ~known) != 0) {
            in.fail();
        }
        return flags;
    }

    private static PutRequest readPut(ByteReader in) {
        int flags = readFlags(in, FLAG_1 | FLAG_2 | FLAG_3);
        long lease = in.getLong();
        byte[] key = in.getBytes();
        byte[] value = in.getBytes();
        return new PutRequest(key, value, lease, (flags & FLAG_1) != 0, (flags & FLAG_2) != 0, (flags & FLAG_3) != 0);
    }

    private static DeleteRangeRequest readDeleteRange(ByteReader in) {
        int flags = readFlags(in, FLAG_1);
        byte[] key = in.getBytes();
        return new DeleteRangeRequest(key, in.getBytes(), (flags & FLAG_1) != 0);
    }

    private static MemberAttributes readMemberAttributes(ByteReader in) {
        long memberId = in.getLong();
        String name = new String(in.getBytes(), StandardCharsets.UTF_8);
        int count = in.getCount(1);
        List<String> urls = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            urls.add(new String(in.getBytes(), StandardCharsets.UTF_8));
        }
        return new MemberAttributes(memberId, name, urls);
    }

    private static TxnRequest readTxn(ByteReader in, int depth) {
        if (depth > MAX_TXN_DEPTH) {
            in.fail();
        }
        int count = in.getCount(MIN_COMPARE_BYTES);
        List<Compare> compare = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            compare.add(readCompare(in));
        }
        List<RequestOp> success = readOps(in, depth);
        return new TxnRequest(compare, success, readOps(in, depth));
    }

    private static List<RequestOp> readOps(ByteReader in, int depth) {
        int count = in.getCount(1);
        List<RequestOp> ops = new ArrayList<>(count);
        for (int i = 0; i < count && !in.failed(); i++) {
            ops.add(readOp(in, depth));
        }
        return ops;
    }

    private static RequestOp readOp(ByteReader in, int depth) {
        switch (in.getByte()) {
            case PUT:
                return readPut(in);
            case RANGE:
                return readRange(in);
            case DELETE_RANGE:
                return readDeleteRange(in);
            case TXN:
                return readTxn(in, depth + 1);
            case UNSET:
                return RequestOp.Unset.UNSET;
            default:
                in.fail();
                return RequestOp.Unset.UNSET;
        }
    }

    private static Compare readCompare(ByteReader in) {
        int result = (int) in.getLong();
        int target = (int) in.getLong();
        byte[] key = in.getBytes();
        byte[] rangeEnd = in.getBytes();
        int operandTarget = (int) in.getLong();
        long number = in.getLong();
        return new Compare(result, target, key, rangeEnd, operandTarget, number, in.getBytes());
    }

    private static RangeRequest readRange(ByteReader in) {
        int flags = readFlags(in, FLAG_1 | FLAG_2 | FLAG_3);
        byte[] key = in.getBytes();
        byte[] rangeEnd = in.getBytes();
        long limit = in.getLong();
        long revision = in.getLong();
        int sortOrder = (int) in.getLong();
        int sortTarget = (int) in.getLong();
        return new RangeRequest(
                key,
                rangeEnd,
                limit,
                revision,
                sortOrder,
                sortTarget,
                (flags & FLAG_1) != 0,
                (flags & FLAG_2) != 0,
                (flags & FLAG_3) != 0,
                in.getLong(),
                in.getLong(),
                in.getLong(),
                in.getLong());
    }

    /** A line for people, such as {@code put x 100}; long texts are cut. Never throws. */
    public static String describe(byte[] bytes) {
        Command command = decode(bytes);
        if (command == null) {
            return "malformed command of " + bytes.length + " bytes";
        }
        if (command instanceof RequestOp op) {
            return describe(op);
        }
        if (command instanceof CompactRequest compact) {
            return "compact " + compact.revision();
        }
        MemberAttributes attributes = (MemberAttributes) command;
        return "member " + Long.toHexString(attributes.memberId()) + " is " + attributes.name() + " at "
                + String.join(",", attributes.clientUrls());
    }

    private static String describe(RequestOp op) {
        if (op instanceof PutRequest put) {
            return "put " + text(put.key()) + " " + (put.ignoreValue() ? "(same value)" : text(put.value()))
                    + (put.lease() == 0 ? "" : " lease " + Long.toHexString(put.lease()));
        }
        if (op instanceof DeleteRangeRequest delete) {
            return "del " + range(delete.key(), delete.rangeEnd());
        }
        if (op instanceof RangeRequest range) {
            return "get " + range(range.key(), range.rangeEnd());
        }
        if (op instanceof TxnRequest txn) {
            return "txn if " + txn.compare().size() + " then " + describe(txn.success()) + " else "
                    + describe(txn.failure());
        }
        return "nothing";
    }

    /** The first few operations, by depth-first order: enough to know it again. */
    private static String describe(List<RequestOp> ops) {
        StringBuilder line = new StringBuilder("(");
        for (int i = 0; i < ops.size() && line.length() < 4 * TEXT_LIMIT; i++) {
            line.append(i == 0 ? "" : "; ").append(describe(ops.get(i)));
        }
        return line.append(')').toString();
    }

    private static String range(byte[] key, byte[] rangeEnd) {
        if (rangeEnd.length == 0) {
            return text(key);
        }
        return "[" + text(key) + ", " + (Bytes.isOpenEnd(rangeEnd) ? "end" : text(rangeEnd)) + ")";
    }

    /** Printable ASCII as it is, other bytes as {@code \xff}, cut after some dozens. */
    static String text(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte next : Arrays.copyOf(bytes, Math.min(bytes.length, TEXT_LIMIT))) {
            if (next > ' ' && next < 0x7F && next != '\\') {
                text.append((char) next);
            } else {
                text.append("\\x").append(Character.forDigit((next >> 4) & 15, 16));
                text.append(Character.forDigit(next & 15, 16));
            }
        }
        return bytes.length > TEXT_LIMIT ? text + "… (" + bytes.length + " bytes)" : text.toString();
    }
}
