package io.quorate.storage;

import io.quorate.raft.SnapshotMark;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells recovery whether a snapshot mark in the log has its file. */
interface SnapshotCheck {
    /** Names on the disk, flushed; told once, before the first question. */
    void find(List<String> names) throws IOException;

    /** For logs whose marks have no files. */
    SnapshotCheck NONE = new SnapshotCheck() {
        @Override
        public void find(List<String> names) {
            // There are none.
        }

        @Override
        public @Nullable String flaw(int group, SnapshotMark mark) {
            return null;
        }
    };

    /** @return null if the file is there and every byte of it holds; else what is wrong, as a sentence */
    @Nullable
    String flaw(int group, SnapshotMark mark) throws IOException;
}
