package io.quorate.sim.node;

import io.quorate.kv.Command;
import io.quorate.kv.Commands;
import io.quorate.kv.DeleteRangeRequest;
import io.quorate.kv.PutRequest;
import io.quorate.kv.TxnRequest;
import io.quorate.sim.core.Operation;
import io.quorate.sim.history.KvCondition;
import io.quorate.sim.history.KvCondition.Relation;
import io.quorate.sim.history.KvCondition.Target;
import io.quorate.sim.history.KvRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Operations as requests of the store. Each attempt at an operation has a number of its own, its sender, which stands in the
 * bytes of its command: at the start of what it puts, or at the end of the range that it deletes. So of every command in a log
 * it is known whether its client was told that it was refused.
 */
final class Requests {
    /** Tells a command that none of these made. */
    static final int NOBODY = 0;

    /** Attempts at one operation, from 1. */
    private static final int MOST_ATTEMPTS = 7;

    private static final int ATTEMPT_BITS = 3;
    private static final int DIGITS = 8;
    private static final int MOST_PADDING = 200;
    private static final String PADDING = ".";

    /** No key that is written lies between a key and the same with this and more behind it. */
    private static final String BEHIND = "!";

    /** Behind every key. */
    private static final String LAST = "l";

    private Requests() {}

    static int sender(int operation, int attempt) {
        if (attempt < 1 || attempt > MOST_ATTEMPTS) {
            throw new IllegalArgumentException("attempt " + attempt);
        }
        return operation << ATTEMPT_BITS | attempt;
    }

    static int operation(int sender) {
        return sender >>> ATTEMPT_BITS;
    }

    private static String key(int key) {
        return "k" + key;
    }

    static KvRequest request(Operation operation, int attempt) {
        String key = key(operation.key());
        KvRequest.Put put = new KvRequest.Put(key, value(sender(operation.number(), attempt)));
        // Some read all keys from theirs on.
        String end = operation.number() % 3 == 0 ? LAST : KvRequest.ONE_KEY;
        return switch (operation.kind()) {
            case PUT -> put;
            case DELETE -> new KvRequest.Delete(key, key + BEHIND + text(sender(operation.number(), attempt)));
            case COMPARE_AND_SET ->
                new KvRequest.Txn(
                        conditions(key, operation.expected()), List.of(put), List.of(new KvRequest.Range(key)));
            case READ -> new KvRequest.Range(key, end, false);
            case STALE_READ -> new KvRequest.Range(key, end, true);
        };
    }

    /** What any attempt at the expected operation has put, or nothing. */
    private static List<KvCondition> conditions(String key, int expected) {
        if (expected == 0) {
            return List.of(KvCondition.isMissing(key));
        }
        String least = text(expected << ATTEMPT_BITS);
        String bound = text((expected + 1) << ATTEMPT_BITS);
        return List.of(
                new KvCondition(key, Target.VALUE, Relation.GREATER, 0, least),
                new KvCondition(key, Target.VALUE, Relation.LESS, 0, bound));
    }

    private static String value(int sender) {
        int padding = (operation(sender) * 37 & Integer.MAX_VALUE) % MOST_PADDING;
        return text(sender) + PADDING.repeat(padding);
    }

    /** In the order of the numbers. */
    private static String text(int number) {
        String digits = Integer.toHexString(number);
        return "0".repeat(DIGITS - digits.length()) + digits;
    }

    /** Who sent a command; {@link #NOBODY} for one that none of these made. */
    static int sender(byte[] command) {
        Command decoded = Commands.decode(command);
        if (decoded instanceof DeleteRangeRequest delete) {
            String end = KvForms.text(delete.rangeEnd());
            return number(end.substring(Math.max(0, end.length() - DIGITS)));
        }
        PutRequest put = put(decoded);
        return put == null ? NOBODY : number(KvForms.text(put.value()));
    }

    private static int number(String text) {
        return text.length() < DIGITS ? NOBODY : Integer.parseUnsignedInt(text.substring(0, DIGITS), 16);
    }

    /** The key of a command that one of these made. */
    static byte[] keyOf(byte[] command) {
        Command decoded = Commands.decode(command);
        PutRequest put = put(decoded);
        if (put != null) {
            return put.key();
        }
        return decoded instanceof DeleteRangeRequest delete ? delete.key() : "?".getBytes(StandardCharsets.US_ASCII);
    }

    private static @Nullable PutRequest put(@Nullable Command command) {
        Object first = command instanceof TxnRequest txn ? txn.success().get(0) : command;
        return first instanceof PutRequest put ? put : null;
    }
}
