package io.quorate.cli.client;

import io.quorate.etcd.quoratepb.ClusterMember;
import io.quorate.etcd.quoratepb.Snapshots;
import io.quorate.etcd.quoratepb.StateResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a member does with snapshots, and where its log begins, as a few words of its line in the status. */
final class SnapshotWords {
    private static final long MINUTE_MILLIS = 60_000;
    private static final long HOUR_MILLIS = 60 * MINUTE_MILLIS;
    private static final long DAY_MILLIS = 24 * HOUR_MILLIS;

    private SnapshotWords() {}

    /** @param view who knows the members' names */
    static String of(StateResponse state, StateResponse view) {
        Snapshots snapshots = state.getSnapshots();
        List<String> words = new ArrayList<>();
        if (snapshots.getIndex() == 0) {
            words.add("no snapshot");
        } else {
            words.add("snapshot at " + snapshots.getIndex()
                    + (snapshots.getBytes() == 0
                            ? ""
                            : " (" + size(snapshots.getBytes()) + ", " + age(snapshots.getAgeMillis()) + ")"));
            words.add("log from " + state.getFirstLogIndex());
        }
        if (snapshots.getTaking() != 0) {
            words.add("taking one");
        }
        if (snapshots.getRestoring() != 0) {
            words.add("restoring " + snapshots.getRestoring() + ", reads are refused");
        }
        if (state.getLostThrough() != 0) {
            words.add("damaged: gets back entries up to " + state.getLostThrough() + ", does not vote");
        }
        if (snapshots.getFetchedFrom() != 0) {
            words.add(fetching(snapshots, view));
        }
        if (snapshots.getSending() != 0) {
            words.add("sending to " + snapshots.getSending());
        }
        return String.join(", ", words);
    }

    private static String fetching(Snapshots snapshots, StateResponse view) {
        String from = view.getMembersList().stream()
                .filter(member -> member.getId() == snapshots.getFetchedFrom())
                .map(ClusterMember::getName)
                .findFirst()
                .orElse(Long.toHexString(snapshots.getFetchedFrom()));
        return snapshots.getFetching() == 0
                ? "asking " + from + " for one"
                : "receiving " + snapshots.getFetching() + " from " + from + " (" + size(snapshots.getFetchedBytes())
                        + " of " + size(snapshots.getFetchBytes()) + ")";
    }

    private static String size(long bytes) {
        if (bytes < 10_000) {
            return bytes + " B";
        }
        return bytes < 10_000_000 ? bytes / 1000 + " kB" : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    private static String age(long millis) {
        if (millis < MINUTE_MILLIS) {
            return millis / 1000 + "s old";
        }
        if (millis < HOUR_MILLIS) {
            return millis / MINUTE_MILLIS + "m old";
        }
        return millis < DAY_MILLIS ? millis / HOUR_MILLIS + "h old" : millis / DAY_MILLIS + "d old";
    }
}
