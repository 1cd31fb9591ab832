package io.quorate.server.options;

/**
 * When a member saves its store, and what stays in its log for members that lag. {@link ServerOptions} checks it.
 *
 * @param entries a snapshot is taken when so many entries were applied since the last one, 1 to 1,000,000,000
 * @param logBytes or so many bytes of log, 1 KiB to 1 TiB
 * @param millis or so long after it, when anything was applied since, up to 2,000,000,000; 0: never for that
 * @param tailEntries how many entries before the newest snapshot stay in the log, 0 to 1,000,000,000
 * @param tailBytes and at most so many bytes of them, 0 to 1 TiB
 */
public record SnapshotOptions(long entries, long logBytes, long millis, long tailEntries, long tailBytes) {
    public static final SnapshotOptions DEFAULTS = new SnapshotOptions(100_000, 64L << 20, 3_600_000, 5000, 16L << 20);
}
