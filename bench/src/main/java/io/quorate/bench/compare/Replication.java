package io.quorate.bench.compare;

import io.quorate.Quorate;
import io.quorate.bench.BenchException;
import io.quorate.bench.cluster.FreePorts;
import io.quorate.bench.report.Latency;
import io.quorate.node.Applied;
import io.quorate.node.Outcome;
import io.quorate.node.RaftNode;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Three members of the library in this process, with their sockets and files, and a state machine that does nothing: what is
 * left of a write without a client's protocol and a store.
 */
final class Replication implements AutoCloseable {
    private static final int MEMBERS = 3;
    private static final long PATIENCE_SECONDS = 30;
    private static final long BETWEEN_NANOS = 2_000_000;

    private final List<RaftNode<Boolean>> nodes = new ArrayList<>();

    /** @param folder exists, is empty */
    Replication(Path folder) {
        List<Integer> ports = FreePorts.anywhere().take(MEMBERS);
        String members = IntStream.range(0, MEMBERS)
                .mapToObj(member -> name(member) + "=http://127.0.0.1:" + ports.get(member))
                .collect(Collectors.joining(","));
        for (int member = 0; member < MEMBERS; member++) {
            nodes.add(Quorate.<Boolean>replicate((index, term, command) -> true)
                    .name(name(member))
                    .directory(folder.resolve(name(member)))
                    .members(members)
                    .start());
        }
    }

    private static String name(int member) {
        return "n" + (member + 1);
    }

    /**
     * Blocks until all is measured.
     *
     * @param bytes of each command
     * @param warmupSeconds not measured
     * @param seconds measured: at least 1
     */
    Latency measure(int bytes, int warmupSeconds, int seconds) {
        RaftNode<Boolean> leader = leader(bytes);
        proposals(leader, bytes, warmupSeconds);
        return Latency.ofTrials(proposals(leader, bytes, seconds));
    }

    /** The one that takes a command; blocks until there is one. */
    private RaftNode<Boolean> leader(int bytes) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() - deadline < 0) {
            for (RaftNode<Boolean> node : nodes) {
                if (propose(node, bytes) instanceof Applied<Boolean>) {
                    return node;
                }
            }
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
        throw new BenchException("no leader within " + PATIENCE_SECONDS + " s among three members of the library");
    }

    private static long[] proposals(RaftNode<Boolean> leader, int bytes, int seconds) {
        long[] micros = new long[1024];
        int count = 0;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        long now = System.nanoTime();
        while (now - end < 0) {
            Outcome<Boolean> outcome = propose(leader, bytes);
            long then = System.nanoTime();
            if (!(outcome instanceof Applied<Boolean>)) {
                throw new BenchException("the leader changed while replication was measured: " + outcome
                        + "; let nothing else run on this computer meanwhile");
            }
            if (count == micros.length) {
                micros = Arrays.copyOf(micros, 2 * count);
            }
            micros[count] = TimeUnit.NANOSECONDS.toMicros(then - now);
            count++;
            now = then;
        }
        return Arrays.copyOf(micros, count);
    }

    private static Outcome<Boolean> propose(RaftNode<Boolean> node, int bytes) {
        return node.propose(ByteBuffer.allocate(bytes)).join();
    }

    @Override
    public void close() {
        nodes.forEach(RaftNode::close);
    }
}
