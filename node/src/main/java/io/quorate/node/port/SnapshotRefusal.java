package io.quorate.node.port;

/** Why a {@link SnapshotStore} did not do what was asked. Nothing else has changed, and it may be asked again. */
public enum SnapshotRefusal {
    /** No room, now or before the end was reached. What was written of a new snapshot is removed; received chunks too. */
    DISK_FULL,
    /** The disk refused a call that no full disk explains. As with a full one, what was half made is removed. */
    DISK_FAILED,
    /** Bytes are not what was written: of a file here, or of chunks that came. Received chunks before them stay good. */
    DAMAGED,
    /** It is of another cluster or group, or not the snapshot that was offered. */
    FOREIGN,
    /** A newer version wrote it, in a format that this one does not know. */
    NEWER_FORMAT,
    /** The chunks do not begin where those received end. */
    OUT_OF_ORDER,
    /** There is no such snapshot here, or not any more. */
    GONE,
    /** One that is as new is here already. */
    NOT_NEEDED,
    /** Another snapshot of the group is being received instead. */
    REPLACED,
    /** The image or the state being restored threw: a mistake of the state machine. */
    STATE_MACHINE
}
