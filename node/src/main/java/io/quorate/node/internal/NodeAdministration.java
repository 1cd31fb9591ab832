package io.quorate.node.internal;

import io.quorate.node.ChangeOutcome;
import io.quorate.node.ChangePlan;
import io.quorate.node.MembershipChange;
import io.quorate.node.MembershipChange.Add;
import io.quorate.node.MembershipChange.As;
import io.quorate.node.MembershipChange.Edit;
import io.quorate.node.MembershipChange.Promote;
import io.quorate.node.MembershipChange.Remove;
import io.quorate.node.RaftException;
import io.quorate.node.TransferOutcome;
import io.quorate.node.Unknown;
import io.quorate.node.peer.LeaderAnswer;
import io.quorate.node.peer.LeaderRequest;
import io.quorate.node.port.Entropy;
import io.quorate.raft.TransferRefusal;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What users ask about the cluster rather than of the state machine: turned into requests to the leader, on the loop. */
final class NodeAdministration<R> {
    private static final long RETRY_MILLIS = 100;

    private final NodeLoop<R> loop;
    private final Executor callbacks;
    private final Entropy entropy;
    private final java.util.function.Supplier<RaftException> stopped;
    private final @Nullable AddressCheck addresses;

    /**
     * @param stopped says why the node takes nothing any more
     * @param addresses null to believe every address
     */
    NodeAdministration(
            NodeLoop<R> loop,
            NodeParts<R> parts,
            java.util.function.Supplier<RaftException> stopped,
            @Nullable AddressCheck addresses) {
        this.loop = loop;
        this.callbacks = parts.callbacks();
        this.entropy = parts.entropy();
        this.stopped = stopped;
        this.addresses = addresses;
    }

    /** Whoever is to be promoted is asked first whether it is there, when nothing else is in the way. */
    CompletableFuture<ChangeOutcome> change(MembershipChange change) {
        AddressCheck asked = addresses;
        if (asked == null || change.edits().stream().noneMatch(Promote.class::isInstance)) {
            return decide(change);
        }
        return plan(change).thenCompose(plan -> {
            ChangeRefusal refusal = plan.refusal();
            if (refusal != null) {
                return CompletableFuture.completedFuture(notChanged(refusal));
            }
            return asked.flaw(plan.before(), change)
                    .thenCompose(flaw -> flaw.isEmpty()
                            ? decide(change)
                            : CompletableFuture.completedFuture(
                                    notChanged(flaw.get().refusal(), flaw.get().text())));
        });
    }

    private CompletableFuture<ChangeOutcome> decide(MembershipChange change) {
        return ask(LeaderRequest.Kind.CHANGE, change, 0, this::changeOutcome, ChangeOutcome.Undecided::new);
    }

    /** With whoever would be added or promoted asked whether it is there, when nothing else is in the way. */
    CompletableFuture<ChangePlan> check(MembershipChange change) {
        AddressCheck asked = addresses;
        return plan(change)
                .thenCompose(plan -> asked == null || plan.refusal() != null
                        ? CompletableFuture.completedFuture(plan)
                        : asked.flaw(plan.before(), change)
                                .thenApply(flaw -> flaw.map(found -> plan.refused(found.refusal(), found.text()))
                                        .orElse(plan)));
    }

    private CompletableFuture<ChangePlan> plan(MembershipChange change) {
        return ask(
                LeaderRequest.Kind.CHECK,
                change,
                0,
                NodeAdministration::planned,
                reason -> planned(LeaderRequests.refusal(ChangeRefusal.NOT_LEADER)));
    }

    CompletableFuture<TransferOutcome> transferLeadership(long to) {
        return ask(LeaderRequest.Kind.TRANSFER, null, to, this::transferOutcome, TransferOutcome.Undecided::new);
    }

    // ---- one request

    private <T> CompletableFuture<T> ask(
            LeaderRequest.Kind kind,
            @Nullable MembershipChange change,
            long to,
            Function<LeaderAnswer, T> outcome,
            Function<Unknown.Reason, T> undecided) {
        CompletableFuture<T> future = new CompletableFuture<>();
        LeaderRequests.Reply reply = new LeaderRequests.Reply() {
            @Override
            public void answered(LeaderAnswer answer) {
                T value = outcome.apply(answer);
                execute(() -> future.complete(value));
            }

            @Override
            public void undecided(Unknown.Reason reason) {
                execute(() -> future.complete(undecided.apply(reason)));
            }
        };
        Runnable question = () -> {
            GroupDriver<R> group = loop.group();
            if (loop.hasEnded()) {
                future.completeExceptionally(stopped.get());
            } else if (group == null) {
                reply.answered(LeaderAnswer.of(
                        0,
                        kind == LeaderRequest.Kind.TRANSFER
                                ? LeaderRequests.code(TransferRefusal.NOT_LEADER)
                                : LeaderRequests.code(ChangeRefusal.NOT_LEADER)));
            } else {
                group.ask(
                        new LeaderRequest(0, kind, change == null ? null : identified(change), to), loop.now(), reply);
            }
        };
        if (!loop.ask(question, null, 0)) {
            future.completeExceptionally(stopped.get());
        }
        return future;
    }

    private void execute(Runnable completion) {
        try {
            callbacks.execute(completion);
        } catch (RejectedExecutionException e) {
            completion.run();
        }
    }

    /** Draws the ids that were left to be drawn. */
    private MembershipChange identified(MembershipChange change) {
        List<Edit> edits = change.edits().stream()
                .map(edit -> edit instanceof Add add && add.id() == 0
                        ? new Add(drawnId(), add.name(), add.peerUrls(), add.as())
                        : edit)
                .toList();
        return new MembershipChange(change.expectedIndex(), edits);
    }

    private long drawnId() {
        long drawn = entropy.nextLong();
        return drawn == 0 ? 1 : drawn;
    }

    // ---- outcomes

    private ChangeOutcome changeOutcome(LeaderAnswer answer) {
        return answer.refusal() == LeaderAnswer.NONE
                ? new ChangeOutcome.Changed(answer.after())
                : notChanged(LeaderRequests.changeRefusal(answer.refusal()));
    }

    private ChangeOutcome notChanged(ChangeRefusal refusal) {
        return notChanged(refusal, refusal.sentence());
    }

    private ChangeOutcome notChanged(ChangeRefusal refusal, String text) {
        return new ChangeOutcome.NotChanged(refusal, text, loop.leadership().leader());
    }

    private static ChangePlan planned(LeaderAnswer answer) {
        ChangeRefusal refusal =
                answer.refusal() == LeaderAnswer.NONE ? null : LeaderRequests.changeRefusal(answer.refusal());
        return new ChangePlan(
                refusal,
                refusal == null ? "" : refusal.sentence(),
                answer.before(),
                answer.after().size() == 0 ? null : answer.after(),
                answer.answering());
    }

    private TransferOutcome transferOutcome(LeaderAnswer answer) {
        if (answer.refusal() == LeaderAnswer.NONE) {
            return new TransferOutcome.Transferred(answer.leader(), answer.term());
        }
        TransferRefusal refusal = LeaderRequests.transferRefusal(answer.refusal());
        return new TransferOutcome.NotTransferred(
                refusal, refusal.sentence(), loop.leadership().leader());
    }

    // ---- replacing

    /** Tries until the new member is there and has caught up. */
    CompletableFuture<ChangeOutcome> replace(long gone, String name, List<String> peerUrls, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        return retried(deadline, () -> learner(gone, name, peerUrls)).thenCompose(outcome -> {
            Member learner =
                    outcome instanceof ChangeOutcome.Changed changed ? learnerAt(changed.membership(), peerUrls) : null;
            return learner == null
                    ? CompletableFuture.completedFuture(outcome)
                    : retried(deadline, () -> change(MembershipChange.of(new Promote(learner.id()), new Remove(gone))));
        });
    }

    /** The membership in which a learner has those addresses, added now or by an earlier call. */
    private CompletableFuture<ChangeOutcome> learner(long gone, String name, List<String> peerUrls) {
        return plan(MembershipChange.remove(gone)).thenCompose(plan -> {
            if (!plan.before().isVoter(gone)) {
                ChangeRefusal refusal = plan.before().size() == 0 && plan.refusal() != null
                        ? plan.refusal()
                        : ChangeRefusal.UNKNOWN_MEMBER;
                return CompletableFuture.completedFuture(notChanged(refusal));
            }
            return learnerAt(plan.before(), peerUrls) == null
                    ? change(MembershipChange.of(new Add(0, name, peerUrls, As.LEARNER)))
                    : CompletableFuture.completedFuture(new ChangeOutcome.Changed(plan.before()));
        });
    }

    private static @Nullable Member learnerAt(Membership membership, List<String> peerUrls) {
        return membership.members().stream()
                .filter(member -> !membership.isVoter(member.id()))
                .filter(member -> member.peerUrls().stream().anyMatch(peerUrls::contains))
                .findFirst()
                .orElse(null);
    }

    private CompletableFuture<ChangeOutcome> retried(
            long deadline, Supplier<CompletableFuture<ChangeOutcome>> attempt) {
        return attempt.get()
                .thenCompose(outcome -> isWorthWaiting(outcome) && System.nanoTime() - deadline < 0
                        ? later().thenCompose(nothing -> retried(deadline, attempt))
                        : CompletableFuture.completedFuture(outcome));
    }

    private CompletableFuture<Void> later() {
        Executor delayed = CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS, callbacks);
        return CompletableFuture.runAsync(() -> {}, delayed);
    }

    /** Refused for something that passes by itself. */
    private static boolean isWorthWaiting(ChangeOutcome outcome) {
        return outcome instanceof ChangeOutcome.NotChanged refused
                && switch (refused.reason()) {
                    case NOT_LEADER,
                            TERM_NOT_STARTED,
                            TRANSFERRING,
                            CHANGE_UNDER_WAY,
                            CHANGED_MEANWHILE,
                            NOT_STARTED,
                            LEARNER_LAGS,
                            OVERLOADED,
                            NO_SPACE,
                            NO_QUORUM,
                            ADDRESS_SILENT -> true;
                    case NO_CHANGE,
                            NO_VOTER_LEFT,
                            ID_USED_BEFORE,
                            INCARNATION_CLAIMED,
                            ADDRESS_TAKEN,
                            UNKNOWN_MEMBER,
                            MEMBER_EXISTS,
                            VERSION_FALLS,
                            VERSION_NOT_SPOKEN,
                            NOT_A_LEARNER,
                            TOO_MANY_MEMBERS,
                            ADDRESS_OF_ANOTHER -> false;
                };
    }
}
