package io.quorate.storage;

import io.quorate.node.port.Entropy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One file of a {@link MemoryDisk}: its bytes as a process reads them, and what the medium holds where that is something else:
 * under what was not flushed, and hidden under pages that the operating system takes for clean.
 */
final class MemoryFile {
    /** A write that was not flushed: with the order of all of them a prefix can be kept. */
    private record Written(long moment, int at, byte[] bytes) {}

    byte[] data;
    int allocatedSectors;
    private boolean[] allocated;
    private final long made;
    private final int madeLength;
    private boolean lengthFlushed;
    /** As long the medium knows it to be. */
    private int durableLength;

    private final Map<Integer, byte[]> flushedSectors = new TreeMap<>();
    private final Map<Integer, byte[]> hiddenSectors = new TreeMap<>();
    private final List<Written> unflushed = new ArrayList<>();

    /** @param made the moment of it, in the order of all writes and changes of names */
    MemoryFile(int bytes, long made) {
        this.made = made;
        madeLength = bytes;
        data = new byte[bytes];
        allocated = new boolean[sectors(bytes)];
    }

    MemoryFile copy() {
        MemoryFile copy = new MemoryFile(madeLength, made);
        copy.data = data.clone();
        copy.allocated = allocated.clone();
        copy.allocatedSectors = allocatedSectors;
        copy.lengthFlushed = lengthFlushed;
        copy.durableLength = durableLength;
        flushedSectors.forEach((sector, bytes) -> copy.flushedSectors.put(sector, bytes.clone()));
        hiddenSectors.forEach((sector, bytes) -> copy.hiddenSectors.put(sector, bytes.clone()));
        copy.unflushed.addAll(unflushed);
        return copy;
    }

    private static int sectors(long bytes) {
        return (int) ((bytes + MemoryDisk.SECTOR - 1) / MemoryDisk.SECTOR);
    }

    /** Sectors that a write there would need anew. */
    int newSectors(long at, int bytes) {
        int fresh = 0;
        for (int sector = (int) (at / MemoryDisk.SECTOR); sector < sectors(at + bytes); sector++) {
            fresh += sector < allocated.length && allocated[sector] ? 0 : 1;
        }
        return fresh;
    }

    void allocate(long at, int bytes) {
        allocatedSectors += newSectors(at, bytes);
        Arrays.fill(allocated, (int) (at / MemoryDisk.SECTOR), sectors(at + bytes), true);
    }

    /** Makes the file longer where the write ends behind its end. */
    void write(ByteBuffer source, long at, long moment) {
        int bytes = source.remaining();
        if (at + bytes > data.length) {
            resize((int) at + bytes);
        }
        for (int sector = (int) (at / MemoryDisk.SECTOR); sector < sectors(at + bytes); sector++) {
            // A page that is written to is dirty as a whole, whatever the medium had of it.
            byte[] hidden = hiddenSectors.remove(sector);
            if (hidden != null) {
                flushedSectors.putIfAbsent(sector, hidden);
            }
            if (!flushedSectors.containsKey(sector)) {
                flushedSectors.put(sector, sector(sector));
            }
        }
        allocate(at, bytes);
        byte[] written = new byte[bytes];
        source.get(written);
        System.arraycopy(written, 0, data, (int) at, bytes);
        unflushed.add(new Written(moment, (int) at, written));
    }

    private void resize(int length) {
        data = Arrays.copyOf(data, length);
        for (int sector = sectors(length); sector < allocated.length; sector++) {
            allocatedSectors -= allocated[sector] ? 1 : 0;
        }
        allocated = Arrays.copyOf(allocated, sectors(length));
        flushedSectors.keySet().removeIf(sector -> sector >= allocated.length);
        hiddenSectors.keySet().removeIf(sector -> sector >= allocated.length);
    }

    /** Behind the end of the file are zeros. */
    private byte[] sector(int sector) {
        int start = sector * MemoryDisk.SECTOR;
        return Arrays.copyOfRange(data, start, start + MemoryDisk.SECTOR);
    }

    /** How much of a sector belongs to the file. */
    private int sectorBytes(int sector) {
        return Math.min(MemoryDisk.SECTOR, data.length - sector * MemoryDisk.SECTOR);
    }

    void force() {
        lengthFlushed = true;
        durableLength = data.length;
        flushedSectors.clear();
        unflushed.clear();
    }

    /** A flush failed, and the pages count as clean. */
    void abandon() {
        flushedSectors.forEach(hiddenSectors::putIfAbsent);
        flushedSectors.clear();
        unflushed.clear();
    }

    /** What was written there and not flushed never reaches the medium, whatever is flushed. */
    void lose(long at, int bytes) {
        for (int sector = (int) (at / MemoryDisk.SECTOR); sector < sectors(at + bytes); sector++) {
            byte[] before = flushedSectors.remove(sector);
            if (before != null) {
                hiddenSectors.put(sector, before);
            }
        }
    }

    /** From that byte on the medium holds these, unseen by who reads what is cached. */
    void overwrite(long at, byte[] bytes) {
        for (int i = 0; i < bytes.length && at + i < data.length; i++) {
            int sector = (int) ((at + i) / MemoryDisk.SECTOR);
            byte[] held = flushedSectors.get(sector);
            if (held == null) {
                held = hiddenSectors.computeIfAbsent(sector, this::sector);
            }
            held[(int) ((at + i) % MemoryDisk.SECTOR)] = bytes[i];
        }
    }

    /** What the medium holds at a byte. */
    byte held(long at) {
        int sector = (int) (at / MemoryDisk.SECTOR);
        byte[] held = flushedSectors.getOrDefault(sector, hiddenSectors.get(sector));
        return held == null ? data[(int) at] : held[(int) (at % MemoryDisk.SECTOR)];
    }

    /** The medium holds what the cache shows after all, but where something was written and not flushed. */
    void reveal() {
        hiddenSectors.clear();
        flushedSectors.replaceAll((sector, before) -> {
            byte[] shown = sector(sector);
            for (Written each : unflushed) {
                int start = Math.max(each.at, sector * MemoryDisk.SECTOR);
                int end = Math.min(each.at + each.bytes.length, (sector + 1) * MemoryDisk.SECTOR);
                for (int at = start; at < end; at++) {
                    shown[at - sector * MemoryDisk.SECTOR] = before[at - sector * MemoryDisk.SECTOR];
                }
            }
            return shown;
        });
    }

    /** Clean pages are read from the medium again. */
    void evict() {
        hiddenSectors.forEach(this::put);
        hiddenSectors.clear();
    }

    /** The moment of the first write, or of the file itself, that is not flushed; {@link Long#MAX_VALUE} for none. */
    long firstUnflushed() {
        long first = unflushed.isEmpty() ? Long.MAX_VALUE : unflushed.get(0).moment;
        return lengthFlushed ? first : Math.min(first, made);
    }

    /**
     * The power goes.
     *
     * @param lastKept with {@link MemoryDisk.Loss#PREFIX} the moment of the last write that is kept
     */
    void crash(MemoryDisk.Loss loss, Entropy entropy, long lastKept) {
        if (data.length != durableLength) {
            resize(keptLength(loss, entropy, lastKept));
        }
        if (loss == MemoryDisk.Loss.PREFIX) {
            keepThrough(lastKept);
        } else {
            flushedSectors.forEach((sector, before) -> crash(loss, entropy, sector, before));
        }
        evict();
        force();
    }

    private int keptLength(MemoryDisk.Loss loss, Entropy entropy, long lastKept) {
        if (loss != MemoryDisk.Loss.PREFIX) {
            return MemoryDisk.keeps(loss, entropy, made, lastKept) ? data.length : durableLength;
        }
        int kept = !lengthFlushed && made <= lastKept ? madeLength : durableLength;
        for (Written each : unflushed) {
            kept = each.moment <= lastKept ? Math.max(kept, each.at + each.bytes.length) : kept;
        }
        return kept;
    }

    private void crash(MemoryDisk.Loss loss, Entropy entropy, int sector, byte[] before) {
        if (!MemoryDisk.keeps(loss, entropy, 0, 0)) {
            put(sector, before);
        } else if (loss == MemoryDisk.Loss.TORN) {
            int bytes = sectorBytes(sector);
            int torn = (int) Long.remainderUnsigned(entropy.nextLong(), bytes);
            System.arraycopy(before, torn, data, sector * MemoryDisk.SECTOR + torn, bytes - torn);
        }
    }

    private void keepThrough(long lastKept) {
        flushedSectors.forEach(this::put);
        for (Written each : unflushed) {
            if (each.moment <= lastKept) {
                System.arraycopy(each.bytes, 0, data, each.at, each.bytes.length);
            }
        }
    }

    private void put(int sector, byte[] bytes) {
        System.arraycopy(bytes, 0, data, sector * MemoryDisk.SECTOR, sectorBytes(sector));
    }
}
