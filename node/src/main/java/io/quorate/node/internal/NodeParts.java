package io.quorate.node.internal;

import io.quorate.node.RaftOptions;
import io.quorate.node.once.KnownKeys;
import io.quorate.node.peer.Peers;
import io.quorate.node.port.Clock;
import io.quorate.node.port.Entropy;
import io.quorate.node.port.Identity;
import io.quorate.node.port.LogStore;
import io.quorate.node.port.SnapshotStore;
import io.quorate.node.port.StateMachine;
import io.quorate.node.port.Versions;
import io.quorate.node.port.Wakeup;
import io.quorate.node.port.WallClock;
import io.quorate.raft.RaftEvent;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Everything that a node is made of and does not make itself.
 *
 * @param name for people
 * @param versions that this member speaks; the same that peers and log were made with
 * @param log recovered, not yet listened to
 * @param snapshots of the same directory, not yet listened to
 * @param peers not yet started
 * @param keyLimits the same on all members
 * @param callbacks where futures are completed
 * @param events hears every event of the core, on the loop
 * @param recordTo takes the core's inputs and effects of each turn, on the loop, as {@link io.quorate.raft.Recording} writes
 *     them; null to record nothing
 * @param wakeup of the loop's driver
 * @param ringChunkBytes size of one piece of the ring, from 4 KiB
 * @param ringAllocator makes such a piece, direct or not
 */
public record NodeParts<R>(
        String name,
        Identity identity,
        Versions versions,
        RaftOptions options,
        StateMachine<R> machine,
        LogStore log,
        SnapshotStore snapshots,
        Peers peers,
        Clock clock,
        WallClock wallClock,
        Entropy entropy,
        KnownKeys.Limits keyLimits,
        Executor callbacks,
        Consumer<RaftEvent> events,
        @Nullable Consumer<byte[]> recordTo,
        Wakeup wakeup,
        int ringChunkBytes,
        IntFunction<ByteBuffer> ringAllocator) {}
