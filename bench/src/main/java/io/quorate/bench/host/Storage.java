package io.quorate.bench.host;

import io.quorate.bench.host.Mounts.Mount;
import java.util.List;

/**
 * Whether what a server acknowledges can be durable, as far as one can see from outside: by the file system, and by options
 * that say it does not flush.
 *
 * @param verdict what may be said about a run
 * @param fileSystem its type, e.g. ext4; of several all, separated by commas; empty when none was found
 * @param reason why the verdict is not DURABLE, for people; empty if it is
 */
public record Storage(Verdict verdict, String fileSystem, String reason) {
    /** What may be said about the durability of a run; the later, the worse. */
    public enum Verdict {
        DURABLE,
        UNKNOWN,
        NOT_DURABLE
    }

    /** etcd's own words for giving up durability. */
    private static final List<String> UNSAFE = List.of("--unsafe-no-fsync", "--unsafe-no-fsync=true");

    /**
     * @param mounts of the files that the process writes
     * @param commandLine its words
     */
    static Storage judge(List<Mount> mounts, List<String> commandLine) {
        String types = String.join(
                ",", mounts.stream().map(Mount::type).distinct().sorted().toList());
        for (Mount mount : mounts) {
            if (mount.isMemory()) {
                return new Storage(
                        Verdict.NOT_DURABLE,
                        types,
                        "its data lies on " + mount.type() + " (" + mount.point() + "), which is memory");
            }
        }
        for (String word : commandLine) {
            if (UNSAFE.contains(word)) {
                return new Storage(Verdict.NOT_DURABLE, types, "it was started with " + word);
            }
        }
        return mounts.isEmpty()
                ? new Storage(Verdict.UNKNOWN, "", "no file that it writes was found; name its folder with --data-dir")
                : new Storage(Verdict.DURABLE, types, "");
    }

    /** Several servers are as durable as the least of them. */
    public static Storage ofAll(List<Storage> all) {
        Storage found = all.isEmpty()
                ? new Storage(Verdict.UNKNOWN, "", "no server process was found on this computer")
                : all.get(0);
        for (Storage each : all) {
            if (each.verdict.compareTo(found.verdict) > 0) {
                found = each;
            }
        }
        return found;
    }

    /** For a line of output. */
    public String sentence() {
        return switch (verdict) {
            case DURABLE -> "durable, as far as the file system tells: " + fileSystem;
            case NOT_DURABLE -> "NOT DURABLE: " + reason;
            case UNKNOWN -> "durability unknown: " + reason;
        };
    }
}
