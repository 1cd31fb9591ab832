package io.quorate.internal;

import io.quorate.node.RaftException;
import io.quorate.node.RaftException.Code;
import io.quorate.node.peer.MembershipQuestion.Answer;
import io.quorate.node.port.Identity;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.transport.ClusterQuestion;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a member whose log does not name it yet finds out who it is: it asks the cluster. Blocks. */
final class Joining {
    private static final int ANSWER_MILLIS = 5_000;
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private Joining() {}

    /** Who this member is, and whom it dials until its log says so. */
    record Place(long clusterId, long epoch, long memberId, Membership members) {}

    /**
     * @param told this member and those that can be asked
     * @param self which of them is this one
     * @param identity of its data directory; null when there is none
     * @param patience how long to wait until the cluster has added it
     * @param onWait hears why it waits, once, if it does
     * @throws RaftException saying why it cannot join
     */
    static Place ask(
            Membership told, long self, @Nullable Identity identity, Duration patience, Consumer<String> onWait) {
        List<String> own = Objects.requireNonNull(told.member(self)).peerUrls();
        List<String> peers = told.members().stream()
                .flatMap(member -> member.peerUrls().stream())
                .filter(url -> !own.contains(url))
                .toList();
        if (peers.isEmpty()) {
            throw new RaftException(
                    Code.BAD_OPTIONS,
                    "a member that joins a cluster needs the peer URLs of members of that cluster beside its own");
        }
        long incarnation = identity == null ? 0 : identity.incarnation();
        long end = System.nanoTime() + patience.toNanos();
        boolean hasTold = false;
        while (true) {
            Answer answer = answer(peers);
            String refusal = answer.refusal(own, incarnation);
            Member me = answer.at(own);
            if (refusal == null && me != null) {
                return new Place(answer.clusterId(), answer.epoch(), me.id(), answer.members());
            }
            // Whoever answered may not have read yet that this member was added.
            if (me != null || System.nanoTime() - end >= 0) {
                throw new RaftException(Code.IDENTITY_REFUSED, String.valueOf(refusal));
            }
            if (!hasTold) {
                hasTold = true;
                onWait.accept(String.valueOf(refusal));
            }
            LockSupport.parkNanos(RETRY_NANOS);
        }
    }

    private static Answer answer(List<String> peers) {
        try {
            return ClusterQuestion.ask(peers, ANSWER_MILLIS);
        } catch (IOException unanswered) {
            throw new RaftException(
                    Code.IDENTITY_REFUSED,
                    unanswered.getMessage() + ": start this member when its cluster runs, or check the peer URLs",
                    unanswered);
        }
    }
}
