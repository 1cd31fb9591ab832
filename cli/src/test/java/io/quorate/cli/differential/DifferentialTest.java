package io.quorate.cli.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.quorate.etcd.etcdserverpb.CompactionRequest;
import io.quorate.etcd.etcdserverpb.DeleteRangeRequest;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.HashKVResponse;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.TxnRequest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random requests to a real etcd and to three members of this checkout, one at a time to both; all answers must be equal,
 * then the hashes. {@code -Dquorate.seed=N} repeats a run, {@code -Dquorate.requests=N} sends more or fewer.
 */
@Tag("process")
@Tag("slow")
class DifferentialTest {
    private static final int REQUESTS = Integer.getInteger("quorate.requests", 5_000);

    private final long seed = Long.getLong("quorate.seed", new SecureRandom().nextInt(Integer.MAX_VALUE));
    private final RandomRequests requests = new RandomRequests(seed);
    private final FieldCoverage coverage = new FieldCoverage();
    private final Map<KnownDifference, Integer> differences = new EnumMap<>(KnownDifference.class);
    private final Map<String, Integer> outcomes = new TreeMap<>();

    private EtcdServer etcd;
    private Endpoint etcdClient;
    private QuorateCluster ours;
    private int sent;
    private long newest;

    @BeforeEach
    void start(@TempDir Path folder) {
        System.out.println("differential: seed " + seed + " (repeat with -Dquorate.seed=" + seed + ")");
        etcd = EtcdServer.start("etcd", folder.resolve("etcd"));
        etcdClient = new Endpoint(etcd.clientPort());
        ours = QuorateCluster.start(seed);
    }

    @AfterEach
    void stop() {
        etcdClient.close();
        etcd.close();
        ours.close();
    }

    @Test
    void everyAnswerAndEveryHashIsEtcds() {
        beforeTheFirstCompaction();
        while (sent < REQUESTS) {
            Message request = requests.next();
            Answer answer = compare(request);
            requests.saw(answer.revision());
            if (request instanceof CompactionRequest compaction && answer.isOk()) {
                requests.sawCompaction(compaction.getRevision());
                settle(compaction);
            }
        }
        hashesAreEqual();
        report();
        assertThat(coverage.missing(
                        RangeRequest.getDescriptor(),
                        PutRequest.getDescriptor(),
                        DeleteRangeRequest.getDescriptor(),
                        TxnRequest.getDescriptor(),
                        CompactionRequest.getDescriptor()))
                .as("fields that no request set")
                .isEmpty();
        int refused = sent - outcomes.getOrDefault("OK", 0);
        assertThat(refused).as("invalid requests among %s", sent).isGreaterThanOrEqualTo(sent / 10);
    }

    /** There is no compacted revision yet, and etcd knows that from revision 0. */
    private void beforeTheFirstCompaction() {
        compare(compaction(-1, false));
        compare(hash(0));
        compare(hash(-1));
        compare(compaction(0, false));
        requests.sawCompaction(0);
        compare(compaction(0, true));
    }

    /**
     * A second compaction at the same revision is refused, but when it is physical only after the first has swept. Where no
     * key lives at the revision hashed, etcd hashes what the sweep has left so far: without this the answer would be chance.
     */
    private void settle(CompactionRequest compaction) {
        if (!compaction.getPhysical()) {
            compare(compaction(compaction.getRevision(), true));
        }
    }

    private Answer compare(Message request) {
        sent++;
        coverage.add(request);
        Future<? extends Message> atEtcd = etcdClient.send(request);
        Future<? extends Message> atOurs = ours.send(request);
        Answer in34 = Endpoint.await(atEtcd);
        Answer answer = Endpoint.await(atOurs);
        ours.answered(request, answer);
        Answer expected = in36(request, in34, answer);
        if (!expected.equals(answer)) {
            throw new AssertionError(mismatch(request, in34, expected, answer));
        }
        outcomes.merge(answer.isOk() ? "OK" : answer.toString(), 1, Integer::sum);
        newest = Math.max(newest, answer.revision());
        return answer;
    }

    private Answer in36(Message request, Answer in34, Answer answer) {
        Answer expected = in34;
        for (KnownDifference difference : KnownDifference.values()) {
            Answer changed = difference.in36(request, expected, answer);
            if (!changed.equals(expected)) {
                differences.merge(difference, 1, Integer::sum);
            }
            expected = changed;
        }
        return expected;
    }

    private String mismatch(Message request, Answer in34, Answer expected, Answer answer) {
        return "seed " + seed + ", request " + sent + " to n" + (ours.asked() + 1) + ":\n  " + Answer.text(request)
                + "\netcd 3.4 answered:\n  " + in34
                + (in34.equals(expected) ? "" : "\nso etcd 3.6 answers:\n  " + expected)
                + "\nwe answered:\n  " + answer
                + "\nThe same prefix again: -Dquorate.seed=" + seed + " -Dquorate.requests=" + sent
                + (etcd.isAlive() ? "" : "\netcd has ended:\n" + etcd.output());
    }

    /** At revisions on both sides of the last compaction, then on every member. */
    private void hashesAreEqual() {
        long compacted = hash(etcdClient.ask(hash(0))).getCompactRevision();
        for (long revision = compacted - 1; revision <= newest + 1; revision += 1 + (newest - compacted) / 20) {
            compare(hash(revision));
        }
        compare(compaction(newest - 10, true));
        for (long revision = newest - 11; revision <= newest; revision++) {
            compare(hash(revision));
        }
        int expected = hash(etcdClient.ask(hash(0))).getHash();
        for (Endpoint member : ours.members()) {
            // A linearizable read first: the member has then applied all there is.
            assertThat(member.ask(RangeRequest.newBuilder().setKey(anyKey()).build())
                            .revision())
                    .isEqualTo(newest);
            assertThat(hash(member.ask(hash(0))).getHash()).isEqualTo(expected);
            Answer atCompaction = member.ask(hash(newest - 10));
            assertThat(atCompaction).isEqualTo(ours.members().get(0).ask(hash(newest - 10)));
        }
    }

    private static ByteString anyKey() {
        return ByteString.copyFromUtf8("any");
    }

    private static HashKVResponse hash(Answer answer) {
        if (answer.message() instanceof HashKVResponse hash) {
            return hash;
        }
        throw new AssertionError("no hash: " + answer);
    }

    private static HashKVRequest hash(long revision) {
        return HashKVRequest.newBuilder().setRevision(revision).build();
    }

    private static CompactionRequest compaction(long revision, boolean physical) {
        return CompactionRequest.newBuilder()
                .setRevision(revision)
                .setPhysical(physical)
                .build();
    }

    private void report() {
        System.out.println("differential: " + sent + " requests, revision " + newest + "; answers: "
                + outcomes.entrySet().stream()
                        .map(outcome -> outcome.getValue() + " " + outcome.getKey())
                        .collect(Collectors.joining(", ")));
        for (KnownDifference difference : KnownDifference.values()) {
            int times = differences.getOrDefault(difference, 0);
            System.out.println("differential: " + (times == 0 ? "UNUSED" : times + " times") + ": " + difference + ", "
                    + difference.reason());
        }
    }
}
