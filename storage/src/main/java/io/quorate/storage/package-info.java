/**
 * What a member keeps on stable storage: the log of all its groups, their snapshots and its identity. Everything goes through the small
 * blocking port {@link io.quorate.storage.Disk}, of which one implementation is a directory and the other a disk in memory
 * that forgets what was not flushed. The formats are drawn at {@link io.quorate.storage.SegmentedLog} and
 * {@link io.quorate.storage.SnapshotFiles}.
 */
@NullMarked
package io.quorate.storage;

import org.jspecify.annotations.NullMarked;
