package io.quorate.node.once;

import io.quorate.node.once.KnownKeys.Entry;
import io.quorate.node.port.BlockSink;
import io.quorate.node.port.StateImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The known keys as they were at one index, oldest first. Big endian:
 *
 * <pre>
 *   first block: log time u64 | horizon i64 | entries
 *   others:      entries
 *   entry:       born u64 | hash of the command u64 | index u64 | term u64 | length u8, key | length i32, answer
 * </pre>
 *
 * Where no answer is kept its length is -1.
 */
final class KnownKeysImage implements StateImage {
    private final long logTime;
    private final long horizon;
    private final Entry[] entries;
    private boolean begun;
    private int next;

    KnownKeysImage(long logTime, long horizon, Entry[] entries) {
        this.logTime = logTime;
        this.horizon = horizon;
        this.entries = entries;
    }

    @Override
    public boolean writeNext(BlockSink sink) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(block)) {
            if (!begun) {
                begun = true;
                out.writeLong(logTime);
                out.writeLong(horizon);
            }
            while (next < entries.length && out.size() < BlockSink.TARGET_BYTES) {
                write(entries[next++], out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory has no errors
        }
        sink.block(ByteBuffer.wrap(block.toByteArray()));
        return next < entries.length;
    }

    private static void write(Entry entry, DataOutputStream out) throws IOException {
        out.writeLong(entry.key().bornMillis());
        out.writeLong(entry.commandHash());
        out.writeLong(entry.index());
        out.writeLong(entry.term());
        byte[] key = entry.key().text().getBytes(StandardCharsets.US_ASCII);
        out.writeByte(key.length);
        out.write(key);
        byte[] answer = entry.answer();
        out.writeInt(answer == null ? -1 : answer.length);
        if (answer != null) {
            out.write(answer);
        }
    }
}
