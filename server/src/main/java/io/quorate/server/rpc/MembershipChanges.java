package io.quorate.server.rpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.node.ChangeOutcome;
import io.quorate.node.MembershipChange;
import io.quorate.node.NodeStatus;
import io.quorate.node.RaftNode;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Membership;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Changes of the membership for etcd's clients: checked as etcd does, and tried again for a while where the refusal is one that
 * passes by itself, which etcd's clients do not know.
 */
final class MembershipChanges {
    private static final long RETRY_MILLIS = 50;

    private final RaftNode<?> node;
    private final ScheduledExecutorService timer;
    private final long timeoutMillis;
    private final boolean strict;

    /** @param strict whether {@link StartedVoters} is asked */
    MembershipChanges(RaftNode<?> node, ScheduledExecutorService timer, long timeoutMillis, boolean strict) {
        this.node = node;
        this.timer = timer;
        this.timeoutMillis = timeoutMillis;
        this.strict = strict;
    }

    /**
     * @param check of the strict kind
     * @return the membership then; or fails with a status
     */
    CompletableFuture<Membership> change(MembershipChange change, Function<StartedVoters, @Nullable EtcdError> check) {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        return node.status().thenCompose(status -> {
            EtcdError refusal = strict ? check.apply(new StartedVoters(status)) : null;
            return refusal == null ? attempt(change, deadline) : CompletableFuture.failedFuture(refusal.exception());
        });
    }

    private CompletableFuture<Membership> attempt(MembershipChange change, long deadline) {
        return node.change(change).thenCompose(outcome -> {
            if (outcome instanceof ChangeOutcome.Changed changed) {
                return CompletableFuture.completedFuture(changed.membership());
            }
            if (outcome instanceof ChangeOutcome.Undecided undecided) {
                return CompletableFuture.failedFuture(
                        Outcomes.unknown(undecided.reason()).exception());
            }
            ChangeOutcome.NotChanged refused = (ChangeOutcome.NotChanged) outcome;
            ChangeRefusal reason = refused.reason();
            if (reason == ChangeRefusal.NO_CHANGE) {
                return node.status().thenApply(NodeStatus::membership);
            }
            if (passes(reason) && System.nanoTime() - deadline < 0) {
                return later().thenCompose(nothing -> attempt(change, deadline));
            }
            return CompletableFuture.failedFuture(failure(refused));
        });
    }

    private CompletableFuture<Void> later() {
        CompletableFuture<Void> later = new CompletableFuture<>();
        var unused = timer.schedule(() -> later.complete(null), RETRY_MILLIS, TimeUnit.MILLISECONDS);
        return later;
    }

    /** It did not happen, and soon may. */
    private static boolean passes(ChangeRefusal reason) {
        return switch (reason) {
            case NOT_LEADER, TERM_NOT_STARTED, TRANSFERRING, CHANGE_UNDER_WAY, CHANGED_MEANWHILE -> true;
            case NO_CHANGE,
                    NO_VOTER_LEFT,
                    ID_USED_BEFORE,
                    INCARNATION_CLAIMED,
                    ADDRESS_TAKEN,
                    NOT_STARTED,
                    LEARNER_LAGS,
                    NO_QUORUM,
                    OVERLOADED,
                    UNKNOWN_MEMBER,
                    MEMBER_EXISTS,
                    NOT_A_LEARNER,
                    NO_SPACE,
                    TOO_MANY_MEMBERS,
                    ADDRESS_SILENT,
                    ADDRESS_OF_ANOTHER,
                    VERSION_FALLS,
                    VERSION_NOT_SPOKEN -> false;
        };
    }

    /** What etcd has no words for is told in ours. */
    private static StatusRuntimeException failure(ChangeOutcome.NotChanged refused) {
        return switch (refused.reason()) {
            case ADDRESS_SILENT, ADDRESS_OF_ANOTHER ->
                Status.FAILED_PRECONDITION
                        .withDescription("quorate: " + refused.text())
                        .asRuntimeException();
            default -> error(refused.reason()).exception();
        };
    }

    private static EtcdError error(ChangeRefusal reason) {
        return switch (reason) {
            case NOT_LEADER -> EtcdError.NO_LEADER;
            case TERM_NOT_STARTED, TRANSFERRING -> EtcdError.LEADER_CHANGED;
            case CHANGE_UNDER_WAY, CHANGED_MEANWHILE, NO_CHANGE -> EtcdError.CHANGE_UNDER_WAY;
            case NO_VOTER_LEFT -> EtcdError.NOT_ENOUGH_STARTED;
            case ID_USED_BEFORE, INCARNATION_CLAIMED, MEMBER_EXISTS -> EtcdError.MEMBER_EXISTS;
            case ADDRESS_TAKEN -> EtcdError.PEER_URL_EXISTS;
            case NOT_STARTED, LEARNER_LAGS, ADDRESS_SILENT, ADDRESS_OF_ANOTHER -> EtcdError.LEARNER_NOT_READY;
            // The version is raised by our own service, which tells the refusal itself.
            case NO_QUORUM, VERSION_FALLS, VERSION_NOT_SPOKEN -> EtcdError.UNHEALTHY;
            case OVERLOADED -> EtcdError.TOO_MANY_REQUESTS;
            case UNKNOWN_MEMBER -> EtcdError.MEMBER_NOT_FOUND;
            case NOT_A_LEARNER -> EtcdError.MEMBER_NOT_LEARNER;
            case NO_SPACE -> EtcdError.NO_SPACE;
            case TOO_MANY_MEMBERS -> EtcdError.TOO_MANY_MEMBERS;
        };
    }
}
