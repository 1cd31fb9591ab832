package io.quorate.node.peer;

import io.quorate.node.port.Agent;
import io.quorate.node.port.Clock;
import io.quorate.node.port.PeerLinks;
import io.quorate.node.port.Versions;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the members of a cluster that exists who belongs to it, for a process that wants to join and has no identity yet: all
 * of them at once, and the first that holds a set of members is believed. Turned and called on one loop.
 */
public final class MembershipQuestion implements Agent {
    /** Who belongs to which cluster. */
    public record Answer(long clusterId, long epoch, Membership members) {
        /** The member that has one of these peer addresses, or null. */
        public @Nullable Member at(List<String> peerUrls) {
            return members.members().stream()
                    .filter(member -> member.peerUrls().stream().anyMatch(peerUrls::contains))
                    .findFirst()
                    .orElse(null);
        }

        /**
         * Why the member with these addresses cannot join; null when it can.
         *
         * @param ownPeerUrls what it advertises to its peers
         * @param incarnation of its data directory; 0 when it has none yet
         */
        public @Nullable String refusal(List<String> ownPeerUrls, long incarnation) {
            String version = Versions.CURRENT.refusal(members.version());
            if (version != null) {
                return version;
            }
            Member own = at(ownPeerUrls);
            if (own == null) {
                return "no member of the cluster has the peer address " + String.join(",", ownPeerUrls)
                        + ": add it first (quorate member add), or give the address that the cluster knows";
            }
            if (own.isStarted() && own.incarnation() != incarnation) {
                return "member " + Admission.hex(own.id()) + " has the peer address "
                        + String.join(",", ownPeerUrls) + " and started before, as incarnation "
                        + Admission.hex(own.incarnation()) + ", but its data directory here is "
                        + (incarnation == 0 ? "empty" : "another one") + ". " + Admission.howToComeBack();
            }
            return null;
        }
    }

    /** Hears the outcome, once. */
    public interface Listener {
        void answered(Answer answer);

        /** @param why for each peer what it said, or why it could not be asked */
        void unanswered(String why);
    }

    private final List<String> peerUrls;
    private final PeerLinks links;
    private final Listener listener;
    private final long deadline;
    private final List<Asking> asking = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private boolean asked;
    private boolean over;

    /** @param timeoutMillis until the question is given up, from now */
    public MembershipQuestion(
            List<String> peerUrls, PeerLinks links, Clock clock, int timeoutMillis, Listener listener) {
        this.peerUrls = List.copyOf(peerUrls);
        this.links = links;
        this.listener = listener;
        deadline = clock.nanoTime() + timeoutMillis * 1_000_000L;
    }

    @Override
    public long turn(long nowNanos) {
        if (!asked) {
            asked = true;
            for (String url : peerUrls) {
                Asking peer = new Asking(hello -> answer(hello, url), why -> failures.add(url + ": " + why));
                asking.add(peer);
                links.connect(url, peer);
            }
        }
        if (!over && nowNanos >= deadline) {
            end();
            listener.unanswered("no answer in time from " + String.join(", ", peerUrls) + said());
        } else if (!over && failures.size() == peerUrls.size()) {
            end();
            listener.unanswered("no peer could be asked" + said());
        }
        return over ? NEVER : deadline;
    }

    private String said() {
        return failures.isEmpty() ? "" : ": " + String.join("; ", failures);
    }

    private void end() {
        over = true;
        asking.forEach(Asking::close);
    }

    private void answer(Hello hello, String url) {
        Membership set = hello.set();
        if (set == null) {
            failures.add(url
                    + (hello.from() == 0
                            ? " waits itself until it is added"
                            : " belongs to a cluster that has not started yet"));
        } else if (!over) {
            end();
            listener.answered(new Answer(hello.clusterId(), hello.epoch(), set));
        }
    }
}
