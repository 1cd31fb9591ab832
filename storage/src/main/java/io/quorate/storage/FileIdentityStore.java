package io.quorate.storage;

import io.quorate.node.port.Identity;
import io.quorate.node.port.IdentityStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code identity}: 64 bytes, little endian.
 *
 * <pre>
 *   0          8         12        16          24      32         40            48             56     60
 *   +----------+---------+---------+-----------+-------+----------+-------------+--------------+------+--------+
 *   | magic    | format  | 0       | cluster   | epoch | member   | incarnation | start        | 0    | CRC32C |
 *   | u64      | u32     | u32     | id u64    | u64   | id u64   | u64         | counter u64  | u32  | 0..59  |
 *   +----------+---------+---------+-----------+-------+----------+-------------+--------------+------+--------+
 * </pre>
 *
 * Magic, format and checksum keep their places in every format. A change is written to {@code identity.tmp}, flushed,
 * renamed, and the directory flushed: the old identity or the new one, never half of one.
 */
public final class FileIdentityStore implements IdentityStore {
    static final String NAME = "identity";

    private static final String TEMPORARY = "identity.tmp";
    private static final long MAGIC = 0x31_44_49_52_4f_55_51_00L;
    private static final int FORMAT = 1;
    private static final int BYTES = 64;
    private static final int FORMAT_AT = 8;
    private static final int FIELDS_AT = 16;
    private static final int CRC_AT = 60;

    private final Disk disk;

    public FileIdentityStore(Disk disk) {
        this.disk = disk;
    }

    @Override
    public @Nullable Identity load() throws IOException {
        if (!disk.list().contains(NAME)) {
            return null;
        }
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        try (DiskFile file = disk.open(NAME)) {
            // What a process that died had not flushed must not be believed before it is durable.
            file.force();
            disk.forceDirectory();
            if (file.bytes() != BYTES) {
                throw damaged("it has " + file.bytes() + " bytes instead of " + BYTES);
            }
            file.read(bytes, 0);
        }
        return decode(bytes);
    }

    private Identity decode(ByteBuffer bytes) throws IOException {
        if (bytes.getLong(0) != MAGIC) {
            throw damaged("it does not begin as an identity file does");
        }
        if (bytes.getInt(CRC_AT) != checksum(bytes)) {
            throw damaged("its checksum does not hold");
        }
        int format = bytes.getInt(FORMAT_AT);
        if (format != FORMAT) {
            throw new NewerFormatException(disk.path(NAME), format, FORMAT);
        }
        bytes.position(FIELDS_AT);
        return new Identity(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    private IOException damaged(String what) {
        return new IOException("the identity file " + disk.path(NAME) + " is damaged: " + what
                + ". Without it this member cannot prove who it is. Put the file back from a copy made since the member last"
                + " started. Without one replace the member by a new one (quorate member replace); meanwhile the others"
                + " go on without it");
    }

    @Override
    public void save(Identity identity) throws IOException {
        if (disk.list().contains(TEMPORARY)) {
            disk.delete(TEMPORARY);
        }
        try (DiskFile file = disk.create(TEMPORARY, BYTES)) {
            file.write(encode(identity), 0);
            file.force();
        }
        disk.rename(TEMPORARY, NAME);
        disk.forceDirectory();
    }

    private static ByteBuffer encode(Identity identity) {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(MAGIC).putInt(FORMAT).putInt(0);
        bytes.putLong(identity.clusterId()).putLong(identity.epoch()).putLong(identity.memberId());
        bytes.putLong(identity.incarnation()).putLong(identity.startCounter());
        bytes.putInt(CRC_AT, checksum(bytes));
        return bytes.clear();
    }

    private static int checksum(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(CRC_AT).position(0));
        return (int) crc.getValue();
    }
}
