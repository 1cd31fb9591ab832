package io.quorate.server.rpc;

import io.quorate.kv.Command;
import io.quorate.kv.Commands;
import io.quorate.kv.KvError;
import io.quorate.kv.Result;
import io.quorate.node.ProposalListener;
import io.quorate.node.RaftException;
import io.quorate.node.RaftNode;
import io.quorate.node.Refused;
import io.quorate.node.Unknown;
import io.quorate.server.wire.Answer;
import java.nio.ByteBuffer;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Takes writes through the log. A refusal says that the write did not happen, so while nobody leads it is proposed again
 * until the request's time is up, as etcd waits. A write whose end is unknown is answered so, and never repeated.
 */
final class Writes {
    private static final int LEAST_RETRY_MILLIS = 5;

    private final RaftNode<Result> node;
    private final Headers headers;
    private final ScheduledExecutorService timer;
    private final int maxRequestBytes;
    private final long timeoutNanos;

    Writes(
            RaftNode<Result> node,
            Headers headers,
            ScheduledExecutorService timer,
            int maxRequestBytes,
            long timeoutMillis) {
        this.node = node;
        this.headers = headers;
        this.timer = timer;
        this.maxRequestBytes = maxRequestBytes;
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
    }

    /**
     * @param command has passed the store's validation
     * @param kind of the response to it
     */
    <R extends Result> void write(Command command, Class<R> kind, UnaryCall<Answer<R>> call) {
        byte[] bytes = Commands.encode(command);
        if (bytes.length > maxRequestBytes) {
            call.refuse(EtcdError.REQUEST_TOO_LARGE);
        } else {
            new Write<>(ByteBuffer.wrap(bytes), kind, call, System.nanoTime() + timeoutNanos).propose();
        }
    }

    /** One write on its way. */
    private final class Write<R extends Result> implements ProposalListener<Result> {
        private final ByteBuffer command;
        private final Class<R> kind;
        private final UnaryCall<Answer<R>> call;
        private final long deadlineNanos;

        private Write(ByteBuffer command, Class<R> kind, UnaryCall<Answer<R>> call, long deadlineNanos) {
            this.command = command;
            this.kind = kind;
            this.call = call;
            this.deadlineNanos = deadlineNanos;
        }

        private void propose() {
            try {
                Refused<Result> atOnce = node.propose(command, 0, this);
                if (atOnce != null) {
                    refused(0, atOnce);
                }
            } catch (RaftException stopped) {
                call.refuse(EtcdError.STOPPED);
            }
        }

        @Override
        public void applied(long token, Result result, long index, long term) {
            Defects.guard(call, () -> answer(result));
        }

        private void answer(Result result) {
            if (result instanceof KvError error) {
                call.refuse(EtcdError.of(error));
            } else {
                call.answer(new Answer<>(kind.cast(result), headers.term()));
            }
        }

        @Override
        public void refused(long token, Refused<Result> refused) {
            if (!Outcomes.mayBeRepeated(refused.reason())) {
                call.refuse(Outcomes.refused(refused.reason()));
            } else if (call.isCancelled() || System.nanoTime() - deadlineNanos >= 0) {
                call.refuse(EtcdError.TIMEOUT);
            } else {
                int wait = Math.max(LEAST_RETRY_MILLIS, refused.retryAfterMillis());
                timer.schedule(this::propose, wait, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void unknown(long token, Unknown<Result> unknown) {
            call.refuse(Outcomes.unknown(unknown.reason()));
        }
    }
}
