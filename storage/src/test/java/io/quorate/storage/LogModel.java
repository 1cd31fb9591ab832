package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.port.LogStore.GroupImage;
import io.quorate.raft.HardState;
import io.quorate.raft.RestartImage;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.LogDriver.Entries;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a log is, said as naively as can be: for each group a map from index to entry. */
final class LogModel {
    static final Membership ONE = Membership.ofVoters(List.of(new Member(1, 11, "n", List.of())));

    /** One numbered write, as the model and the log both take it. */
    record Step(
            int group,
            @Nullable SnapshotMark mark,
            long truncateFrom,
            @Nullable HardState hardState,
            long firstIndex,
            long term,
            List<String> commands) {
        void submit(LogDriver driver) {
            Entries entries = Entries.of(group, firstIndex, term, commands.toArray(new String[0]));
            driver.submit(group, mark, truncateFrom, hardState, entries);
        }
    }

    private record Entry(long term, String command) {}

    private static final class Group {
        HardState hardState = HardState.INITIAL;
        SnapshotMark mark = new SnapshotMark(0, 0, Membership.NONE);
        /** Those before the mark, too, while the log holds them. */
        final TreeMap<Long, Entry> entries = new TreeMap<>();

        long lastIndex() {
            return entries.isEmpty() ? mark.index() : Math.max(mark.index(), entries.lastKey());
        }

        long lastTerm() {
            return entries.isEmpty() || entries.lastKey() <= mark.index()
                    ? mark.term()
                    : entries.lastEntry().getValue().term;
        }
    }

    private final Map<Integer, Group> groups = new TreeMap<>();

    LogModel copy() {
        LogModel copy = new LogModel();
        groups.forEach((number, group) -> {
            Group twin = copy.group(number);
            twin.hardState = group.hardState;
            twin.mark = group.mark;
            twin.entries.putAll(group.entries);
        });
        return copy;
    }

    private Group group(int number) {
        return groups.computeIfAbsent(number, absent -> new Group());
    }

    long lastIndex(int number) {
        return group(number).lastIndex();
    }

    void apply(Step step) {
        Group group = group(step.group);
        if (step.mark != null) {
            group.mark = step.mark;
        }
        if (step.truncateFrom != 0) {
            group.entries.tailMap(step.truncateFrom, true).clear();
        }
        if (!group.entries.isEmpty() && group.entries.lastKey() < group.mark.index()) {
            group.entries.clear(); // A snapshot took the place of all.
        }
        if (step.hardState != null) {
            group.hardState = step.hardState;
        }
        for (int i = 0; i < step.commands.size(); i++) {
            group.entries.put(step.firstIndex + i, new Entry(step.term, step.commands.get(i)));
        }
    }

    /** A write that a core could make after all that is in this model. */
    Step next(Random random, int number, int maxCommandBytes) {
        Group group = group(number);
        long term = Math.max(1, Math.max(group.hardState.currentTerm(), group.lastTerm()));
        SnapshotMark mark = null;
        long from = 0;
        switch (random.nextInt(8)) {
            case 0 -> {
                // The conflict of a new leader's entries with our own (paper section 5.3).
                term++;
                from = between(random, group.mark.index() + 1, group.lastIndex() + 1);
            }
            case 1 -> {
                long index = between(random, group.mark.index(), group.lastIndex());
                mark = new SnapshotMark(index, term(group, index), ONE);
            }
            case 2 -> {
                // A snapshot received from a leader, beyond our log or against it.
                term++;
                mark = new SnapshotMark(group.lastIndex() + random.nextInt(5), term, ONE);
                from = group.mark.index() + 1;
            }
            default -> {}
        }
        long last = from == 0 ? group.lastIndex() : from - 1;
        last = mark == null ? last : Math.max(last, mark.index());
        HardState state = term != group.hardState.currentTerm() || random.nextInt(4) == 0
                ? new HardState(term, random.nextInt(3), random.nextInt(100))
                : null;
        return new Step(number, mark, from, state, last + 1, term, commands(random, last + 1, maxCommandBytes));
    }

    private static long term(Group group, long index) {
        Entry entry = group.entries.get(index);
        return entry == null || index == group.mark.index() ? group.mark.term() : entry.term;
    }

    private static long between(Random random, long first, long last) {
        return last <= first ? first : first + random.nextInt((int) (last - first + 1));
    }

    private static List<String> commands(Random random, long first, int maxBytes) {
        List<String> commands = new ArrayList<>();
        for (int count = random.nextInt(4); count > 0; count--) {
            String text = "e" + (first + commands.size()) + "." + random.nextInt(1000);
            commands.add(text + "-".repeat(random.nextInt(maxBytes)));
        }
        return commands;
    }

    /** Whether a restart found exactly this. Groups that were never written are not there. */
    boolean isWhat(LogDriver driver) {
        Map<Integer, RestartImage> images = new TreeMap<>();
        for (GroupImage image : driver.log.recovered()) {
            images.put(image.group(), image.image());
        }
        for (Map.Entry<Integer, Group> entry : groups.entrySet()) {
            RestartImage image = images.remove(entry.getKey());
            if (!isWhat(entry.getValue(), image) || !contentIs(driver, entry.getKey(), entry.getValue())) {
                return false;
            }
        }
        return images.isEmpty();
    }

    private static boolean isWhat(Group group, @Nullable RestartImage image) {
        if (image == null) {
            return group.hardState.equals(HardState.INITIAL) && group.mark.index() == 0 && group.entries.isEmpty();
        }
        return image.hardState().equals(group.hardState)
                && image.mark().equals(group.mark)
                && image.log().lastIndex() == group.lastIndex()
                && image.prevIndex() <= group.mark.index()
                && isPrevTerm(group, image)
                && runs(group, image.prevIndex()).equals(runs(image));
    }

    /** An entry that a former snapshot covered is not known here. */
    private static boolean isPrevTerm(Group group, RestartImage image) {
        Entry before = group.entries.get(image.prevIndex());
        if (image.prevIndex() == group.mark.index()) {
            return image.prevTerm() == group.mark.term();
        }
        return image.prevIndex() == 0 ? image.prevTerm() == 0 : before == null || image.prevTerm() == before.term;
    }

    private static Map<Long, Long> runs(Group group, long prevIndex) {
        TreeMap<Long, Long> runs = new TreeMap<>();
        long previous = 0;
        for (Map.Entry<Long, Entry> entry :
                group.entries.tailMap(prevIndex, false).entrySet()) {
            if (entry.getValue().term != previous) {
                previous = entry.getValue().term;
                runs.put(entry.getKey(), previous);
            }
        }
        return runs;
    }

    private static Map<Long, Long> runs(RestartImage image) {
        TreeMap<Long, Long> runs = new TreeMap<>();
        for (int i = 0; i < image.log().runFirst().length; i++) {
            runs.put(image.log().runFirst()[i], image.log().runTerm()[i]);
        }
        return runs;
    }

    /** Whether a log that runs gives exactly these entries. */
    boolean contentIs(LogDriver driver) {
        return groups.entrySet().stream().allMatch(group -> contentIs(driver, group.getKey(), group.getValue()));
    }

    private static boolean contentIs(LogDriver driver, int number, Group group) {
        List<String> expected = group.entries.tailMap(group.mark.index(), false).values().stream()
                .map(Entry::command)
                .toList();
        return expected.equals(content(driver, number, group.mark.index() + 1, group.lastIndex()));
    }

    /** Everything from that index on, in as many reads as it takes. */
    static List<String> content(LogDriver driver, int number, long first, long last) {
        List<String> content = new ArrayList<>();
        while (first + content.size() <= last) {
            List<String> piece = driver.readCommands(number, first + content.size(), last, 200);
            if (piece.isEmpty()) {
                break;
            }
            content.addAll(piece);
        }
        assertThat(driver.failures).isEmpty();
        return content;
    }
}
