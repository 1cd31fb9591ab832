package io.quorate.node;

/**
 * What one member does with snapshots at one moment. An index says what a snapshot covers, 0 that there is none.
 *
 * @param index of the newest, with which a start begins; the log holds what is behind it, and a tail before it
 * @param bytes size of the newest; 0 also while its file is not there yet
 * @param taking of the one that is being taken and written
 * @param restoring of the one that the state machine is being restored from; meanwhile reads are refused
 * @param fetching of the one that comes from another member
 * @param fetchedFrom the member that it comes from, unsigned; or that is asked for one; 0: none
 * @param fetchedBytes of it that are here and checked
 * @param fetchBytes of all of it
 * @param sending how many members have one sent from here, or had a moment ago and may come back
 */
public record SnapshotStatus(
        long index,
        long bytes,
        long taking,
        long restoring,
        long fetching,
        long fetchedFrom,
        long fetchedBytes,
        long fetchBytes,
        int sending) {
    public static final SnapshotStatus NONE = new SnapshotStatus(0, 0, 0, 0, 0, 0, 0, 0, 0);
}
