package io.quorate.storage;

import io.quorate.node.port.Entropy;
import io.quorate.raft.HardState;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.Recovery.Link;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Makes a damaged log one that a member can start with: what lies before the damage, and a mark of what it may have acknowledged
 * beyond. The rest comes from the other members, as to any follower.
 *
 * <pre>
 *   before    7 ======= 8 ==== x ==== 9 =======          x: damage in segment 8
 *   after     7 ======= 8 ====        10 =               10 follows 8 at the damage; 9 is void
 * </pre>
 *
 * The new segment takes the next free number, and its header names the one that it follows. So all happens at once when it gets its name:
 * before, nothing is changed, and then the mark is there, in its checkpoint, with the last term and vote. What it makes void stays until
 * the log is repaired: perhaps nobody else has it.
 *
 * <p>Refused, and nothing changed, is what such a log could not make good. A vote may be lost when no later batch repeats it: then the
 * member could vote again in terms in which it has voted. Nobody has what was lost when it alone decides.
 *
 * <p>Where all that is damaged lies before a snapshot and in older segments only, those go, and nothing is lost.
 */
final class LogRepair {
    private final Disk disk;
    private final LogOptions options;
    private final Entropy entropy;
    private final Supplier<SnapshotCheck> snapshots;
    private final long self;
    private final LogDamagedException damage;

    private LogRepair(
            Disk disk,
            LogOptions options,
            Entropy entropy,
            Supplier<SnapshotCheck> snapshots,
            long self,
            LogDamagedException damage) {
        this.disk = disk;
        this.options = options;
        this.entropy = entropy;
        this.snapshots = snapshots;
        this.self = self;
        this.damage = damage;
    }

    /**
     * Blocks. When it returns the log can be opened.
     *
     * @param snapshots gives another look at the snapshots of that disk each time
     * @param self this member's id
     * @param damage that opening the log met
     * @throws LogDamagedException the damage, with why the member must not start with what is left
     */
    static void repair(
            Disk disk,
            LogOptions options,
            Entropy entropy,
            Supplier<SnapshotCheck> snapshots,
            long self,
            LogDamagedException damage)
            throws IOException {
        new LogRepair(disk, options, entropy, snapshots, self, damage).repair();
    }

    private void repair() throws IOException {
        long from = firstOfWholeLog();
        if (from != 0) {
            dropBefore(from);
        } else {
            cut();
        }
    }

    // Where nothing is lost.

    /** Number of a segment with which a whole log begins, 0 where there is none. */
    private long firstOfWholeLog() throws IOException {
        long from = 1;
        while (from != 0) {
            Recovery recovery = new Recovery(disk, snapshots.get(), options.versions());
            try {
                List<Link> links = recovery.open();
                List<Link> rest = behind(links, from);
                try {
                    if (!rest.isEmpty()) {
                        recovery.read(rest);
                    }
                    return rest.isEmpty() ? 0 : from;
                } catch (LogDamagedException flaw) {
                    from = recovery.contradictsItself() ? 0 : nextReadable(links, stoppedAt(recovery, from));
                }
            } finally {
                recovery.close();
            }
        }
        return 0;
    }

    private static List<Link> behind(List<Link> links, long from) {
        return links.stream().filter(link -> link.number() >= from).toList();
    }

    /** Number of the last segment of which something was read, or of the first. */
    private static long stoppedAt(Recovery recovery, long from) {
        Segment last = recovery.catalog().active();
        return last == null ? from : last.header.number();
    }

    /** The first segment behind that one whose header holds; 0 for none. */
    private static long nextReadable(List<Link> links, long number) {
        return links.stream()
                .filter(link -> link.number() > number && link.segment() != null)
                .mapToLong(Link::number)
                .findFirst()
                .orElse(0);
    }

    /** From the oldest on: what is left at any moment is a log that begins later. */
    private void dropBefore(long from) throws IOException {
        for (String name : disk.list()) {
            long number = LogFormat.segmentNumber(name);
            if (number != 0 && number < from) {
                disk.delete(name);
                disk.forceDirectory();
            }
        }
    }

    // Where something is.

    /** Keeps what can be read from the oldest segment that tells anything. */
    private void cut() throws IOException {
        long from = 0;
        do {
            Recovery base = new Recovery(disk, snapshots.get(), options.versions());
            try {
                List<Link> links = base.open();
                from = nextReadable(links, from);
                if (from == 0) {
                    throw refused("nothing of the log can be read");
                }
                if (readBefore(base, behind(links, from))) {
                    cut(base, links, from);
                    return;
                }
            } finally {
                base.close();
            }
        } while (true);
    }

    /** Reads until the damage; returns whether there was anything. */
    private static boolean readBefore(Recovery base, List<Link> links) throws IOException {
        try {
            base.read(links);
        } catch (LogDamagedException flaw) {
            if (base.contradictsItself()) {
                throw flaw;
            }
        }
        return !base.catalog().groups().isEmpty();
    }

    private void cut(Recovery base, List<Link> links, long from) throws IOException {
        List<Link> kept = behind(links, from);
        Segment last = Objects.requireNonNull(base.catalog().active());
        Remains remains = remains(base, last, kept);
        SnapshotCheck check = snapshots.get();
        check.find(disk.list());
        for (GroupLog group : base.catalog().groups()) {
            goOn(group, remains, check);
        }
        dropBefore(from);
        begin(base, last, links.get(links.size() - 1).number() + 1);
    }

    private Remains remains(Recovery base, Segment last, List<Link> links) throws IOException {
        Remains remains = new Remains(base.catalog());
        for (int i = 0; i < links.size(); i++) {
            Link link = links.get(i);
            Segment segment = link.segment();
            if (link.number() < last.header.number()) {
                continue;
            }
            if (segment == null) {
                remains.unreadable(options.segmentBytes());
                continue;
            }
            boolean isCut = segment == last;
            remains.read(
                    segment,
                    isCut ? base.endOffset() : LogFormat.SEGMENT_HEADER_BYTES,
                    isCut ? base.nextSequence() : segment.header.firstSequence(),
                    i + 1 < links.size() ? firstSequence(links.get(i + 1)) : Long.MAX_VALUE);
        }
        if (!remains.areEnough()) {
            throw refused("the last vote may be lost, and no later batch repeats it");
        }
        return remains;
    }

    private static long firstSequence(Link link) {
        return link.segment() == null ? Long.MAX_VALUE : link.segment().header.firstSequence();
    }

    /** Decides what of the group's log counts, and what is lost of it. */
    private void goOn(GroupLog group, Remains remains, SnapshotCheck check) throws IOException {
        Remains.Group rest = remains.group(group.group);
        HardState newest = rest == null ? null : rest.hardState();
        if (rest == null || newest == null) {
            throw refused("group " + Integer.toUnsignedString(group.group) + " is not known behind the damage");
        }
        Membership newestMembership = rest.membership() == null ? group.newestMembership() : rest.membership();
        String refusal = options.versions().refusal(newestMembership.version());
        if (refusal != null) {
            throw NewerFormatException.ofCluster(refusal);
        }
        requireOthers(newestMembership);
        beginWithSnapshot(group, rest.marks(), check);
        long known = Math.max(group.mark().index(), Math.min(group.hardState().commitHint(), group.lastIndex()));
        long last = Math.max(rest.mayHaveAcknowledged(), newestSnapshot(group));
        if (last <= group.lastIndex()) {
            // Perhaps a truncation is among what was lost, and this log ends with what was not acknowledged: at least
            // one entry must come from a leader, which has all before it.
            group.keepThrough(last > known ? last - 1 : known);
        }
        // What the newest one knows to be committed may be other entries than those that this log has there.
        group.goOn(new HardState(newest.currentTerm(), newest.votedFor(), known), last > group.lastIndex() ? last : 0);
    }

    private void requireOthers(Membership membership) throws LogDamagedException {
        boolean hasOthers = membership.members().stream()
                .anyMatch(member -> member.id() != self && membership.isVoter(member.id()));
        if (!hasOthers) {
            throw refused("no other member votes, so nobody else is sure to have what was lost");
        }
    }

    /** The newest snapshot with a mark that holds; what the log has behind it stays if it goes on there. */
    private void beginWithSnapshot(GroupLog group, List<SnapshotMark> later, SnapshotCheck check) throws IOException {
        for (int i = later.size() - 1; i >= 0; i--) {
            boolean isNewer = later.get(i).index() > group.mark().index();
            if (isNewer && check.flaw(group.group, later.get(i)) == null) {
                group.adopt(later.get(i));
                break;
            }
        }
        String flaw = group.chooseStart(check);
        if (flaw != null && check.flaw(group.group, group.mark()) == null) {
            group.keepThrough(group.mark().index()); // The entries right behind it are among what was lost.
            flaw = group.chooseStart(check);
        }
        if (flaw != null) {
            throw refused("there is no snapshot to start from (" + flaw + ")");
        }
    }

    /** A mark for it may be among what was lost: then the log had gone on behind it. */
    private long newestSnapshot(GroupLog group) throws IOException {
        return disk.list().stream()
                .filter(name -> SnapshotFormat.isName(name) && SnapshotFormat.group(name) == group.group)
                .mapToLong(SnapshotFormat::index)
                .max()
                .orElse(0);
    }

    private LogDamagedException refused(String why) {
        return new LogDamagedException(
                damage.file(), damage.offset(), damage.what() + "; it cannot go on before that: " + why);
    }

    /** All at once when the segment gets its name. */
    private void begin(Recovery base, Segment last, long number) throws IOException {
        List<String> names = disk.list();
        boolean hasSpare = names.contains(LogFormat.SPARE) && isUsable(LogFormat.SPARE);
        String name = hasSpare ? LogFormat.SPARE : LogFormat.UNFILLED_SPARE;
        SegmentHeader header = new SegmentHeader(
                number,
                entropy.nextLong(),
                base.nextSequence(),
                options.segmentBytes(),
                hasSpare,
                last.header.number());
        ByteBuffer start = ByteBuffer.allocate(
                        LogFormat.SEGMENT_HEADER_BYTES + base.catalog().checkpointBytes())
                .order(ByteOrder.LITTLE_ENDIAN);
        base.catalog().putStart(start, header);
        try (DiskFile file = hasSpare ? disk.open(name) : unfilled(names)) {
            file.write(start.flip(), 0);
            file.force();
        }
        dropIndex(names, last.header.number());
        disk.rename(name, LogFormat.segmentName(number));
        disk.forceDirectory();
    }

    private boolean isUsable(String name) throws IOException {
        try (DiskFile file = disk.open(name)) {
            return file.bytes() == options.segmentBytes();
        }
    }

    private DiskFile unfilled(List<String> names) throws IOException {
        if (names.contains(LogFormat.UNFILLED_SPARE)) {
            disk.delete(LogFormat.UNFILLED_SPARE);
        }
        if (disk.freeBytes() < options.segmentBytes()) {
            throw new DiskFullException("no room for the segment in which a damaged log goes on: "
                    + disk.path(LogFormat.UNFILLED_SPARE) + " needs " + options.segmentBytes() + " bytes");
        }
        DiskFile file = disk.create(LogFormat.UNFILLED_SPARE, options.segmentBytes());
        try {
            Housekeeping.fill(file, 0, Math.min(Housekeeping.FILL_BYTES, options.segmentBytes()));
            disk.forceDirectory();
            return file;
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /** It tells of entries behind the cut, too. */
    private void dropIndex(List<String> names, long number) throws IOException {
        if (names.contains(SegmentIndex.name(number))) {
            disk.delete(SegmentIndex.name(number));
        }
    }
}
