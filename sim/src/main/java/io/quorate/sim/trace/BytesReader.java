package io.quorate.sim.trace;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link Bytes} wrote, and believes none of it: every length is held against what is left. */
final class BytesReader {
    private final byte[] bytes;
    private final List<String> texts = new ArrayList<>();
    private int at;

    BytesReader(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean isAtEnd() {
        return at == bytes.length;
    }

    boolean startsWith(byte[] expected) {
        for (byte one : expected) {
            if (at == bytes.length || bytes[at] != one) {
                return false;
            }
            at++;
        }
        return true;
    }

    private byte next() {
        if (at == bytes.length) {
            throw new TraceFormatException("it is cut off: it ends at byte " + at + " in the middle of something");
        }
        return bytes[at++];
    }

    long count() {
        long number = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte one = next();
            number |= (one & 0x7FL) << shift;
            if (one >= 0) {
                return number;
            }
        }
        throw damaged("a number goes on for more than ten bytes");
    }

    long number() {
        long folded = count();
        return (folded >>> 1) ^ -(folded & 1);
    }

    int smallNumber() {
        long number = number();
        if (number != (int) number) {
            throw damaged(number + " stands where a small number should");
        }
        return (int) number;
    }

    String text() {
        long number = count();
        if (number > 0) {
            if (number > texts.size()) {
                throw damaged("text " + number + " is named, of " + texts.size());
            }
            return texts.get((int) number - 1);
        }
        long length = count();
        if (length < 0 || length > bytes.length - at) {
            throw damaged("a text of " + length + " bytes does not fit");
        }
        String text = new String(bytes, at, (int) length, StandardCharsets.UTF_8);
        at += (int) length;
        texts.add(text);
        return text;
    }

    <E extends Enum<E>> E name(Class<E> names) {
        String name = text();
        try {
            return Enum.valueOf(names, name);
        } catch (IllegalArgumentException unknown) {
            throw new TraceFormatException(
                    "it names " + names.getSimpleName() + " " + name + ", which this build does not know");
        }
    }

    private TraceFormatException damaged(String what) {
        return new TraceFormatException("it is damaged before byte " + at + ": " + what);
    }
}
