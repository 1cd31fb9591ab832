package io.quorate.server.rpc;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.quorate.node.Consistency;
import io.quorate.node.IdempotencyKey;
import io.quorate.node.RaftException;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * One call with one request and one answer. It is what grpc-java's stream observer would be, without what a single answer
 * does not need. It may be ended from any thread, once.
 *
 * @param <A> the answer
 */
final class UnaryCall<A> {
    /** Does what an RPC does; runs on the port's event loop and never waits there. */
    interface Handler<Q, A> {
        void handle(Q request, UnaryCall<A> call);
    }

    /** Sent with a request: tell in the answer's headers where the log holds the write. */
    static final Metadata.Key<String> TELL_ENTRY = key("quorate-tell-entry");

    /** Sent with a read: see {@link ReadConsistency}. */
    static final Metadata.Key<String> CONSISTENCY = key("quorate-consistency");
    /** Sent with a write: it is carried out once, however often it comes with that key. */
    static final Metadata.Key<String> IDEMPOTENCY_KEY = key("quorate-idempotency-key");

    static final Metadata.Key<String> ENTRY_INDEX = key("quorate-entry-index");
    static final Metadata.Key<String> ENTRY_TERM = key("quorate-entry-term");

    private final ServerCall<?, A> call;
    private final boolean tellsEntry;
    private final @Nullable Consistency consistency;
    private final @Nullable Iterable<String> keys;
    private volatile @Nullable Runnable whenClosed;

    private UnaryCall(ServerCall<?, A> call, Metadata headers, @Nullable Consistency consistency) {
        this.call = call;
        this.consistency = consistency;
        this.tellsEntry = headers.containsKey(TELL_ENTRY);
        this.keys = headers.getAll(IDEMPOTENCY_KEY);
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    static <Q, A> ServerCallHandler<Q, A> handler(Handler<Q, A> handler) {
        return (call, headers) -> {
            // Two, so that a client that sends a second message is noticed.
            call.request(2);
            String asked = headers.get(CONSISTENCY);
            try {
                Consistency consistency = asked == null ? null : ReadConsistency.of(asked);
                return new Listener<>(handler, new UnaryCall<>(call, headers, consistency));
            } catch (IllegalArgumentException wrong) {
                call.close(Status.INVALID_ARGUMENT.withDescription("quorate: " + wrong.getMessage()), new Metadata());
                return new ServerCall.Listener<>() {};
            }
        };
    }

    /** What a read may see, where the client says more than the request can; null where it does not. */
    @Nullable
    Consistency consistency() {
        return consistency;
    }

    /**
     * The key that the client sent with the request, or null.
     *
     * @throws RaftException if what it sent is none
     */
    @Nullable
    IdempotencyKey idempotencyKey() {
        if (keys == null) {
            return null;
        }
        Iterator<String> each = keys.iterator();
        IdempotencyKey key = IdempotencyKey.parse(each.next());
        if (each.hasNext()) {
            throw new RaftException(RaftException.Code.MISUSE, "a request has one idempotency key, not two");
        }
        return key;
    }

    void answer(A answer) {
        answer(answer, new Metadata());
    }

    /** The answer to a write, which the log holds there. */
    void answer(A answer, long index, long term) {
        Metadata headers = new Metadata();
        if (tellsEntry) {
            headers.put(ENTRY_INDEX, Long.toUnsignedString(index));
            headers.put(ENTRY_TERM, Long.toUnsignedString(term));
        }
        answer(answer, headers);
    }

    private void answer(A answer, Metadata headers) {
        call.sendHeaders(headers);
        call.sendMessage(answer);
        call.close(Status.OK, new Metadata());
    }

    void refuse(EtcdError error) {
        refuse(error.status());
    }

    void refuse(Status status) {
        call.close(status, new Metadata());
    }

    /** Whether nobody waits for the answer any more. */
    boolean isCancelled() {
        return call.isCancelled();
    }

    /** Runs when the client has everything, or has gone: on the event loop. At most one; before the call is ended. */
    void whenClosed(Runnable action) {
        whenClosed = action;
    }

    private void closed() {
        Runnable action = whenClosed;
        if (action != null) {
            action.run();
        }
    }

    private static final class Listener<Q, A> extends ServerCall.Listener<Q> {
        private static final Status TWO_REQUESTS =
                Status.INTERNAL.withDescription("quorate: a second request came in a call that takes one");
        private static final Status NO_REQUEST =
                Status.INTERNAL.withDescription("quorate: the call ended without a request");

        private final Handler<Q, A> handler;
        private final UnaryCall<A> call;
        private @Nullable Q request;
        private boolean refused;

        private Listener(Handler<Q, A> handler, UnaryCall<A> call) {
            this.handler = handler;
            this.call = call;
        }

        @Override
        public void onMessage(Q message) {
            if (request != null && !refused) {
                refused = true;
                call.refuse(TWO_REQUESTS);
            }
            request = message;
        }

        @Override
        public void onHalfClose() {
            if (refused) {
                return;
            }
            if (request == null) {
                call.refuse(NO_REQUEST);
            } else {
                handler.handle(request, call);
            }
        }

        @Override
        public void onCancel() {
            call.closed();
        }

        @Override
        public void onComplete() {
            call.closed();
        }
    }
}
