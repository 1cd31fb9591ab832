package io.quorate.cli.client;

import com.google.protobuf.ByteString;
import io.quorate.cli.common.CommandFailure;

/** Ranges of keys as the verbs write them. */
final class Keys {
    private static final ByteString ZERO = ByteString.copyFrom(new byte[] {0});

    private Keys() {}

    static ByteString bytes(String text) {
        return ByteString.copyFromUtf8(text);
    }

    /** First key behind all keys that begin with the prefix; "\0", which means all keys, where there is none. */
    static ByteString prefixEnd(ByteString prefix) {
        for (int last = prefix.size() - 1; last >= 0; last--) {
            int value = prefix.byteAt(last) & 0xff;
            if (value < 0xff) {
                return prefix.substring(0, last).concat(ByteString.copyFrom(new byte[] {(byte) (value + 1)}));
            }
        }
        return ZERO;
    }

    /** A range as key and range end. */
    record Range(ByteString key, ByteString end) {
        static Range of(String key, String rangeEnd, boolean prefix, boolean fromKey) {
            if (prefix && fromKey) {
                throw new CommandFailure(
                        ExitCode.BAD_ARGUMENTS, "--prefix and --from-key cannot be set at the same time, choose one");
            }
            if (!rangeEnd.isEmpty() && (prefix || fromKey)) {
                throw new CommandFailure(
                        ExitCode.BAD_ARGUMENTS,
                        "a range end says the same as --prefix or --from-key; give one of them");
            }
            ByteString start = bytes(key);
            if (prefix) {
                return new Range(start.isEmpty() ? ZERO : start, prefixEnd(start));
            }
            if (fromKey) {
                return new Range(start.isEmpty() ? ZERO : start, ZERO);
            }
            return new Range(start, bytes(rangeEnd));
        }
    }
}
