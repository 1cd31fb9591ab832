package io.quorate.bench.load;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.Semaphore;

/** One write of the filling: is tried again when it fails, gives its permit back when it is answered, and notes a last failure. */
final class Filling extends ClientCall.Listener<Integer> {
    /** How all of them went: OK, or a failure of one. */
    static final class Outcome {
        volatile Status status = Status.OK;
    }

    private static final int MOST_TRIES = 5;

    private final Channel channel;
    private final Semaphore free;
    private final Outcome outcome;
    private byte[] request = {};
    private int tries;

    Filling(Channel channel, Semaphore free, Outcome outcome) {
        this.channel = channel;
        this.free = free;
        this.outcome = outcome;
    }

    void send(byte[] bytes) {
        // Before the connection is ready a call keeps the bytes themselves, and the array is used again.
        request = bytes.clone();
        attempt();
    }

    private void attempt() {
        tries++;
        ClientCall<byte[], Integer> call = channel.newCall(RawMarshallers.PUT, CallOptions.DEFAULT);
        call.start(this, new Metadata());
        call.request(2);
        call.sendMessage(request);
        call.halfClose();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        if (!status.isOk() && tries < MOST_TRIES) {
            attempt(); // the same key and value once more change nothing
            return;
        }
        if (!status.isOk()) {
            outcome.status = status;
        }
        free.release();
    }
}
