package io.quorate.server.wire;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A message that is written when grpc asks for it, into grpc's own buffers; its size is known before. */
abstract class EncodedMessage extends InputStream implements Drainable, KnownLength {
    private final int size;
    private boolean drained;
    /** Only if somebody reads byte by byte, which grpc does not. */
    private @Nullable ByteArrayInputStream copy;

    EncodedMessage(int size) {
        this.size = size;
    }

    abstract void writeTo(ProtoOutput out);

    @Override
    public int drainTo(OutputStream target) {
        if (drained) {
            return 0;
        }
        drained = true;
        ProtoOutput out = new ProtoOutput(target);
        writeTo(out);
        out.flush();
        return out.written();
    }

    @Override
    public int available() {
        return drained ? 0 : size;
    }

    @Override
    public int read() {
        return copied().read();
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        return copied().read(target, offset, length);
    }

    private ByteArrayInputStream copied() {
        ByteArrayInputStream made = copy;
        if (made == null) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(size);
            drainTo(bytes);
            made = new ByteArrayInputStream(bytes.toByteArray());
            copy = made;
        }
        return made;
    }
}
