package io.quorate.storage;

import io.quorate.node.port.SnapshotRefusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The first 64 bytes of a snapshot.
 *
 * @param id random, not 0: part of every chunk's checksum
 * @param index last one covered
 * @param term of that index
 */
record SnapshotHeader(int group, long clusterId, long id, long index, long term) {
    static final int BYTES = 64;

    private static final long MAGIC = 0x31_53_4e_41_50_51_51_00L;
    private static final int FORMAT_AT = 8;
    private static final int GROUP_AT = 12;
    private static final int CLUSTER_AT = 16;
    private static final int ID_AT = 24;
    private static final int INDEX_AT = 32;
    private static final int TERM_AT = 40;
    private static final int ZEROS_AT = 48;
    private static final int CRC_AT = 60;

    /** Writes it at that offset; positions stay. */
    void put(ByteBuffer buffer, int at) {
        buffer.putLong(at, MAGIC);
        buffer.putInt(at + FORMAT_AT, SnapshotFormat.FORMAT);
        buffer.putInt(at + GROUP_AT, group);
        buffer.putLong(at + CLUSTER_AT, clusterId);
        buffer.putLong(at + ID_AT, id);
        buffer.putLong(at + INDEX_AT, index);
        buffer.putLong(at + TERM_AT, term);
        buffer.putLong(at + ZEROS_AT, 0);
        buffer.putInt(at + ZEROS_AT + Long.BYTES, 0);
        buffer.putInt(at + CRC_AT, checksum(buffer, at));
    }

    /**
     * Reads and checks one, all of whose bytes are there.
     *
     * @param clusterId the one that it must be of; 0: any
     * @throws SnapshotException if it is damaged or of another cluster
     * @throws NewerFormatException if its checksum holds and its format is not known
     */
    static SnapshotHeader read(ByteBuffer buffer, int at, String path, long clusterId) throws IOException {
        if (buffer.getLong(at) != MAGIC) {
            throw new SnapshotException(SnapshotRefusal.DAMAGED, path, 0, "it does not begin as a snapshot does");
        }
        if (buffer.getInt(at + CRC_AT) != checksum(buffer, at)) {
            throw new SnapshotException(SnapshotRefusal.DAMAGED, path, 0, "its header's checksum does not hold");
        }
        if (buffer.getInt(at + FORMAT_AT) != SnapshotFormat.FORMAT) {
            throw new NewerFormatException(path, buffer.getInt(at + FORMAT_AT), SnapshotFormat.FORMAT);
        }
        SnapshotHeader header = new SnapshotHeader(
                buffer.getInt(at + GROUP_AT),
                buffer.getLong(at + CLUSTER_AT),
                buffer.getLong(at + ID_AT),
                buffer.getLong(at + INDEX_AT),
                buffer.getLong(at + TERM_AT));
        if (clusterId != 0 && header.clusterId != clusterId) {
            throw new SnapshotException(
                    SnapshotRefusal.FOREIGN,
                    path,
                    CLUSTER_AT,
                    "it is of cluster " + Long.toUnsignedString(header.clusterId, 16) + ", not of "
                            + Long.toUnsignedString(clusterId, 16));
        }
        return header;
    }

    static int crc(ByteBuffer buffer, int at) {
        return buffer.getInt(at + CRC_AT);
    }

    private static int checksum(ByteBuffer buffer, int at) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.duplicate().limit(at + CRC_AT).position(at));
        return (int) crc.getValue();
    }
}
