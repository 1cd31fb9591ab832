package io.quorate.kv;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A store as it was after one command, to be written out in blocks, piece by piece, on any one thread at a time. Stores that
 * answer alike write the same blocks, whatever led there; see {@link ImageFormat} for the bytes.
 *
 * <p>It shares with the store the tree, which never changes, and the chains of versions under it, which only a sweep cuts. So
 * the store does not sweep before {@link #close}.
 */
public final class KvImage {
    /** Room for everything that is never cut. */
    static final int LEAST_MAX_BYTES = 128;

    /** Keys looked at for one piece: a long stretch of deleted ones must not make it long. */
    private static final int KEYS_PER_PIECE = 16 << 10;

    /** Takes the blocks of an image in order. */
    public interface Sink {
        /**
         * Takes one block; nothing given may be kept.
         *
         * @param bytes 0 to {@code length}
         * @param firstKey of the keys that begin in it; null if none does
         * @param keys those that begin in it, rising; none of them in another block
         */
        void block(byte[] bytes, int length, byte @Nullable [] firstKey, List<byte[]> keys);
    }

    private final View view;
    private final int targetBytes;
    private final int maxBytes;
    private final Iterator<MemberAttributes> members;

    /** The position in the view's log where the image's log begins. */
    private final long logBegin;

    private final ByteWriter out;
    private final List<byte[]> keys = new ArrayList<>();
    private boolean hasVersion;

    private boolean begun;

    /** The member to be written next. */
    private byte @Nullable [] member;

    /** The key that was looked at last; null before the first. */
    private byte @Nullable [] lastKey;

    private boolean over;

    /** The string that was cut, and how much of it is written. */
    private byte @Nullable [] cut;

    private int cutAt;

    /** The next version of the key under way. */
    private @Nullable KeyValue version;

    private volatile boolean closed;

    KvImage(View view, int targetBytes, int maxBytes) {
        if (targetBytes < 1 || maxBytes < Math.max(targetBytes, LEAST_MAX_BYTES)) {
            throw new IllegalArgumentException("no block of " + targetBytes + " to " + maxBytes + " bytes can be made");
        }
        this.view = view;
        this.targetBytes = targetBytes;
        this.maxBytes = maxBytes;
        members = view.members().values().iterator();
        logBegin = view.log().positionOf(view.compactedRevision());
        out = new ByteWriter(LEAST_MAX_BYTES);
    }

    /** Any thread: nothing of it will be read any more. */
    public void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Writes the next piece: at most one block, in about a millisecond at most, more only for a value that is very large.
     *
     * @return whether there is more
     */
    public boolean writeNext(Sink sink) {
        if (closed) {
            throw new IllegalStateException("the image is closed");
        }
        if (!begun) {
            begun = true;
            writeFacts();
            nextMember();
        } else if (cut != null || version != null) {
            out.putByte(ImageFormat.CONTINUED);
            goOn();
        } else if (member != null) {
            writeMembers();
        } else if (!over && !writeKeys()) {
            return true;
        }
        flush(sink);
        return !over || cut != null || version != null;
    }

    private void flush(Sink sink) {
        if (out.size() > 0) {
            sink.block(out.array(), out.size(), keys.isEmpty() ? null : keys.get(0), keys);
            out.clear();
            keys.clear();
            hasVersion = false;
        }
    }

    private void writeFacts() {
        out.putByte(ImageFormat.FACTS);
        out.putByte(ImageFormat.FORMAT);
        out.putLong(view.revision());
        out.putLong(view.compactedRevision() + 1);
        out.putLong(view.tree().live());
        out.putLong(view.log().end() - logBegin);
        out.putLong(view.members().size());
    }

    private void nextMember() {
        member = members.hasNext() ? Commands.encode(members.next()) : null;
    }

    private void writeMembers() {
        out.putByte(ImageFormat.MEMBERS);
        boolean room = true;
        while (member != null && room) {
            room = putString(member);
            nextMember();
            room = room && member != null && fits(ImageFormat.MAX_STRING_HEADER + member.length);
        }
    }

    /** Whether so many bytes more are not too many for a block that is not empty. */
    private boolean fits(long bytes) {
        return out.size() + bytes <= targetBytes;
    }

    /** Adds keys to the block until it is full, the keys are over, or enough were looked at; false in the last case. */
    private boolean writeKeys() {
        Fill fill = new Fill();
        byte[] from = lastKey == null ? null : Arrays.copyOf(lastKey, lastKey.length + 1);
        over = view.tree().visit(from, null, fill);
        return over || fill.full;
    }

    private final class Fill implements Tree.Visitor {
        private int looked;
        private boolean full;

        @Override
        public boolean visit(KeyValue newest) {
            if (isKept(newest)) {
                long bytes = ImageFormat.MAX_STRING_HEADER + newest.key().length + bytes(newest);
                if (out.size() > 0 && !fits(bytes)) {
                    full = true;
                    return false;
                }
                full = !write(newest);
            }
            lastKey = newest.key();
            return !full && ++looked < KEYS_PER_PIECE;
        }
    }

    /** Begins a key; true if all of it is in this block. */
    private boolean write(KeyValue newest) {
        if (out.size() == 0) {
            out.putByte(ImageFormat.KEYS);
        }
        keys.add(newest.key());
        version = newest;
        return putString(newest.key()) && goOn();
    }

    /** Goes on with the string that was cut, then with the versions of the key under way; true if all is in this block. */
    private boolean goOn() {
        if (cut != null && !putRest(cut, cutAt)) {
            return false;
        }
        while (version != null) {
            KeyValue now = version;
            if (out.size() + ImageFormat.MAX_VERSION_HEADER > maxBytes || (hasVersion && !fits(bytes(now)))) {
                return false;
            }
            hasVersion = true;
            version = before(now);
            writeHeader(now, version == null);
            if (!now.isTombstone() && !putString(now.value())) {
                return false;
            }
        }
        return true;
    }

    private static long bytes(KeyValue version) {
        return (long) ImageFormat.MAX_VERSION_HEADER + version.value().length;
    }

    private void writeHeader(KeyValue now, boolean last) {
        boolean logged = now.modRevision() >= view.compactedRevision();
        out.putByte((last ? ImageFormat.LAST : 0)
                | (now.isTombstone() ? ImageFormat.TOMBSTONE : 0)
                | (logged ? ImageFormat.LOGGED : 0));
        out.putLong(now.modRevision());
        out.putLong(now.sub);
        if (!now.isTombstone()) {
            out.putLong(now.createRevision());
            out.putLong(now.version());
            out.putLong(now.lease());
        }
        if (logged) {
            out.putLong(view.log().positionOf(now.modRevision()) + now.sub - logBegin);
        }
    }

    private boolean putString(byte[] string) {
        out.putLong(string.length);
        return putRest(string, 0);
    }

    private boolean putRest(byte[] string, int from) {
        int length = Math.min(string.length - from, maxBytes - out.size());
        out.putRaw(string, from, length);
        boolean whole = from + length == string.length;
        cut = whole ? null : string;
        cutAt = from + length;
        return whole;
    }

    /** Whether anything of a key can still be read: a tombstone only where a watch from the compacted revision sees it. */
    private boolean isKept(KeyValue newest) {
        return !newest.isTombstone() || newest.modRevision() >= view.compactedRevision();
    }

    /** The version before, if it can still be read, whether or not the sweep has cut it off. */
    private @Nullable KeyValue before(KeyValue now) {
        long compacted = view.compactedRevision();
        KeyValue previous = now.previous;
        if (previous == null || previous.isCut()) {
            return null;
        }
        boolean logged = previous.modRevision() >= compacted;
        boolean livedThen = now.modRevision() > compacted && !previous.isTombstone();
        return logged || livedThen ? previous : null;
    }
}
