package io.quorate.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.kv.KeyHistory.Write;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Which entries wrote a key, and when, from the log and the store: never a wrong claim, and no needless doubt. */
final class KeyHistoryTest {
    private static final byte[] X = bytes("x");

    private final KvStore store = new KvStore();
    private final List<byte[]> log = new ArrayList<>();

    /** Indexes of entries that may not have been applied. */
    private final Set<Integer> perhaps = new TreeSet<>();

    /** Of each entry the revision at which it wrote x, 0 for none. */
    private final List<Long> truth = new ArrayList<>();

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void apply(Command command) {
        byte[] encoded = Commands.encode(command);
        long before = store.view().revision();
        store.apply(encoded, 0, encoded.length, true);
        KeyValue newest = store.view().tree().find(X);
        long revision = newest == null ? 0 : newest.modRevision();
        log.add(encoded);
        truth.add(revision > before ? revision : 0);
    }

    private static PutRequest put(String key, String value) {
        return PutRequest.of(bytes(key), bytes(value));
    }

    private static DeleteRangeRequest delete(String from, String end) {
        return new DeleteRangeRequest(bytes(from), bytes(end), false);
    }

    /** If x has that value, the first, else the second. */
    private static TxnRequest ifX(String value, RequestOp then, RequestOp otherwise) {
        Compare compare = new Compare(Compare.EQUAL, Compare.VALUE, X, new byte[0], Compare.VALUE, 0, bytes(value));
        return new TxnRequest(List.of(compare), List.of(then), List.of(otherwise));
    }

    private List<Write> writes(int from) {
        KeyHistory history = new KeyHistory(X);
        for (int i = from; i < log.size(); i++) {
            history.entry(i + 1, 1, perhaps.contains(i + 1), log.get(i));
        }
        return history.writes(store.view(), from == 0, true);
    }

    private static List<String> told(List<Write> writes) {
        return writes.stream()
                .map(write -> write.index() + (write.certain() ? "@" + write.revision() : "?"))
                .toList();
    }

    @Test
    void putsAreFoundWithTheirRevisionsAlsoOfEqualValues() {
        apply(put("x", "1"));
        apply(put("y", "1"));
        apply(put("x", "1"));
        apply(put("x", "2"));
        assertThat(told(writes(0))).containsExactly("1@2", "3@4", "4@5");
        assertThat(told(writes(2))).containsExactly("3@4", "4@5");
    }

    /** One that came with an idempotency key may have been refused, or be the retry of another. */
    @Test
    void whatMayNotHaveBeenAppliedIsNeitherCertainNorLeftOut() {
        apply(put("x", "1"));
        log.add(log.get(0));
        perhaps.addAll(List.of(1, 2));
        assertThat(told(writes(0))).containsExactly("1?", "2?");
        apply(put("x", "2"));
        assertThat(told(writes(0))).containsExactly("1?", "2?", "3@3");
        assertThat(told(writes(2))).containsExactly("3@3");
    }

    @Test
    void aDeleteCountsWhereItFoundTheKey() {
        apply(delete("a", "z"));
        apply(put("x", "1"));
        apply(delete("a", "z"));
        apply(delete("x", ""));
        apply(delete("y", "z"));
        apply(put("x", "2"));
        apply(delete("a", "\0"));
        assertThat(told(writes(0))).containsExactly("2@2", "3@3", "6@4", "7@5");
        // Without what is before it, the first delete may have come behind the tombstone.
        assertThat(told(writes(2))).containsExactly("3?", "6@4", "7@5");
    }

    @Test
    void aTransactionCountsByTheBranchThatItsVersionTells() {
        apply(put("x", "1"));
        apply(ifX("1", put("x", "2"), put("y", "9")));
        apply(ifX("1", put("x", "3"), put("y", "9")));
        apply(ifX("2", delete("x", ""), put("y", "9")));
        assertThat(told(writes(0))).containsExactly("1@2", "2@3", "4@5");
    }

    @Test
    void ofWhatIsCompactedTheRevisionIsNotToldAndADeleteIsDoubtful() {
        apply(put("x", "1"));
        apply(delete("x", ""));
        apply(put("x", "2"));
        apply(put("x", "3"));
        apply(new CompactRequest(5, true));
        assertThat(told(writes(0))).containsExactly("1@0", "2?", "3@0", "4@5");
    }

    @Test
    void twoThatMayHaveMadeOneVersionAreBothDoubtful() {
        apply(ifX("no", put("y", "1"), put("x", "1")));
        apply(ifX("1", put("y", "1"), put("x", "1")));
        assertThat(truth).containsExactly(2L, 0L);
        assertThat(told(writes(0))).containsExactly("1?", "2?");
    }

    /** Random commands, compactions and beginnings: what is certain is true, and what is left out wrote nothing. */
    @Test
    void noClaimIsEverWrong() {
        int certain = 0;
        for (int seed = 0; seed < 300; seed++) {
            KeyHistoryTest life = new KeyHistoryTest();
            Random random = new Random(seed);
            for (int i = 0; i < 40; i++) {
                life.apply(life.draw(random));
            }
            int from = random.nextBoolean() ? 0 : random.nextInt(40);
            List<Write> writes = life.writes(from);
            for (Write write : writes) {
                long wrote = life.truth.get((int) write.index() - 1);
                if (write.certain()) {
                    certain++;
                    assertThat(wrote)
                            .as("seed %d entry %d", seed, write.index())
                            .isPositive();
                }
                if (write.revision() != 0) {
                    assertThat(write.revision())
                            .as("seed %d entry %d", seed, write.index())
                            .isEqualTo(wrote);
                }
            }
            List<Long> named = writes.stream().map(Write::index).toList();
            for (int i = from; i < 40; i++) {
                if (!named.contains(i + 1L)) {
                    assertThat(life.truth.get(i))
                            .as("seed %d entry %d", seed, i + 1)
                            .isZero();
                }
            }
        }
        assertThat(certain).isGreaterThan(1_000);
    }

    private Command draw(Random random) {
        String key = random.nextBoolean() ? "x" : "y";
        String value = String.valueOf(random.nextInt(3));
        return switch (random.nextInt(8)) {
            case 0 -> delete("x", "");
            case 1 -> delete("a", "z");
            case 2 -> ifX(value, put("x", "0"), put("y", "1"));
            case 3 -> ifX(value, delete("x", ""), put("x", value));
            case 4 -> new PutRequest(bytes(key), new byte[0], 0, false, true, false);
            case 5 -> random.nextInt(4) == 0 ? new CompactRequest(store.view().revision(), true) : put("y", value);
            default -> put(key, value);
        };
    }
}
