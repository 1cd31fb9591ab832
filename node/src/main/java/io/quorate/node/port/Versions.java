package io.quorate.node.port;

import org.jspecify.annotations.Nullable;

/**
 * The versions that a build speaks: every one from {@code oldest} to {@code newest}. One number stands for both what is said between
 * members and what is written into logs and snapshots.
 *
 * <p><b>Between members</b> each connection uses the lower of the two newest: what is said is forgotten, so two members may change it
 * between themselves, at once. <b>What is written</b> is read by every member, for years: so it is decided for all of them by the
 * cluster version alone, which stands in the replicated membership, is raised by an operator, and never falls. Until it is raised each
 * member can go back to the build that it ran before.
 *
 * @param oldest from 1; a build reads what the one before it wrote, so it is at most {@code newest}
 * @param newest at most 65535
 */
public record Versions(int oldest, int newest) {
    /** What this build speaks. A change of a message, a record, a snapshot or what they mean raises the newest. */
    public static final Versions CURRENT = new Versions(1, 1);

    public Versions {
        if (oldest < 1 || newest < oldest || newest > 0xffff) {
            throw new IllegalArgumentException("versions " + oldest + " to " + newest);
        }
    }

    public boolean speak(int version) {
        return version >= oldest && version <= newest;
    }

    /** The version of a connection with a member that speaks those; 0 where there is none that both know. */
    public int agreed(Versions theirs) {
        int lower = Math.min(newest, theirs.newest);
        return lower >= Math.max(oldest, theirs.oldest) ? lower : 0;
    }

    /**
     * Why a build that speaks these versions must not take part in a cluster of that version; null when it may.
     *
     * @return a sentence that names both, and what to do
     */
    public @Nullable String refusal(int clusterVersion) {
        if (speak(clusterVersion)) {
            return null;
        }
        return "the cluster has version " + clusterVersion + ", and this build of Quorate knows " + this + ": "
                + (clusterVersion > newest
                        ? "it is too old to read what the cluster writes. Start a build that knows version "
                                + clusterVersion
                        : "it is too new to read what the cluster writes. Start an older build, raise the cluster version"
                                + " (quorate upgrade), then come back to this one")
                + "; nothing was changed";
    }

    @Override
    public String toString() {
        return oldest == newest ? "version " + newest : "versions " + oldest + " to " + newest;
    }
}
