package io.quorate.cli.differential;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.quorate.etcd.etcdserverpb.CompactionRequest;
import io.quorate.etcd.etcdserverpb.DeleteRangeRequest;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the comparison with a real etcd rests on: a run can be repeated, and its requests reach every field. */
class RandomRequestsTest {
    private static final int REQUESTS = 2_000;

    private static List<Message> requests(long seed) {
        RandomRequests requests = new RandomRequests(seed);
        List<Message> all = new ArrayList<>();
        for (int i = 1; i <= REQUESTS; i++) {
            all.add(requests.next());
            requests.saw(i);
            requests.sawCompaction(i / 2);
        }
        return all;
    }

    @Test
    void equalSeedsGiveEqualRequests() {
        assertThat(requests(7)).isEqualTo(requests(7)).isNotEqualTo(requests(8));
    }

    @Test
    void everyFieldIsSetBeforeLong() {
        FieldCoverage coverage = new FieldCoverage();
        requests(9).forEach(coverage::add);
        assertThat(coverage.missing(
                        RangeRequest.getDescriptor(),
                        PutRequest.getDescriptor(),
                        DeleteRangeRequest.getDescriptor(),
                        TxnRequest.getDescriptor(),
                        CompactionRequest.getDescriptor(),
                        HashKVRequest.getDescriptor()))
                .isEmpty();
    }
}
