package io.quorate.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hears which keys applying touched, and writes the index of a segment when it is sealed and every entry in it was applied and
 * heard of. A segment of which that cannot be said, because its entries were applied by a former life and lie before the
 * snapshot, keeps the index that it has, or has none. All but {@link #applied} is housekeeping's.
 */
final class SegmentIndexer {
    /** 1 %: ten bits for each key that a segment's entries touched. */
    static final double FALSE_POSITIVE_RATE = 0.01;

    /** More in one segment than this is not remembered, and the segment has no index: 16 MiB of hashes. */
    private static final int MAX_KEYS = 2 << 20;
    /** Of the indexes whose segments are gone; the oldest go first. */
    private static final long MAX_DISCARDED_BYTES = 64L << 20;

    private record Applied(int group, long firstIndex, long lastIndex, long[] keys) {}

    /** The keys of one group in one segment, as far as they were heard of. */
    private static final class Keys {
        private long firstIndex;
        private long lastIndex = -1;
        private long[] hashes = new long[64];
        private int count;
        private boolean tooMany;

        void add(Applied applied) {
            if (applied.firstIndex > lastIndex + 1 || lastIndex < 0) {
                firstIndex = applied.firstIndex;
            }
            lastIndex = applied.lastIndex;
            int added = applied.keys.length;
            if (count + added > hashes.length && count + added <= MAX_KEYS) {
                hashes = Arrays.copyOf(hashes, Math.max(count + added, 2 * hashes.length));
            }
            if (count + added <= hashes.length) {
                System.arraycopy(applied.keys, 0, hashes, count, added);
                count += added;
            } else {
                tooMany = true;
            }
        }

        boolean covers(Segment.Range range) {
            return !tooMany && firstIndex <= range.firstIndex() && lastIndex >= range.lastIndex();
        }
    }

    private final Disk disk;
    private final LogCatalog catalog;
    private final ArrayDeque<Applied> heard = new ArrayDeque<>();
    private final Map<Long, Map<Integer, Keys>> keys = new HashMap<>();
    /** Sizes of the index files, by segment. */
    private final TreeMap<Long, Integer> indexes = new TreeMap<>();

    SegmentIndexer(Disk disk, LogCatalog catalog) {
        this.disk = disk;
        this.catalog = catalog;
    }

    /** On the loop. It wakes nobody: housekeeping is woken often enough by what is written. */
    void applied(int group, long firstIndex, long lastIndex, long[] keyHashes, int count) {
        Applied applied = new Applied(group, firstIndex, lastIndex, Arrays.copyOf(keyHashes, count));
        synchronized (heard) {
            heard.addLast(applied);
        }
    }

    /** Writes or removes one file, if one is due; returns whether it did. */
    boolean step() throws IOException {
        for (Applied next = nextPersisted(); next != null; next = nextPersisted()) {
            attribute(next);
        }
        List<Segment> segments = catalog.segments();
        for (Segment segment : segments.subList(0, Math.max(0, segments.size() - 1))) {
            if (keys.containsKey(segment.header.number()) && isComplete(segment)) {
                write(segment);
                return true;
            }
        }
        return !segments.isEmpty() && removeOldest(segments.get(0).header.number());
    }

    /** A state machine in memory applies what a majority holds: it may not be in a segment here yet. */
    private @Nullable Applied nextPersisted() {
        synchronized (heard) {
            Applied next = heard.peekFirst();
            return next != null && next.lastIndex <= catalog.lastIndex(next.group) ? heard.pollFirst() : null;
        }
    }

    /** From the newest segment back to the one that holds the first of those entries. */
    private void attribute(Applied applied) {
        List<Segment> segments = catalog.segments();
        boolean older = true;
        for (int i = segments.size() - 1; i >= 0 && older; i--) {
            for (Segment.Range range : catalog.ranges(segments.get(i))) {
                if (range.group() == applied.group && range.firstIndex() <= applied.lastIndex) {
                    add(segments.get(i).header.number(), applied);
                    older = range.firstIndex() > applied.firstIndex;
                }
            }
        }
    }

    private void add(long segment, Applied applied) {
        if (!indexes.containsKey(segment)) {
            keys.computeIfAbsent(segment, absent -> new HashMap<>())
                    .computeIfAbsent(applied.group, absent -> new Keys())
                    .add(applied);
        }
    }

    private boolean isComplete(Segment segment) {
        Map<Integer, Keys> known = keys.getOrDefault(segment.header.number(), Map.of());
        for (Segment.Range range : catalog.ranges(segment)) {
            Keys ofGroup = known.get(range.group());
            if (ofGroup == null || !ofGroup.covers(range)) {
                return false;
            }
        }
        return true;
    }

    private void write(Segment segment) throws IOException {
        long number = segment.header.number();
        List<SegmentIndex.Group> groups = new ArrayList<>();
        Map<Integer, Keys> known = keys.getOrDefault(number, Map.of());
        for (Segment.Range range : catalog.ranges(segment)) {
            groups.add(group(range, known.getOrDefault(range.group(), new Keys())));
        }
        keys.remove(number);
        ByteBuffer encoded = SegmentIndex.encode(segment.header, groups);
        String temporary = LogFormat.segmentName(number) + SegmentIndex.TEMPORARY;
        try (DiskFile file = disk.create(temporary, encoded.remaining())) {
            int bytes = encoded.remaining();
            file.write(encoded, 0);
            file.force();
            disk.rename(temporary, SegmentIndex.name(number));
            disk.forceDirectory();
            indexes.put(number, bytes);
        } catch (DiskFullException e) {
            // The log needs what room there is more than a filter does: a segment without one is read.
            removeIfThere(temporary);
        }
    }

    private SegmentIndex.Group group(Segment.Range range, Keys ofGroup) {
        long[] runs = catalog.termRuns(range);
        long[] runFirst = new long[runs.length / 2];
        long[] runTerm = new long[runs.length / 2];
        for (int run = 0; run < runFirst.length; run++) {
            runFirst[run] = runs[2 * run];
            runTerm[run] = runs[2 * run + 1];
        }
        byte[] filter =
                ofGroup.count == 0 ? new byte[0] : BloomFilter.of(ofGroup.hashes, ofGroup.count, FALSE_POSITIVE_RATE);
        return new SegmentIndex.Group(range.group(), range.firstIndex(), range.lastIndex(), runFirst, runTerm, filter);
    }

    private void removeIfThere(String name) throws IOException {
        if (disk.list().contains(name)) {
            disk.delete(name);
            disk.forceDirectory();
        }
    }

    private boolean removeOldest(long oldestSegment) throws IOException {
        keys.keySet().removeIf(segment -> segment < oldestSegment);
        long discarded = 0;
        for (int bytes : indexes.headMap(oldestSegment).values()) {
            discarded += bytes;
        }
        if (discarded <= MAX_DISCARDED_BYTES) {
            return false;
        }
        long oldest = indexes.firstKey();
        indexes.remove(oldest);
        disk.delete(SegmentIndex.name(oldest));
        disk.forceDirectory();
        return true;
    }

    /** Takes up an index that a former process left, or removes it: what does not fit its segment is void. */
    void adopt(long number) throws IOException {
        Segment active = catalog.active();
        boolean future = active == null || number >= active.header.number();
        Segment segment = catalog.segments().stream()
                .filter(each -> each.header.number() == number)
                .findFirst()
                .orElse(null);
        try {
            SegmentIndex index = SegmentIndex.read(disk, number);
            if (!future && (segment == null || index.salt() == segment.header.salt())) {
                indexes.put(number, index.bytes());
                return;
            }
        } catch (NewerFormatException e) {
            throw e;
        } catch (IOException e) {
            if (segment == null && !future) {
                // A damaged one of a segment that is gone cannot be made anew, and hides nothing: readers ignore it.
                return;
            }
        }
        disk.delete(SegmentIndex.name(number));
    }
}
