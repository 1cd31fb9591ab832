package io.quorate.storage;

import io.quorate.node.port.Entropy;
import io.quorate.node.port.Identity;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.raft.membership.Membership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A data directory that is made whole before a member starts on it. Of one that fails half-way nothing is left. */
final class NewDirectory {
    /** Puts the files there. */
    interface Content {
        void write(FileDisk disk) throws IOException;
    }

    private NewDirectory() {}

    /** @param why a sentence's end: what is done with a new one */
    static void requireEmpty(Path directory, String why) throws IOException {
        if (Files.exists(directory) && !Files.isDirectory(directory)) {
            throw new DirectoryRefusedException(directory + " is a file");
        }
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                if (files.findAny().isPresent()) {
                    throw new DirectoryRefusedException(
                            "the directory " + directory + " is not empty: " + why + ", and nothing there was changed");
                }
            }
        }
    }

    /**
     * Blocks.
     *
     * @param directory was found empty, or is not there
     * @param neededBytes must be free
     * @param what needs them
     */
    static void make(Path directory, long neededBytes, String what, Content content) throws IOException {
        boolean wasThere = Files.isDirectory(directory);
        try (FileDisk disk = FileDisk.open(directory)) {
            if (disk.freeBytes() < neededBytes) {
                throw new DiskFullException("no room in " + directory + ": " + what + " need " + neededBytes
                        + " bytes, " + disk.freeBytes() + " are free");
            }
            content.write(disk);
        } catch (IOException | RuntimeException | Error e) {
            remove(directory, wasThere);
            throw e;
        }
    }

    /** A snapshot under the name that a start looks for, as one of another cluster and other members. Durable. */
    static void copySnapshot(SnapshotReader source, FileDisk disk, long clusterId, Membership members)
            throws IOException {
        SnapshotInfo info = source.info();
        String name = SnapshotFormat.name(info.group(), info.mark().index());
        try (DiskFile file = disk.create(name + SnapshotFormat.TEMPORARY, 0)) {
            source.copyTo(file, clusterId, members);
            file.force();
        }
        disk.rename(name + SnapshotFormat.TEMPORARY, name);
        disk.forceDirectory();
    }

    /** The identity comes last: without it no start takes what is there. */
    static void finish(FileDisk disk, long clusterId, long epoch, long memberId, long incarnation) throws IOException {
        new FileIdentityStore(disk).save(new Identity(clusterId, epoch, memberId, incarnation, 0));
    }

    static long nonZero(Entropy entropy) {
        long drawn = entropy.nextLong();
        return drawn == 0 ? 1 : drawn;
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
}
