package io.quorate.bench.host;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The mounts in a {@code /proc/PID/mounts}: which file system a path lies on. */
public final class Mounts {
    /**
     * @param point where it is mounted
     * @param type as the kernel calls it, e.g. ext4
     * @param device what is mounted there
     */
    public record Mount(Path point, String type, String device) {
        /** Whether nothing written there outlives a loss of power, so that flushing costs nothing and means nothing. */
        public boolean isMemory() {
            return MEMORY.contains(type);
        }
    }

    private static final List<String> MEMORY = List.of("tmpfs", "ramfs", "devtmpfs", "hugetlbfs");

    private final List<Mount> mounts = new ArrayList<>();

    /** @param lines each with device, mount point, type and more; a blank in a name is written as {@code \040} */
    public static Mounts parse(List<String> lines) {
        Mounts parsed = new Mounts();
        for (String line : lines) {
            String[] fields = line.split(" ", -1);
            if (fields.length >= 3) {
                parsed.mounts.add(new Mount(Path.of(unescape(fields[1])), fields[2], unescape(fields[0])));
            }
        }
        return parsed;
    }

    private static String unescape(String field) {
        return field.replace("\\040", " ").replace("\\011", "\t").replace("\\134", "\\");
    }

    /** The mount with the longest point above the path; of two at one point the later, which covers the other. */
    public Mount of(Path absolute) {
        Mount found = new Mount(Path.of("/"), "unknown", "unknown");
        for (Mount mount : mounts) {
            if (absolute.startsWith(mount.point) && mount.point.getNameCount() >= found.point.getNameCount()) {
                found = mount;
            }
        }
        return found;
    }
}
