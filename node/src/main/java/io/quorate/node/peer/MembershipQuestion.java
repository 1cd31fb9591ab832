package io.quorate.node.peer;

import io.quorate.node.peer.Hello.Purpose;
import io.quorate.node.port.Agent;
import io.quorate.node.port.Clock;
import io.quorate.node.port.PeerLinks;
import io.quorate.node.port.PeerLinks.CloseReason;
import io.quorate.node.port.PeerLinks.Handler;
import io.quorate.node.port.PeerLinks.Link;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the members of a cluster that exists who belongs to it, for a process that wants to join and has no identity yet: all
 * of them at once, and the first that holds a set of members is believed. Turned and called on one loop.
 */
public final class MembershipQuestion implements Agent {
    private static final int ANSWER_BYTES = 256 << 10;

    /** Who belongs to which cluster. */
    public record Answer(long clusterId, long epoch, Membership members) {
        /**
         * Why the member with these addresses cannot start with an empty directory.
         *
         * @param ownPeerUrls what it advertises to its peers
         */
        public String refusal(List<String> ownPeerUrls) {
            Member own = members.members().stream()
                    .filter(member -> member.peerUrls().stream().anyMatch(ownPeerUrls::contains))
                    .findFirst()
                    .orElse(null);
            if (own == null) {
                return "no member of the cluster has the peer address " + String.join(",", ownPeerUrls)
                        + ": give the address that the cluster knows. Adding a member is not supported yet";
            }
            if (own.incarnation() != 0) {
                return "member " + Admission.hex(own.id()) + " has the peer address "
                        + String.join(",", ownPeerUrls) + " and started before, as incarnation "
                        + Admission.hex(own.incarnation()) + ", but its data directory here is empty. "
                        + Admission.howToComeBack();
            }
            return "member " + Admission.hex(own.id())
                    + " is added and has not started yet: joining a cluster that exists is not supported yet";
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
    private final List<Link> open = new ArrayList<>();
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
            peerUrls.forEach(url -> links.connect(url, new Asking(url)));
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
        List.copyOf(open).forEach(Link::close);
    }

    private void answer(Hello hello, String url) {
        Membership set = hello.set();
        if (set == null) {
            failures.add(url + " belongs to a cluster that has not started yet");
        } else if (!over) {
            end();
            listener.answered(new Answer(hello.clusterId(), hello.epoch(), set));
        }
    }

    /** One peer's connection. */
    private final class Asking implements Handler {
        private final String url;
        private final FrameReader reader = new FrameReader(ANSWER_BYTES);
        private boolean heard;

        Asking(String url) {
            this.url = url;
        }

        @Override
        public void opened(Link link) {
            open.add(link);
            if (over) {
                link.close();
                return;
            }
            link.send(new Hello(Purpose.ASK, ANSWER_BYTES, 0, 0, 0, 0, 0, 0, 0, false, false, "", null).encode());
            link.flush();
        }

        @Override
        public void received(Link link, ByteBuffer bytes) {
            try {
                reader.read(bytes, (type, header, payload) -> {
                    take(type, header);
                    return false;
                });
            } catch (MalformedFrameException e) {
                hear(url + ": " + e.getMessage());
            }
            if (heard) {
                link.close();
            }
        }

        private void take(FrameType type, ByteBuffer header) {
            if (type == FrameType.REFUSED) {
                hear(url + ": " + HandshakeRefusal.decode(header).text());
                return;
            }
            if (type != FrameType.HELLO) {
                throw new MalformedFrameException(type + " before the handshake");
            }
            HandshakeRefusal refusal = HandshakeRefusal.ofVersion(Hello.version(header));
            if (refusal != null) {
                hear(url + ": " + refusal.text());
            } else if (!heard) {
                heard = true;
                answer(Hello.decode(header), url);
            }
        }

        private void hear(String failure) {
            if (!heard) {
                heard = true;
                failures.add(failure);
            }
        }

        @Override
        public void drained(Link link) {}

        @Override
        public void closed(@Nullable Link link, CloseReason reason, String detail) {
            open.remove(link);
            hear(url + ": " + detail);
        }
    }
}
