package io.quorate.sim.node;

import io.quorate.sim.core.EventQueue;
import io.quorate.sim.core.Fault;
import io.quorate.sim.core.FaultKind;
import io.quorate.sim.core.FaultStreams;
import io.quorate.sim.core.KeyedRandom;
import io.quorate.sim.core.KeyedRandom.Purpose;
import io.quorate.sim.core.Ledger;
import io.quorate.sim.core.Mark;
import io.quorate.sim.core.RunHash;
import io.quorate.storage.Disk;
import io.quorate.storage.DiskFile;
import io.quorate.storage.DiskFullException;
import io.quorate.storage.MemoryDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The disk of one member, over all lives of its process: a {@link MemoryDisk} as the medium, calls that take virtual time, and
 * everything that can go wrong with them. A call has its effect at once; its time is charged to the turn that makes it, so
 * that whoever waits for the turn hears of it later, or never.
 */
final class SimDisk {
    private static final long MICRO = 1_000;

    private final EventQueue queue;
    private final RunHash hash;
    private final Ledger ledger;
    private final FaultStreams draws;
    private final KeyedRandom.Stream latency;
    private final int member;
    private final List<Fault> active = new ArrayList<>();
    private MemoryDisk medium;
    private WrittenBytes written = new WrittenBytes();
    private int callsLeft = -1;
    private long spent;
    private @Nullable Fault erredBy;
    private boolean failed;
    private boolean torn;
    private boolean flushes = true;
    private @Nullable Fault lied;

    /** What a member's directory held at some time. */
    record Image(MemoryDisk medium, WrittenBytes written) {}

    SimDisk(int member, KeyedRandom random, FaultStreams draws, EventQueue queue, RunHash hash, Ledger ledger) {
        this.member = member;
        this.draws = draws;
        this.queue = queue;
        this.hash = hash;
        this.ledger = ledger;
        latency = random.stream(Purpose.DISK_LATENCY, member);
        medium = new MemoryDisk(SimNet.url(member));
    }

    MemoryDisk medium() {
        return medium;
    }

    WrittenBytes written() {
        return written;
    }

    // ---- processes

    Disk open() throws IOException {
        erredBy = null;
        failed = false;
        return new Session(medium.open());
    }

    /** Time that calls have taken since it was asked last. */
    long takeSpent() {
        long nanos = spent;
        spent = 0;
        return nanos;
    }

    /** Whether a write or flush has failed in this life of the process, of whichever file. */
    boolean hasErred() {
        return erredBy != null;
    }

    /** The same, of a file on which more rests than a snapshot or an index. */
    boolean hasFailed() {
        return failed;
    }

    /** The fault for which its process ended or could not start; null if the disk gave it no reason. */
    @Nullable
    Fault culprit(Throwable failure) {
        if (failure instanceof DiskFullException) {
            return active(FaultKind.DISK_FULL);
        }
        return erredBy != null ? erredBy : written.damage();
    }

    /**
     * Finds what the medium holds otherwise than it told, before that comes to light.
     *
     * @param provenOnly what no start need see is taken back
     */
    void judgeLies(boolean provenOnly) {
        if (lied == null) {
            return;
        }
        WrittenBytes before = written.copy();
        written.find(medium, lied);
        if (provenOnly && written.condition() == WrittenBytes.Condition.DEBATABLE) {
            written = before;
            medium.reveal();
        }
        lied = null;
    }

    /** The process ends; with {@link MemoryDisk.Loss#NOTHING} the system lives on. */
    void end(MemoryDisk.Loss loss, KeyedRandom.Stream lots) {
        callsLeft = -1;
        Map<String, byte[]> before = written.unflushedBatches(medium);
        medium.crash(loss, lots::next);
        medium.evict();
        torn = written.isTorn(medium, before);
        written.ended(medium.list());
        written.findMended(medium);
    }

    /** Whether it holds what it was told, and every write so far and the next reaches it. */
    boolean isSound() {
        return lied == null
                && written.damage() == null
                && active.stream()
                        .noneMatch(fault ->
                                fault.kind() == FaultKind.LOST_WRITE || fault.kind() == FaultKind.MISDIRECTED_WRITE);
    }

    /** Whether what was being written when the process ended is there in part. */
    boolean isTorn() {
        return torn;
    }

    // ---- what goes wrong

    /** From now on a flush of the log is only told: what tests of tests are made with. */
    void takeFlushOut() {
        flushes = false;
    }

    boolean flushes() {
        return flushes;
    }

    void begin(Fault fault) {
        active.add(fault);
        limitRoom();
    }

    void end(Fault fault) {
        active.remove(fault);
        limitRoom();
    }

    /** How full the disk is, is the disk's affair: an image that was taken while it was full does not bring that back. */
    private void limitRoom() {
        medium.capacity(isFull() ? 0 : Long.MAX_VALUE);
    }

    boolean isFull() {
        return active(FaultKind.DISK_FULL) != null;
    }

    private @Nullable Fault active(FaultKind kind) {
        for (Fault fault : active) {
            if (fault.kind() == kind) {
                return fault;
            }
        }
        return null;
    }

    /** The power goes in the middle of the call after so many. */
    void powerLossAfter(int calls) {
        callsLeft = calls;
    }

    boolean awaitsPowerLoss() {
        return callsLeft >= 0;
    }

    /** Errors and losses of power that wait for their call do not come any more. */
    void callOffErrors() {
        callsLeft = -1;
        active.removeIf(fault -> switch (fault.kind()) {
            case WRITE_ERROR, FLUSH_ERROR_KEPT, FLUSH_ERROR_DROPPED -> true;
            default -> false;
        });
    }

    /** Writes tell the truth from now on. */
    void callOffLies() {
        active.removeIf(fault -> fault.kind() == FaultKind.LOST_WRITE || fault.kind() == FaultKind.MISDIRECTED_WRITE);
    }

    /** What would be there after a loss of power now, with all that was not flushed gone. */
    Image image() {
        MemoryDisk copy = medium.copy();
        copy.crash(MemoryDisk.Loss.EVERYTHING, () -> 0);
        WrittenBytes copied = written.copy();
        if (lied != null) {
            copied.find(medium, lied);
        }
        copied.ended(copy.list());
        copied.findMended(copy);
        return new Image(copy, copied);
    }

    void restore(Image image) {
        medium = image.medium().copy();
        written = image.written().copy();
        limitRoom();
    }

    void wipe() {
        medium = new MemoryDisk(SimNet.url(member));
        written = new WrittenBytes();
        limitRoom();
    }

    /**
     * Changes a bit of what was flushed.
     *
     * @param provenOnly only where the next start must see it
     * @return false when there is nothing to change
     */
    boolean rot(Fault fault, boolean provenOnly) {
        judgeLies(provenOnly); // What it lied about does not show any more once its pages are read anew.
        List<Map.Entry<String, WrittenBytes.Extent>> targets = written.targets();
        if (provenOnly) {
            targets.removeIf(target -> !written.isProven(target.getKey(), target.getValue()));
        }
        if (targets.isEmpty()) {
            return false;
        }
        KeyedRandom.Stream lots = draws.of(fault);
        Map.Entry<String, WrittenBytes.Extent> target = targets.get(
                switch ((int) fault.strength() & 7) {
                    case 0, 2, 4 -> Math.max(0, targets.size() - 1 - lots.below(8));
                    case 6 ->
                        Math.min(targets.size() - 1, lots.below(8)); // What is oldest is covered by a snapshot soon.
                    default -> lots.below(targets.size());
                });
        WrittenBytes.Extent extent = target.getValue();
        long at = extent.at + lots.below(extent.bytes);
        byte before = medium.held(target.getKey(), at);
        byte changed = (byte) (before ^ (1 << lots.below(8)));
        medium.overwrite(target.getKey(), at, new byte[] {changed});
        medium.evict();
        if (medium.bytes(target.getKey())[(int) at] != changed) {
            // A page is dirty there, and its next flush would mend it.
            medium.overwrite(target.getKey(), at, new byte[] {before});
            return false;
        }
        extent.damage = fault;
        ledger.fired(FaultKind.BIT_ROT);
        return true;
    }

    private @Nullable Fault take(FaultKind kind) {
        Fault taken = active(kind);
        if (taken != null) {
            active.remove(taken);
            ledger.fired(kind);
        }
        return taken;
    }

    private void charge(long nanos) {
        spent += nanos;
        for (Fault fault : active) {
            if (fault.kind() == FaultKind.SLOW_DISK) {
                spent += draws.of(fault).between(0, fault.strength() * MICRO);
                ledger.fired(FaultKind.SLOW_DISK);
            } else if (fault.kind() == FaultKind.STALLED_DISK) {
                spent = Math.max(spent, fault.endNanos() - queue.now());
                ledger.fired(FaultKind.STALLED_DISK);
            }
        }
    }

    private void call(MemoryDisk.Operation operation, long bytes) {
        hash.event(EventKind.DISK.code());
        hash.mix(queue.now());
        hash.mix(member ^ (long) operation.name().hashCode() << 8);
        hash.mix(bytes);
        if (callsLeft == 0) {
            throw new PowerLoss();
        }
        callsLeft--;
    }

    /** The next call of that kind fails, if a fault says so. */
    private void failIf(FaultKind kind, String name) throws IOException {
        Fault fault = take(kind);
        if (fault != null) {
            erredBy = fault;
            failed |= !name.startsWith("snapshot-") && !name.contains("index");
            throw new IOException("Input/output error");
        }
    }

    /** The disk as one process sees it. */
    private final class Session implements Disk {
        private final Disk disk;

        Session(Disk disk) {
            this.disk = disk;
        }

        @Override
        public DiskFile create(String name, long bytes) throws IOException {
            call(MemoryDisk.Operation.CREATE, bytes);
            charge(20 * MICRO);
            OpenFile file = new OpenFile(name, disk.create(name, bytes));
            written.created(name);
            return file;
        }

        @Override
        public DiskFile open(String name) throws IOException {
            call(MemoryDisk.Operation.OPEN, 0);
            return new OpenFile(name, disk.open(name));
        }

        @Override
        public void rename(String from, String to) throws IOException {
            call(MemoryDisk.Operation.RENAME, 0);
            disk.rename(from, to);
            written.renamed(from, to);
            renamed(from, to);
            if (written.segments() > 1) {
                ledger.hit(Mark.SEGMENT_ROLLED);
            }
        }

        @Override
        public void delete(String name) throws IOException {
            call(MemoryDisk.Operation.DELETE, 0);
            disk.delete(name);
            written.deleted(name);
        }

        @Override
        public List<String> list() throws IOException {
            call(MemoryDisk.Operation.LIST, 0);
            return disk.list();
        }

        @Override
        public void forceDirectory() throws IOException {
            call(MemoryDisk.Operation.FORCE_DIRECTORY, 0);
            charge(latency.logBetween(50 * MICRO, 3_000 * MICRO));
            disk.forceDirectory();
        }

        @Override
        public long freeBytes() throws IOException {
            long free = disk.freeBytes();
            if (free == 0) {
                ledger.fired(FaultKind.DISK_FULL);
            }
            return free;
        }

        @Override
        public String path(String name) {
            return disk.path(name);
        }

        @Override
        public void close() {
            disk.close();
        }

        private final List<OpenFile> files = new ArrayList<>();

        private void renamed(String from, String to) {
            files.removeIf(file -> file.name.equals(to));
            files.forEach(file -> file.name = file.name.equals(from) ? to : file.name);
        }

        private final class OpenFile implements DiskFile {
            private final DiskFile file;
            private String name;

            OpenFile(String name, DiskFile file) {
                this.name = name;
                this.file = file;
                files.add(this);
            }

            @Override
            public int read(ByteBuffer target, long at) throws IOException {
                call(MemoryDisk.Operation.READ, target.remaining());
                charge(latency.between(5 * MICRO, 50 * MICRO));
                return file.read(target, at);
            }

            @Override
            public void write(ByteBuffer source, long at) throws IOException {
                int bytes = source.remaining();
                call(MemoryDisk.Operation.WRITE, bytes);
                charge(latency.between(10 * MICRO, 80 * MICRO));
                failIf(FaultKind.WRITE_ERROR, name);
                byte[] content = new byte[bytes];
                source.get(source.position(), content);
                try {
                    file.write(source, at);
                } catch (DiskFullException e) {
                    ledger.fired(FaultKind.DISK_FULL);
                    throw e;
                }
                written.wrote(name, at, bytes);
                lie(at, content);
            }

            private void lie(long at, byte[] content) {
                if (!name.startsWith("log-")) {
                    return;
                }
                Fault lost = take(FaultKind.LOST_WRITE);
                if (lost != null) {
                    lied = lost;
                    medium.lose(name, at, content.length);
                }
                for (Fault fault : List.copyOf(active)) {
                    if (fault.kind() == FaultKind.MISDIRECTED_WRITE) {
                        take(FaultKind.MISDIRECTED_WRITE);
                        lied = fault;
                        medium.lose(name, at, content.length);
                        long target = at + fault.strength() * MemoryDisk.SECTOR;
                        if (target >= 0) {
                            medium.overwrite(name, target, content);
                        }
                    }
                }
            }

            @Override
            public void force() throws IOException {
                call(MemoryDisk.Operation.FORCE, 0);
                charge(latency.logBetween(50 * MICRO, 3_000 * MICRO));
                failIf(FaultKind.FLUSH_ERROR_KEPT, name);
                if (active(FaultKind.FLUSH_ERROR_DROPPED) != null) {
                    medium.abandon(name);
                }
                failIf(FaultKind.FLUSH_ERROR_DROPPED, name);
                if (flushes || !name.startsWith("log-")) {
                    file.force();
                }
                written.flushed(name);
            }

            @Override
            public long bytes() throws IOException {
                return file.bytes();
            }

            @Override
            public void close() {
                files.remove(this);
                file.close();
            }
        }
    }
}
