package io.quorate.server.member;

import io.quorate.kv.Commands;
import io.quorate.kv.MemberAttributes;
import io.quorate.kv.View;
import io.quorate.node.Applied;
import io.quorate.node.Consistency;
import io.quorate.node.Outcome;
import io.quorate.node.RaftException;
import io.quorate.node.RaftNode;
import io.quorate.node.ReadOutcome;
import io.quorate.node.Refused;
import io.quorate.node.Served;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the cluster this member's attributes, once it can be told anything: its end means that this member serves. Telling
 * the same twice changes nothing, so whatever is not known to have happened is done again.
 */
public final class Publication {
    private static final long RETRY_MILLIS = 20;

    private final RaftNode<?> node;
    private final Supplier<View> store;
    private final MemberAttributes self;
    private final ScheduledExecutorService timer;
    private final CompletableFuture<Boolean> done = new CompletableFuture<>();

    private Publication(RaftNode<?> node, Supplier<View> store, MemberAttributes self, ScheduledExecutorService timer) {
        this.node = node;
        this.store = store;
        this.self = self;
        this.timer = timer;
    }

    /**
     * @param store gives the newest root
     * @param timer its threads are used for short moments
     * @return completes when the attributes are known to be applied here, with true; with false when this member is known to be a
     *     witness, which tells none, since clients are to go elsewhere; exceptionally when the node stops before
     */
    public static CompletableFuture<Boolean> start(
            RaftNode<?> node, Supplier<View> store, MemberAttributes self, ScheduledExecutorService timer) {
        Publication publication = new Publication(node, store, self, timer);
        publication.ask();
        return publication.done;
    }

    /** A restarted member finds in its log what it told before. */
    private void ask() {
        try {
            var unused = node.read(
                            Consistency.LINEARIZABLE,
                            () -> Optional.ofNullable(store.get().memberAttributes(self.memberId())))
                    .whenComplete((read, failure) -> answered(read, failure, this::compare));
        } catch (RaftException stopped) {
            done.completeExceptionally(stopped);
        }
    }

    private void compare(ReadOutcome<Optional<MemberAttributes>> read) {
        if (read instanceof Refused<?> refused && refused.reason() == Refused.Reason.WITNESS) {
            done.complete(false);
        } else if (!(read instanceof Served<Optional<MemberAttributes>> served)) {
            again();
        } else if (served.value().equals(Optional.of(self))) {
            done.complete(true);
        } else {
            tell();
        }
    }

    private void tell() {
        try {
            var unused = node.propose(ByteBuffer.wrap(Commands.encode(self)))
                    .whenComplete((outcome, failure) -> answered(outcome, failure, this::conclude));
        } catch (RaftException stopped) {
            done.completeExceptionally(stopped);
        }
    }

    private void conclude(Outcome<?> outcome) {
        if (outcome instanceof Applied) {
            done.complete(true);
        } else {
            again();
        }
    }

    private <T> void answered(T answer, @Nullable Throwable failure, Consumer<T> next) {
        if (failure != null) {
            done.completeExceptionally(failure);
        } else {
            next.accept(answer);
        }
    }

    private void again() {
        var unused = timer.schedule(this::ask, RETRY_MILLIS, TimeUnit.MILLISECONDS);
    }
}
