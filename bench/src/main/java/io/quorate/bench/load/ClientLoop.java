package io.quorate.bench.load;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.netty.channel.EventLoop;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One client of a closed loop: asks, waits for the answer, asks again. After the start it lives on its connection's event loop. */
final class ClientLoop extends ClientCall.Listener<Integer> {
    /** A failed operation does not come back at once: a server in trouble is not helped by a storm. */
    private static final long PAUSE_AFTER_ERROR_MILLIS = 10;

    private final Channel channel;
    private final EventLoop pauses;
    private final Workload workload;
    private final SplittableRandom random;
    private final RequestBytes put;
    private final RequestBytes range;
    private final Measured measured;
    private final CountDownLatch ended;
    private long startedNanos;

    /** @param number of the client, from 0: each draws other keys */
    ClientLoop(
            Channel channel, EventLoop pauses, Workload workload, int number, Measured measured, CountDownLatch ended) {
        this.channel = channel;
        this.pauses = pauses;
        this.workload = workload;
        this.random = new SplittableRandom(workload.seed() + number);
        this.put = RequestBytes.put(workload.valueBytes(), workload.seed() + number);
        this.range = RequestBytes.range(workload.serializable());
        this.measured = measured;
        this.ended = ended;
    }

    void next() {
        boolean read = isRead();
        int key = random.nextInt(workload.keys());
        send(read ? RawMarshallers.RANGE : RawMarshallers.PUT, (read ? range : put).of(key, random.nextLong()));
    }

    private boolean isRead() {
        return switch (workload.operation()) {
            case PUT -> false;
            case GET -> true;
            case MIXED -> random.nextInt(100) < workload.readPercent();
        };
    }

    private void send(MethodDescriptor<byte[], Integer> method, byte[] request) {
        startedNanos = System.nanoTime();
        ClientCall<byte[], Integer> call = channel.newCall(method, CallOptions.DEFAULT);
        call.start(this, new Metadata());
        // Two, as gRPC's own unary calls ask for: then the status comes without another request.
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        long now = System.nanoTime();
        measured.completed(startedNanos, now, status.getCode());
        if (now - measured.untilNanos() >= 0) {
            ended.countDown();
        } else if (status.isOk()) {
            next();
        } else {
            var unused = pauses.schedule(this::next, PAUSE_AFTER_ERROR_MILLIS, TimeUnit.MILLISECONDS);
        }
    }
}
