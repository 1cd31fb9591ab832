package io.quorate.storage;

import io.quorate.node.port.Entropy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
    /** Bytes that are kept or lost together. */
    public static final int SECTOR = 512;

    /** What a crash does to bytes and names that were not flushed. */
    public enum Loss {
        /** Only the process died: the operating system keeps everything, and what was not flushed is still not. */
        NOTHING,
        /** The power went, and nothing unflushed had reached the medium. */
        EVERYTHING,
        /** The power went, and all that was not flushed had reached the medium just so. */
        NOTHING_UNFLUSHED,
        /** The power went; of what was not flushed, every sector, length and name is kept or lost by lot. */
        RANDOM,
        /** As {@link #RANDOM}, and a sector that is kept is new up to some byte and old behind it. */
        TORN,
        /** The power went; what was not flushed had reached the medium in its order, up to a moment drawn by lot. */
        PREFIX
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
    private final Map<String, MemoryFile> names = new TreeMap<>();
    private final Map<String, MemoryFile> durableNames = new TreeMap<>();
    private final List<NameChange> unflushedNames = new ArrayList<>();
    private volatile Hook hook = Hook.NONE;
    private long capacity = Long.MAX_VALUE;
    private @Nullable Session session;
    /** Counts writes and changes of names. */
    private long moment;

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
     * @param entropy drawn from with {@link Loss#RANDOM}, {@link Loss#TORN} and {@link Loss#PREFIX}
     */
    public synchronized void crash(Loss loss, Entropy entropy) {
        session = null;
        if (loss == Loss.NOTHING) {
            return;
        }
        long lastKept = loss == Loss.PREFIX ? lastKept(entropy) : 0;
        for (NameChange change : unflushedNames) {
            if (keeps(loss, entropy, change.moment, lastKept)) {
                change.apply(durableNames);
            }
        }
        unflushedNames.clear();
        names.clear();
        names.putAll(durableNames);
        for (MemoryFile file : names.values()) {
            file.crash(loss, entropy, lastKept);
        }
    }

    /** Some moment between the last flush of all and now: what was flushed since is kept in any case. */
    private long lastKept(Entropy entropy) {
        long first = moment + 1;
        for (NameChange change : unflushedNames) {
            first = Math.min(first, change.moment);
        }
        for (MemoryFile file : names.values()) {
            first = Math.min(first, file.firstUnflushed());
        }
        return first - 1 + Long.remainderUnsigned(entropy.nextLong(), moment - first + 2);
    }

    /** A second disk with the same content, flushed or not; nobody has it open. */
    public synchronized MemoryDisk copy() {
        MemoryDisk copy = new MemoryDisk(label);
        IdentityHashMap<MemoryFile, MemoryFile> copies = new IdentityHashMap<>();
        names.forEach((name, file) -> copy.names.put(name, copies.computeIfAbsent(file, MemoryFile::copy)));
        durableNames.forEach(
                (name, file) -> copy.durableNames.put(name, copies.computeIfAbsent(file, MemoryFile::copy)));
        for (NameChange change : unflushedNames) {
            MemoryFile file = change.file == null ? null : copies.computeIfAbsent(change.file, MemoryFile::copy);
            copy.unflushedNames.add(new NameChange(change.moment, change.from, change.to, file));
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
        MemoryFile file = new MemoryFile(bytes.length, moment);
        System.arraycopy(bytes, 0, file.data, 0, bytes.length);
        file.allocate(0, bytes.length);
        file.force();
        names.put(name, file);
        durableNames.put(name, file);
    }

    public synchronized List<String> list() {
        return List.copyOf(names.keySet());
    }

    /** A lying disk: what was written there and not flushed never reaches the medium, though every flush succeeds. */
    public synchronized void lose(String name, long at, int bytes) {
        require(name).lose(at, bytes);
    }

    /** A flush of that file failed: see {@link FailedFlushException}. */
    public synchronized void abandon(String name) {
        require(name).abandon();
    }

    /** From that byte on the medium holds these, unseen by who reads what is cached: see {@link #evict}. */
    public synchronized void overwrite(String name, long at, byte[] bytes) {
        require(name).overwrite(at, bytes);
    }

    /** What the medium holds at a byte, which a cached page may hide. */
    public synchronized byte held(String name, long at) {
        return require(name).held(at);
    }

    /** Takes back {@link #lose} and {@link #overwrite}: the medium holds what is cached, but what was not flushed. */
    public synchronized void reveal() {
        names.values().forEach(MemoryFile::reveal);
    }

    /** Drops the cache of what is clean, so that everybody sees what the medium holds. */
    public synchronized void evict() {
        names.values().forEach(MemoryFile::evict);
    }

    static boolean keeps(Loss loss, Entropy entropy, long moment, long lastKept) {
        return switch (loss) {
            case NOTHING, NOTHING_UNFLUSHED -> true;
            case EVERYTHING -> false;
            case RANDOM, TORN -> (entropy.nextLong() & 1) == 0;
            case PREFIX -> moment <= lastKept;
        };
    }

    private MemoryFile require(String name) {
        MemoryFile file = names.get(name);
        if (file == null) {
            throw new IllegalArgumentException("there is no file " + name + " on " + label);
        }
        return file;
    }

    private long usedBytes() {
        long used = 0;
        for (MemoryFile file : names.values()) {
            used += (long) file.allocatedSectors * SECTOR;
        }
        return used;
    }

    /** Create ({@code from} empty), rename, or delete ({@code to} empty). */
    private record NameChange(
            long moment, String from, String to, @Nullable MemoryFile file) {
        void apply(Map<String, MemoryFile> names) {
            MemoryFile moved = from.isEmpty() ? file : names.remove(from);
            if (!to.isEmpty() && moved != null) {
                names.put(to, moved);
            }
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
                MemoryFile file = new MemoryFile(Math.toIntExact(bytes), moment + 1);
                names.put(name, file);
                unflushedNames.add(new NameChange(++moment, "", name, file));
                return new OpenFile(this, name, file);
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
                change(new NameChange(++moment, from, to, null));
            }
        }

        @Override
        public void delete(String name) throws IOException {
            enter(Operation.DELETE, name, 0);
            synchronized (MemoryDisk.this) {
                requireOpen();
                existing(name);
                change(new NameChange(++moment, name, "", null));
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

        private MemoryFile existing(String name) throws IOException {
            MemoryFile file = names.get(name);
            if (file == null) {
                throw new IOException("there is no file " + path(name));
            }
            return file;
        }

        private void change(NameChange change) {
            change.apply(names);
            unflushedNames.add(change);
        }
    }

    private final class OpenFile implements DiskFile {
        private final Session opener;
        private final String name;
        private final MemoryFile file;

        OpenFile(Session opener, String name, MemoryFile file) {
            this.opener = opener;
            this.name = name;
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target, long at) throws IOException {
            opener.enter(Operation.READ, name, target.remaining());
            synchronized (MemoryDisk.this) {
                opener.requireOpen();
                int count = (int) Math.max(0, Math.min(target.remaining(), file.data.length - at));
                if (count > 0) {
                    target.put(file.data, (int) at, count);
                }
                return count;
            }
        }

        @Override
        public void write(ByteBuffer source, long at) throws IOException {
            opener.enter(Operation.WRITE, name, source.remaining());
            synchronized (MemoryDisk.this) {
                opener.requireOpen();
                if (at < 0) {
                    throw new IOException("a write at " + at + " leaves " + opener.path(name));
                }
                long needed = (long) file.newSectors(at, source.remaining()) * SECTOR;
                // What has its blocks needs no room, however small the disk became meanwhile.
                if (needed > 0 && needed > capacity - usedBytes()) {
                    throw new DiskFullException("no room to write " + opener.path(name));
                }
                file.write(source, at, ++moment);
            }
        }

        @Override
        public void force() throws IOException {
            try {
                opener.enter(Operation.FORCE, name, 0);
            } catch (FailedFlushException e) {
                synchronized (MemoryDisk.this) {
                    file.abandon();
                }
                throw e;
            }
            synchronized (MemoryDisk.this) {
                opener.requireOpen();
                file.force();
            }
        }

        @Override
        public long bytes() throws IOException {
            opener.enter(Operation.READ, name, 0);
            synchronized (MemoryDisk.this) {
                opener.requireOpen();
                return file.data.length;
            }
        }

        @Override
        public void close() {
            // Nothing to let go of.
        }
    }
}
