package io.quorate.storage;

import io.quorate.node.port.Entropy;
import io.quorate.node.port.Identity;
import io.quorate.node.port.IdentityStore;
import io.quorate.node.port.LogStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Who a data directory is, its log and its snapshots. They hold only together: an identity without its log would vote again in terms in
 * which it has voted, as a member whom its peers welcome.
 *
 * <p>So the identity, made once with the directory and its start counter raised each time, is saved only behind the log: once
 * there is an identity, there is a durable segment. A first start that dies between the two leaves a log that holds nothing,
 * and the next start takes it. All else is refused, and changes nothing.
 *
 * <p>A damaged log is cut where the damage begins, if that is safe: then the member must get back from others what it lost, as
 * {@link io.quorate.raft.Raft#isDamaged} says, and the cut has happened before this returns.
 *
 * @param identity of this start, durable
 * @param snapshots to be closed before the log, which owns the disk
 * @param repaired the damage that this start met and cut away, null for none
 */
public record DataDirectory(
        Identity identity,
        SegmentedLog log,
        SnapshotFiles snapshots,
        @Nullable LogDamagedException repaired) {
    private static final int FIRST_EPOCH = 1;

    /** Whose directory this is; null for a new one. Blocks, and changes nothing. */
    public static @Nullable Identity identityIn(Disk disk) throws IOException {
        return new FileIdentityStore(disk).load();
    }

    /** The same with the defaults of {@link SnapshotOptions}. */
    public static DataDirectory open(Disk disk, long clusterId, long memberId, LogOptions options, Entropy entropy)
            throws IOException {
        return open(disk, clusterId, memberId, options, SnapshotOptions.defaults(), entropy);
    }

    /**
     * Reads identity, snapshots and log, or begins them in a new directory. Blocks. The log owns the disk from now on; after an
     * exception the caller still does.
     *
     * @param clusterId the one this member is told to belong to
     * @param memberId the one this member is told to be
     * @throws DirectoryRefusedException if the directory belongs to somebody else, or one of the two is missing
     * @throws LogDamagedException if the log is damaged, and the member must not go on with what is left
     */
    public static DataDirectory open(
            Disk disk,
            long clusterId,
            long memberId,
            LogOptions options,
            SnapshotOptions snapshotOptions,
            Entropy entropy)
            throws IOException {
        return open(disk, clusterId, FIRST_EPOCH, memberId, options, snapshotOptions, entropy);
    }

    /**
     * The same of a member that joins a cluster which exists.
     *
     * @param epoch of the cluster, for a new directory; one that is there keeps its own
     */
    public static DataDirectory open(
            Disk disk,
            long clusterId,
            long epoch,
            long memberId,
            LogOptions options,
            SnapshotOptions snapshotOptions,
            Entropy entropy)
            throws IOException {
        IdentityStore store = new FileIdentityStore(disk);
        Identity found = store.load();
        if (found != null) {
            requireSame("cluster", clusterId, found.clusterId());
            requireSame("member", memberId, found.memberId());
            requireLog(disk);
        }
        SnapshotFiles snapshots = SnapshotFiles.unopened(disk, clusterId, snapshotOptions, entropy);
        SegmentedLog log;
        LogDamagedException repaired = null;
        try {
            log = SegmentedLog.open(disk, options, entropy, snapshots);
        } catch (LogDamagedException damage) {
            if (found == null) {
                throw damage;
            }
            repaired = damage;
            LogRepair.repair(
                    disk,
                    options,
                    entropy,
                    () -> SnapshotFiles.unopened(disk, clusterId, snapshotOptions, entropy),
                    memberId,
                    damage);
            snapshots = SnapshotFiles.unopened(disk, clusterId, snapshotOptions, entropy);
            log = SegmentedLog.open(disk, options, entropy, snapshots);
        }
        try {
            requireEmptyWithout(found, log, snapshots, disk);
            for (LogStore.GroupImage image : log.recovered()) {
                snapshots.removeUnmarked(image.group(), image.image().mark().index());
            }
            Identity identity = found == null
                    ? new Identity(clusterId, epoch, memberId, nonZero(entropy), 1)
                    : new Identity(
                            found.clusterId(),
                            found.epoch(),
                            found.memberId(),
                            found.incarnation(),
                            found.startCounter() + 1);
            store.save(identity);
            return new DataDirectory(identity, log, snapshots, repaired);
        } catch (IOException | RuntimeException | Error e) {
            log.close();
            throw e;
        }
    }

    private static void requireLog(Disk disk) throws IOException {
        if (!SegmentedLog.isIn(disk)) {
            throw refused(
                    "the data directory " + disk.path("") + " holds the identity of this member but no log: with it"
                            + " are gone the entries and votes that this member has promised to keep. Put the files log-* back"
                            + " as they were when it last ran. If they are lost, replace the member by a new one (quorate"
                            + " member replace); meanwhile the others go on without it");
        }
    }

    private static void requireEmptyWithout(
            @Nullable Identity found, SegmentedLog log, SnapshotFiles snapshots, Disk disk)
            throws DirectoryRefusedException {
        boolean holdsLog = !log.recovered().isEmpty();
        if (found == null && (holdsLog || !snapshots.snapshots().isEmpty())) {
            throw refused("the data directory " + disk.path("") + " holds a " + (holdsLog ? "log" : "snapshot")
                    + " but no identity: nothing says whose it"
                    + " is. Put the file identity back as it was when this member last ran. If it is lost, replace the"
                    + " member by a new one (quorate member replace); meanwhile the others go on without it");
        }
    }

    private static void requireSame(String what, long told, long found) throws DirectoryRefusedException {
        if (told != found) {
            throw refused("the data directory belongs to " + what + " " + Long.toUnsignedString(found, 16)
                    + ", but this member was started for " + what + " " + Long.toUnsignedString(told, 16)
                    + ": give the right directory, or the settings with which it was made");
        }
    }

    private static DirectoryRefusedException refused(String text) {
        return new DirectoryRefusedException(text);
    }

    private static long nonZero(Entropy entropy) {
        long drawn = entropy.nextLong();
        return drawn == 0 ? 1 : drawn;
    }
}
