package io.quorate.server.rpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.quorate.node.RaftException;
import io.quorate.node.Refused;
import io.quorate.node.Unknown;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;

/** What the node's refusals and failures are called on the wire. */
final class Outcomes {
    private Outcomes() {}

    /** The request did not happen and never will. */
    static EtcdError refused(Refused.Reason reason) {
        return switch (reason) {
            case NOT_LEADER -> EtcdError.NO_LEADER;
            case OVERLOADED -> EtcdError.TOO_MANY_REQUESTS;
            case TOO_LARGE -> EtcdError.REQUEST_TOO_LARGE;
            case NO_SPACE -> EtcdError.NO_SPACE;
            case OVERWRITTEN -> EtcdError.LEADER_CHANGED;
            case TIMED_OUT, STALE -> EtcdError.TIMEOUT;
            case RESTORING -> EtcdError.RESTORING;
            case KEY_REUSED -> EtcdError.IDEMPOTENCY_KEY_REUSED;
            case KEY_AHEAD -> EtcdError.IDEMPOTENCY_KEY_AHEAD;
            case DAMAGED -> EtcdError.DAMAGED;
            case STATE_DIFFERS -> EtcdError.STATE_DIFFERS;
            case STOPPED -> EtcdError.STOPPED;
        };
    }

    /** The write may have happened, so the client must be told that it timed out, or what else is not known; not that it failed. */
    static EtcdError unknown(Unknown.Reason reason) {
        return switch (reason) {
            case TIMED_OUT -> EtcdError.TIMEOUT;
            case PASSED_BY_SNAPSHOT, STATE_DIFFERS -> EtcdError.TIMEOUT;
            case LEADER_LOST -> EtcdError.TIMEOUT_LEADER_FAILED;
            case KEY_FORGOTTEN -> EtcdError.IDEMPOTENCY_KEY_FORGOTTEN;
            case ANSWER_NOT_KEPT -> EtcdError.IDEMPOTENT_ANSWER_NOT_KEPT;
            case STOPPED -> EtcdError.STOPPED;
        };
    }

    /** Whether the request may be made again at once on its client's behalf: it certainly did not happen. */
    static boolean mayBeRepeated(Refused.Reason reason) {
        return reason == Refused.Reason.NOT_LEADER || reason == Refused.Reason.OVERWRITTEN;
    }

    /** Ends a call with what a future gives. */
    static <T, A> void answer(CompletableFuture<T> future, StreamObserver<A> observer, Function<? super T, A> answer) {
        var unused = future.thenApply(answer).whenComplete((made, failure) -> {
            if (failure != null) {
                observer.onError(failed(failure));
            } else {
                observer.onNext(made);
                observer.onCompleted();
            }
        });
    }

    /** The exception to end a call with: a status as it is, a stopped node by name, anything else as it came. */
    static Throwable failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof StatusRuntimeException) {
            return cause;
        }
        if (cause instanceof RaftException stopped && stopped.code() == RaftException.Code.STOPPED) {
            return EtcdError.STOPPED.exception();
        }
        return Status.UNKNOWN.withCause(cause).asRuntimeException();
    }
}
