package io.quorate.sim.node;

import io.quorate.sim.core.Fault;
import io.quorate.storage.MemoryDisk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a member wrote to its disk and was told to be flushed, and which of it is damaged: from this, and not from what the
 * product finds, follows whether damage must be seen at the next start.
 */
final class WrittenBytes {
    /** Shorter than any batch with records: only marks are, and a mark that is gone loses nothing. */
    private static final int MARK_BYTES = 32;

    private static final String SEGMENT = "log-";

    /** What can be told of a disk before its next start. */
    enum Condition {
        WHOLE,
        /** Damaged, and something behind the damage proves it: the start must be refused. */
        PROVEN,
        /** Damaged where the log ends: it may look like a torn tail. */
        DEBATABLE
    }

    /** One write. */
    static final class Extent {
        final long at;
        final int bytes;
        boolean flushed;

        /** What damaged it; null if it is whole. */
        @Nullable
        Fault damage;

        /** What it would hold if the disk had not lied, and the fault for which it did; null if it did not. */
        private byte @Nullable [] meant;

        private @Nullable Fault lie;

        Extent(long at, int bytes) {
            this.at = at;
            this.bytes = bytes;
        }

        private Extent(Extent other) {
            this(other.at, other.bytes);
            flushed = other.flushed;
            damage = other.damage;
            meant = other.meant;
            lie = other.lie;
        }

        boolean isMark() {
            return at > 0 && bytes <= MARK_BYTES;
        }

        private boolean isUnflushedBatch() {
            return !flushed && !isMark();
        }

        private boolean isPart(byte[] written, byte[] found) {
            int same = 0;
            for (int i = (int) at; i < at + bytes && i < found.length; i++) {
                same += written[i] == found[i] ? 1 : 0;
            }
            // Zeros are everywhere: some bytes are the same by chance.
            return same > bytes / 4 && same < bytes;
        }

        private boolean overlaps(long from, long end) {
            return at < end && from < at + bytes;
        }
    }

    private final Map<String, List<Extent>> files = new TreeMap<>();

    WrittenBytes copy() {
        WrittenBytes copy = new WrittenBytes();
        files.forEach((name, extents) -> {
            List<Extent> copies = new ArrayList<>();
            extents.forEach(extent -> copies.add(new Extent(extent)));
            copy.files.put(name, copies);
        });
        return copy;
    }

    void created(String name) {
        files.put(name, new ArrayList<>());
    }

    void deleted(String name) {
        files.remove(name);
    }

    /** A segment that begins a new life holds what was written at its start, and nothing behind it. */
    void renamed(String from, String to) {
        List<Extent> extents = files.remove(from);
        if (extents != null) {
            if (to.startsWith(SEGMENT)) {
                extents.removeIf(extent -> extent.at > 0);
            }
            files.put(to, extents);
        }
    }

    Extent wrote(String name, long at, int bytes) {
        List<Extent> extents = files.computeIfAbsent(name, absent -> new ArrayList<>());
        extents.removeIf(extent -> extent.overlaps(at, at + bytes));
        Extent extent = new Extent(at, bytes);
        extents.add(extent);
        return extent;
    }

    void flushed(String name) {
        files.getOrDefault(name, List.of()).forEach(extent -> extent.flushed = true);
    }

    /** The power went, or the process: what was not flushed proves nothing any more. */
    void ended(List<String> names) {
        files.keySet().retainAll(names);
        files.values().forEach(extents -> extents.removeIf(extent -> !extent.flushed));
    }

    int segments() {
        return (int)
                files.keySet().stream().filter(name -> name.startsWith(SEGMENT)).count();
    }

    /** The segments that hold a batch which was not flushed, with their bytes. */
    Map<String, byte[]> unflushedBatches(MemoryDisk medium) {
        Map<String, byte[]> segments = new TreeMap<>();
        files.forEach((name, extents) -> {
            if (name.startsWith(SEGMENT) && extents.stream().anyMatch(Extent::isUnflushedBatch)) {
                segments.put(name, medium.bytes(name));
            }
        });
        return segments;
    }

    /** Whether any of those batches is there in part. */
    boolean isTorn(MemoryDisk medium, Map<String, byte[]> before) {
        boolean torn = false;
        for (Map.Entry<String, byte[]> segment : before.entrySet()) {
            if (medium.list().contains(segment.getKey())) {
                byte[] after = medium.bytes(segment.getKey());
                for (Extent extent : files.getOrDefault(segment.getKey(), List.of())) {
                    torn |= extent.isUnflushedBatch() && extent.isPart(segment.getValue(), after);
                }
            }
        }
        return torn;
    }

    /** Compares what the medium holds with what is cached: differences in what was flushed are that fault's damage. */
    void find(MemoryDisk medium, Fault lie) {
        files.forEach((name, extents) -> {
            if (!medium.list().contains(name)) {
                return;
            }
            byte[] cached = medium.bytes(name);
            for (Extent extent : extents) {
                if (extent.flushed && extent.damage == null && differs(medium, name, cached, extent)) {
                    extent.damage = lie;
                    extent.lie = lie;
                    extent.meant = Arrays.copyOfRange(cached, (int) extent.at, (int) extent.at + extent.bytes);
                }
            }
        });
    }

    /** What a disk lied about is whole as long as a page that was written to again shows it, and for good once that is flushed. */
    void findMended(MemoryDisk medium) {
        files.forEach((name, extents) -> {
            for (Extent extent : extents) {
                byte[] meant = extent.meant;
                if (meant != null && medium.list().contains(name)) {
                    boolean isWhole = holds(medium.bytes(name), (int) extent.at, meant);
                    Fault other = extent.damage == null ? extent.lie : extent.damage;
                    extent.damage = isWhole ? null : other;
                }
            }
        });
    }

    private static boolean holds(byte[] file, int at, byte[] bytes) {
        return at + bytes.length <= file.length && Arrays.equals(file, at, at + bytes.length, bytes, 0, bytes.length);
    }

    private static boolean differs(MemoryDisk medium, String name, byte[] cached, Extent extent) {
        for (long at = extent.at; at < extent.at + extent.bytes; at++) {
            if (medium.held(name, at) != cached[(int) at]) {
                return true;
            }
        }
        return false;
    }

    Condition condition() {
        Condition worst = Condition.WHOLE;
        for (Map.Entry<String, List<Extent>> file : files.entrySet()) {
            for (Extent extent : file.getValue()) {
                if (!isDamaged(file.getKey(), extent)) {
                    continue;
                }
                if (isProven(file.getKey(), extent)) {
                    return Condition.PROVEN;
                }
                worst = Condition.DEBATABLE;
            }
        }
        return worst;
    }

    private static boolean isDamaged(String name, Extent extent) {
        return extent.damage != null && !extent.isMark() && counts(name);
    }

    /** Spares and temporary files hold nothing that anybody relies on. */
    private static boolean counts(String name) {
        return name.startsWith(SEGMENT) || name.equals("identity");
    }

    /** Whether a start must see it: it is no batch, or a batch that is whole was flushed behind it. */
    boolean isProven(String name, Extent extent) {
        if (!name.startsWith(SEGMENT) || extent.at == 0) {
            return true;
        }
        return hasWholeBatch(files.getOrDefault(name, List.of()), extent.at) || hasLaterSegment(name);
    }

    private static boolean hasWholeBatch(List<Extent> extents, long behind) {
        for (Extent extent : extents) {
            if (extent.at > behind && extent.flushed && !extent.isMark() && extent.damage == null) {
                return true;
            }
        }
        return false;
    }

    /** With a batch behind its checkpoint, a segment has had its name flushed. */
    private boolean hasLaterSegment(String name) {
        for (Map.Entry<String, List<Extent>> file : files.entrySet()) {
            if (file.getKey().startsWith(SEGMENT)
                    && file.getKey().compareTo(name) > 0
                    && hasWholeBatch(file.getValue(), 0)) {
                return true;
            }
        }
        return false;
    }

    /** A start has dropped what was damaged, as it would a torn tail. */
    void forgive() {
        files.values().forEach(extents -> extents.removeIf(extent -> extent.damage != null));
    }

    /** The fault that did some of the damage, null for none. */
    @Nullable
    Fault damage() {
        for (List<Extent> extents : files.values()) {
            for (Extent extent : extents) {
                if (extent.damage != null && !extent.isMark()) {
                    return extent.damage;
                }
            }
        }
        return null;
    }

    /** The fault that damaged where the log ends, as it may look like a torn tail; null for none. */
    @Nullable
    Fault unproven() {
        for (Map.Entry<String, List<Extent>> file : files.entrySet()) {
            for (Extent extent : file.getValue()) {
                if (isDamaged(file.getKey(), extent) && !isProven(file.getKey(), extent)) {
                    return extent.damage;
                }
            }
        }
        return null;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        files.forEach((name, extents) -> {
            for (Extent extent : extents) {
                if (extent.damage != null && !extent.isMark()) {
                    text.append(extent.damage.kind())
                            .append(" in ")
                            .append(name)
                            .append(" from ")
                            .append(extent.at);
                    text.append(" for ").append(extent.bytes).append("; ");
                }
            }
        });
        return text.toString();
    }

    /** Flushed extents of the files that count, in the order of names and writes. */
    List<Map.Entry<String, Extent>> targets() {
        List<Map.Entry<String, Extent>> targets = new ArrayList<>();
        files.forEach((name, extents) -> {
            if (counts(name)) {
                for (Extent extent : extents) {
                    if (extent.flushed && extent.damage == null && !extent.isMark()) {
                        targets.add(Map.entry(name, extent));
                    }
                }
            }
        });
        return targets;
    }
}
