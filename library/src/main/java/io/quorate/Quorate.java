package io.quorate;

import io.quorate.internal.Wiring;
import io.quorate.node.RaftException;
import io.quorate.node.RaftException.Code;
import io.quorate.node.RaftNode;
import io.quorate.node.RaftOptions;
import io.quorate.node.port.StateMachine;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.transport.EventLoops;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Starts a member of a cluster in this process. The least that must be said: what is replicated, who this member is, where its
 * data lies, and all first members.
 *
 * <pre>{@code
 * RaftNode<Long> node = Quorate.replicate(new Counter())
 *         .name("n1")
 *         .directory(Path.of("data", "n1"))
 *         .members("n1=http://10.0.0.1:2380,n2=http://10.0.0.2:2380,n3=http://10.0.0.3:2380")
 *         .start();
 * }</pre>
 *
 * Every member is given the same list. The first start of a cluster waits until all of them have been seen once; from then on a
 * majority is enough, and the list in the log counts.
 *
 * @param <R> what the state machine gives for a command
 */
public final class Quorate<R> {
    private static final Duration JOIN_PATIENCE = Duration.ofSeconds(5);
    private static final int DEFAULT_SEGMENT_BYTES = 64 << 20;

    /** A member as the user named it; id 0: to be derived. */
    private record Told(long id, String name, List<String> peerUrls) {}

    private final StateMachine<R> machine;
    private String name = "";
    private @Nullable Path directory;
    private String cluster = "quorate";
    private long clusterId;
    private final List<Told> members = new ArrayList<>();
    private @Nullable String listenHost;
    private int listenPort;
    private RaftOptions options = RaftOptions.DEFAULTS;
    private int segmentBytes = DEFAULT_SEGMENT_BYTES;
    private Executor callbacks = ForkJoinPool.commonPool();
    private Consumer<RaftEvent> events = event -> {};
    private @Nullable Consumer<byte[]> recordTo;
    private @Nullable EventLoops eventLoops;
    private boolean joins;
    private Duration joinPatience = JOIN_PATIENCE;

    private Quorate(StateMachine<R> machine) {
        this.machine = machine;
    }

    /** Begins to describe a member that replicates this. */
    public static <R> Quorate<R> replicate(StateMachine<R> machine) {
        return new Quorate<>(machine);
    }

    /** Which of the members this one is. */
    public Quorate<R> name(String memberName) {
        name = memberName;
        return this;
    }

    /** Where identity and log lie; made when it is missing. One process at a time. */
    public Quorate<R> directory(Path dataDirectory) {
        directory = dataDirectory;
        return this;
    }

    /** All first members: {@code name=url} with commas between, e.g. {@code n1=http://10.0.0.1:2380}. */
    public Quorate<R> members(String list) {
        for (String entry : list.split(",", -1)) {
            int at = entry.indexOf('=');
            if (at <= 0 || at == entry.length() - 1) {
                throw new RaftException(Code.MISUSE, "a member must be given as name=url, not as \"" + entry + '"');
            }
            member(entry.substring(0, at).strip(), entry.substring(at + 1).strip());
        }
        return this;
    }

    /** One of the first members; its id follows from the cluster's name, its own and the URL. */
    public Quorate<R> member(String memberName, String peerUrl) {
        return add(0, memberName, List.of(peerUrl));
    }

    /** One of the first members, with an id of the caller's choice: not 0, never used before in this cluster. */
    public Quorate<R> member(long id, String memberName, List<String> peerUrls) {
        if (id == 0) {
            throw new RaftException(Code.MISUSE, "a member's id must not be 0");
        }
        return add(id, memberName, peerUrls);
    }

    private Quorate<R> add(long id, String memberName, List<String> peerUrls) {
        if (peerUrls.isEmpty()) {
            throw new RaftException(Code.MISUSE, "the member " + memberName + " has no URL");
        }
        members.add(new Told(id, memberName, List.copyOf(peerUrls)));
        return this;
    }

    /** Tells clusters apart; all members say the same. Default {@code quorate}. */
    public Quorate<R> cluster(String clusterName) {
        cluster = clusterName;
        return this;
    }

    /** The cluster's id rather than one that follows from its name and first members. */
    public Quorate<R> clusterId(long id) {
        clusterId = id;
        return this;
    }

    /**
     * The cluster exists, and was told of this member by {@link RaftNode#change} or {@link RaftNode#replace}: at its first start the
     * members given are asked who belongs to it, and this one is whoever of them has its URL. Their names and ids, and the
     * cluster's, are not looked at then.
     */
    public Quorate<R> joins() {
        return joins(JOIN_PATIENCE);
    }

    /**
     * The same.
     *
     * @param patience how long {@link #start()} waits for the cluster to be told; {@link #joins()} waits 5 s. Meanwhile this member
     *     answers at its peer address whoever asks whether it is there, as {@link RaftNode#check} does
     */
    public Quorate<R> joins(Duration patience) {
        joins = true;
        joinPatience = patience;
        return this;
    }

    /** Where peers are accepted; by default host and port of this member's first URL. */
    public Quorate<R> listen(String host, int port) {
        listenHost = host;
        listenPort = port;
        return this;
    }

    public Quorate<R> options(RaftOptions raftOptions) {
        options = raftOptions;
        return this;
    }

    /** Size of each file of the log in bytes, a multiple of 512; default 64 MiB. It must hold the entries of a turn. */
    public Quorate<R> segmentBytes(int bytes) {
        segmentBytes = bytes;
        return this;
    }

    /** Where futures are completed; by default the common pool. */
    public Quorate<R> callbacks(Executor executor) {
        callbacks = executor;
        return this;
    }

    /** Hears every event of the protocol, on the node's loop; must not block or throw. */
    public Quorate<R> events(Consumer<RaftEvent> listener) {
        events = listener;
        return this;
    }

    /**
     * Records what the core is told and what it answers: the pieces, in order, are what {@code io.quorate.raft.Recording.replay}
     * lives again. For the search of defects; it grows without bound. Called on the node's loop, once a turn: must not block.
     */
    public Quorate<R> recordTo(Consumer<byte[]> sink) {
        recordTo = sink;
        return this;
    }

    /** The loop to run on, rather than a thread of the node's own; it stays the caller's to shut down, after the node. */
    public Quorate<R> eventLoops(EventLoops loops) {
        eventLoops = loops;
        return this;
    }

    /**
     * Starts the member. Blocks while the log is read, and, where it joins, while the cluster is asked.
     *
     * @throws RaftException that says what is in the way and what to do
     */
    public RaftNode<R> start() {
        if (directory == null) {
            throw new RaftException(Code.MISUSE, "a member needs a directory for its data: say directory(path)");
        }
        Membership initial = initialMembers();
        Member self = initial.members().stream()
                .filter(member -> member.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new RaftException(
                        Code.MISUSE,
                        "this member's name \"" + name + "\" is not among the members "
                                + initial.members().stream().map(Member::name).toList()));
        URI url = firstUrl(self);
        String host = listenHost != null ? listenHost : url.getHost();
        if (host == null || (listenHost == null && url.getPort() < 0)) {
            throw new RaftException(Code.MISUSE, "the URL " + url + " names no host and port");
        }
        return Wiring.start(new Wiring.Settings<>(
                name,
                clusterId != 0 ? clusterId : idOf(cluster, initial.members().toString()),
                self.id(),
                initial,
                directory,
                host,
                listenHost != null ? listenPort : url.getPort(),
                machine,
                options,
                segmentBytes,
                callbacks,
                events,
                recordTo,
                eventLoops,
                joins,
                joinPatience));
    }

    private static URI firstUrl(Member self) {
        String url = self.peerUrls().get(0);
        try {
            return URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new RaftException(Code.MISUSE, "the member " + self.name() + " has no URL but \"" + url + '"', e);
        }
    }

    private Membership initialMembers() {
        List<Member> identified = new ArrayList<>();
        for (Told told : members) {
            long id = told.id != 0 ? told.id : idOf(cluster, told.name, told.peerUrls.get(0));
            identified.add(new Member(id, 0, told.name, told.peerUrls));
        }
        try {
            return Membership.ofVoters(identified);
        } catch (IllegalArgumentException e) {
            throw new RaftException(Code.MISUSE, "the list of members is refused: " + e.getMessage(), e);
        }
    }

    /** The first 8 bytes of a digest of the texts, each behind its length; never 0. */
    private static long idOf(String... texts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String text : texts) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
                digest.update(bytes);
            }
            long id = ByteBuffer.wrap(digest.digest()).getLong();
            return id == 0 ? 1 : id;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
