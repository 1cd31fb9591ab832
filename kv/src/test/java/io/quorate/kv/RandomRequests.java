package io.quorate.kv;

import java.util.ArrayList;
import java.util.List;

/** Requests from a seed, about one in six of them wrong in some way: few keys, so that they meet. */
final class RandomRequests {
    private static final String[] KEYS = {
        "a",
        "b",
        "c",
        "d",
        "e",
        "ab",
        "abc",
        "\0",
        "\0\0",
        "\u00ff",
        "\u00ff\u00ff",
        "\u007f",
        "\u0080",
        "k1",
        "k2",
        "k3"
    };

    private long state;

    RandomRequests(long seed) {
        state = seed;
    }

    /** SplitMix64. */
    long nextLong() {
        state += 0x9E3779B97F4A7C15L;
        long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    int below(int bound) {
        return (int) Long.remainderUnsigned(nextLong(), bound);
    }

    boolean oneIn(int count) {
        return below(count) == 0;
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) nextLong();
        }
        return bytes;
    }

    private byte[] key() {
        return Kv.bytes(oneIn(60) ? "" : KEYS[below(KEYS.length)]);
    }

    private byte[] end() {
        return switch (below(6)) {
            case 0, 1 -> new byte[0];
            case 2 -> new byte[1];
            default -> key();
        };
    }

    private long revision(Model model) {
        long oldest = Math.max(0, model.compacted());
        return switch (below(8)) {
            case 0 -> -1;
            case 1 -> model.revision() + below(3);
            case 2 -> oldest + below(3) - 1;
            case 3, 4 -> oldest + below((int) (model.revision() - oldest) + 1);
            default -> 0;
        };
    }

    Command command(Model model) {
        return switch (below(20)) {
            case 0, 1, 2 -> delete();
            case 3, 4, 5, 6, 7, 8 -> txn(model, 1);
            case 9 -> compact(model);
            default -> put();
        };
    }

    private CompactRequest compact(Model model) {
        boolean wild = oneIn(4);
        long recent = model.revision() - below(12);
        return new CompactRequest(wild ? below(5) - 1 + (oneIn(2) ? model.revision() : 0) : recent, oneIn(2));
    }

    private PutRequest put() {
        boolean ignoreValue = oneIn(8);
        boolean ignoreLease = oneIn(8);
        byte[] value = ignoreValue && !oneIn(4) ? new byte[0] : bytes(below(4) == 0 ? 0 : below(12));
        return new PutRequest(key(), value, oneIn(25) ? nextLong() : 0, oneIn(2), ignoreValue, ignoreLease);
    }

    private DeleteRangeRequest delete() {
        return new DeleteRangeRequest(key(), oneIn(3) ? end() : new byte[0], oneIn(2));
    }

    RangeRequest range(Model model) {
        boolean plain = oneIn(3);
        return new RangeRequest(
                key(),
                end(),
                oneIn(2) ? below(6) - 1 : 0,
                revision(model),
                plain ? 0 : oneIn(40) ? below(9) - 3 : below(3),
                plain ? 0 : oneIn(40) ? below(11) - 3 : below(5),
                oneIn(2),
                oneIn(4),
                oneIn(6),
                bound(model),
                bound(model),
                bound(model),
                bound(model));
    }

    private long bound(Model model) {
        return oneIn(8) ? below((int) model.revision() + 2) : 0;
    }

    private Compare compare(Model model) {
        int target = oneIn(30) ? 7 : below(5);
        int operandTarget = oneIn(12) ? below(6) - 1 : target;
        long number = oneIn(2) ? below(3) : below((int) model.revision() + 2);
        byte[] value = operandTarget == Compare.VALUE ? bytes(below(3)) : new byte[0];
        byte[] end = oneIn(4) ? end() : new byte[0];
        return new Compare(oneIn(30) ? 9 : below(4), target, key(), end, operandTarget, number, value);
    }

    private TxnRequest txn(Model model, int depth) {
        List<Compare> compare = new ArrayList<>();
        for (int i = below(3); i > 0; i--) {
            compare.add(compare(model));
        }
        return new TxnRequest(compare, ops(model, depth), ops(model, depth));
    }

    private List<RequestOp> ops(Model model, int depth) {
        List<RequestOp> ops = new ArrayList<>();
        for (int i = below(4); i > 0; i--) {
            int kind = below(100);
            if (kind < 45) {
                ops.add(put());
            } else if (kind < 65) {
                ops.add(delete());
            } else if (kind < 85) {
                ops.add(range(model));
            } else if (kind < 99) {
                ops.add(depth < 4 ? txn(model, depth + 1) : put());
            } else {
                ops.add(RequestOp.Unset.UNSET);
            }
        }
        return ops;
    }
}
