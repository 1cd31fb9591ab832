package io.quorate.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Line 108: HashKV is equal to etcd's for the same history. The numbers are what etcd's own store gives for these histories. */
class HashKvTest {
    private static final int CYCLE = 71;
    private static final int TOTAL = 1210;
    private static final String[] NAMES = {"alice", "bob", "celine", "dominik", "eve", "frederica", "gorge"};

    private final KvStore store = new KvStore();

    private static String keyOf(long number) {
        if (number % CYCLE == 30) {
            return number % (2 * CYCLE) == 30 ? "zenek" : "xavery";
        }
        return NAMES[(int) (number % NAMES.length)];
    }

    private void put(long from, long count) {
        for (long i = from; i <= from + count; i++) {
            store.apply(PutRequest.of(ascii(keyOf(i)), ascii(Long.toString(i))));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private String hashThenCompact(long revision) {
        HashKvResponse hash = (HashKvResponse) store.view().hashKv(revision);
        assertThat(store.apply(new CompactRequest(hash.hashRevision(), false))).isInstanceOf(CompactResponse.class);
        return Integer.toUnsignedString(hash.hash()) + " " + hash.compactRevision() + " " + hash.hashRevision();
    }

    @Test
    void line108HashInTheMiddleOfTheHistoryIsEtcds() {
        List<String> hashes = new ArrayList<>();
        long number = 0;
        for (; number < TOTAL; number += CYCLE) {
            put(number, CYCLE);
            hashes.add(hashThenCompact(number + CYCLE / 2));
        }
        put(number, TOTAL);
        hashes.add(hashThenCompact(number + TOTAL / 2));

        assertThat(hashes)
                .startsWith("4082599214 -1 35", "2279933401 35 106", "3284231217 106 177", "126286495 177 248")
                .endsWith("3988652253 1100 1171", "1122462288 1171 1242", "724436716 1242 1883");
    }

    @Test
    void line108HashOfTheCurrentRevisionIsEtcds() {
        List<String> hashes = new ArrayList<>();
        long number = 0;
        for (; number < TOTAL; number += CYCLE) {
            put(number, CYCLE);
            hashes.add(hashThenCompact(0));
        }
        put(number, TOTAL);
        hashes.add(hashThenCompact(0));

        assertThat(hashes)
                .startsWith("1913897190 -1 73", "224860069 73 145", "1565167519 145 217", "1566261620 217 289")
                .endsWith("2713657846 1153 1225", "1046575299 1225 1297", "2017735779 1297 2508");
    }

    @Test
    void hashDoesNotDependOnHowFarTheSweepHasCome() {
        put(0, 3 * TOTAL);
        store.apply(new CompactRequest(TOTAL, false));
        Result begun = store.view().hashKv(2 * TOTAL);
        View old = store.view();
        while (store.sweep(100)) {
            assertThat(store.view().hashKv(2 * TOTAL)).isEqualTo(begun);
        }
        assertThat(old.hashKv(2 * TOTAL)).isEqualTo(begun);
        assertThat(store.view().hashKv(2 * TOTAL)).isEqualTo(begun);
    }

    @Test
    void refusesRevisionsThatCannotBeRead() {
        put(0, 10);
        store.apply(new CompactRequest(5, false));
        assertThat(store.view().hashKv(4)).isEqualTo(KvError.COMPACTED);
        assertThat(store.view().hashKv(5)).isInstanceOf(HashKvResponse.class);
        assertThat(store.view().hashKv(13)).isEqualTo(KvError.FUTURE_REVISION);
    }

    /** A real etcd's number for any of them, before and after a compaction: that of no version at all. */
    @Test
    void aNegativeRevisionHasTheHashOfNothing() {
        put(0, 10);
        HashKvResponse before = (HashKvResponse) store.view().hashKv(-1);
        store.apply(new CompactRequest(5, false));
        HashKvResponse after = (HashKvResponse) store.view().hashKv(Long.MIN_VALUE);
        assertThat(before.hash()).isEqualTo(1084519789);
        assertThat(after).isEqualTo(new HashKvResponse(1084519789, 5, Long.MIN_VALUE, 12));
    }
}
