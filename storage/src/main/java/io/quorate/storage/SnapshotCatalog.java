package io.quorate.storage;

import io.quorate.node.port.SnapshotInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The snapshots that are whole and durable, and who needs them. Shared by the loop, which lists them, and the agent. */
final class SnapshotCatalog {
    private final Map<Integer, NavigableMap<Long, Stored>> groups = new TreeMap<>(Integer::compareUnsigned);
    private final Map<Integer, Long> neededFrom = new TreeMap<>();

    private static final class Stored {
        private SnapshotInfo info;
        private int pins;

        Stored(SnapshotInfo info) {
            this.info = info;
        }
    }

    synchronized List<SnapshotInfo> list() {
        List<SnapshotInfo> list = new ArrayList<>();
        groups.values().forEach(group -> group.values().forEach(stored -> list.add(stored.info)));
        return List.copyOf(list);
    }

    private NavigableMap<Long, Stored> group(int group) {
        return groups.computeIfAbsent(group, absent -> new TreeMap<>());
    }

    /** One of that index that was there before is replaced; who reads it goes on reading it. */
    synchronized void add(SnapshotInfo info) {
        group(info.group()).computeIfAbsent(info.mark().index(), absent -> new Stored(info)).info = info;
    }

    /** The same file, by another mark. */
    synchronized void rename(SnapshotInfo info) {
        Stored stored = group(info.group()).get(info.mark().index());
        if (stored != null) {
            stored.info = info;
        }
    }

    synchronized void remove(SnapshotInfo info) {
        group(info.group()).remove(info.mark().index());
    }

    /** @param index 0: the newest */
    synchronized @Nullable SnapshotInfo find(int group, long index) {
        NavigableMap<Long, Stored> stored = group(group);
        var entry = index == 0 ? stored.lastEntry() : stored.ceilingEntry(index);
        return entry == null || (index != 0 && entry.getKey() != index) ? null : entry.getValue().info;
    }

    /** Keeps a snapshot that is there. */
    synchronized void pin(SnapshotInfo info, int by) {
        Stored stored = group(info.group()).get(info.mark().index());
        if (stored == null) {
            throw new IllegalStateException("a snapshot went though it was pinned: " + info);
        }
        stored.pins += by;
    }

    synchronized void dropBefore(int group, long index) {
        neededFrom.merge(group, index, Math::max);
    }

    synchronized long neededFrom(int group) {
        return neededFrom.getOrDefault(group, 0L);
    }

    /** Takes out one that nobody needs; never the newest of a group. */
    synchronized @Nullable SnapshotInfo takeDropped() {
        for (Map.Entry<Integer, NavigableMap<Long, Stored>> group : groups.entrySet()) {
            for (Stored stored : group.getValue().values()) {
                long index = stored.info.mark().index();
                boolean newest = group.getValue().lastKey() == index;
                if (!newest && stored.pins == 0 && index < neededFrom(group.getKey())) {
                    group.getValue().remove(index);
                    return stored.info;
                }
            }
        }
        return null;
    }
}
