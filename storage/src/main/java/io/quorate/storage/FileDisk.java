package io.quorate.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the file system. {@link #open} takes an exclusive lock, so that two processes never write one log;
 * {@link #readOnly} takes none and refuses every change, and so does {@link #stopped}, which keeps writers out.
 */
public final class FileDisk implements Disk {
    static final String LOCK = "lock";

    private static final long FULL_BELOW_BYTES = 4096;
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ);
    private static final Set<OpenOption> READ_WRITE = Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
    private static final Set<OpenOption> CREATE =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

    /**
     * The directories that this process holds. Asked before a lock file is opened: the system keeps a lock for each process and
     * file, and closing any channel to that file, also one that was refused the lock, gives the lock away.
     */
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final boolean isWritable;
    /** Null where nobody is kept out, or there is no lock file. */
    private final @Nullable FileChannel lock;

    /** What {@link #HELD_HERE} knows this disk by, until the first close. */
    private final AtomicReference<@Nullable Path> held;

    private FileDisk(Path directory, boolean isWritable, @Nullable FileChannel lock, @Nullable Path held) {
        this.directory = directory;
        this.isWritable = isWritable;
        this.lock = lock;
        this.held = new AtomicReference<>(held);
    }

    /**
     * Makes the directory where it is missing, and locks it until {@link #close}.
     *
     * @throws IOException also if another process, or this one, has it open: the text names the directory and what to do
     */
    public static FileDisk open(Path directory) throws IOException {
        createDurably(directory.toAbsolutePath());
        Path real = directory.toRealPath();
        if (!HELD_HERE.add(real)) {
            throw inUse(directory, "process " + ProcessHandle.current().pid() + ", this one");
        }
        try {
            return new FileDisk(directory, true, lock(directory), real);
        } catch (IOException | RuntimeException | Error e) {
            HELD_HERE.remove(real);
            throw e;
        }
    }

    private static FileChannel lock(Path directory) throws IOException {
        Path path = directory.resolve(LOCK);
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            FileLock taken = tryLock(channel, false);
            if (taken == null) {
                throw inUse(directory, holder(channel));
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)),
                    0);
            return channel;
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private static IOException inUse(Path directory, String holder) {
        return new IOException("the data directory " + directory + " is in use by " + holder
                + ": stop that one first, or give this one a directory of its own");
    }

    /** For looking only, also while a process has it open. */
    public static FileDisk readOnly(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("there is no data directory " + directory);
        }
        return new FileDisk(directory, false, null, null);
    }

    /**
     * For looking only, at one that nobody has open, nor can open for writing before {@link #close}. Nothing there is changed, the
     * lock file neither: where there is none, as in a copy, nobody is kept out.
     *
     * @throws IOException also if a process has it open: the text names it
     */
    public static FileDisk stopped(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IOException("there is no data directory " + directory);
        }
        Path real = directory.toRealPath();
        if (!HELD_HERE.add(real)) {
            throw inUse(directory, "process " + ProcessHandle.current().pid() + ", this one");
        }
        try {
            return new FileDisk(directory, false, sharedLock(directory), real);
        } catch (IOException | RuntimeException | Error e) {
            HELD_HERE.remove(real);
            throw e;
        }
    }

    private static @Nullable FileChannel sharedLock(Path directory) throws IOException {
        Path path = directory.resolve(LOCK);
        if (!Files.exists(path)) {
            return null;
        }
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            if (tryLock(channel, true) == null) {
                throw inUse(directory, holder(channel));
            }
            return channel;
        } catch (IOException | RuntimeException | Error e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel, boolean isShared) throws IOException {
        try {
            return channel.tryLock(0, Long.MAX_VALUE, isShared);
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String holder(FileChannel channel) throws IOException {
        ByteBuffer pid = ByteBuffer.allocate(20);
        channel.read(pid, 0);
        String text = StandardCharsets.US_ASCII.decode(pid.flip()).toString();
        return text.isEmpty() ? "another process" : "process " + text;
    }

    /** A directory that is made must outlive a power loss as well: each parent's entry is flushed. */
    private static void createDurably(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            createDurably(parent);
        }
        Files.createDirectories(directory);
        if (parent != null) {
            force(parent);
        }
    }

    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public DiskFile create(String name, long bytes) throws IOException {
        requireWritable(name);
        OpenFile file;
        try {
            file = new OpenFile(FileChannel.open(directory.resolve(name), CREATE), path(name));
        } catch (IOException e) {
            throw refine(e, path(name));
        }
        try {
            if (bytes > 0) {
                file.write(ByteBuffer.allocate(1), bytes - 1);
            }
            return file;
        } catch (IOException e) {
            file.close();
            Files.delete(directory.resolve(name));
            throw e;
        }
    }

    @Override
    public DiskFile open(String name) throws IOException {
        return new OpenFile(FileChannel.open(directory.resolve(name), isWritable ? READ_WRITE : READ), path(name));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        requireWritable(from);
        try {
            Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the file system of " + directory + " cannot rename a file in one step", e);
        } catch (IOException e) {
            throw refine(e, path(to));
        }
    }

    @Override
    public void delete(String name) throws IOException {
        requireWritable(name);
        Files.delete(directory.resolve(name));
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    @Override
    public void forceDirectory() throws IOException {
        requireWritable("");
        force(directory);
    }

    @Override
    public long freeBytes() throws IOException {
        return Files.getFileStore(directory).getUsableSpace();
    }

    @Override
    public String path(String name) {
        return directory.resolve(name).toString();
    }

    @Override
    public void close() {
        // Only the first close: a later one must not take the directory from whoever has opened it since.
        Path mine = held.getAndSet(null);
        if (mine != null) {
            if (lock != null) {
                closeQuietly(lock);
            }
            HELD_HERE.remove(mine);
        }
    }

    private void requireWritable(String name) throws IOException {
        if (!isWritable) {
            throw new IOException(path(name) + " was opened for reading only");
        }
    }

    /** The JDK tells a full disk by its text alone, and that in the language of the system: then the free space decides. */
    private IOException refine(IOException failure, String path) {
        String text = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        boolean said = text.contains("no space left") || text.contains("quota exceeded");
        if (said || isFull()) {
            DiskFullException full = new DiskFullException("no room to write " + path + ": " + failure.getMessage());
            full.initCause(failure);
            return full;
        }
        return failure;
    }

    private boolean isFull() {
        try {
            return freeBytes() < FULL_BELOW_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // What had to be durable was forced before; a failed close loses nothing more.
            return;
        }
    }

    private final class OpenFile implements DiskFile {
        private final FileChannel channel;
        private final String path;

        OpenFile(FileChannel channel, String path) {
            this.channel = channel;
            this.path = path;
        }

        @Override
        public int read(ByteBuffer target, long at) throws IOException {
            int total = 0;
            while (target.hasRemaining()) {
                int count = channel.read(target, at + total);
                if (count < 0) {
                    break;
                }
                total += count;
            }
            return total;
        }

        @Override
        public void write(ByteBuffer source, long at) throws IOException {
            try {
                long next = at;
                while (source.hasRemaining()) {
                    next += channel.write(source, next);
                }
            } catch (IOException e) {
                throw refine(e, path);
            }
        }

        @Override
        public void force() throws IOException {
            try {
                channel.force(false);
            } catch (IOException e) {
                throw refine(e, path);
            }
        }

        @Override
        public long bytes() throws IOException {
            return channel.size();
        }

        @Override
        public void close() {
            closeQuietly(channel);
        }
    }
}
