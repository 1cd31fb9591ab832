package io.quorate.kv;

import java.util.Arrays;

/**
 * Takes the blocks of an image apart: see {@link ImageFormat}. It checks their form only, and needs no more memory than it was
 * given bytes, twice.
 */
final class ImageParser {
    /** What it finds, in order. All may throw {@link IllegalArgumentException}, which ends the parsing. */
    interface Items {
        void facts(Facts facts);

        /** One member's attributes, as a command. */
        void member(byte[] command);

        /**
         * The next version of a key.
         *
         * @param version without a previous one; those of one key share the key's array
         * @param place in the log, -1 for none
         * @param last whether it is the last one of its key
         */
        void version(KeyValue version, long place, boolean last);
    }

    /** What concerns all of an image. */
    record Facts(long revision, long compactedRevision, long live, long logged, long members) {}

    private enum Open {
        NOTHING,
        MEMBER,
        KEY,
        /** Between two versions. */
        HISTORY,
        VALUE
    }

    private final Items items;
    private Open open = Open.NOTHING;

    /** The string that is being put together, and how long it will be. */
    private byte[] string = Bytes.EMPTY;

    private int filled;
    private int total;

    private byte[] key = Bytes.EMPTY;

    /** The version under way. */
    private int flags;

    private long modRevision;
    private int sub;
    private long createRevision;
    private long version;
    private long lease;
    private long place;

    ImageParser(Items items) {
        this.items = items;
    }

    /** Whether a block must follow that goes on where the last one ended. */
    boolean isOpen() {
        return open != Open.NOTHING;
    }

    /**
     * Takes the next block.
     *
     * @throws IllegalArgumentException if it is none; then nothing more may be given
     */
    void block(byte[] bytes, int offset, int length) {
        ByteReader in = new ByteReader(bytes, offset, length);
        int kind = in.getByte();
        if (isOpen() != (kind == ImageFormat.CONTINUED)) {
            throw new IllegalArgumentException(
                    isOpen()
                            ? "does not go on where the block before was cut"
                            : "goes on, and the one before has ended");
        }
        boolean known =
                switch (kind) {
                    case ImageFormat.CONTINUED -> goOn(in);
                    case ImageFormat.FACTS -> facts(in);
                    case ImageFormat.MEMBERS -> members(in);
                    case ImageFormat.KEYS -> keys(in);
                    default -> false;
                };
        if (!known) {
            throw new IllegalArgumentException("has the unknown kind " + kind);
        }
        if (!in.isDone()) {
            throw new IllegalArgumentException(
                    in.failed() ? "ends too early, or holds an impossible number" : "has bytes behind its end");
        }
    }

    private boolean facts(ByteReader in) {
        int format = in.getByte();
        if (format != ImageFormat.FORMAT) {
            throw new IllegalArgumentException(
                    "is of format " + format + ", and this version knows " + ImageFormat.FORMAT + " only");
        }
        Facts facts = new Facts(in.getLong(), in.getLong() - 1, in.getLong(), in.getLong(), in.getLong());
        requireRead(in);
        items.facts(facts);
        return true;
    }

    private static void requireRead(ByteReader in) {
        if (in.failed()) {
            throw new IllegalArgumentException("ends too early, or holds an impossible number");
        }
    }

    private boolean members(ByteReader in) {
        do {
            if (begin(in, Open.MEMBER)) {
                items.member(string);
            }
        } while (!isOpen() && in.left() > 0);
        return true;
    }

    private boolean keys(ByteReader in) {
        do {
            if (begin(in, Open.KEY)) {
                beginHistory();
                history(in);
            }
        } while (!isOpen() && in.left() > 0);
        return true;
    }

    private boolean goOn(ByteReader in) {
        Open cut = open;
        if (cut != Open.HISTORY && !more(in)) {
            return true;
        }
        switch (cut) {
            case MEMBER -> items.member(string);
            case KEY -> beginHistory();
            case VALUE -> endVersion(string);
            default -> {}
        }
        if (cut != Open.MEMBER) {
            history(in);
        }
        return true;
    }

    /** Begins a string; whether all of it is there. */
    private boolean begin(ByteReader in, Open kind) {
        total = in.getInt();
        requireRead(in);
        string = in.getRaw(Math.min(total, in.left()));
        filled = string.length;
        open = filled == total ? Open.NOTHING : kind;
        return filled == total;
    }

    /** Goes on with a string that was cut; whether it is whole now. */
    private boolean more(ByteReader in) {
        byte[] part = in.getRaw(Math.min(total - filled, in.left()));
        int needed = filled + part.length;
        if (string.length < needed) {
            string = Arrays.copyOf(string, (int) Math.min(total, Math.max(needed, 2L * string.length)));
        }
        System.arraycopy(part, 0, string, filled, part.length);
        filled = needed;
        if (filled < total) {
            return false;
        }
        string = string.length == total ? string : Arrays.copyOf(string, total);
        open = Open.NOTHING;
        return true;
    }

    private void beginHistory() {
        key = string;
        open = Open.HISTORY;
    }

    /** Versions up to the last one of the key, or to the end of the block. */
    private void history(ByteReader in) {
        while (open == Open.HISTORY && in.left() > 0) {
            header(in);
            requireRead(in);
            if ((flags & ImageFormat.TOMBSTONE) != 0) {
                endVersion(Bytes.EMPTY);
            } else if (begin(in, Open.VALUE)) {
                endVersion(string);
            }
        }
    }

    private void header(ByteReader in) {
        flags = in.getByte();
        if ((flags & ~ImageFormat.KNOWN_FLAGS) != 0) {
            in.fail();
        }
        boolean tombstone = (flags & ImageFormat.TOMBSTONE) != 0;
        modRevision = in.getLong();
        sub = in.getInt();
        createRevision = tombstone ? 0 : in.getLong();
        version = tombstone ? 0 : in.getLong();
        lease = tombstone ? 0 : in.getLong();
        place = (flags & ImageFormat.LOGGED) != 0 ? in.getLong() : -1;
    }

    private void endVersion(byte[] value) {
        boolean last = (flags & ImageFormat.LAST) != 0;
        open = last ? Open.NOTHING : Open.HISTORY;
        items.version(new KeyValue(key, value, createRevision, modRevision, sub, version, lease, null), place, last);
    }
}
