package io.quorate.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.EventLoopGroup;
import io.quorate.node.peer.HashMessage;
import io.quorate.node.peer.LeaderAnswer;
import io.quorate.node.peer.LeaderRequest;
import io.quorate.node.peer.MembershipQuestion;
import io.quorate.node.peer.PeerListener;
import io.quorate.node.peer.PeerSessions;
import io.quorate.node.peer.PeersConfig;
import io.quorate.node.peer.Transfer;
import io.quorate.node.port.Agent;
import io.quorate.node.port.Identity;
import io.quorate.raft.Message;
import io.quorate.raft.Message.RequestVote;
import io.quorate.raft.Refusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three members' sessions over real sockets: the first start, messages, and a member that goes away. */
class SessionsOverTcpTest {
    private static final long TALK_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final EventLoopGroup group = EventLoops.start(3, "sessions-test").group();
    private final AtomicLong seed = new AtomicLong(7);
    private final List<Running> processes = new ArrayList<>();

    private final class Running implements PeerListener, Agent {
        final NettyLoop loop = new NettyLoop(group.next(), System::nanoTime, Throwable::printStackTrace);
        final NettyLinks links;
        final long id;
        final CompletableFuture<Boolean> leaderless = new CompletableFuture<>();
        /** The first message of each peer, by its id. */
        final Map<Long, CompletableFuture<Message>> heard = new ConcurrentHashMap<>();

        final CompletableFuture<Long> lost = new CompletableFuture<>();
        PeerSessions peers;

        Running(long id) throws Exception {
            this.id = id;
            links = NettyLinks.listen(loop, "127.0.0.1", 0);
            peers = sessions(Membership.NONE);
        }

        private PeerSessions sessions(Membership initial) {
            Identity identity = new Identity(5, 1, id, id + 100, 1);
            PeersConfig config = PeersConfig.of(identity, "n" + id, initial, false, 1 << 20, 4 << 20);
            return new PeerSessions(config, links, System::nanoTime, () -> seed.addAndGet(0x9e3779b97f4a7c15L));
        }

        Member member() {
            return new Member(
                    id,
                    0,
                    "n" + id,
                    List.of("http://127.0.0.1:" + links.localAddress().getPort()));
        }

        CompletableFuture<Message> firstOf(long peer) {
            return heard.computeIfAbsent(peer, id -> new CompletableFuture<>());
        }

        /** Says something to each peer at every turn: what is said before a connection stands is dropped. */
        private void talk() {
            for (Running peer : processes) {
                if (peer != this) {
                    peers.send(message(id, peer.id), List.of());
                }
            }
        }

        void start(Membership initial) {
            loop.execute(() -> {
                peers = sessions(initial);
                peers.start(this);
            });
            loop.drive(this);
        }

        @Override
        public long turn(long nowNanos) {
            long next = peers.turn(nowNanos);
            talk();
            peers.flush();
            return Math.min(next, nowNanos + TALK_INTERVAL_NANOS);
        }

        @Override
        public void received(Message received, ByteBuffer records) {
            firstOf(received.from()).complete(received);
        }

        @Override
        public void forwarded(long from, long number, int flags, ByteBuffer payload) {}

        @Override
        public void forwardAccepted(long from, long number, long index, long term) {}

        @Override
        public void forwardRefused(long from, long number, Refusal reason) {}

        @Override
        public void transferred(long from, Transfer transfer) {}

        @Override
        public void transferEnded(long id, boolean fetching) {}

        @Override
        public void disconnected(long peer) {}

        @Override
        public void peerLost(long peer) {
            lost.complete(peer);
        }

        @Override
        public void peerBack(long peer) {}

        @Override
        public void majorityWithoutLeader() {
            leaderless.complete(true);
        }

        @Override
        public void firstStartComplete(Membership membership) {
            loop.execute(() -> {
                peers.members(membership);
                loop.wake();
            });
        }

        @Override
        public void waitingFor(List<String> names) {}

        @Override
        public void requested(long from, LeaderRequest request) {}

        @Override
        public void requestAnswered(long from, LeaderAnswer answer) {}

        @Override
        public void told(long from, HashMessage message) {}

        @Override
        public void removed(String reason) {
            refused(reason);
        }

        @Override
        public void refused(String reason) {
            leaderless.completeExceptionally(new IllegalStateException(reason));
        }
    }

    private static Message message(long from, long to) {
        return new RequestVote(0, from, to, 1, 0, 0);
    }

    @AfterEach
    void shutDown() throws Exception {
        processes.forEach(process -> process.links.close());
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(5, TimeUnit.SECONDS);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Test
    void whoCannotAskTheClusterIsToldWhy() throws Exception {
        NettyLoop loop = new NettyLoop(group.next(), System::nanoTime, Throwable::printStackTrace);
        NettyLinks gone = NettyLinks.listen(loop, "127.0.0.1", 0);
        String url = "http://127.0.0.1:" + gone.localAddress().getPort();
        gone.close();
        assertThatThrownBy(() -> ClusterQuestion.ask(List.of(url), 10_000))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(url)
                .hasMessageContaining("refused");
    }

    @Test
    void threeMembersStartTalkAndNoticeOneThatIsGone() throws Exception {
        for (long id = 1; id <= 3; id++) {
            processes.add(new Running(id));
        }
        Membership initial =
                Membership.ofVoters(processes.stream().map(Running::member).toList());
        processes.forEach(process -> process.start(initial));
        for (Running process : processes) {
            assertThat(get(process.leaderless)).isTrue();
        }
        for (Running to : processes) {
            for (Running from : processes) {
                if (to != from) {
                    assertThat(get(to.firstOf(from.id))).isEqualTo(message(from.id, to.id));
                }
            }
        }

        List<String> urls = initial.members().get(0).peerUrls();
        MembershipQuestion.Answer answer = ClusterQuestion.ask(urls, 10_000);
        assertThat(answer.clusterId()).isEqualTo(5);
        assertThat(answer.members().members()).allMatch(member -> member.incarnation() == member.id() + 100);

        processes.get(2).links.close();
        assertThat(get(processes.get(0).lost)).isEqualTo(3);
        assertThat(get(processes.get(1).lost)).isEqualTo(3);
    }
}
