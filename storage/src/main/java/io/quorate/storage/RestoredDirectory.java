package io.quorate.storage;

import io.quorate.node.port.Entropy;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.Versions;
import io.quorate.raft.HardState;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Membership;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Makes a data directory from a saved snapshot: of one member of a new cluster, which begins with what is in it. All members
 * are made from the same file.
 *
 * <p>The mark in the new log names the members without incarnations. So their first start waits for each other as that of any
 * new cluster does, and only then is known who is who. The new cluster's epoch comes from the file's content: a member that
 * began empty, or from another file, is refused by the others.
 */
public final class RestoredDirectory {
    private static final int GROUP = 0;

    /** The log's later files have the size that the member is started with. */
    private static final LogOptions FIRST_SEGMENT = LogOptions.defaults().withSizes(1 << 20, 64 << 10);

    private RestoredDirectory() {}

    /**
     * Blocks. After an exception nothing is left of it.
     *
     * @param saved is checked whole before anything is made
     * @param directory must not be there, or be empty
     * @param members of the new cluster; their incarnations do not count
     * @param memberId which of them it is for
     * @throws SnapshotException if the file does not hold
     * @throws DirectoryRefusedException if there is something in the directory
     * @throws DiskFullException if there is no room
     * @throws NewerFormatException if the cluster had a version that this build does not know
     */
    public static void make(
            SavedSnapshot saved, Path directory, long clusterId, long memberId, Membership members, Entropy entropy)
            throws IOException {
        NewDirectory.requireEmpty(directory, "a snapshot is restored into a new one");
        long epoch = epoch(saved.check((part, payload) -> {}));
        SnapshotInfo source = saved.reader().info();
        if (source.group() != GROUP) {
            throw new DirectoryRefusedException("the snapshot is of group " + source.group() + " of its members, not of"
                    + " the one that a cluster of servers has");
        }
        // What is in the snapshot was written by that version, whoever its members are now.
        Membership settled = SnapshotFiles.unstarted(members)
                .atVersion(source.mark().membership().version());
        String refusal = Versions.CURRENT.refusal(settled.version());
        if (refusal != null) {
            throw NewerFormatException.ofCluster(refusal);
        }
        long needed = source.bytes() + 2L * FIRST_SEGMENT.segmentBytes();
        NewDirectory.make(
                directory,
                needed,
                "the snapshot and a log",
                disk -> write(saved.reader(), disk, clusterId, memberId, settled, epoch, entropy));
    }

    /** Never that of a cluster that began empty, which is 1. */
    private static long epoch(byte[] digest) {
        return (ByteBuffer.wrap(digest).getLong() >>> 1) | 2;
    }

    private static void write(
            SnapshotReader source,
            FileDisk disk,
            long clusterId,
            long memberId,
            Membership members,
            long epoch,
            Entropy entropy)
            throws IOException {
        SnapshotMark from = source.info().mark();
        SnapshotMark mark = new SnapshotMark(from.index(), from.term(), members);
        NewDirectory.copySnapshot(source, disk, clusterId, members);
        try (LogFilling log = new LogFilling(disk, FIRST_SEGMENT, entropy)) {
            log.begin(GROUP, mark, new HardState(mark.term(), 0, mark.index()));
        }
        NewDirectory.finish(disk, clusterId, epoch, memberId, NewDirectory.nonZero(entropy));
    }
}
