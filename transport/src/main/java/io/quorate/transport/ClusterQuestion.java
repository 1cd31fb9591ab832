package io.quorate.transport;

import io.quorate.node.peer.MembershipQuestion;
import io.quorate.node.peer.MembershipQuestion.Answer;
import io.quorate.node.port.Clock;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** {@link MembershipQuestion} over TCP, for the start of a process: waits for the answer. */
public final class ClusterQuestion {
    private ClusterQuestion() {}

    /**
     * Asks all of them at once; the first that belongs to a cluster is believed. Blocks; not to be called on an event loop.
     *
     * @param peerUrls of the members as far as they are known, e.g. {@code http://10.0.0.1:2380}
     * @param timeoutMillis bound on the whole
     * @throws IOException saying of each peer why it gave no answer
     */
    public static Answer ask(List<String> peerUrls, int timeoutMillis) throws IOException {
        Clock clock = System::nanoTime;
        EventLoops loops = EventLoops.start(1, "quorate-question");
        CompletableFuture<Answer> outcome = new CompletableFuture<>();
        NettyLoop loop = loops.next(clock, outcome::completeExceptionally);
        try (NettyLinks links = NettyLinks.dialling(loop)) {
            loop.drive(new MembershipQuestion(peerUrls, links, clock, timeoutMillis, listener(outcome)));
            return outcome.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException("the cluster could not be asked for its members: " + cause.getMessage(), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while asking the cluster for its members", e);
        } finally {
            loops.end(1);
        }
    }

    private static MembershipQuestion.Listener listener(CompletableFuture<Answer> outcome) {
        return new MembershipQuestion.Listener() {
            @Override
            public void answered(Answer answer) {
                outcome.complete(answer);
            }

            @Override
            public void unanswered(String why) {
                outcome.completeExceptionally(new IOException(why));
            }
        };
    }
}
