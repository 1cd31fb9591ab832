package io.quorate.storage;

import io.quorate.node.port.Entropy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory, for tests and the simulator. It is the medium: {@link #open()} gives a {@link Disk} that one process
 * holds, and {@link #crash} ends that process. What was not flushed is then lost as {@link Loss} says: sectors of 512 bytes,
 * lengths, and names (each create, rename and delete alone, in order). Disks opened before a crash refuse every call.
 *
 * <p>Calls take no time. A {@link Hook} sees every call before it takes effect: it may count it, charge
 * virtual time for it, block its thread, or throw in its place. Full disks come by {@link #capacity}.
 */
public final class MemoryDisk {
    static final int SECTOR = 512;

    /** What a crash does to bytes and names that were not flushed. */
    public enum Loss {
        /** Only the process died: the operating system keeps everything, and what was not flushed is still not. */
        NOTHING,
        /** The power went, and nothing unflushed had reached the medium. */
        EVERYTHING,
        /** The power went; of what was not flushed, every sector, length and name is kept or lost by lot. */
        RANDOM
    }

    /** The calls that a {@link Hook} sees. */
    public enum Operation {
        CREATE,
        OPEN,
        READ,
        WRITE,
        FORCE,
        RENAME,
        DELETE,
        LIST,
        FORCE_DIRECTORY
    }

    /**
     * Thrown by a {@link Hook} in place of a flush: the worst that a failed one can do. The operating system calls the pages
     * clean and goes on to show them, a later flush does nothing for them, and a power loss takes them.
     */
    public static final class FailedFlushException extends IOException {
        private static final long serialVersionUID = 1;

        public FailedFlushException() {
            super("Input/output error");
        }
    }

    /** Sees every call before it takes effect. */
    public interface Hook {
        Hook NONE = (operation, name, bytes) -> {};

        /**
         * @param name the file; empty for the directory
         * @param bytes to be read or written, 0 otherwise
         * @throws IOException to make the call fail without effect
         */
        void before(Operation operation, String name, long bytes) throws IOException;
    }

    private final String label;
    private final Map<String, Node> names = new TreeMap<>();
    private final Map<String, Node> durableNames = new TreeMap<>();
    private final List<NameChange> unflushedNames = new ArrayList<>();
    private volatile Hook hook = Hook.NONE;
    private long capacity = Long.MAX_VALUE;
    private @Nullable Session session;

    /** @param label stands in paths, e.g. the member's name */
    public MemoryDisk(String label) {
        this.label = label;
    }

    /**
     * Starts a process on the disk.
     *
     * @throws IOException if one has it open
     */
    public synchronized Disk open() throws IOException {
        if (session != null) {
            throw new IOException("the data directory " + label + " is in use by another process: stop that one first");
        }
        Session opened = new Session();
        session = opened;
        return opened;
    }

    public void hook(Hook hook) {
        this.hook = hook;
    }

    /** Room for that many bytes; files count with the sectors that were ever written, not with their length. */
    public synchronized void capacity(long bytes) {
        capacity = bytes;
    }

    /**
     * Ends the process that has the disk open, if any, and loses what was not flushed.
     *
     * @param entropy drawn from only with {@link Loss#RANDOM}
     */
    public synchronized void crash(Loss loss, Entropy entropy) {
        session = null;
        if (loss == Loss.NOTHING) {
            return;
        }
        for (NameChange change : unflushedNames) {
            if (keeps(loss, entropy)) {
                change.apply(durableNames);
            }
        }
        unflushedNames.clear();
        names.clear();
        names.putAll(durableNames);
        for (Node node : names.values()) {
            node.crash(loss, entropy);
        }
    }

    /** A second disk with the same content, flushed or not; nobody has it open. */
    public synchronized MemoryDisk copy() {
        MemoryDisk copy = new MemoryDisk(label);
        IdentityHashMap<Node, Node> copies = new IdentityHashMap<>();
        names.forEach((name, node) -> copy.names.put(name, copies.computeIfAbsent(node, Node::copy)));
        durableNames.forEach((name, node) -> copy.durableNames.put(name, copies.computeIfAbsent(node, Node::copy)));
        for (NameChange change : unflushedNames) {
            Node node = change.node == null ? null : copies.computeIfAbsent(change.node, Node::copy);
            copy.unflushedNames.add(new NameChange(change.from, change.to, node));
        }
        copy.capacity = capacity;
        return copy;
    }

    /** The bytes of a file as a process would read them. */
    public synchronized byte[] bytes(String name) {
        return require(name).data.clone();
    }

    /** Replaces or makes a file, durable at once: damage, or an old image put back. */
    public synchronized void put(String name, byte[] bytes) {
        Node node = new Node(bytes.length);
        System.arraycopy(bytes, 0, node.data, 0, bytes.length);
        node.allocate(0, bytes.length);
        node.force();
        names.put(name, node);
        durableNames.put(name, node);
    }

    public synchronized List<String> list() {
        return List.copyOf(names.keySet());
    }

    private static boolean keeps(Loss loss, Entropy entropy) {
        return switch (loss) {
            case NOTHING -> true;
            case EVERYTHING -> false;
            case RANDOM -> (entropy.nextLong() & 1) == 0;
        };
    }

    private Node require(String name) {
        Node node = names.get(name);
        if (node == null) {
            throw new IllegalArgumentException("there is no file " + name + " on " + label);
        }
        return node;
    }

    private long usedBytes() {
        long used = 0;
        for (Node node : names.values()) {
            used += (long) node.allocatedSectors * SECTOR;
        }
        return used;
    }

    /** Create ({@code from} empty), rename, or delete ({@code to} empty). */
    private record NameChange(
            String from, String to, @Nullable Node node) {
        void apply(Map<String, Node> names) {
            Node moved = from.isEmpty() ? node : names.remove(from);
            if (!to.isEmpty() && moved != null) {
                names.put(to, moved);
            }
        }
    }

    /** One file: its bytes, and for each sector not flushed what stable storage holds there. */
    private static final class Node {
        byte[] data;
        boolean[] allocated;
        int allocatedSectors;
        private boolean lengthFlushed;
        private final Map<Integer, byte[]> flushedSectors = new TreeMap<>();
        /** The same for sectors that a failed flush left, and that no flush will write any more. */
        private final Map<Integer, byte[]> abandonedSectors = new TreeMap<>();

        Node(int bytes) {
            data = new byte[bytes];
            allocated = new boolean[sectors(bytes)];
        }

        Node copy() {
            Node copy = new Node(data.length);
            System.arraycopy(data, 0, copy.data, 0, data.length);
            copy.allocated = allocated.clone();
            copy.allocatedSectors = allocatedSectors;
            copy.lengthFlushed = lengthFlushed;
            copy.flushedSectors.putAll(flushedSectors);
            copy.abandonedSectors.putAll(abandonedSectors);
            return copy;
        }

        static int sectors(long bytes) {
            return (int) ((bytes + SECTOR - 1) / SECTOR);
        }

        /** Sectors that a write there would need anew. */
        int newSectors(long at, int bytes) {
            int fresh = 0;
            for (int sector = (int) (at / SECTOR); sector < sectors(at + bytes); sector++) {
                fresh += allocated[sector] ? 0 : 1;
            }
            return fresh;
        }

        void allocate(long at, int bytes) {
            allocatedSectors += newSectors(at, bytes);
            Arrays.fill(allocated, (int) (at / SECTOR), sectors(at + bytes), true);
        }

        void write(ByteBuffer source, long at) {
            int bytes = source.remaining();
            for (int sector = (int) (at / SECTOR); sector < sectors(at + bytes); sector++) {
                int start = sector * SECTOR;
                byte[] abandoned = abandonedSectors.remove(sector);
                if (abandoned != null) {
                    flushedSectors.put(sector, abandoned);
                }
                flushedSectors.computeIfAbsent(
                        sector, absent -> Arrays.copyOfRange(data, start, Math.min(start + SECTOR, data.length)));
            }
            allocate(at, bytes);
            source.get(data, (int) at, bytes);
        }

        void force() {
            lengthFlushed = true;
            flushedSectors.clear();
        }

        void abandon() {
            flushedSectors.forEach(abandonedSectors::putIfAbsent);
            flushedSectors.clear();
        }

        void crash(Loss loss, Entropy entropy) {
            if (!lengthFlushed && !keeps(loss, entropy)) {
                data = new byte[0];
                allocated = new boolean[0];
                allocatedSectors = 0;
                flushedSectors.clear();
                abandonedSectors.clear();
            }
            flushedSectors.forEach((sector, bytes) -> {
                if (!keeps(loss, entropy)) {
                    System.arraycopy(bytes, 0, data, sector * SECTOR, bytes.length);
                }
            });
            abandonedSectors.forEach(
                    (sector, bytes) -> System.arraycopy(bytes, 0, data, sector * SECTOR, bytes.length));
            abandonedSectors.clear();
            force();
        }
    }

    /** The disk as one process sees it. */
    private final class Session implements Disk {
        @Override
        public DiskFile create(String name, long bytes) throws IOException {
            enter(Operation.CREATE, name, 0);
            synchronized (MemoryDisk.this) {
                requireOpen();
                if (names.containsKey(name)) {
                    throw new IOException(path(name) + " exists");
                }
                Node node = new Node(Math.toIntExact(bytes));
                names.put(name, node);
                unflushedNames.add(new NameChange("", name, node));
                return new OpenFile(this, name, node);
            }
        }

        @Override
        public DiskFile open(String name) throws IOException {
            enter(Operation.OPEN, name, 0);
            synchronized (MemoryDisk.this) {
                requireOpen();
                return new OpenFile(this, name, existing(name));
            }
        }

        @Override
        public void rename(String from, String to) throws IOException {
            enter(Operation.RENAME, from, 0);
            synchronized (MemoryDisk.this) {
                requireOpen();
                existing(from);
                change(new NameChange(from, to, null));
            }
        }

        @Override
        public void delete(String name) throws IOException {
            enter(Operation.DELETE, name, 0);
            synchronized (MemoryDisk.this) {
                requireOpen();
                existing(name);
                change(new NameChange(name, "", null));
            }
        }

        @Override
        public List<String> list() throws IOException {
            enter(Operation.LIST, "", 0);
            synchronized (MemoryDisk.this) {
                requireOpen();
                return MemoryDisk.this.list();
            }
        }

        @Override
        public void forceDirectory() throws IOException {
            enter(Operation.FORCE_DIRECTORY, "", 0);
            synchronized (MemoryDisk.this) {
                requireOpen();
                unflushedNames.clear();
                durableNames.clear();
                durableNames.putAll(names);
            }
        }

        @Override
        public long freeBytes() {
            synchronized (MemoryDisk.this) {
                return Math.max(0, capacity - usedBytes());
            }
        }

        @Override
        public String path(String name) {
            return label + "/" + name;
        }

        @Override
        public void close() {
            synchronized (MemoryDisk.this) {
                if (session == this) {
                    session = null;
                }
            }
        }

        void enter(Operation operation, String name, long bytes) throws IOException {
            synchronized (MemoryDisk.this) {
                requireOpen();
            }
            hook.before(operation, name, bytes);
        }

        void requireOpen() throws IOException {
            if (session != this) {
                throw new IOException("the process that opened " + label + " is gone");
            }
        }

        private Node existing(String name) throws IOException {
            Node node = names.get(name);
            if (node == null) {
                throw new IOException("there is no file " + path(name));
            }
            return node;
        }

        private void change(NameChange change) {
            change.apply(names);
            unflushedNames.add(change);
        }
    }

    private final class OpenFile implements DiskFile {
        private final Session opener;
        private final String name;
        private final Node node;

        OpenFile(Session opener, String name, Node node) {
            this.opener = opener;
            this.name = name;
            this.node = node;
        }

        @Override
        public int read(ByteBuffer target, long at) throws IOException {
            opener.enter(Operation.READ, name, target.remaining());
            synchronized (MemoryDisk.this) {
                opener.requireOpen();
                int count = (int) Math.max(0, Math.min(target.remaining(), node.data.length - at));
                if (count > 0) {
                    target.put(node.data, (int) at, count);
                }
                return count;
            }
        }

        @Override
        public void write(ByteBuffer source, long at) throws IOException {
            opener.enter(Operation.WRITE, name, source.remaining());
            synchronized (MemoryDisk.this) {
                opener.requireOpen();
                if (at < 0 || at + source.remaining() > node.data.length) {
                    throw new IOException("a write at " + at + " leaves " + opener.path(name));
                }
                long needed = (long) node.newSectors(at, source.remaining()) * SECTOR;
                // What has its blocks needs no room, however small the disk became meanwhile.
                if (needed > 0 && needed > capacity - usedBytes()) {
                    throw new DiskFullException("no room to write " + opener.path(name));
                }
                node.write(source, at);
            }
        }

        @Override
        public void force() throws IOException {
            try {
                opener.enter(Operation.FORCE, name, 0);
            } catch (FailedFlushException e) {
                synchronized (MemoryDisk.this) {
                    node.abandon();
                }
                throw e;
            }
            synchronized (MemoryDisk.this) {
                opener.requireOpen();
                node.force();
            }
        }

        @Override
        public long bytes() throws IOException {
            opener.enter(Operation.READ, name, 0);
            synchronized (MemoryDisk.this) {
                opener.requireOpen();
                return node.data.length;
            }
        }

        @Override
        public void close() {
            // Nothing to let go of.
        }
    }
}
