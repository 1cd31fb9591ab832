package io.quorate.storage;

import io.quorate.node.port.Agent;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.Identity;
import io.quorate.node.port.LogStore;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.raft.Effects;
import io.quorate.raft.HardState;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Membership;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

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
     */
    public static void make(
            SavedSnapshot saved, Path directory, long clusterId, long memberId, Membership members, Entropy entropy)
            throws IOException {
        requireEmpty(directory);
        long epoch = epoch(saved.check((part, payload) -> {}));
        SnapshotInfo source = saved.reader().info();
        if (source.group() != GROUP) {
            throw new DirectoryRefusedException("the snapshot is of group " + source.group() + " of its members, not of"
                    + " the one that a cluster of servers has");
        }
        boolean wasThere = Files.isDirectory(directory);
        try (FileDisk disk = FileDisk.open(directory)) {
            long needed = source.bytes() + 2L * FIRST_SEGMENT.segmentBytes();
            if (disk.freeBytes() < needed) {
                throw new DiskFullException("no room in " + directory + ": the snapshot and a log need " + needed
                        + " bytes, " + disk.freeBytes() + " are free");
            }
            write(saved.reader(), disk, clusterId, memberId, SnapshotFiles.unstarted(members), epoch, entropy);
        } catch (IOException | RuntimeException | Error e) {
            remove(directory, wasThere);
            throw e;
        }
    }

    private static void requireEmpty(Path directory) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new DirectoryRefusedException(directory + " is a file");
        }
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                if (files.findAny().isPresent()) {
                    throw new DirectoryRefusedException("the directory " + directory
                            + " is not empty: a snapshot is restored into a new one, and nothing there was changed");
                }
            }
        }
    }

    /** Never that of a cluster that began empty, which is 1. */
    private static long epoch(byte[] digest) {
        return (ByteBuffer.wrap(digest).getLong() >>> 1) | 2;
    }

    /** The identity comes last: without it no start takes what is there. */
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
        String name = SnapshotFormat.name(GROUP, mark.index());
        try (DiskFile file = disk.create(name + SnapshotFormat.TEMPORARY, 0)) {
            source.copyTo(file, clusterId, members);
            file.force();
        }
        disk.rename(name + SnapshotFormat.TEMPORARY, name);
        disk.forceDirectory();
        beginLog(disk, mark, entropy);
        long incarnation = entropy.nextLong();
        new FileIdentityStore(disk)
                .save(new Identity(clusterId, epoch, memberId, incarnation == 0 ? 1 : incarnation, 0));
    }

    private static void beginLog(FileDisk disk, SnapshotMark mark, Entropy entropy) throws IOException {
        Written written = new Written();
        SegmentedLog log = SegmentedLog.open(new Kept(disk), FIRST_SEGMENT, entropy);
        try {
            log.listen(written);
            HardState hardState = new HardState(mark.term(), 0, mark.index());
            Effects.Write write = new Effects.Write(0, mark, 0, hardState, 0, 0);
            log.submit(new LogStore.LogWrite(GROUP, write, List.of(), 0));
            long next = 0;
            while (!written.done && next != Agent.NEVER) {
                next = log.writer().turn(0);
                written.throwIfFailed();
            }
        } finally {
            log.close();
        }
    }

    private static final class Written implements LogStore.Listener {
        private boolean done;
        private String failure = "";

        @Override
        public void persisted(int group, long writeNumber) {
            done = true;
        }

        @Override
        public void read(LogStore.FoundRecords found) {
            throw new IllegalStateException("nothing was asked for");
        }

        @Override
        public void failed(String what, Throwable cause) {
            failure = what;
        }

        private void throwIfFailed() throws IOException {
            if (!failure.isEmpty()) {
                throw new IOException("the log cannot be begun: " + failure);
            }
        }
    }

    private static void remove(Path directory, boolean wasThere) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> made;
        try (Stream<Path> files = Files.list(directory)) {
            made = files.toList();
        }
        for (Path file : made) {
            Files.delete(file);
        }
        if (!wasThere) {
            Files.delete(directory);
        }
    }

    /** A log closes its disk; here it is needed once more. */
    private static final class Kept extends ForwardingDisk {
        Kept(Disk disk) {
            super(disk);
        }

        @Override
        public void close() {}
    }
}
