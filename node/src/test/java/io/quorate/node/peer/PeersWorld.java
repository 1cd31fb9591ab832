package io.quorate.node.peer;

import io.quorate.node.memory.MemoryLinks;
import io.quorate.node.memory.MemoryNetwork;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.Identity;
import io.quorate.raft.Message;
import io.quorate.raft.Refusal;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Peer sessions of some members in one thread and virtual time; each listener writes down what it hears. */
final class PeersWorld {
    static final long CLUSTER = 0xc1;
    static final long MILLI = 1_000_000L;

    /** What a member's directory holds. */
    static final class Directory {
        final long id;
        final long incarnation;
        long starts;

        @Nullable
        Membership set;

        Directory(long id, long incarnation) {
            this.id = id;
            this.incarnation = incarnation;
        }

        Membership set() {
            return Objects.requireNonNull(set);
        }

        Directory copy() {
            Directory copy = new Directory(id, incarnation);
            copy.starts = starts;
            copy.set = set;
            return copy;
        }
    }

    /** One running process. */
    final class Node implements PeerListener {
        final Directory directory;
        final String url;
        final PeerSessions peers;
        final List<String> heard = new ArrayList<>();
        final List<Message> messages = new ArrayList<>();
        final List<byte[]> records = new ArrayList<>();
        final List<Transfer> transfers = new ArrayList<>();
        List<String> waiting = List.of();

        final List<LeaderRequest> requests = new ArrayList<>();
        final List<LeaderAnswer> answers = new ArrayList<>();

        @Nullable
        String refused;

        @Nullable
        String removed;

        boolean keepsSet = true;
        boolean running = true;

        Node(Directory directory, String url, PeersConfig config) {
            this.directory = directory;
            this.url = url;
            MemoryLinks links = network.join(url, () -> {});
            peers = new PeerSessions(config, links, () -> now, entropy);
            if (directory.set != null) {
                peers.members(directory.set);
            }
            peers.start(this);
        }

        private void setWritten() {
            if (directory.set != null) {
                peers.members(directory.set);
            }
        }

        boolean sees(long id) {
            return peers.state().stream().anyMatch(state -> state.id() == id && state.connected());
        }

        void send(Message message, ByteBuffer... parts) {
            peers.send(message, List.of(parts));
            peers.flush();
        }

        long count(String event) {
            return heard.stream().filter(event::equals).count();
        }

        @Override
        public void received(Message message, ByteBuffer bytes) {
            messages.add(message);
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            records.add(copy);
        }

        @Override
        public void forwarded(long from, long number, int flags, ByteBuffer command) {
            byte[] copy = new byte[command.remaining()];
            command.duplicate().get(copy);
            heard.add("forwarded " + from + " " + number + " "
                    + new String(copy, java.nio.charset.StandardCharsets.UTF_8));
        }

        @Override
        public void forwardAccepted(long from, long number, long index, long term) {
            heard.add("accepted " + from + " " + number + " " + index + "@" + term);
        }

        @Override
        public void forwardRefused(long from, long number, Refusal reason) {
            heard.add("forward refused " + from + " " + number + " " + reason);
        }

        @Override
        public void transferred(long from, Transfer transfer) {
            heard.add("transfer " + from + " " + transfer.getClass().getSimpleName());
            transfers.add(transfer instanceof Transfer.Piece piece ? copy(piece) : transfer);
        }

        private static Transfer.Piece copy(Transfer.Piece piece) {
            byte[] bytes = new byte[piece.bytes().remaining()];
            piece.bytes().duplicate().get(bytes);
            return new Transfer.Piece(
                    piece.group(),
                    piece.term(),
                    piece.offset(),
                    piece.position(),
                    piece.total(),
                    ByteBuffer.wrap(bytes));
        }

        @Override
        public void transferEnded(long id, boolean fetching) {
            heard.add((fetching ? "fetch-ended " : "serve-ended ") + id);
        }

        @Override
        public void disconnected(long id) {
            heard.add("disconnected " + id);
        }

        @Override
        public void peerLost(long id) {
            heard.add("lost " + id);
        }

        @Override
        public void peerBack(long id) {
            heard.add("back " + id);
        }

        @Override
        public void majorityWithoutLeader() {
            heard.add("leaderless");
        }

        @Override
        public void firstStartComplete(Membership membership) {
            heard.add("first start complete");
            if (keepsSet) {
                directory.set = membership;
                // The write takes a while.
                later.put(this, now + 3 * MILLI);
            }
        }

        @Override
        public void waitingFor(List<String> names) {
            waiting = names;
        }

        @Override
        public void requested(long from, LeaderRequest request) {
            heard.add("requested " + from + " " + request.kind());
            requests.add(request);
        }

        @Override
        public void requestAnswered(long from, LeaderAnswer answer) {
            heard.add("answered " + from);
            answers.add(answer);
        }

        @Override
        public void told(long from, HashMessage message) {
            heard.add("told " + from + " " + message);
        }

        @Override
        public void removed(String reason) {
            removed = reason;
        }

        @Override
        public void refused(String reason) {
            refused = reason;
        }
    }

    final MemoryNetwork network;
    final Entropy entropy;
    final Map<Node, Long> later = new LinkedHashMap<>();
    final List<Node> nodes = new ArrayList<>();
    final Membership initial;
    long now = 1_000 * MILLI;
    boolean majorityIsEnough;

    PeersWorld(long seed, int members) {
        long[] state = {seed};
        entropy = () -> mix(state[0] += 0x9e3779b97f4a7c15L);
        network = new MemoryNetwork(MemoryNetwork.Settings.LAN, () -> now, entropy);
        List<Member> list = new ArrayList<>();
        for (long id = 1; id <= members; id++) {
            list.add(new Member(id, 0, "n" + id, List.of(url(id))));
        }
        initial = Membership.ofVoters(list);
    }

    private static long mix(long z) {
        long y = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        y = (y ^ (y >>> 27)) * 0x94d049bb133111ebL;
        return y ^ (y >>> 31);
    }

    static String url(long id) {
        return "http://n" + id + ":2380";
    }

    Directory fresh(long id) {
        return new Directory(id, entropy.nextLong() | 1);
    }

    PeersConfig config(Directory directory) {
        return config(directory, initial);
    }

    PeersConfig config(Directory directory, Membership first) {
        Identity identity = new Identity(CLUSTER, 1, directory.id, directory.incarnation, directory.starts);
        return PeersConfig.of(identity, "n" + directory.id, first, majorityIsEnough, 1 << 20, 4 << 20);
    }

    Node start(Directory directory) {
        return start(directory, url(directory.id));
    }

    Node start(Directory directory, String url) {
        directory.starts++;
        return startAs(config(directory), directory, url);
    }

    Node startAs(PeersConfig config, Directory directory, String url) {
        Node node = new Node(directory, url, config);
        nodes.add(node);
        return node;
    }

    /** A cluster whose first start is over and whose members are connected. */
    List<Node> running() {
        List<Node> all = new ArrayList<>();
        initial.members().forEach(member -> all.add(start(fresh(member.id()))));
        run(2_000);
        return all;
    }

    void kill(Node node) {
        network.crash(node.url);
        node.running = false;
        nodes.remove(node);
        later.remove(node);
    }

    /** Lets that much virtual time pass, event by event. */
    void run(long millis) {
        long end = now + millis * MILLI;
        while (true) {
            long next = turnAll();
            if (next > end) {
                now = end;
                return;
            }
            now = Math.max(now, next);
        }
    }

    private long turnAll() {
        long next = network.turn(now);
        for (Map.Entry<Node, Long> entry : List.copyOf(later.entrySet())) {
            if (entry.getValue() <= now) {
                later.remove(entry.getKey());
                entry.getKey().setWritten();
            }
        }
        for (Node node : List.copyOf(nodes)) {
            next = Math.min(next, node.peers.turn(now));
            node.peers.flush();
        }
        for (long due : later.values()) {
            next = Math.min(next, due);
        }
        return Math.min(next, network.turn(now));
    }
}
