package io.quorate.cli.differential;

import com.google.protobuf.Message;
import io.quorate.cli.support.Checkout;
import io.quorate.cli.support.Ports;
import io.quorate.cli.support.Running;
import io.quorate.etcd.etcdserverpb.HashKVRequest;
import io.quorate.etcd.etcdserverpb.RangeRequest;
import io.quorate.etcd.etcdserverpb.RequestOp;
import io.quorate.etcd.etcdserverpb.TxnRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Three members of this checkout, each request to another, so that followers forward and read too. What a member answers
 * from its own state, asking nobody, goes to the one that last answered anything else: it has surely applied all of it.
 */
final class QuorateCluster implements AutoCloseable {
    static final int MEMBERS = 3;
    private static final int PORTS_APART = 10;

    private final Running demo;
    private final List<Endpoint> members = new ArrayList<>();
    private final SplittableRandom random;
    private int current;
    private int next;

    private QuorateCluster(Running demo, int port, long seed) {
        this.demo = demo;
        for (int i = 0; i < MEMBERS; i++) {
            members.add(new Endpoint(port + PORTS_APART * i));
        }
        random = new SplittableRandom(seed);
    }

    /** @param seed chooses the member for each request */
    static QuorateCluster start(long seed) {
        int port = Ports.run(PORTS_APART * MEMBERS);
        Running demo = Running.start(Checkout.quorate("demo", "--client-port", String.valueOf(port)));
        demo.awaitLine("leader-elected");
        return new QuorateCluster(demo, port, seed);
    }

    Future<? extends Message> send(Message request) {
        next = isLocal(request) ? current : random.nextInt(MEMBERS);
        return members.get(next).send(request);
    }

    /** To be called with the answer to each request before the next is sent. */
    void answered(Message request, Answer answer) {
        if (answer.isOk() && !isLocal(request)) {
            current = next;
        }
    }

    /** The member of the last request, counted from 0. */
    int asked() {
        return next;
    }

    List<Endpoint> members() {
        return members;
    }

    private static boolean isLocal(Message request) {
        return request instanceof HashKVRequest
                || (request instanceof RangeRequest range && range.getSerializable())
                || (request instanceof TxnRequest txn && ops(txn).allMatch(QuorateCluster::isLocal));
    }

    private static boolean isLocal(RequestOp op) {
        return op.hasRequestRange() && op.getRequestRange().getSerializable();
    }

    private static Stream<RequestOp> ops(TxnRequest txn) {
        return Stream.concat(txn.getSuccessList().stream(), txn.getFailureList().stream());
    }

    String output() {
        return demo.output();
    }

    @Override
    public void close() {
        members.forEach(Endpoint::close);
        demo.close();
    }
}
