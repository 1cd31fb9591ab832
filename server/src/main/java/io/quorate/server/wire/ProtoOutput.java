package io.quorate.server.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * Writes fields of a message. Tags and numbers gather in a small array; long byte strings pass it by. Fields that hold 0 or
 * nothing are left out, as proto3 does. Tags are single bytes: the fields 1 to 15.
 */
final class ProtoOutput {
    private static final int SCRATCH_BYTES = 512;
    /** A tag and the longest number behind it. */
    private static final int ROOM = 1 + Varint.MAX_BYTES;

    private final OutputStream target;
    private final byte[] scratch = new byte[SCRATCH_BYTES];
    private int used;
    private int written;

    ProtoOutput(OutputStream target) {
        this.target = target;
    }

    static int numberSize(long value) {
        return value == 0 ? 0 : 1 + Varint.size(value);
    }

    static int bytesSize(byte[] value) {
        return value.length == 0 ? 0 : 1 + Varint.size(value.length) + value.length;
    }

    void number(int tag, long value) {
        if (value != 0) {
            putNumber(tag, value);
        }
    }

    /** Begins a message of that many bytes, also of none: what follows belongs to it. */
    void message(int tag, int size) {
        putNumber(tag, size);
    }

    void bytes(int tag, byte[] value) {
        if (value.length == 0) {
            return;
        }
        putNumber(tag, value.length);
        if (value.length <= SCRATCH_BYTES - used) {
            System.arraycopy(value, 0, scratch, used, value.length);
            used += value.length;
        } else {
            flush();
            write(value, value.length);
        }
    }

    private void putNumber(int tag, long value) {
        if (SCRATCH_BYTES - used < ROOM) {
            flush();
        }
        scratch[used++] = (byte) tag;
        used = Varint.put(scratch, used, value);
    }

    void flush() {
        write(scratch, used);
        used = 0;
    }

    private void write(byte[] bytes, int length) {
        try {
            target.write(bytes, 0, length);
            written += length;
        } catch (IOException failed) {
            throw new UncheckedIOException("an answer cannot be written", failed);
        }
    }

    /** Bytes that have gone to the target. */
    int written() {
        return written;
    }
}
