package io.quorate.internal;

import io.quorate.node.RaftException;
import io.quorate.node.RaftException.Code;
import io.quorate.node.RaftNode;
import io.quorate.node.RaftOptions;
import io.quorate.node.internal.Applier;
import io.quorate.node.internal.NodeLoop;
import io.quorate.node.internal.NodeParts;
import io.quorate.node.once.Extension;
import io.quorate.node.once.KnownKeys;
import io.quorate.node.peer.PeerSessions;
import io.quorate.node.peer.PeersConfig;
import io.quorate.node.peer.WaitingToJoin;
import io.quorate.node.port.Clock;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.Identity;
import io.quorate.node.port.LogRecord;
import io.quorate.node.port.LogStore;
import io.quorate.node.port.StateMachine;
import io.quorate.node.port.Versions;
import io.quorate.raft.EntryRun.MembershipAt;
import io.quorate.raft.RaftEvent;
import io.quorate.raft.RestartImage;
import io.quorate.raft.membership.Membership;
import io.quorate.storage.DataDirectory;
import io.quorate.storage.Disk;
import io.quorate.storage.FileDisk;
import io.quorate.storage.LogOptions;
import io.quorate.storage.SegmentedLog;
import io.quorate.storage.SnapshotOptions;
import io.quorate.transport.EventLoops;
import io.quorate.transport.NettyLinks;
import io.quorate.transport.NettyLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Puts one member together, in the order in which each part needs the one before: lock, loop, links, log and identity, sessions, node,
 * threads. Whoever cannot have the address begins no log, and finds no new directory. What was taken is given back in the opposite
 * order, when the node has ended or could not start.
 */
public final class Wiring<R> {
    private static final int RING_CHUNK_BYTES = 1 << 20;
    private static final long LOOP_END_SECONDS = 2;
    private static final long FIRST_EPOCH = 1;

    /** What a frame holds beside the entries, and a write beside the entries of a turn, with room to spare. */
    private static final int FRAME_SLACK_BYTES = 256 << 10;

    /**
     * What the user said.
     *
     * @param initial all first members, this one among them; where it joins, those that can be asked, and this one
     * @param eventLoops of the user's, or null for a thread of the node's own
     * @param joins the cluster exists: who this member is says its directory, or else the cluster
     * @param joinPatience how long a member that joins waits until it was added
     */
    public record Settings<R>(
            String name,
            long clusterId,
            long memberId,
            Membership initial,
            Path directory,
            String host,
            int port,
            StateMachine<R> machine,
            RaftOptions options,
            int segmentBytes,
            Executor callbacks,
            Consumer<RaftEvent> events,
            @Nullable Consumer<byte[]> recordTo,
            @Nullable EventLoops eventLoops,
            boolean joins,
            Duration joinPatience) {}

    private final Settings<R> settings;
    private final Clock clock = System::nanoTime;
    private final Entropy entropy = new SecureRandom()::nextLong;
    private final Releases releases = new Releases();
    private final AtomicReference<@Nullable NodeLoop<R>> started = new AtomicReference<>();

    private Wiring(Settings<R> settings) {
        this.settings = settings;
    }

    /** @throws RaftException that says what is in the way */
    public static <R> RaftNode<R> start(Settings<R> settings) {
        Wiring<R> wiring = new Wiring<>(settings);
        try {
            return wiring.start();
        } catch (RuntimeException | Error e) {
            try {
                wiring.release();
            } catch (RuntimeException | Error second) {
                Releases.joined(e, second);
            }
            throw e;
        }
    }

    private RaftNode<R> start() {
        RaftOptions options = settings.options();
        // Whoever has the directory has the address, too, and is the better answer to why not.
        Disk known = Files.exists(settings.directory()) ? openDisk() : null;
        NettyLoop nettyLoop = eventLoops().next(clock, this::failed);
        NettyLinks links = listen(nettyLoop);
        Identity found = known == null ? null : identityIn(known);
        Joining.Place place = place(found, nettyLoop, links);
        DataDirectory directory = openDirectory(known == null ? openDisk() : known, place, options);
        Identity identity = directory.identity();
        SegmentedLog log = directory.log();
        boolean isNew = settings.joins() && !isNamed(log, identity);
        if (isNew && found != null) {
            place = ask(found, nettyLoop, links);
            requireSame(place, found);
        }
        PeersConfig config = PeersConfig.of(
                        identity,
                        settings.name(),
                        place.members(),
                        options.firstStartMajority(),
                        options.appendBytes() + FRAME_SLACK_BYTES,
                        options.windowBytes() + 2L * (options.appendBytes() + FRAME_SLACK_BYTES))
                .withLargestRecord(LogRecord.size(options.maxCommandBytes() + Extension.MAX_BYTES));
        config = isNew ? config.joining() : config;
        NodeLoop<R> loop = new NodeLoop<>(new NodeParts<>(
                settings.name(),
                identity,
                Versions.CURRENT,
                options,
                settings.machine(),
                log,
                directory.snapshots(),
                new PeerSessions(config, links, clock, entropy),
                clock,
                System::currentTimeMillis,
                entropy,
                KnownKeys.Limits.DEFAULTS,
                settings.callbacks(),
                settings.events(),
                settings.recordTo(),
                nettyLoop,
                RING_CHUNK_BYTES,
                ByteBuffer::allocateDirect));
        started.set(loop);
        AgentThread writer = thread("log");
        AgentThread housekeeping = thread("housekeeping");
        log.wakeups(writer, housekeeping);
        writer.drive(log.writer());
        housekeeping.drive(log.housekeeping());
        AgentThread snapshots = thread("snapshots");
        directory.snapshots().wakeup(snapshots);
        snapshots.drive(directory.snapshots().agent());
        Applier<R> applier = loop.applier();
        if (applier != null) {
            AgentThread applying = thread("apply");
            applier.wakeups(applying, nettyLoop);
            applying.drive(applier);
        }
        releases.push(() -> nettyLoop.stop().join());
        RaftNode<R> node = new StartedNode<>(
                settings.name(),
                loop,
                new AddressQuestion(settings.name(), identity.clusterId(), identity.memberId()),
                this::release);
        nettyLoop.drive(loop);
        return node;
    }

    /** Who this member is: as it was told; where it joins, as its directory says, or else the cluster. */
    private Joining.Place place(@Nullable Identity found, NettyLoop nettyLoop, NettyLinks links) {
        if (!settings.joins()) {
            return new Joining.Place(settings.clusterId(), FIRST_EPOCH, settings.memberId(), settings.initial());
        }
        return found == null
                ? ask(null, nettyLoop, links)
                : new Joining.Place(found.clusterId(), found.epoch(), found.memberId(), Membership.NONE);
    }

    private Joining.Place ask(@Nullable Identity found, NettyLoop nettyLoop, NettyLinks links) {
        WaitingToJoin waiting = new WaitingToJoin(settings.name());
        nettyLoop.execute(() -> links.accept(waiting));
        return Joining.ask(settings.initial(), settings.memberId(), found, settings.joinPatience(), waiting::tell);
    }

    /** Whether the log says already that this member belongs to the cluster. */
    private static boolean isNamed(SegmentedLog log, Identity identity) {
        return log.recovered().stream().map(LogStore.GroupImage::image).anyMatch(image -> newestMembership(image)
                .contains(identity.memberId()));
    }

    private static Membership newestMembership(RestartImage image) {
        List<MembershipAt> inLog = image.log().memberships();
        return inLog.isEmpty()
                ? image.mark().membership()
                : inLog.get(inLog.size() - 1).membership();
    }

    private void requireSame(Joining.Place place, Identity found) {
        if (place.clusterId() != found.clusterId() || place.memberId() != found.memberId()) {
            throw new RaftException(
                    Code.DATA_DIRECTORY,
                    "the data directory " + settings.directory() + " belongs to member "
                            + Long.toUnsignedString(found.memberId(), 16) + " of cluster "
                            + Long.toUnsignedString(found.clusterId(), 16) + ", but the cluster knows this member as "
                            + Long.toUnsignedString(place.memberId(), 16) + " of "
                            + Long.toUnsignedString(place.clusterId(), 16)
                            + ": give the right directory, or an empty one");
        }
    }

    private @Nullable Identity identityIn(Disk disk) {
        try {
            return DataDirectory.identityIn(disk);
        } catch (IOException e) {
            throw directoryProblem(e);
        }
    }

    private Disk openDisk() {
        try {
            Disk disk = FileDisk.open(settings.directory());
            releases.push(disk::close);
            return disk;
        } catch (IOException e) {
            throw directoryProblem(e);
        }
    }

    private DataDirectory openDirectory(Disk disk, Joining.Place place, RaftOptions options) {
        int largestWrite = Math.max(options.turnBytes(), options.appendBytes()) + FRAME_SLACK_BYTES;
        try {
            DataDirectory directory = DataDirectory.open(
                    disk,
                    place.clusterId(),
                    place.epoch(),
                    place.memberId(),
                    LogOptions.defaults().withSizes(settings.segmentBytes(), largestWrite),
                    SnapshotOptions.defaults(),
                    entropy);
            releases.push(directory.log()::close);
            releases.push(directory.snapshots()::close);
            return directory;
        } catch (IOException e) {
            throw directoryProblem(e);
        } catch (IllegalArgumentException e) {
            throw new RaftException(Code.BAD_OPTIONS, "the log refuses its options: " + e.getMessage(), e);
        }
    }

    private EventLoops eventLoops() {
        EventLoops given = settings.eventLoops();
        if (given != null) {
            return given;
        }
        EventLoops own = EventLoops.start(1, "quorate-" + settings.name());
        releases.push(() -> own.end(LOOP_END_SECONDS));
        return own;
    }

    private NettyLinks listen(NettyLoop nettyLoop) {
        try {
            NettyLinks links = NettyLinks.listen(nettyLoop, settings.host(), settings.port());
            releases.push(links::close);
            return links;
        } catch (IOException e) {
            throw new RaftException(Code.ADDRESS, text(e), e);
        }
    }

    private AgentThread thread(String what) {
        AgentThread thread = new AgentThread("quorate-" + settings.name() + "-" + what, clock, this::failed);
        releases.push(thread::stop);
        return thread;
    }

    /** An agent threw, on whichever thread. The loop ends the node; if the loop itself failed it gets no turn any more. */
    private void failed(Throwable cause) {
        NodeLoop<R> loop = started.get();
        RaftException failure = new RaftException(Code.INTERNAL, "an agent of the node met a defect: " + cause, cause);
        if (loop != null && loop.isLoopThread()) {
            loop.fail(failure);
        } else if (loop != null) {
            loop.failLater(failure);
        }
    }

    private void release() {
        releases.run();
    }

    private RaftException directoryProblem(IOException e) {
        return new RaftException(Code.DATA_DIRECTORY, DirectoryProblem.sentence(settings.directory(), e), e);
    }

    private static String text(IOException e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }
}
