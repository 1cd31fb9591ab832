package io.quorate.storage;

import io.quorate.node.port.MembershipCodec;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The last chunk of a snapshot, which says what is before it.
 *
 * @param offset its own
 * @param bytes of the whole file
 * @param blocks how many
 * @param parts how many images it was written from, 1 to 255
 * @param crc CRC32C over the header's checksum, then the checksum of every chunk before this one
 * @param pages where the index pages are, by part and first key
 */
record SnapshotManifest(
        long offset, long bytes, long blocks, int parts, int crc, Membership membership, List<Page> pages) {
    /** One index page: an entry for each run of blocks from its first key on. */
    record Page(int part, long offset, byte[] firstKey) {
        int encodedBytes() {
            return 1 + Long.BYTES + Short.BYTES + firstKey.length;
        }
    }

    private static final int FIXED_BYTES = 8 + 8 + 4 + 4 + 4 + 4 + 8;

    /** Where the payload holds its own offset: its last 8 bytes, which are the file's. */
    static final int OFFSET_BYTES = Long.BYTES;

    /** Size of the payload: a multiple of 8, so that no padding comes behind it. */
    static int payloadBytes(Membership membership, int pageBytes) {
        int bytes = FIXED_BYTES + MembershipCodec.encode(membership).remaining() + pageBytes;
        return (bytes + 7) & ~7;
    }

    /** Writes the payload at the position of a little-endian buffer, and moves it behind. */
    void put(ByteBuffer target) {
        ByteBuffer encoded = MembershipCodec.encode(membership);
        int pageBytes = pages.stream().mapToInt(Page::encodedBytes).sum();
        int end = target.position() + payloadBytes(membership, pageBytes);
        target.putLong(bytes).putLong(blocks).putInt(parts).putInt(crc);
        target.putInt(encoded.remaining()).putInt(pages.size()).put(encoded);
        for (Page page : pages) {
            target.put((byte) page.part).putLong(page.offset);
            target.putShort((short) page.firstKey.length).put(page.firstKey);
        }
        while (target.position() < end - OFFSET_BYTES) {
            target.put((byte) 0);
        }
        target.putLong(offset);
    }

    /**
     * Reads a payload whose checksum was checked.
     *
     * @throws IllegalArgumentException if it cannot be one
     */
    static SnapshotManifest read(ByteBuffer payload) {
        try {
            long bytes = payload.getLong();
            long blocks = payload.getLong();
            int parts = payload.getInt();
            int crc = payload.getInt();
            int membershipBytes = payload.getInt();
            int count = payload.getInt();
            Membership membership = MembershipCodec.decode(payload.slice(payload.position(), membershipBytes));
            payload.position(payload.position() + membershipBytes);
            List<Page> pages = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int part = payload.get() & 0xff;
                long at = payload.getLong();
                byte[] key = new byte[payload.getShort() & 0xffff];
                payload.get(key);
                pages.add(new Page(part, at, key));
            }
            long offset = payload.getLong(payload.limit() - OFFSET_BYTES);
            return new SnapshotManifest(offset, bytes, blocks, parts, crc, membership, List.copyOf(pages));
        } catch (java.nio.BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the manifest is cut short", e);
        }
    }
}
