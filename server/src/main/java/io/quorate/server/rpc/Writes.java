package io.quorate.server.rpc;

import io.grpc.Status;
import io.quorate.kv.Command;
import io.quorate.kv.Commands;
import io.quorate.kv.KvError;
import io.quorate.kv.Result;
import io.quorate.node.IdempotencyKey;
import io.quorate.node.ProposalListener;
import io.quorate.node.RaftException;
import io.quorate.node.RaftNode;
import io.quorate.node.Refused;
import io.quorate.node.Unknown;
import io.quorate.server.wire.Answer;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Takes writes through the log. A refused one may be proposed again, see {@link Attempts}. One whose end is unknown is
 * answered so, and never repeated here; its client may, and where it sent an idempotency key the write is carried out once.
 */
final class Writes {
    private final RaftNode<Result> node;
    private final Headers headers;
    private final LargeReads large;
    private final Attempts.Limit limit;
    private final int maxRequestBytes;

    Writes(RaftNode<Result> node, Headers headers, LargeReads large, Attempts.Limit limit, int maxRequestBytes) {
        this.node = node;
        this.headers = headers;
        this.large = large;
        this.limit = limit;
        this.maxRequestBytes = maxRequestBytes;
    }

    /**
     * @param command has passed the store's validation
     * @param kind of the response to it
     */
    <R extends Result> void write(Command command, Class<R> kind, UnaryCall<Answer<R>> call) {
        byte[] bytes = Commands.encode(command);
        if (bytes.length > maxRequestBytes) {
            call.refuse(EtcdError.REQUEST_TOO_LARGE);
            return;
        }
        IdempotencyKey key;
        try {
            key = call.idempotencyKey();
        } catch (RaftException wrong) {
            call.refuse(Status.INVALID_ARGUMENT.withDescription("quorate: " + wrong.getMessage()));
            return;
        }
        new Write<>(ByteBuffer.wrap(bytes), key, kind, call, limit.at(call, bytes.length)).propose();
    }

    /** One write on its way. */
    private final class Write<R extends Result> implements ProposalListener<Result> {
        private final ByteBuffer command;
        private final @Nullable IdempotencyKey key;
        private final Class<R> kind;
        private final UnaryCall<Answer<R>> call;
        private final Attempts attempts;

        private Write(
                ByteBuffer command,
                @Nullable IdempotencyKey key,
                Class<R> kind,
                UnaryCall<Answer<R>> call,
                Attempts attempts) {
            this.command = command;
            this.key = key;
            this.kind = kind;
            this.call = call;
            this.attempts = attempts;
        }

        private void propose() {
            try {
                Refused<Result> atOnce =
                        key == null ? node.propose(command, 0, this) : node.propose(command, key, 0, this);
                if (atOnce != null) {
                    attempts.refused(atOnce, this::propose);
                }
            } catch (RaftException stopped) {
                call.refuse(EtcdError.STOPPED);
            }
        }

        @Override
        public void applied(long token, Result result, long index, long term) {
            // The write is done: where its answer finds no room, the client must not take it for refused.
            Defects.guardApplied(call, () -> large.answerApplied(call, result, () -> answer(result, index, term)));
        }

        private void answer(Result result, long index, long term) {
            if (result instanceof KvError error) {
                call.refuse(EtcdError.of(error));
            } else {
                call.answer(new Answer<>(kind.cast(result), headers.term()), index, term);
            }
        }

        @Override
        public void refused(long token, Refused<Result> refused) {
            attempts.refused(refused, this::propose);
        }

        @Override
        public void unknown(long token, Unknown<Result> unknown) {
            call.refuse(Outcomes.unknown(unknown.reason()));
        }
    }
}
