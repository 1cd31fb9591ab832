package io.quorate.storage;

import io.quorate.raft.SnapshotMark;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Tells recovery whether a snapshot mark in the log has its file. */
interface SnapshotCheck {
    /** For logs whose marks have no files. */
    SnapshotCheck NONE = (group, mark) -> null;

    /** @return null if the file is there and every byte of it holds; else what is wrong, as a sentence */
    @Nullable
    String flaw(int group, SnapshotMark mark) throws IOException;
}
