package io.quorate.internal;

import io.quorate.node.MembershipChange;
import io.quorate.node.MembershipChange.Add;
import io.quorate.node.MembershipChange.Edit;
import io.quorate.node.MembershipChange.Promote;
import io.quorate.node.internal.AddressCheck;
import io.quorate.node.peer.MemberQuestion.Answer;
import io.quorate.raft.membership.ChangeRefusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.transport.ClusterQuestion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks over TCP. Of a member with several addresses one must answer, and none may lead to somebody else. It asks from where this
 * member runs; whether the others reach the address too it cannot know.
 */
final class AddressQuestion implements AddressCheck {
    private static final int ANSWER_MILLIS = 3_000;

    private final String name;
    private final long clusterId;
    private final long self;

    /** @param name of this member, for the thread */
    AddressQuestion(String name, long clusterId, long self) {
        this.name = name;
        this.clusterId = clusterId;
        this.self = self;
    }

    /** On a thread of its own: it blocks, and callers are few. */
    @Override
    public CompletableFuture<Optional<Flaw>> flaw(Membership before, MembershipChange change) {
        return CompletableFuture.supplyAsync(() -> flawOf(before, change), work -> {
            Thread thread = new Thread(work, "quorate-" + name + "-question");
            thread.setDaemon(true);
            thread.start();
        });
    }

    private Optional<Flaw> flawOf(Membership before, MembershipChange change) {
        for (Edit edit : change.edits()) {
            Flaw flaw = null;
            if (edit instanceof Promote promote) {
                Member member = before.member(promote.id());
                flaw = member == null || member.id() == self
                        ? null
                        : flaw(member.peerUrls(), answer -> objection(answer, member));
            } else if (edit instanceof Add add) {
                flaw = flaw(add.peerUrls(), answer -> objection(answer, add));
            }
            if (flaw != null) {
                return Optional.of(flaw);
            }
        }
        return Optional.empty();
    }

    /** @param objection why it is not who should answer, the end of a sentence; null when it is */
    private static @Nullable Flaw flaw(List<String> peerUrls, Function<Answer, @Nullable String> objection) {
        List<String> silent = new ArrayList<>();
        for (String url : peerUrls) {
            try {
                String wrong = objection.apply(ClusterQuestion.whoIsAt(url, ANSWER_MILLIS));
                if (wrong != null) {
                    return new Flaw(
                            ChangeRefusal.ADDRESS_OF_ANOTHER, "at the peer address " + url + " answers " + wrong);
                }
            } catch (IOException unanswered) {
                silent.add(url + " (" + unanswered.getMessage() + ")");
            }
        }
        return silent.size() < peerUrls.size()
                ? null
                : new Flaw(
                        ChangeRefusal.ADDRESS_SILENT,
                        "nobody answers at the peer address " + String.join(", ", silent)
                                + ": start the member, or correct its address");
    }

    private @Nullable String objection(Answer answer, Member expected) {
        if (answer.waits()) {
            return answer.who() + ", not " + who(expected) + ": its data directory is empty";
        }
        if (answer.clusterId() != clusterId) {
            return ofAnotherCluster(answer);
        }
        return answer.memberId() == expected.id()
                ? null
                : answer.who() + ", not " + who(expected) + ": correct one of the addresses (quorate member update)";
    }

    private @Nullable String objection(Answer answer, Add expected) {
        if (!answer.waits()) {
            return answer.clusterId() != clusterId
                    ? ofAnotherCluster(answer)
                    : answer.who() + " of this cluster, which was added before";
        }
        boolean isNamed = expected.name().isEmpty() || expected.name().equals(answer.name());
        return isNamed ? null : answer.who() + ", not as " + expected.name();
    }

    private String ofAnotherCluster(Answer answer) {
        return answer.who() + " of the cluster " + Long.toHexString(answer.clusterId()) + ", and this is "
                + Long.toHexString(clusterId) + ": a member begins with an empty data directory";
    }

    private static String who(Member member) {
        return "member " + Long.toHexString(member.id()) + (member.name().isEmpty() ? "" : " (" + member.name() + ")");
    }
}
