package io.quorate.cli.log;

import io.quorate.DataFiles;
import io.quorate.DataFiles.Found;
import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.FileProblem;
import io.quorate.kv.KeyHistory;
import io.quorate.kv.Result;
import io.quorate.kv.replicated.KvStateMachine;
import io.quorate.node.once.Extension;
import io.quorate.node.once.KnownKeys;
import io.quorate.node.port.RecordKind;
import io.quorate.node.port.StateRestore;
import io.quorate.storage.FileDisk;
import io.quorate.storage.LogReader;
import io.quorate.storage.SnapshotFiles;
import io.quorate.storage.SnapshotReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The history of a key from a data directory alone. Which entries wrote it the filters and the log say; for their revisions the
 * store is built in memory from the newest snapshot and the log behind it, and that only when there is any such entry.
 */
public final class OfflineHistory {
    private static final int GROUP = 0;

    private final Path directory;
    private final KvStateMachine machine = new KvStateMachine();
    private final KnownKeys<Result> keys = new KnownKeys<>(machine, KnownKeys.Limits.DEFAULTS);
    private boolean anyEntry;
    private long committedIndex;

    public OfflineHistory(Path directory) {
        this.directory = directory;
    }

    /**
     * What was found.
     *
     * @param committedIndex the last entry of those read that the log calls committed
     */
    public record Answer(List<KeyHistory.Write> writes, Found found, long committedIndex) {}

    /** @param filters false: read every file, for measuring */
    public Answer read(byte[] key, boolean filters) {
        try {
            KeyHistory history = new KeyHistory(key);
            Found found = new DataFiles(directory)
                    .useFilters(filters)
                    .history(key, (index, term, committed, keyed, command) -> {
                        history.entry(index, term, keyed, bytes(command));
                        committedIndex = committed ? Math.max(committedIndex, index) : committedIndex;
                        anyEntry = true;
                    });
            if (anyEntry) {
                rebuild();
            }
            return new Answer(
                    history.writes(machine.store().view(), found.firstIndex() == 1, true), found, committedIndex);
        } catch (IOException failed) {
            throw new CommandFailure("the log in " + directory + " cannot be read: " + FileProblem.of(failed));
        }
    }

    private static byte[] bytes(ByteBuffer command) {
        byte[] bytes = new byte[command.remaining()];
        command.duplicate().get(bytes);
        return bytes;
    }

    /** The store as of the last entry of the log, as if that were committed. */
    private void rebuild() throws IOException {
        try (FileDisk disk = FileDisk.readOnly(directory)) {
            long mark = restoreNewest(disk);
            Replay replay = new Replay(mark + 1);
            new LogReader(disk).read(replay);
            if (replay.gap != 0) {
                throw new IOException(
                        "entry " + replay.gap + " is missing behind the newest snapshot, which is at " + mark);
            }
        }
    }

    /** Returns its index; 0 where there is none. */
    private long restoreNewest(FileDisk disk) throws IOException {
        String newest = "";
        for (String name : disk.list()) {
            newest = SnapshotFiles.isSnapshot(name) ? name : newest;
        }
        if (newest.isEmpty()) {
            return 0;
        }
        try (SnapshotReader reader = SnapshotReader.open(disk, newest, 0)) {
            List<StateRestore> parts = List.of(machine.restore(), keys.restore());
            reader.readAll((part, payload) -> {
                if (part < parts.size()) { // the hashes of states are of no use here
                    parts.get(part).block(payload);
                }
            });
            parts.forEach(StateRestore::finish);
            return reader.info().mark().index();
        }
    }

    private final class Replay implements LogReader.Visitor {
        private long next;
        private long gap;

        Replay(long next) {
            this.next = next;
        }

        @Override
        public void record(LogReader.Item item) {
            boolean counts =
                    item.group() == GROUP && item.kind().isLogEntry() && item.status() != LogReader.Status.TRUNCATED;
            if (!counts || item.index() < next) {
                return;
            }
            if (item.index() > next && gap == 0) {
                gap = next;
            }
            next = item.index() + 1;
            if (item.kind() == RecordKind.ENTRY) {
                apply(item);
            }
        }

        private void apply(LogReader.Item item) {
            if (item.isExtended()) {
                keys.apply(Extension.of(item.payload()), item.index(), item.term(), item.command());
            } else {
                machine.apply(item.index(), item.term(), item.command());
            }
        }

        @Override
        public void unreadable(String file, long offset, String what) {
            gap = gap == 0 ? next : gap;
        }
    }
}
