package io.quorate.node.peer;

import io.quorate.node.port.Agent;
import io.quorate.node.port.Clock;
import io.quorate.node.port.PeerLinks;
import org.jspecify.annotations.Nullable;

/** Asks one peer address who answers there. Turned and called on one loop. */
public final class MemberQuestion implements Agent {
    /**
     * Who answers.
     *
     * @param clusterId 0 where it belongs to none yet
     * @param memberId 0 where it is none yet: it waits until a cluster has added it
     * @param name as it calls itself
     */
    public record Answer(long clusterId, long memberId, String name) {
        /** Whether it waits until a cluster has added it. */
        public boolean waits() {
            return memberId == 0;
        }

        /** For people. */
        public String who() {
            String member = "member " + Admission.hex(memberId) + (name.isEmpty() ? "" : " (" + name + ")");
            return waits() ? "a process that waits to be added as " + name : member;
        }
    }

    /** Hears the outcome, once. */
    public interface Listener {
        void answered(Answer answer);

        /** @param why the end of a sentence that begins with the address */
        void silent(String why);
    }

    private final String peerUrl;
    private final PeerLinks links;
    private final Listener listener;
    private final long deadline;
    private @Nullable Asking asking;
    private boolean over;

    /** @param timeoutMillis until the question is given up, from now */
    public MemberQuestion(String peerUrl, PeerLinks links, Clock clock, int timeoutMillis, Listener listener) {
        this.peerUrl = peerUrl;
        this.links = links;
        this.listener = listener;
        deadline = clock.nanoTime() + timeoutMillis * 1_000_000L;
    }

    @Override
    public long turn(long nowNanos) {
        if (asking == null) {
            asking = new Asking(
                    hello -> end(() -> listener.answered(new Answer(hello.clusterId(), hello.from(), hello.name()))),
                    why -> end(() -> listener.silent(why)));
            links.connect(peerUrl, asking);
        } else if (!over && nowNanos >= deadline) {
            end(() -> listener.silent("gives no answer in time"));
        }
        return over ? NEVER : deadline;
    }

    private void end(Runnable outcome) {
        if (!over) {
            over = true;
            if (asking != null) {
                asking.close();
            }
            outcome.run();
        }
    }
}
