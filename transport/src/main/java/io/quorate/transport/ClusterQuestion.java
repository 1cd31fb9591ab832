package io.quorate.transport;

import io.quorate.node.peer.MemberQuestion;
import io.quorate.node.peer.MembershipQuestion;
import io.quorate.node.peer.MembershipQuestion.Answer;
import io.quorate.node.port.Agent;
import io.quorate.node.port.Clock;
import io.quorate.node.port.PeerLinks;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;

/** Questions to peers by somebody who is no session of theirs, over TCP: waits for the answer. Not to be asked on an event loop. */
public final class ClusterQuestion {
    private static final Clock CLOCK = System::nanoTime;

    private ClusterQuestion() {}

    /**
     * {@link MembershipQuestion}: asks all of them at once; the first that belongs to a cluster is believed.
     *
     * @param peerUrls of the members as far as they are known, e.g. {@code http://10.0.0.1:2380}
     * @param timeoutMillis bound on the whole
     * @throws IOException saying of each peer why it gave no answer
     */
    public static Answer ask(List<String> peerUrls, int timeoutMillis) throws IOException {
        try {
            return ask((links, outcome) ->
                    new MembershipQuestion(peerUrls, links, CLOCK, timeoutMillis, new MembershipQuestion.Listener() {
                        @Override
                        public void answered(Answer answer) {
                            outcome.complete(answer);
                        }

                        @Override
                        public void unanswered(String why) {
                            outcome.completeExceptionally(new IOException(why));
                        }
                    }));
        } catch (IOException e) {
            throw new IOException("the cluster could not be asked for its members: " + e.getMessage(), e);
        }
    }

    /**
     * {@link MemberQuestion}: who answers at that address.
     *
     * @throws IOException saying why nobody does
     */
    public static MemberQuestion.Answer whoIsAt(String peerUrl, int timeoutMillis) throws IOException {
        return ask((links, outcome) ->
                new MemberQuestion(peerUrl, links, CLOCK, timeoutMillis, new MemberQuestion.Listener() {
                    @Override
                    public void answered(MemberQuestion.Answer answer) {
                        outcome.complete(answer);
                    }

                    @Override
                    public void silent(String why) {
                        outcome.completeExceptionally(new IOException(why));
                    }
                }));
    }

    private static <T> T ask(BiFunction<PeerLinks, CompletableFuture<T>, Agent> question) throws IOException {
        EventLoops loops = EventLoops.start(1, "quorate-question");
        CompletableFuture<T> outcome = new CompletableFuture<>();
        NettyLoop loop = loops.next(CLOCK, outcome::completeExceptionally);
        try (NettyLinks links = NettyLinks.dialling(loop)) {
            loop.drive(question.apply(links, outcome));
            return outcome.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(cause.getMessage(), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for an answer", e);
        } finally {
            loops.end(1);
        }
    }
}
