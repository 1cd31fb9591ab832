package io.quorate.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.port.KeyHash;
import io.quorate.node.port.RecordKind;
import io.quorate.raft.HardState;
import io.quorate.raft.SnapshotMark;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.LogDriver.Entries;
import io.quorate.storage.LogReader.Item;
import io.quorate.storage.LogReader.Status;
import io.quorate.storage.MemoryDisk.Loss;
import io.quorate.storage.MemoryDisk.Operation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Indexes of segments: when they are written, that they never lie, and what they save. */
final class LogHistoryTest {
    private final MemoryDisk medium = new MemoryDisk("n1");

    /** A log whose entries are keys, each touching itself when it is applied. */
    private static final class Life {
        final LogDriver driver;
        long last;
        long applied;

        Life(MemoryDisk medium) throws IOException {
            driver = new LogDriver(
                    medium.open(),
                    LogDriver.SMALL,
                    LogDriver.entropy(medium.list().size() + 1L));
            last = driver.log.recovered().isEmpty() ? 0 : driver.image(1).log().lastIndex();
            applied = driver.log.recovered().isEmpty()
                    ? 0
                    : driver.image(1).mark().index();
        }

        void append(String key) {
            last++;
            HardState state = last == 1 ? new HardState(3, 1, 0) : null;
            driver.submit(1, null, 0, state, Entries.of(1, last, 3, entry(key)));
            driver.run();
        }

        static String entry(String key) {
            return key + " ".repeat(100);
        }

        void apply(String key) {
            applied++;
            driver.log.applied(1, applied, applied, new long[] {hash(key)}, 1);
        }

        void appendAndApply(String key) {
            append(key);
            apply(key);
            driver.run();
        }

        void remove(long mark, long before) {
            driver.submit(1, SnapshotDriver.mark(mark), 0, null, Entries.NONE);
            driver.run();
            driver.log.removeBefore(1, before);
            driver.run();
        }
    }

    private static long hash(String key) {
        return KeyHash.of(key.getBytes(StandardCharsets.UTF_8));
    }

    private static String key(int number) {
        return "key/" + number;
    }

    private List<Long> segments() {
        return medium.list().stream()
                .map(LogFormat::segmentNumber)
                .filter(number -> number != 0)
                .toList();
    }

    private List<Long> indexes() {
        return medium.list().stream()
                .map(SegmentIndex::number)
                .filter(number -> number != 0)
                .toList();
    }

    /** Plans and reads beside the member, as another process would; the entries found, and the segments of which one was read. */
    private static final class Search {
        final LogHistory.Plan plan;
        final List<Long> found = new ArrayList<>();
        final TreeSet<String> read = new TreeSet<>();

        Search(MemoryDisk medium, String key, boolean filters) throws IOException {
            Disk disk = medium.copy().open();
            LogHistory history = new LogHistory(disk);
            history.useFilters(filters);
            plan = history.plan(1, hash(key));
            history.read(plan, new LogReader.Visitor() {
                @Override
                public void record(Item item) {
                    read.add(item.file());
                    String text = StandardCharsets.UTF_8.decode(item.payload()).toString();
                    if (item.kind() == RecordKind.ENTRY
                            && item.status() != Status.TRUNCATED
                            && text.equals(Life.entry(key))) {
                        found.add(item.index());
                    }
                }

                @Override
                public void unreadable(String file, long offset, String what) {
                    throw new AssertionError(file + " " + what);
                }
            });
        }
    }

    @Test
    void a_sealed_segment_gets_its_index_when_all_in_it_is_applied() throws IOException {
        Life life = new Life(medium);
        for (int i = 1; i <= 40; i++) {
            life.append(key(i));
        }
        assertThat(segments()).hasSizeGreaterThan(3);
        assertThat(indexes()).isEmpty();
        for (int i = 1; i <= 39; i++) {
            life.apply(key(i));
        }
        life.driver.run();
        List<Long> sealed = segments().subList(0, segments().size() - 1);
        assertThat(indexes()).isEqualTo(sealed);
        long next = 1;
        for (long number : sealed) {
            SegmentIndex.Group group =
                    SegmentIndex.read(life.driver.disk, number).groups().get(0);
            assertThat(group.firstIndex()).isEqualTo(next);
            assertThat(group.runFirst()).containsExactly(next);
            assertThat(group.runTerm()).containsExactly(3);
            for (; next <= group.lastIndex(); next++) {
                assertThat(group.mayContain(hash(key((int) next)))).isTrue();
            }
        }
    }

    @Test
    void what_was_not_heard_of_has_no_index() throws IOException {
        Life life = new Life(medium);
        for (int i = 1; i <= 40; i++) {
            life.append(key(i));
        }
        life.applied = 4;
        for (int i = 5; i <= 40; i++) {
            life.apply(key(i));
        }
        life.driver.run();
        assertThat(indexes()).isEqualTo(segments().subList(1, segments().size() - 1));
    }

    @Test
    void most_segments_are_skipped_with_filters_and_none_without() throws IOException {
        Life life = new Life(medium);
        for (int i = 1; i <= 400; i++) {
            life.appendAndApply(i == 77 || i == 300 ? "rare" : key(i));
        }
        int all = segments().size();
        assertThat(all).isGreaterThan(30);
        Search with = new Search(medium, "rare", true);
        assertThat(with.found).containsExactly(77L, 300L);
        // The two, the one being written, and a wrong "perhaps" for one in a hundred.
        assertThat(with.read.size()).isBetween(3, 5);
        assertThat(with.plan.segments()).hasSameSizeAs(with.read);
        Search without = new Search(medium, "rare", false);
        assertThat(without.found).isEqualTo(with.found);
        assertThat(without.read).hasSize(all);
    }

    @Test
    void none_is_skipped_where_every_segment_has_the_key() throws IOException {
        Life life = new Life(medium);
        for (int i = 1; i <= 100; i++) {
            life.appendAndApply("often");
        }
        Search with = new Search(medium, "often", true);
        assertThat(with.found).hasSize(100);
        assertThat(with.read).hasSameSizeAs(segments());
    }

    @Test
    void what_was_discarded_is_still_known_not_to_hold_the_key() throws IOException {
        Life life = new Life(medium);
        for (int i = 1; i <= 200; i++) {
            life.appendAndApply(i == 150 ? "late" : i == 20 ? "early" : key(i));
        }
        life.remove(150, 100);
        assertThat(segments().get(0)).isGreaterThan(5);
        assertThat(indexes().get(0)).isEqualTo(1);

        Search late = new Search(medium, "late", true);
        assertThat(late.found).containsExactly(150L);
        assertThat(new Search(medium, "late", false).plan.discarded()).isEmpty();
        List<LogHistory.Discarded> discarded = late.plan.discarded();
        assertThat(late.plan.neverBefore())
                .isEqualTo(discarded.get(discarded.size() - 1).lastIndex() + 1);
        assertThat(late.plan.neverBefore()).isBetween(90L, 101L);

        Search early = new Search(medium, "early", true);
        assertThat(early.found).isEmpty();
        assertThat(early.plan.neverBefore()).isBetween(10L, 20L);
        assertThat(early.plan.discarded())
                .filteredOn(LogHistory.Discarded::perhaps)
                .anyMatch(range -> range.firstIndex() <= 20 && range.lastIndex() >= 20);
    }

    @Test
    void a_discarded_segment_without_an_index_leaves_nothing_certain() throws IOException {
        Life life = new Life(medium);
        for (int i = 1; i <= 20; i++) {
            life.append(key(i));
        }
        life.applied = 20;
        for (int i = 21; i <= 200; i++) {
            life.appendAndApply(key(i));
        }
        life.remove(150, 100);
        Search search = new Search(medium, "never", true);
        assertThat(search.plan.discarded()).isNotEmpty();
        assertThat(search.plan.neverBefore()).isEqualTo(1);
    }

    @Test
    void indexes_outlive_a_restart_and_what_is_applied_again_makes_the_rest() throws IOException {
        Life life = new Life(medium);
        for (int i = 1; i <= 60; i++) {
            life.appendAndApply(key(i));
        }
        life.driver.submit(1, SnapshotDriver.mark(40), 0, null, Entries.NONE);
        life.driver.run();
        List<Long> before = indexes();
        medium.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        List<String> written = new ArrayList<>();
        medium.hook((operation, name, bytes) -> {
            if (operation == Operation.RENAME && name.endsWith(SegmentIndex.TEMPORARY)) {
                written.add(name);
            }
        });
        life = new Life(medium);
        assertThat(life.applied).isEqualTo(40);
        while (life.applied < life.last) {
            life.apply(key((int) life.applied + 1));
        }
        for (int i = 61; i <= 100; i++) {
            life.appendAndApply(key(i));
        }
        assertThat(indexes()).isEqualTo(segments().subList(0, segments().size() - 1));
        assertThat(written).hasSize(indexes().size() - before.size());
        for (int i = 1; i <= 100; i++) {
            assertThat(new Search(medium, key(i), true).found).containsExactly((long) i);
        }
    }

    @Test
    void an_index_that_does_not_hold_is_ignored_and_removed_by_the_next_start() throws IOException {
        Life life = new Life(medium);
        for (int i = 1; i <= 40; i++) {
            life.appendAndApply(key(i));
        }
        byte[] original = medium.bytes(SegmentIndex.name(2));
        for (int at = 0; at < original.length; at++) {
            byte[] changed = original.clone();
            changed[at] ^= 4;
            medium.put(SegmentIndex.name(2), changed);
            assertThat(new LogHistory(medium.copy().open())
                            .plan(1, hash("never"))
                            .segments())
                    .contains(2L);
        }
        medium.put(SegmentIndex.name(2), medium.bytes(SegmentIndex.name(3)));
        assertThat(new LogHistory(medium.copy().open()).plan(1, hash("never")).segments())
                .contains(2L);
        medium.crash(Loss.EVERYTHING, LogDriver.entropy(1));
        Life next = new Life(medium);
        assertThat(indexes()).doesNotContain(2L).contains(1L, 3L);
        assertThat(next.driver.image(1).log().lastIndex()).isEqualTo(40);
    }

    @Test
    void entries_that_were_taken_away_are_not_found_though_the_truncation_is_skipped() throws IOException {
        Life life = new Life(medium);
        for (int i = 1; i <= 10; i++) {
            life.append(key(i));
        }
        for (int i = 11; i <= 25; i++) {
            life.append("taken");
        }
        life.last = 10;
        life.driver.submit(1, null, 11, new HardState(4, 1, 0), Entries.of(1, 11, 4, Life.entry(key(11))));
        life.driver.run();
        life.last = 11;
        for (int i = 12; i <= 60; i++) {
            life.last++;
            life.driver.submit(1, null, 0, null, Entries.of(1, life.last, 4, Life.entry(key(i))));
            life.driver.run();
        }
        // Only what stands behind the truncation was heard of, as if a former life had applied what is before it.
        life.applied = 10;
        for (int i = 11; i <= 60; i++) {
            life.apply(key(i));
        }
        life.driver.run();
        Search search = new Search(medium, "taken", true);
        assertThat(search.read.size()).isLessThan(segments().size());
        assertThat(search.found).isEmpty();
        assertThat(new Search(medium, "taken", false).found).isEmpty();
    }

    @Test
    void a_full_disk_costs_an_index_and_nothing_else() throws IOException {
        Life life = new Life(medium);
        for (int i = 1; i <= 20; i++) {
            life.append(key(i));
        }
        long used = Long.MAX_VALUE - life.driver.disk.freeBytes();
        medium.capacity(used);
        for (int i = 1; i <= 20; i++) {
            life.apply(key(i));
        }
        life.driver.run();
        assertThat(life.driver.failures).isEmpty();
        assertThat(medium.list()).noneMatch(name -> name.contains(".index"));
        assertThat(new Search(medium, key(3), true).found).containsExactly(3L);
    }

    /** Entries, snapshots and removals, and the power goes before each of the disk's calls in every way: no answer is wrong. */
    @Test
    void no_crash_makes_an_index_lie() throws IOException {
        int calls = 0;
        for (boolean crashed = true; crashed; calls += 3) {
            crashed = false;
            for (Loss loss : Loss.values()) {
                crashed |= crashAt(calls, loss);
            }
        }
        assertThat(calls).isGreaterThan(200);
    }

    private static boolean crashAt(int calls, Loss loss) throws IOException {
        MemoryDisk disk = new MemoryDisk("n1");
        Life life = new Life(disk);
        int[] left = {calls};
        disk.hook((operation, name, bytes) -> {
            if (left[0]-- <= 0) {
                throw new IOException("stopped");
            }
        });
        for (int i = 1; i <= 60 && life.driver.failures.isEmpty(); i++) {
            life.append(key(i));
            if (life.driver.failures.isEmpty()) {
                life.apply(key(i));
                life.driver.run();
            }
            if (i % 20 == 0 && life.driver.failures.isEmpty()) {
                life.remove(i - 2, i - 10);
            }
        }
        disk.hook(MemoryDisk.Hook.NONE);
        disk.crash(loss, LogDriver.entropy(calls));
        Life next = new Life(disk);
        while (next.applied < next.last) {
            next.apply(key((int) next.applied + 1));
        }
        next.driver.run();
        for (int i = 1; i <= next.last; i++) {
            Search search = new Search(disk, key(i), true);
            boolean retained = !new Search(disk, key(i), false).found.isEmpty();
            assertThat(search.found).isEqualTo(retained ? List.of((long) i) : List.of());
            assertThat(search.plan.neverBefore()).isLessThanOrEqualTo(i);
        }
        return left[0] < 0;
    }

    /** The void segments have indexes, and begin with later batches than those in which the same entries came back. */
    @Test
    void what_came_back_after_a_repair_is_found_though_the_void_segments_are_still_there() throws IOException {
        Life life = new Life(medium);
        Membership three = Membership.ofVoters(List.of(
                new Member(1, 11, "n1", List.of()),
                new Member(2, 12, "n2", List.of()),
                new Member(3, 13, "n3", List.of())));
        life.driver.submit(1, new SnapshotMark(0, 0, three), 0, null, Entries.NONE);
        for (int i = 1; i <= 40; i++) {
            life.appendAndApply(key(i));
        }
        life.driver.log.close();
        String first = LogFormat.segmentName(segments().get(0));
        List<Long> before = segments();
        byte[] changed = medium.bytes(first);
        changed[800] ^= 4;
        medium.put(first, changed);
        Disk disk = medium.open();
        try {
            SegmentedLog.open(disk, LogDriver.SMALL, LogDriver.entropy(5));
            throw new AssertionError("the damage is not noticed");
        } catch (LogDamagedException damage) {
            LogRepair.repair(disk, LogDriver.SMALL, LogDriver.entropy(8), () -> SnapshotCheck.NONE, 1, damage);
        }
        disk.close();

        Life again = new Life(medium);
        long kept = again.last;
        again.applied = kept;
        assertThat(kept).isLessThan(20);
        for (int i = (int) kept + 1; i <= 36; i += 2) {
            // In fewer batches than before, as a leader sends them to who is behind.
            String[] pair = {Life.entry(key(i)), Life.entry(key(i + 1))};
            again.driver.submit(1, null, 0, null, Entries.of(1, i, 3, pair));
            again.driver.run();
            again.apply(key(i));
            again.apply(key(i + 1));
            again.driver.run();
        }
        assertThat(segments()).containsAll(before);
        for (long i = kept + 1; i <= 36; i++) {
            assertThat(new Search(medium, key((int) i), true).found)
                    .as(key((int) i))
                    .containsExactly(i);
        }
    }
}
