package io.quorate.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What one sealed segment holds, in a file beside it that outlives it: which entries, and a filter over the keys that applying
 * them touched. All numbers are little endian.
 *
 * <pre>
 * log-0000000000000007.index
 *
 *   0          8        12       16        24     32              40      44     60      64
 *   +----------+--------+--------+---------+------+---------------+-------+------+-------+-- … for each group
 *   | magic    | format | groups | segment | salt | first         | bytes | 0    | CRC   |
 *   | u64      | u32 1  | u32    | no. u64 | u64  | sequence u64  | u32   |      | 32C   |
 *   +----------+--------+--------+---------+------+---------------+-------+------+-------+-- …
 *
 * group     group u32 | first index u64 | last index u64 | runs u32 | bytes of filter u32 |
 *           for each run of equal term: first index u64, term u64 | filter
 * </pre>
 *
 * The checksum covers the 60 bytes before it and all behind it. Salt and number are those of the segment: an index of a file's
 * former use is none. Offsets are not in it: recovery reads every segment whole to find damage, and knows them all then.
 *
 * @param bytes of the file
 */
record SegmentIndex(long segment, long salt, long firstSequence, List<Group> groups, int bytes) {
    static final String SUFFIX = ".index";
    static final String TEMPORARY = SUFFIX + ".tmp";

    private static final long MAGIC = 0x31_58_44_49_4f_55_51_00L;
    private static final int FORMAT = 1;
    private static final int HEADER_BYTES = 64;
    private static final int FORMAT_AT = 8;
    private static final int COUNT_AT = 12;
    private static final int SEGMENT_AT = 16;
    private static final int SALT_AT = 24;
    private static final int SEQUENCE_AT = 32;
    private static final int BYTES_AT = 40;
    private static final int CRC_AT = 60;
    private static final int GROUP_BYTES = 28;
    private static final int MAX_BYTES = 64 << 20;

    /**
     * The entries of one group.
     *
     * @param runFirst first index here of each run of equal term
     * @param filter see {@link BloomFilter}; empty if no key was touched
     */
    record Group(int group, long firstIndex, long lastIndex, long[] runFirst, long[] runTerm, byte[] filter) {
        boolean mayContain(long keyHash) {
            return filter.length > 0 && BloomFilter.mayContain(ByteBuffer.wrap(filter), 0, filter.length, keyHash);
        }

        int encodedBytes() {
            return GROUP_BYTES + 2 * Long.BYTES * runFirst.length + filter.length;
        }
    }

    static String name(long segment) {
        return LogFormat.segmentName(segment) + SUFFIX;
    }

    /** @return 0 for a name that is no index's */
    static long number(String name) {
        return name.endsWith(SUFFIX) ? LogFormat.segmentNumber(name.substring(0, name.length() - SUFFIX.length())) : 0;
    }

    /** The entries of that group, or null if it holds none. */
    @Nullable
    Group group(int number) {
        return groups.stream().filter(each -> each.group == number).findFirst().orElse(null);
    }

    static ByteBuffer encode(SegmentHeader header, List<Group> groups) {
        int bytes = HEADER_BYTES + groups.stream().mapToInt(Group::encodedBytes).sum();
        ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(MAGIC).putInt(FORMAT).putInt(groups.size());
        buffer.putLong(header.number()).putLong(header.salt()).putLong(header.firstSequence());
        buffer.putInt(bytes).position(HEADER_BYTES);
        for (Group group : groups) {
            buffer.putInt(group.group).putLong(group.firstIndex).putLong(group.lastIndex);
            buffer.putInt(group.runFirst.length).putInt(group.filter.length);
            for (int run = 0; run < group.runFirst.length; run++) {
                buffer.putLong(group.runFirst[run]).putLong(group.runTerm[run]);
            }
            buffer.put(group.filter);
        }
        buffer.putInt(CRC_AT, checksum(buffer));
        return buffer.clear();
    }

    /**
     * Reads one; whoever asks goes on without it if it does not hold.
     *
     * @throws IOException if it is not what was written: the text names the file
     */
    static SegmentIndex read(Disk disk, long segment) throws IOException {
        String path = disk.path(name(segment));
        ByteBuffer buffer;
        try (DiskFile file = disk.open(name(segment))) {
            long bytes = file.bytes();
            if (bytes < HEADER_BYTES || bytes > MAX_BYTES) {
                throw damaged(path, "its length of " + bytes + " bytes does not fit");
            }
            buffer = ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
            file.read(buffer, 0);
            buffer.clear();
        }
        if (buffer.getLong(0) != MAGIC
                || buffer.getInt(BYTES_AT) != buffer.capacity()
                || buffer.getInt(CRC_AT) != checksum(buffer)) {
            throw damaged(path, "its checksum does not hold");
        }
        if (buffer.getInt(FORMAT_AT) != FORMAT) {
            throw new NewerFormatException(path, buffer.getInt(FORMAT_AT), FORMAT);
        }
        if (buffer.getLong(SEGMENT_AT) != segment) {
            throw damaged(path, "it is that of segment " + buffer.getLong(SEGMENT_AT));
        }
        return new SegmentIndex(
                segment, buffer.getLong(SALT_AT), buffer.getLong(SEQUENCE_AT), groups(buffer), buffer.capacity());
    }

    private static List<Group> groups(ByteBuffer buffer) {
        List<Group> groups = new ArrayList<>();
        buffer.position(HEADER_BYTES);
        for (int left = buffer.getInt(COUNT_AT); left > 0; left--) {
            int group = buffer.getInt();
            long firstIndex = buffer.getLong();
            long lastIndex = buffer.getLong();
            long[] runFirst = new long[buffer.getInt()];
            long[] runTerm = new long[runFirst.length];
            byte[] filter = new byte[buffer.getInt()];
            for (int run = 0; run < runFirst.length; run++) {
                runFirst[run] = buffer.getLong();
                runTerm[run] = buffer.getLong();
            }
            buffer.get(filter);
            groups.add(new Group(group, firstIndex, lastIndex, runFirst, runTerm, filter));
        }
        return List.copyOf(groups);
    }

    private static IOException damaged(String path, String what) {
        return new IOException("the index " + path + " is damaged: " + what + ". It is not used");
    }

    private static int checksum(ByteBuffer buffer) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().limit(CRC_AT).position(0));
        crc.update(buffer.duplicate().limit(buffer.capacity()).position(HEADER_BYTES));
        return (int) crc.getValue();
    }
}
