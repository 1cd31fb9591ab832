package io.quorate.cli.processes;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.quorate.etcd.etcdserverpb.KVGrpc;
import io.quorate.etcd.etcdserverpb.PutRequest;
import io.quorate.etcd.etcdserverpb.RangeResponse;
import io.quorate.etcd.mvccpb.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Clients that write, each one value after the other, whatever happens to the members. A key is written by one request,
 * ever; so its version says how often the request was applied, and its revision by which entry.
 */
final class Writers implements AutoCloseable {
    private static final long BOUND_NANOS = TimeUnit.SECONDS.toNanos(90);
    private static final long DEADLINE_SECONDS = 15;
    static final String PREFIX = "w/";

    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Long> acknowledged = new TreeMap<>();
    private final Map<String, Status> unknown = new TreeMap<>();
    private final List<RealMember> reachable = new ArrayList<>();
    private @Nullable Throwable defect;
    private boolean stopping;

    Writers(int count) {
        for (int k = 0; k < count; k++) {
            int writer = k;
            Thread thread = new Thread(() -> write(writer), "writer-" + writer);
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    /** From now on writers turn to it, too. */
    synchronized void reachable(RealMember member) {
        reachable.add(member);
        notifyAll();
    }

    /** From now on no writer begins anything there; what is under way ends as it may. */
    synchronized void unreachable(RealMember member) {
        reachable.remove(member);
    }

    private void write(int writer) {
        try {
            for (int number = 0; ; number++) {
                ManagedChannel channel = next(writer + number);
                if (channel == null) {
                    return;
                }
                put(String.format("%s%d/%06d", PREFIX, writer, number), channel);
            }
        } catch (RuntimeException | Error unexpected) {
            synchronized (this) {
                defect = unexpected;
                notifyAll();
            }
        }
    }

    /** Null: it is over. */
    private synchronized @Nullable ManagedChannel next(int turn) {
        while (!stopping && reachable.isEmpty()) {
            await(BOUND_NANOS);
        }
        return stopping ? null : reachable.get(turn % reachable.size()).channel();
    }

    private void put(String key, ManagedChannel channel) {
        PutRequest put = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8(key))
                .setValue(ByteString.copyFromUtf8(valueOf(key)))
                .build();
        try {
            long revision = KVGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS)
                    .put(put)
                    .getHeader()
                    .getRevision();
            acknowledged(key, revision);
        } catch (StatusRuntimeException lost) {
            unknown(key, lost.getStatus());
        }
    }

    private static String valueOf(String key) {
        return "value of " + key;
    }

    private synchronized void acknowledged(String key, long revision) {
        acknowledged.put(key, revision);
        notifyAll();
    }

    private synchronized void unknown(String key, Status status) {
        unknown.put(key, status);
    }

    synchronized int acknowledgedCount() {
        return acknowledged.size();
    }

    synchronized int unknownCount() {
        return unknown.size();
    }

    synchronized Map<String, Status> unknown() {
        return new TreeMap<>(unknown);
    }

    /** Progress: waits until that many more writes than now were acknowledged. */
    synchronized void awaitAcknowledged(int more) {
        int wanted = acknowledged.size() + more;
        long deadline = System.nanoTime() + BOUND_NANOS;
        while (acknowledged.size() < wanted) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || defect != null) {
                throw new AssertionError(
                        "writes do not go on: " + (wanted - acknowledged.size()) + " of " + more
                                + " are missing; the last unknown: " + unknown.values(),
                        defect);
            }
            await(left);
        }
    }

    private void await(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    /** Ends all writers after the request that each is at. */
    void finish() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
        for (Thread thread : threads) {
            try {
                thread.join(TimeUnit.NANOSECONDS.toMillis(BOUND_NANOS));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted", interrupted);
            }
            if (thread.isAlive()) {
                throw new AssertionError(thread.getName() + " still waits for an answer");
            }
        }
        if (defect != null) {
            throw new AssertionError("a writer met a defect", defect);
        }
    }

    /** What is wrong with a store that holds these pairs; all keys below {@link #PREFIX}, after {@link #finish}. */
    synchronized List<String> problems(RangeResponse all) {
        List<String> problems = new ArrayList<>();
        Map<String, KeyValue> there = new TreeMap<>();
        Map<Long, String> ofRevision = new TreeMap<>();
        for (KeyValue pair : all.getKvsList()) {
            String key = pair.getKey().toStringUtf8();
            there.put(key, pair);
            @Nullable String other = ofRevision.put(pair.getModRevision(), key);
            if (other != null) {
                problems.add(key + " and " + other + " have one revision");
            }
            if (pair.getVersion() != 1 || pair.getCreateRevision() != pair.getModRevision()) {
                problems.add(key + " was applied " + pair.getVersion() + " times");
            }
            if (!pair.getValue().toStringUtf8().equals(valueOf(key))) {
                problems.add(key + " has the value " + pair.getValue().toStringUtf8());
            }
            if (!acknowledged.containsKey(key) && !unknown.containsKey(key)) {
                problems.add(key + " was never written");
            }
        }
        acknowledged.forEach((key, revision) -> {
            @Nullable KeyValue pair = there.get(key);
            if (pair == null) {
                problems.add(key + " was acknowledged at revision " + revision + " and is not there");
            } else if (pair.getModRevision() != revision) {
                problems.add(key + " was acknowledged at revision " + revision + " and is there at "
                        + pair.getModRevision());
            }
        });
        return problems;
    }

    @Override
    public void close() {
        synchronized (this) {
            stopping = true;
            notifyAll();
        }
    }
}
