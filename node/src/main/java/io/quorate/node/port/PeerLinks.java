package io.quorate.node.port;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Byte streams between members. All calls and callbacks are on the node's loop. An implementation knows nothing of what the
 * bytes mean.
 */
public interface PeerLinks {
    /** One open byte stream. */
    interface Link {
        /**
         * Queues bytes; they leave with the next {@link #flush}. The buffers belong to the link until {@link #sentBytes}
         * has passed them; they are not changed meanwhile.
         */
        void send(ByteBuffer bytes);

        void flush();

        /** Bytes queued on this link so far, since it opened. */
        long queuedBytes();

        /** Bytes of those that the socket has taken. */
        long sentBytes();

        /** Idempotent; the handler hears {@link Handler#closed} once. */
        void close();

        /** For log lines. */
        String remote();
    }

    enum CloseReason {
        /** The other side refused the connection: nobody listens there. */
        REFUSED,
        /** It could not be opened in time, or no route exists. */
        UNREACHABLE,
        /** It was open, and the other side closed or reset it. */
        CLOSED_BY_PEER,
        CLOSED_HERE
    }

    /** Hears what happens on one link. */
    interface Handler {
        void opened(Link link);

        /** Bytes came; valid during the call only, in any pieces. */
        void received(Link link, ByteBuffer bytes);

        /** {@link Link#sentBytes} has risen. */
        void drained(Link link);

        /** @param link null when it never opened */
        void closed(@Nullable Link link, CloseReason reason, String detail);
    }

    /** Makes the handler of an accepted link. */
    interface Acceptor {
        Handler accept();
    }

    /** Where to listen was said when the links were made; connections are accepted from now on. */
    void accept(Acceptor acceptor);

    /** @param peerUrl as in {@link io.quorate.raft.membership.Member#peerUrls()} */
    void connect(String peerUrl, Handler handler);
}
