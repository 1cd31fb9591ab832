package io.quorate.server.rpc;

import io.quorate.kv.KvError;
import io.quorate.kv.Result;
import io.quorate.kv.View;
import io.quorate.node.Consistency;
import io.quorate.node.RaftException;
import io.quorate.node.RaftNode;
import io.quorate.node.ReadListener;
import io.quorate.node.Refused;
import io.quorate.server.wire.Answer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Serves reads from the store's immutable root, taken at a moment when it may be read. Small ones are answered where that
 * moment comes, on the node's loop; large ones on threads of their own, because a loop that copies megabytes sends no
 * heartbeats meanwhile.
 */
final class Reads {
    private final RaftNode<?> node;
    private final Supplier<View> store;
    private final BooleanSupplier caughtUp;
    private final Headers headers;
    private final LargeReads large;
    private final Attempts.Limit limit;

    /**
     * @param store gives the newest root
     * @param caughtUp whether a stale read is at least as new as before the last start
     */
    Reads(
            RaftNode<?> node,
            Supplier<View> store,
            BooleanSupplier caughtUp,
            Headers headers,
            LargeReads large,
            Attempts.Limit limit) {
        this.node = node;
        this.store = store;
        this.caughtUp = caughtUp;
        this.headers = headers;
        this.large = large;
        this.limit = limit;
    }

    /**
     * @param mayBeStale where the call's metadata says nothing: whether what this member has applied is enough
     * @param kind of the response
     * @param isLarge whether the reading may take long, asked of the root it will be made on
     */
    <R extends Result> void read(
            boolean mayBeStale,
            Predicate<View> isLarge,
            Function<View, Result> reading,
            Class<R> kind,
            UnaryCall<Answer<R>> call) {
        Consistency said = call.consistency();
        Consistency asked = said != null ? said : mayBeStale ? Consistency.LOCAL : Consistency.LINEARIZABLE;
        boolean isTooOld = asked.kind() == Consistency.Kind.LOCAL && !caughtUp.getAsBoolean();
        Consistency consistency = isTooOld ? Consistency.LINEARIZABLE : asked;
        new Read<>(consistency, isLarge, reading, kind, call, limit.at(call, 0)).begin();
    }

    /** One read on its way. */
    private final class Read<R extends Result> implements ReadListener {
        private final Consistency consistency;
        private final Predicate<View> isLarge;
        private final Function<View, Result> reading;
        private final Class<R> kind;
        private final UnaryCall<Answer<R>> call;
        private final Attempts attempts;

        private Read(
                Consistency consistency,
                Predicate<View> isLarge,
                Function<View, Result> reading,
                Class<R> kind,
                UnaryCall<Answer<R>> call,
                Attempts attempts) {
            this.consistency = consistency;
            this.isLarge = isLarge;
            this.reading = reading;
            this.kind = kind;
            this.call = call;
            this.attempts = attempts;
        }

        private void begin() {
            try {
                Refused<Void> atOnce = node.read(consistency, 0, this);
                if (atOnce != null) {
                    attempts.refused(atOnce, this::begin);
                }
            } catch (RaftException stopped) {
                call.refuse(EtcdError.STOPPED);
            }
        }

        @Override
        public void readable(long token, long appliedIndex) {
            Defects.guard(call, this::serve);
        }

        private void serve() {
            View view = store.get();
            if (isLarge.test(view)) {
                large.submit(call, memory -> answerWithin(memory, reading.apply(view)));
            } else {
                // Few keys may still have large values: how much it is shows only now.
                answer(reading.apply(view));
            }
        }

        private void answerWithin(LargeReads.Reservation memory, Result result) {
            if (memory.reserve(result)) {
                end(result);
            } else {
                call.refuse(EtcdError.TOO_MANY_REQUESTS);
            }
        }

        private void answer(Result result) {
            large.answer(call, result, () -> end(result));
        }

        private void end(Result result) {
            if (result instanceof KvError error) {
                call.refuse(EtcdError.of(error));
            } else {
                call.answer(new Answer<>(kind.cast(result), headers.term()));
            }
        }

        @Override
        public void refused(long token, Refused<Void> refused) {
            attempts.refused(refused, this::begin);
        }
    }
}
