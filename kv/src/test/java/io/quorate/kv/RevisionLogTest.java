package io.quorate.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The log of versions against a list. */
class RevisionLogTest {
    private final RandomRequests random = new RandomRequests(3);
    private final List<KeyValue> versions = new ArrayList<>();
    private RevisionLog log = new RevisionLog();
    private long revision = 1;
    private int first;

    /** Appends revisions of one to some versions each. */
    private void append(int revisions, int most) {
        for (int r = 0; r < revisions; r++) {
            revision++;
            for (int sub = random.below(most); sub >= 0; sub--) {
                KeyValue version = KeyValue.of(Bytes.EMPTY, Bytes.EMPTY, 0, revision, 0, 0);
                versions.add(version);
                log.append(version);
            }
        }
    }

    private long expectedPosition(long of) {
        int position = first;
        while (position < versions.size() && versions.get(position).modRevision() < of) {
            position++;
        }
        return position;
    }

    private void check() {
        assertThat(log.end()).isEqualTo(versions.size());
        for (long of = -1; of < revision + 3; of++) {
            assertThat(log.positionOf(of)).as("position of revision %d", of).isEqualTo(expectedPosition(of));
        }
        assertThat(log.positionOf(Long.MIN_VALUE)).isEqualTo(first);
        assertThat(log.positionOf(Long.MAX_VALUE)).isEqualTo(versions.size());
        for (int i = first; i < versions.size(); i++) {
            assertThat(log.get(i)).isSameAs(versions.get(i));
        }
    }

    @Test
    void findsTheFirstVersionOfEachRevision() {
        check();
        for (int round = 0; round < 30; round++) {
            append(40, round % 3 == 0 ? 1 : 1 + random.below(30));
            check();
            RevisionLog.Slice slice = log.slice();
            long middle = slice.positionOf(revision - 20);
            append(10, 3);
            first += random.below(versions.size() - first);
            log.dropBefore(first);
            check();
            assertThat(slice.positionOf(revision - 30)).isEqualTo(middle);
        }
    }

    @Test
    void isBuiltInAnyOrder() {
        for (int size : new int[] {0, 1, 255, 256, 257, 512, 1000}) {
            versions.clear();
            revision = 1;
            first = 0;
            log = new RevisionLog();
            append(size, 1);
            LogBuilder builder = new LogBuilder(2, revision, size);
            List<Integer> places = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                places.add(random.below(places.size() + 1), i);
            }
            for (int place : places) {
                assertThat(builder.isWhole()).isFalse();
                assertThat(builder.put(place, versions.get(place))).isTrue();
            }
            assertThat(builder.isWhole()).isTrue();
            log = builder.build();
            append(600, 2);
            check();
        }
    }

    private static KeyValue version(long revision, int sub) {
        return new KeyValue(Bytes.EMPTY, Bytes.EMPTY, 0, revision, sub, 0, 0, null);
    }

    @Test
    void aVersionThatDoesNotFitItsNeighboursIsRefused() {
        LogBuilder builder = new LogBuilder(5, 7, 4);
        assertThat(builder.put(-1, version(5, 0))).isFalse();
        assertThat(builder.put(4, version(8, 0))).isFalse();
        assertThat(builder.put(0, version(6, 0))).as("another revision first").isFalse();
        assertThat(builder.put(0, version(5, 1)))
                .as("no beginning of a revision")
                .isFalse();
        assertThat(builder.put(3, version(6, 0))).as("another revision last").isFalse();
        assertThat(builder.put(1, version(5, 1))).isTrue();
        assertThat(builder.put(1, version(5, 1))).as("twice").isFalse();
        assertThat(builder.put(2, version(5, 1))).as("the same again").isFalse();
        assertThat(builder.put(2, version(5, 3))).as("a change left out").isFalse();
        assertThat(builder.put(2, version(7, 0))).as("a revision left out").isFalse();
        assertThat(builder.put(2, version(6, 1)))
                .as("a revision without its beginning")
                .isFalse();
        assertThat(builder.put(3, version(7, 0))).isTrue();
        assertThat(builder.put(2, version(5, 2)))
                .as("does not lead to what is behind")
                .isFalse();
        assertThat(builder.put(2, version(6, 0))).isTrue();
        assertThat(builder.isWhole()).isFalse();
        assertThat(builder.put(0, version(5, 0))).isTrue();
        assertThat(builder.isWhole()).isTrue();
    }
}
