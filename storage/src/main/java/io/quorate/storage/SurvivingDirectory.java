package io.quorate.storage;

import io.quorate.node.port.Identity;
import io.quorate.node.port.LogStore.GroupImage;
import io.quorate.node.port.Versions;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.RestartImage;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The data directory of a member that does not run, read as its next start would. While it is open no member starts on it;
 * nothing in it is changed.
 */
public final class SurvivingDirectory implements AutoCloseable {
    static final int GROUP = 0;

    private final FileDisk disk;
    private final Disk looking;
    private final Survivor facts;
    private final @Nullable RestartImage image;

    private SurvivingDirectory(FileDisk disk, Disk looking, Survivor facts, @Nullable RestartImage image) {
        this.disk = disk;
        this.looking = looking;
        this.facts = facts;
        this.image = image;
    }

    /**
     * Reads all of the log and the snapshot that it begins with. Blocks.
     *
     * @throws IOException if it is no data directory, a running member holds it, or it cannot be read. Damage is no exception:
     *     the facts tell it
     */
    public static SurvivingDirectory open(Path directory) throws IOException {
        FileDisk disk = FileDisk.stopped(directory);
        try {
            return read(directory, disk);
        } catch (IOException | RuntimeException | Error e) {
            disk.close();
            throw e;
        }
    }

    private static SurvivingDirectory read(Path directory, FileDisk disk) throws IOException {
        Disk looking = new LookingDisk(disk);
        List<String> names = looking.list();
        boolean hasLog = SegmentedLog.isIn(looking);
        boolean hasIdentity = names.contains(FileIdentityStore.NAME);
        if (!hasLog && !hasIdentity && names.stream().noneMatch(SnapshotFormat::isName)) {
            throw new DirectoryRefusedException(
                    directory + " is no data directory: it holds neither an identity nor a log nor a snapshot");
        }
        Identity identity = null;
        Recovery recovery = null;
        try {
            identity = DataDirectory.identityIn(looking);
            if (identity == null || !hasLog) {
                String missing = hasLog ? "identity" : "log";
                return damaged(disk, directory, identity, "its " + missing + " is missing");
            }
            recovery = new Recovery(
                    looking,
                    SnapshotFiles.unopened(looking, identity.clusterId(), SnapshotOptions.defaults(), () -> 1),
                    Versions.CURRENT);
            recovery.read();
            RestartImage image = image(recovery);
            if (image != null && image.lostThrough() != 0) {
                String lost = "entries up to " + image.lostThrough() + " were lost to damage and are not back";
                return damaged(disk, directory, identity, lost);
            }
            return image == null
                    ? damaged(disk, directory, identity, "its log holds nothing: the member never took part")
                    : new SurvivingDirectory(
                            disk, looking, facts(directory, identity, recovery.catalog(), image), image);
        } catch (AccessDeniedException notDamage) {
            throw notDamage;
        } catch (IOException flaw) {
            return damaged(disk, directory, identity, flaw.getMessage() == null ? flaw.toString() : flaw.getMessage());
        } finally {
            if (recovery != null) {
                recovery.close();
            }
        }
    }

    private static SurvivingDirectory damaged(
            FileDisk disk, Path directory, @Nullable Identity identity, String damage) {
        return new SurvivingDirectory(disk, disk, Survivor.damaged(directory, identity, damage), null);
    }

    private static @Nullable RestartImage image(Recovery recovery) {
        return recovery.catalog().images().stream()
                .filter(image -> image.group() == GROUP)
                .map(GroupImage::image)
                .filter(image -> !memberships(image).isEmpty())
                .findFirst()
                .orElse(null);
    }

    private static List<MembershipAt> memberships(RestartImage image) {
        List<MembershipAt> known = new ArrayList<>();
        if (image.mark().membership().size() > 0) {
            known.add(new MembershipAt(
                    image.mark().membership().index(), image.mark().membership()));
        }
        // Those before the mark are in the tail that slow followers are served from: the mark's is the last of them.
        image.log().memberships().stream()
                .filter(at -> at.index() > image.mark().index())
                .forEach(known::add);
        return known;
    }

    private static Survivor facts(Path directory, Identity identity, LogCatalog catalog, RestartImage image) {
        // A newer mark than the one to start from may be in the log, without a snapshot that holds.
        long marked = catalog.groups().stream()
                .filter(group -> group.group == GROUP)
                .mapToLong(group -> group.mark().index())
                .findFirst()
                .orElse(0);
        return new Survivor(
                directory,
                identity,
                image.hardState().currentTerm(),
                image.prevIndex(),
                image.prevTerm(),
                image.log(),
                Math.max(marked, image.hardState().commitHint()),
                image.mark().index(),
                memberships(image),
                "");
    }

    public Survivor facts() {
        return facts;
    }

    /** Null where a start refuses the directory. */
    @Nullable
    RestartImage image() {
        return image;
    }

    /** Only read from. */
    Disk disk() {
        return looking;
    }

    @Override
    public void close() {
        disk.close();
    }
}
