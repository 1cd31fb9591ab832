package io.quorate.storage;

import io.quorate.node.port.Identity;
import io.quorate.node.port.Versions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Reads every byte of a data directory that has a checksum, without changing anything: identity, each record of the log, each
 * snapshot, the segments' indexes; and asks recovery whether a start would take it. Of a member that runs it sees some moment
 * between the call and its end, and what goes meanwhile may be taken for missing.
 */
public final class DirectoryCheck {
    /**
     * Something that does not hold.
     *
     * @param file its path
     * @param offset first byte of it, -1 where there is none to name
     * @param what a sentence's end
     * @param needed whether a start refuses the directory for it; an index that does not hold is made again or done without
     */
    public record Flaw(String file, long offset, String what, boolean needed) {}

    /**
     * What was read.
     *
     * @param segments of the log
     * @param records of all segments
     * @param snapshots that are whole by their name
     * @param indexes of segments, of those that are gone too
     */
    public record Report(int segments, long records, int snapshots, int indexes, List<Flaw> flaws) {
        public Report {
            flaws = List.copyOf(flaws);
        }
    }

    private final Disk disk;
    private final List<Flaw> flaws = new ArrayList<>();
    private int snapshots;
    private int indexes;
    private long records;

    /** @param disk only read from */
    public DirectoryCheck(Disk disk) {
        this.disk = new LookingDisk(disk);
    }

    /** @throws IOException if the directory cannot be read, or holds neither log nor snapshot nor identity */
    public Report run() throws IOException {
        List<String> names = disk.list();
        int segments = count(names.stream().filter(name -> LogFormat.segmentNumber(name) != 0));
        boolean isOurs = segments > 0
                || names.contains(FileIdentityStore.NAME)
                || names.stream().anyMatch(SnapshotFormat::isName);
        if (!isOurs) {
            throw new IOException(disk.path("") + " is no data directory: it holds neither a log nor a snapshot");
        }
        long clusterId = checkIdentity(names);
        if (segments > 0) {
            checkRecords();
        } else {
            flaws.add(new Flaw(disk.path(""), -1, "there is no log", true));
        }
        for (String name : names) {
            if (SnapshotFormat.isName(name)) {
                checkSnapshot(name, clusterId);
            } else if (SegmentIndex.number(name) != 0) {
                checkIndex(name);
            }
        }
        if (flaws.stream().noneMatch(Flaw::needed)) {
            checkStart(clusterId);
        }
        return new Report(segments, records, snapshots, indexes, flaws);
    }

    private static int count(Stream<String> names) {
        return (int) names.count();
    }

    /** Returns the cluster's id, 0 where it is not known. */
    private long checkIdentity(List<String> names) {
        String path = disk.path(FileIdentityStore.NAME);
        if (!names.contains(FileIdentityStore.NAME)) {
            flaws.add(new Flaw(path, -1, "the file is missing", true));
            return 0;
        }
        try {
            Identity identity = new FileIdentityStore(disk).load();
            return identity == null ? 0 : identity.clusterId();
        } catch (IOException e) {
            flaws.add(new Flaw(path, 0, text(e), true));
            return 0;
        }
    }

    private void checkRecords() throws IOException {
        new LogReader(disk).read(new LogReader.Visitor() {
            @Override
            public void record(LogReader.Item item) {
                records++;
            }

            @Override
            public void unreadable(String file, long offset, String what) {
                flaws.add(new Flaw(file, offset, what, true));
            }
        });
    }

    private void checkSnapshot(String name, long clusterId) {
        snapshots++;
        try (SnapshotReader reader = SnapshotReader.open(disk, name, clusterId)) {
            reader.readAll((part, payload) -> {});
        } catch (SnapshotException e) {
            flaws.add(new Flaw(disk.path(name), e.offset(), e.what(), false));
        } catch (IOException e) {
            flaws.add(new Flaw(disk.path(name), -1, text(e), false));
        }
    }

    private void checkIndex(String name) {
        indexes++;
        try {
            SegmentIndex.read(disk, SegmentIndex.number(name));
        } catch (IOException e) {
            flaws.add(new Flaw(disk.path(name), -1, text(e), false));
        }
    }

    /** All that goes from one record to the next, and whether the log has a snapshot to begin with. */
    private void checkStart(long clusterId) {
        Recovery recovery = new Recovery(
                disk, SnapshotFiles.unopened(disk, clusterId, SnapshotOptions.defaults(), () -> 1), Versions.CURRENT);
        try {
            recovery.read();
        } catch (LogDamagedException e) {
            flaws.add(new Flaw(e.file(), e.offset(), e.what(), true));
        } catch (IOException e) {
            flaws.add(new Flaw(disk.path(""), -1, text(e), true));
        } finally {
            recovery.close();
        }
    }

    private static String text(IOException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage();
    }
}
