package io.quorate.storage;

import io.quorate.node.port.Agent;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.SnapshotInfo;
import io.quorate.node.port.SnapshotRefusal;
import io.quorate.node.port.SnapshotStore;
import io.quorate.node.port.StateImage;
import io.quorate.node.port.StateRestore;
import io.quorate.node.port.Wakeup;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Snapshots as files of a data directory. All numbers are little endian, every checksum is CRC32C.
 *
 * <pre>
 * data directory:  snapshot-0000000001-0000000000004711         group, last index covered
 *                  snapshot-0000000001-0000000000009000.tmp     being written here; void at the next start
 *                  snapshot-0000000001-0000000000009100.part    being received; a later start goes on with it
 *
 * file      +------------+---------+---------+-- … --+------------+---------+-- … --+------------+----------+
 *           | header, 64 | block   | block   |       | index page | block   |       | index page | manifest |
 *           +------------+---------+---------+-- … --+------------+---------+-- … --+------------+----------+
 *
 * header    0       8        12      16         24      32      40     48     60     64
 *           +-------+--------+-------+----------+-------+-------+------+------+------+
 *           | magic | format | group | cluster  | id    | index | term | 0    | CRC  |
 *           | u64   | u32 1  | u32   | id u64   | u64   | u64   | u64  |      | 0..59|
 *           +-------+--------+-------+----------+-------+-------+------+------+------+
 *
 * chunk     0        4       8        9      10     12       16              16+n
 *           +--------+-------+--------+------+------+--------+---------------+---------+
 *           | length | CRC   | kind   | part | 0    | number | payload       | 0 … 0   |
 *           | u32 n  | u32   | u8     | u8   | u16  | u32    | n bytes       | to 8    |
 *           +--------+-------+--------+------+------+--------+---------------+---------+
 *
 * manifest  bytes of the file u64 | blocks u64 | parts u32 | CRC of all u32 | bytes of membership u32 | pages u32 |
 *           membership | for each page: part u8, offset u64, bytes of key u16, first key | 0 … 0 to 8 |
 *           offset of this chunk u64: the last 8 bytes of the file
 * </pre>
 *
 * <p>Blocks (kind 1), index pages (2) and the manifest (3) are chunks, numbered from 0. A chunk's checksum covers bytes 8 to the
 * end of its payload, then its length, then the snapshot's id: no chunk of another snapshot holds here. The CRC of all goes over
 * the header's checksum and that of each chunk before the manifest. An index page is drawn at {@link SnapshotIndex}.
 *
 * <p>A file gets its name when all of it is flushed, and counts when the directory is.
 */
public final class SnapshotFiles implements SnapshotStore, SnapshotCheck {
    private final Disk disk;
    private final long clusterId;
    private final SnapshotOptions options;
    private final Entropy entropy;
    private final SnapshotCatalog catalog = new SnapshotCatalog();
    /** Why files that are there do not count. */
    private final Map<String, IOException> flaws = new TreeMap<>();

    private final ArrayDeque<Runnable> requests = new ArrayDeque<>();
    /** In the order of their turns. */
    private final ArrayDeque<SnapshotWork> works = new ArrayDeque<>();

    private final Agent agent = this::turn;
    private volatile Listener listener = new NoListener();
    private volatile Wakeup wakeup = () -> {};
    private boolean hasDropped = true;
    private boolean closed;

    private SnapshotFiles(Disk disk, long clusterId, SnapshotOptions options, Entropy entropy) {
        this.disk = disk;
        this.clusterId = clusterId;
        this.options = options;
        this.entropy = entropy;
    }

    /**
     * Finds the snapshots of a directory: by their manifests; what lies between is checked when it is read. Removes what a
     * former process had half written. Blocks. The disk stays the caller's.
     *
     * @param clusterId the one that this member belongs to
     * @param entropy gives the snapshots' ids
     */
    public static SnapshotFiles open(Disk disk, long clusterId, SnapshotOptions options, Entropy entropy)
            throws IOException {
        SnapshotFiles files = new SnapshotFiles(disk, clusterId, options, entropy);
        files.find(disk.list());
        return files;
    }

    /** The same without a look at the disk: {@link #find} follows, with the names that the log's recovery finds. */
    static SnapshotFiles unopened(Disk disk, long clusterId, SnapshotOptions options, Entropy entropy) {
        return new SnapshotFiles(disk, clusterId, options, entropy);
    }

    @Override
    public void find(List<String> allNames) throws IOException {
        List<String> names = allNames.stream().filter(SnapshotFormat::belongs).toList();
        for (String name : names) {
            if (name.endsWith(SnapshotFormat.TEMPORARY)) {
                disk.delete(name);
            } else if (SnapshotFormat.isName(name)) {
                find(name);
            }
        }
        if (!names.isEmpty()) {
            disk.forceDirectory();
        }
    }

    /** One that does not hold is left where it is, for a person to look at, and does not count. */
    private void find(String name) throws IOException {
        try (DiskFile file = disk.open(name)) {
            // What a process that died had not flushed must not be believed before it is durable.
            file.force();
        }
        try (SnapshotReader reader = SnapshotReader.open(disk, name, clusterId)) {
            SnapshotInfo info = reader.info();
            if (name.equals(SnapshotFormat.name(info.group(), info.mark().index()))) {
                catalog.add(info);
            } else {
                throw new SnapshotException(
                        SnapshotRefusal.FOREIGN, disk.path(name), 0, "its header is that of another group or index");
            }
        } catch (SnapshotException | NewerFormatException e) {
            flaws.put(name, e);
        }
    }

    /** The name in a data directory of the snapshot that covers just that index. */
    public static String name(int group, long index) {
        return SnapshotFormat.name(group, index);
    }

    /** Whether it is the name of a snapshot in a data directory, whole or not. */
    public static boolean isSnapshot(String name) {
        return SnapshotFormat.isName(name);
    }

    /** Reads all of the snapshot of that mark; one that does not hold does not count from now on. Before the first turn only. */
    @Override
    public @Nullable String flaw(int group, SnapshotMark mark) throws IOException {
        if (mark.index() == 0) {
            return null;
        }
        String name = SnapshotFormat.name(group, mark.index());
        SnapshotInfo info = catalog.find(group, mark.index());
        if (info == null) {
            IOException flaw = flaws.get(name);
            return flaw == null ? "snapshot " + disk.path(name) + " is missing" : flaw.getMessage();
        }
        if (!isOf(info.mark(), mark)) {
            return "snapshot " + disk.path(name) + " is of term " + info.mark().term()
                    + " or a membership that the log does not know";
        }
        try (SnapshotReader reader = read(info)) {
            reader.readAll((part, payload) -> {});
            known(group, mark);
            return null;
        } catch (SnapshotException e) {
            catalog.remove(info);
            flaws.put(name, e);
            return e.getMessage();
        }
    }

    /**
     * Whether a file's mark is that mark; also where the file was restored before any of its members had started, and does not
     * know their incarnations.
     */
    static boolean isOf(SnapshotMark file, SnapshotMark mark) {
        return file.equals(mark)
                || (file.index() == mark.index()
                        && file.term() == mark.term()
                        && isUnstarted(file.membership())
                        && file.membership().equals(unstarted(mark.membership())));
    }

    private static boolean isUnstarted(Membership members) {
        return members.members().stream().noneMatch(Member::isStarted);
    }

    static Membership unstarted(Membership members) {
        return new Membership(
                members.members().stream()
                        .map(member -> new Member(member.id(), 0, member.name(), member.peerUrls(), member.priority()))
                        .toList(),
                members.voters(),
                members.outgoingVoters(),
                members.joining(),
                members.removed(),
                members.index(),
                members.lease(),
                members.version());
    }

    /**
     * Removes the snapshots that cover more than the newest mark in the log: of those a process died between the name and the
     * mark, and now nobody can say in which term they were known committed. Before the first turn only; blocks.
     */
    void removeUnmarked(int group, long markIndex) throws IOException {
        for (SnapshotInfo info : catalog.list()) {
            if (info.group() == group && info.mark().index() > markIndex) {
                catalog.remove(info);
                remove(SnapshotFormat.name(group, info.mark().index()));
            }
        }
    }

    @Override
    public List<SnapshotInfo> snapshots() {
        return catalog.list();
    }

    @Override
    public void known(int group, SnapshotMark mark) {
        SnapshotInfo info = catalog.find(group, mark.index());
        if (info != null && isOf(info.mark(), mark)) {
            catalog.rename(new SnapshotInfo(group, mark, info.id(), info.bytes()));
        }
    }

    @Override
    public void listen(Listener heard) {
        listener = heard;
    }

    // Requests: queued by the loop, begun by the agent.

    private void request(Runnable request) {
        synchronized (requests) {
            requests.addLast(request);
        }
        wakeup.wake();
    }

    @Override
    public void write(long token, int group, SnapshotMark mark, List<StateImage> parts) {
        requireParts(parts);
        List<StateImage> images = List.copyOf(parts);
        request(() -> works.addLast(new SnapshotWriting(this, token, group, mark, newId(), images)));
    }

    private static void requireParts(List<?> parts) {
        if (parts.isEmpty() || parts.size() > 255) {
            throw new IllegalArgumentException("a snapshot has 1 to 255 parts, got " + parts.size());
        }
    }

    private long newId() {
        long drawn = entropy.nextLong();
        return drawn == 0 ? 1 : drawn;
    }

    @Override
    public void open(long token, int group, long index) {
        request(() -> works.addLast(new SnapshotSending(this, token, group, index)));
    }

    @Override
    public void read(long token, long offset, int maxBytes) {
        request(() -> {
            if (find(token) instanceof SnapshotSending sending) {
                sending.read(offset, maxBytes);
            }
        });
    }

    @Override
    public void restore(long token, int group, long index, List<StateRestore> parts) {
        requireParts(parts);
        List<StateRestore> restores = List.copyOf(parts);
        request(() -> works.addFirst(new SnapshotRestoring(this, token, group, index, restores)));
    }

    @Override
    public void receive(long token, SnapshotInfo offered) {
        request(() -> {
            SnapshotReceiving next = new SnapshotReceiving(this, token, offered);
            for (SnapshotWork work : List.copyOf(works)) {
                if (work instanceof SnapshotReceiving && work.group == offered.group()) {
                    fail(
                            work,
                            new SnapshotException(
                                    SnapshotRefusal.REPLACED,
                                    disk.path(next.name()),
                                    0,
                                    "another snapshot is received in its place"));
                }
            }
            works.addLast(next);
        });
    }

    @Override
    public void chunks(long token, long offset, ByteBuffer chunks) {
        request(() -> {
            if (find(token) instanceof SnapshotReceiving receiving) {
                receiving.take(offset, chunks);
            }
        });
    }

    @Override
    public void release(long token) {
        request(() -> {
            SnapshotWork work = find(token);
            if (work != null) {
                end(work, null);
            }
        });
    }

    @Override
    public void dropBefore(int group, long index) {
        request(() -> {
            catalog.dropBefore(group, index);
            hasDropped = true;
        });
    }

    private @Nullable SnapshotWork find(long token) {
        for (SnapshotWork work : works) {
            if (work.token == token) {
                return work;
            }
        }
        return null;
    }

    // The agent.

    @Override
    public Agent agent() {
        return agent;
    }

    @Override
    public void wakeup(Wakeup waked) {
        wakeup = waked;
    }

    private long turn(long nowNanos) {
        if (closed) {
            return Agent.NEVER;
        }
        for (Runnable next = nextRequest(); next != null; next = nextRequest()) {
            next.run();
        }
        if (hasDropped) {
            hasDropped = drop();
            return nowNanos;
        }
        SnapshotWork work = nextWork(nowNanos);
        if (work == null) {
            return works.stream()
                    .filter(SnapshotWork::isReady)
                    .mapToLong(waiting -> waiting.notBefore)
                    .min()
                    .orElse(Agent.NEVER);
        }
        step(work, nowNanos);
        return nowNanos;
    }

    private @Nullable Runnable nextRequest() {
        synchronized (requests) {
            return requests.pollFirst();
        }
    }

    /** Restoring first: a member does not serve meanwhile. The others take turns. */
    private @Nullable SnapshotWork nextWork(long nowNanos) {
        SnapshotWork next = null;
        for (SnapshotWork work : works) {
            boolean can = work.isReady() && work.notBefore <= nowNanos;
            if (can && (next == null || (work instanceof SnapshotRestoring && !(next instanceof SnapshotRestoring)))) {
                next = work;
            }
        }
        return next;
    }

    private void step(SnapshotWork work, long nowNanos) {
        works.remove(work);
        works.addLast(work);
        try {
            if (work.step(nowNanos)) {
                end(work, null);
            }
        } catch (IOException e) {
            fail(work, e);
        }
    }

    private void fail(SnapshotWork work, IOException failure) {
        SnapshotInfo source = work.source();
        if (source != null && reason(failure) == SnapshotRefusal.DAMAGED) {
            foundDamaged(source, failure);
        }
        end(work, failure);
        listener.refused(work.token, reason(failure), String.valueOf(failure.getMessage()));
    }

    /** Unless another one has taken its place while it was read. */
    private void foundDamaged(SnapshotInfo source, IOException failure) {
        SnapshotInfo here = catalog.find(source.group(), source.mark().index());
        if (here != null && here.id() == source.id()) {
            flaws.put(SnapshotFormat.name(source.group(), source.mark().index()), failure);
        }
    }

    private void end(SnapshotWork work, @Nullable IOException failure) {
        works.remove(work);
        try {
            work.end(failure);
        } catch (IOException e) {
            // What could not be removed is void by its name, and the next start removes it.
            hasDropped = true;
        }
    }

    static SnapshotRefusal reason(IOException failure) {
        if (failure instanceof SnapshotException refusal) {
            return refusal.reason();
        }
        if (failure instanceof NewerFormatException) {
            return SnapshotRefusal.NEWER_FORMAT;
        }
        return failure instanceof DiskFullException ? SnapshotRefusal.DISK_FULL : SnapshotRefusal.DISK_FAILED;
    }

    /** Whether what was received so far is of no use, or in the way. */
    static boolean removes(SnapshotRefusal reason) {
        return switch (reason) {
            case DISK_FULL, DISK_FAILED, FOREIGN, NEWER_FORMAT, NOT_NEEDED -> true;
            case DAMAGED, OUT_OF_ORDER, GONE, REPLACED, STATE_MACHINE -> false;
        };
    }

    /** Removes one file that nobody needs; returns whether there may be more. */
    private boolean drop() {
        SnapshotInfo dropped = catalog.takeDropped();
        try {
            if (dropped != null) {
                remove(SnapshotFormat.name(dropped.group(), dropped.mark().index()));
                return true;
            }
            removeOldRests();
        } catch (IOException e) {
            // It is found again by the next start.
            return false;
        }
        return false;
    }

    /** What was half received, and what is damaged and no snapshot any more. */
    private void removeOldRests() throws IOException {
        for (String name : disk.list()) {
            boolean partial = SnapshotFormat.isName(name, SnapshotFormat.PARTIAL) && !isReceived(name);
            if ((partial || isDamaged(name))
                    && SnapshotFormat.index(name) < catalog.neededFrom(SnapshotFormat.group(name))) {
                flaws.remove(name);
                remove(name);
            }
        }
    }

    private boolean isDamaged(String name) {
        IOException flaw = flaws.get(name);
        return flaw != null && reason(flaw) == SnapshotRefusal.DAMAGED;
    }

    private boolean isReceived(String name) {
        return works.stream()
                .anyMatch(work -> work instanceof SnapshotReceiving receiving
                        && receiving.name().equals(name));
    }

    @Override
    public void close() {
        closed = true;
        for (SnapshotWork work : works) {
            work.close();
        }
        works.clear();
    }

    // What works need.

    Disk disk() {
        return disk;
    }

    long clusterId() {
        return clusterId;
    }

    SnapshotOptions options() {
        return options;
    }

    Listener listener() {
        return listener;
    }

    /** Refuses what would tell nothing new. */
    void requireNew(int group, long index, String name) throws SnapshotException {
        boolean covered = catalog.list().stream()
                .anyMatch(info -> info.group() == group
                        && info.mark().index() >= index
                        && !isDamaged(SnapshotFormat.name(group, info.mark().index())));
        if (covered) {
            throw new SnapshotException(
                    SnapshotRefusal.NOT_NEEDED, disk.path(name), 0, "one that is as new is here already");
        }
    }

    /**
     * What is here whole and ends with the same entry: the same state, whoever wrote it. A newer one is none: whether all that it
     * covers is committed may not be known here, so an older one is still received beside it. Nor is one that was found damaged
     * when it was read: what is received takes its place.
     */
    @Nullable
    SnapshotInfo same(int group, SnapshotMark mark) {
        SnapshotInfo here = catalog.find(group, mark.index());
        boolean holds = here != null
                && here.mark().term() == mark.term()
                && !isDamaged(SnapshotFormat.name(group, mark.index()));
        return holds ? here : null;
    }

    /** Refuses what would leave the log without room. */
    void requireRoom(long bytes, String name) throws IOException {
        if (disk.freeBytes() - options.reserveBytes() < bytes) {
            throw new DiskFullException("no room for " + disk.path(name) + ": of " + disk.freeBytes() + " free bytes "
                    + options.reserveBytes() + " are reserved for the log");
        }
    }

    /** The file is whole and flushed: gives it its name, durably. */
    void publish(SnapshotInfo info, String formerName) throws IOException {
        disk.rename(formerName, SnapshotFormat.name(info.group(), info.mark().index()));
        disk.forceDirectory();
        flaws.remove(SnapshotFormat.name(info.group(), info.mark().index()));
        catalog.add(info);
    }

    void remove(String name) throws IOException {
        if (disk.list().contains(name)) {
            disk.delete(name);
            disk.forceDirectory();
        }
    }

    /** What was received of other snapshots of the group is given up. */
    void removePartials(int group, String but) throws IOException {
        for (String name : disk.list()) {
            if (SnapshotFormat.isName(name, SnapshotFormat.PARTIAL)
                    && SnapshotFormat.group(name) == group
                    && !name.equals(but)) {
                remove(name);
            }
        }
    }

    SnapshotInfo pinned(int group, long index) throws SnapshotException {
        SnapshotInfo info = catalog.find(group, index);
        if (info == null) {
            throw new SnapshotException(
                    SnapshotRefusal.GONE, disk.path(SnapshotFormat.name(group, index)), 0, "it is not here");
        }
        catalog.pin(info, 1);
        return info;
    }

    void unpin(SnapshotInfo info) {
        catalog.pin(info, -1);
        hasDropped = true;
    }

    SnapshotReader read(SnapshotInfo info) throws IOException {
        return SnapshotReader.open(
                disk, SnapshotFormat.name(info.group(), info.mark().index()), clusterId);
    }

    private static final class NoListener implements Listener {
        private static IllegalStateException tooEarly() {
            return new IllegalStateException("listen() must be called before anything is asked");
        }

        @Override
        public void written(long token, SnapshotInfo snapshot) {
            throw tooEarly();
        }

        @Override
        public void opened(long token, SnapshotInfo snapshot) {
            throw tooEarly();
        }

        @Override
        public void read(long token, long offset, ByteBuffer chunks) {
            throw tooEarly();
        }

        @Override
        public void restored(long token, SnapshotInfo snapshot) {
            throw tooEarly();
        }

        @Override
        public void receiving(long token, long nextOffset) {
            throw tooEarly();
        }

        @Override
        public void received(long token, SnapshotInfo snapshot) {
            throw tooEarly();
        }

        @Override
        public void refused(long token, SnapshotRefusal reason, String what) {
            throw tooEarly();
        }
    }
}
