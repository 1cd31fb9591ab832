package io.quorate;

import io.quorate.node.port.KeyHash;
import io.quorate.node.port.RecordKind;
import io.quorate.storage.FileDisk;
import io.quorate.storage.LogHistory;
import io.quorate.storage.LogReader;
import io.quorate.storage.SnapshotFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Looks into the data directory of a member, running or not. Takes no lock and changes nothing; its calls block. */
public final class DataFiles {
    private static final int GROUP = 0;

    private final Path directory;
    private boolean usesFilters = true;

    public DataFiles(Path directory) {
        this.directory = directory;
    }

    /** Entries that are not retained any more, both ends included. */
    public record Range(long first, long last) {}

    /**
     * What is known of one key.
     *
     * @param firstIndex first entry that the log holds
     * @param lastIndex its last one
     * @param neverBefore no entry before this one has touched the key, for certain
     * @param segments how many files the log has
     * @param segmentsRead how many of them had to be read
     * @param perhaps ranges of discarded entries of which a filter says that they may have touched the key
     */
    public record Found(
            long firstIndex, long lastIndex, long neverBefore, int segments, int segmentsRead, List<Range> perhaps) {
        public Found {
            perhaps = List.copyOf(perhaps);
        }
    }

    /** Takes entries in the order of the log. */
    public interface Entries {
        /**
         * @param committed as far as the log itself says: the newest may be without that it says so
         * @param keyed whether it has an idempotency key: then it may have done nothing, as a retry, or refused
         * @param command read-only, valid during the call
         */
        void entry(long index, long term, boolean committed, boolean keyed, ByteBuffer command) throws IOException;
    }

    /** Without filters every file is read. For measuring. */
    public DataFiles useFilters(boolean use) {
        usesFilters = use;
        return this;
    }

    /**
     * Finds the commands that may have touched a key: those of the segments whose filters do not deny it. Entries that were taken
     * away by a later leader are not among them.
     *
     * @throws IOException also where there is no log, or a part of it that had to be read is damaged
     */
    public Found history(byte[] key, Entries entries) throws IOException {
        try (FileDisk disk = FileDisk.readOnly(directory)) {
            LogHistory history = new LogHistory(disk);
            history.useFilters(usesFilters);
            LogHistory.Plan plan = history.plan(GROUP, KeyHash.of(key));
            Reading reading = new Reading(entries, plan.firstIndex());
            history.read(plan, reading);
            reading.throwIfFailed();
            List<Range> perhaps = plan.discarded().stream()
                    .filter(LogHistory.Discarded::perhaps)
                    .map(range -> new Range(range.firstIndex(), range.lastIndex()))
                    .toList();
            return new Found(
                    reading.firstIndex,
                    Math.max(reading.lastIndex, reading.firstIndex - 1),
                    plan.neverBefore(),
                    plan.retained(),
                    plan.segments().size(),
                    perhaps);
        }
    }

    private static final class Reading implements LogReader.Visitor {
        private final Entries entries;
        private long firstIndex;
        private long lastIndex;
        private @Nullable IOException failure;

        Reading(Entries entries, long firstIndex) {
            this.entries = entries;
            this.firstIndex = firstIndex;
        }

        @Override
        public void record(LogReader.Item item) {
            if (failure != null || item.group() != GROUP || item.status() == LogReader.Status.TRUNCATED) {
                return;
            }
            boolean says = item.kind().isLogEntry() || item.kind() == RecordKind.GROUP;
            lastIndex = says ? Math.max(lastIndex, item.index()) : lastIndex;
            if (item.kind() == RecordKind.SNAPSHOT_MARK && item.index() > lastIndex) {
                // A snapshot that came from elsewhere: the log goes on behind it, without what is between.
                firstIndex = Math.max(firstIndex, item.index() + 1);
                lastIndex = item.index();
            }
            if (item.kind() == RecordKind.ENTRY) {
                try {
                    boolean committed = item.status() == LogReader.Status.COMMITTED;
                    entries.entry(item.index(), item.term(), committed, item.isExtended(), item.command());
                } catch (IOException refused) {
                    failure = refused;
                }
            }
        }

        @Override
        public void unreadable(String file, long offset, String what) {
            if (failure == null) {
                failure = new IOException(file + " is damaged at offset " + offset + ": " + what);
            }
        }

        private void throwIfFailed() throws IOException {
            IOException first = failure;
            if (first != null) {
                throw first;
            }
        }
    }

    /** How long ago the snapshot that covers just that index was written, in ms; 0 if it is not there, or its date lies ahead. */
    public long snapshotAgeMillis(long index) {
        Path file = directory.resolve(SnapshotFiles.name(GROUP, index));
        try {
            return Math.max(
                    0,
                    System.currentTimeMillis() - Files.getLastModifiedTime(file).toMillis());
        } catch (IOException gone) {
            return 0;
        }
    }
}
