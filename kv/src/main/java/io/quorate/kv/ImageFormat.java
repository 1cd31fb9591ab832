package io.quorate.kv;

/**
 * The bytes of an image. Numbers and byte strings are those of {@link ByteWriter}.
 *
 * <pre>
 *   block:     kind, then
 *     FACTS      format, revision, compacted revision + 1, live keys, versions in the log, members
 *     MEMBERS    strings: the commands that published the members' attributes, by rising id
 *     KEYS       keys, rising: each a string, then its versions from the newest to the oldest
 *     CONTINUED  goes on where the block before ended: within a string, or between two versions of a key; and no further
 *                than that member or key
 *   version:   flags, mod revision, sub revision; if not a tombstone create revision, version, lease; if in the log its
 *              place there; if not a tombstone the value, a string
 * </pre>
 *
 * The first block is FACTS, then come MEMBERS, then KEYS. A string that does not fit a block is cut where the block is full. An
 * image has just what can be read, so it is the same however far the sweep has come: of each key all versions from the
 * compacted revision on, and one before if it is what lived at that revision. The log is those from that revision on.
 */
final class ImageFormat {
    /** Another number means other bytes: a reader refuses what it does not know. */
    static final int FORMAT = 1;

    static final int CONTINUED = 0;
    static final int FACTS = 1;
    static final int MEMBERS = 2;
    static final int KEYS = 3;

    /** The oldest version of its key in the image. */
    static final int LAST = 1;

    static final int TOMBSTONE = 2;

    /** Its place in the log is given. */
    static final int LOGGED = 4;

    static final int KNOWN_FLAGS = LAST | TOMBSTONE | LOGGED;

    /** What stands before the bytes of a value, at most: flags, six numbers, and the length. */
    static final int MAX_VERSION_HEADER = 1 + 6 * 10 + 5;

    /** What stands before the bytes of a string, at most. */
    static final int MAX_STRING_HEADER = 5;

    private ImageFormat() {}

    /** The revision of the first version in the log, if there is any. */
    static long firstLogged(long compactedRevision) {
        return Math.max(compactedRevision, 2);
    }
}
