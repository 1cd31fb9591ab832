package io.quorate.bench.load;

import io.grpc.CallOptions;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.quorate.bench.BenchException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Runs a workload against a cluster. Blocks its caller. */
public final class Load {
    /** Called when the measured time begins and when it ends, to read counters. */
    public interface Moments {
        void begins();

        void ends();
    }

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int FILLING_AT_ONCE = 128;
    private static final long PATIENCE_SECONDS = 10;
    private static final long FILLING_PATIENCE_SECONDS = 60;

    private final List<String> endpoints;
    private final Workload workload;

    /** @param endpoints as HOST:PORT */
    public Load(List<String> endpoints, Workload workload) {
        this.endpoints = List.copyOf(endpoints);
        this.workload = workload;
    }

    /** Writes every key once, so that reads find what they ask for. */
    public void fill() {
        Semaphore free = new Semaphore(FILLING_AT_ONCE);
        Filling.Outcome outcome = new Filling.Outcome();
        RequestBytes put = RequestBytes.put(workload.valueBytes(), workload.seed());
        try (Connections connections = connected()) {
            for (int key = 0; key < workload.keys() && outcome.status.isOk(); key++) {
                free.acquire();
                new Filling(connections.of(key), free, outcome).send(put.of(key, key));
            }
            if (!free.tryAcquire(FILLING_AT_ONCE, FILLING_PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                outcome.status = Status.DEADLINE_EXCEEDED;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted while writing the keys", interrupted);
        }
        if (!outcome.status.isOk()) {
            throw new BenchException("cannot write the keys that are to be read: " + outcome.status);
        }
    }

    /** Warms up, measures, and gives what was seen in the measured time. */
    public Measured run(Moments moments) {
        return measured(workload.seconds(), measured -> {
            moments.begins();
            sleepUntil(measured.untilNanos());
            moments.ends();
        });
    }

    /** Warms up, then measures while the work lasts, which runs on the caller's thread: at most an hour. */
    public Measured during(Runnable work) {
        return measured(Workload.MOST_SECONDS, measured -> {
            try {
                work.run();
            } finally {
                measured.endsAt(System.nanoTime());
            }
        });
    }

    /** What is done while it is measured. */
    private interface Meanwhile {
        void passes(Measured measured) throws InterruptedException;
    }

    private Measured measured(int seconds, Meanwhile meanwhile) {
        CountDownLatch ended = new CountDownLatch(workload.clients());
        try (Connections connections = connected()) {
            long from = System.nanoTime() + workload.warmupSeconds() * NANOS_PER_SECOND;
            // All connections turn on one thread, so all clients may count in one place.
            Measured measured = new Measured(from, seconds);
            var loop = connections.loop();
            for (int client = 0; client < workload.clients(); client++) {
                ClientLoop each = new ClientLoop(connections.of(client), loop, workload, client, measured, ended);
                loop.execute(each::next);
            }
            sleepUntil(from);
            meanwhile.passes(measured);
            if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new BenchException(ended.getCount() + " of " + workload.clients() + " clients wait for an answer "
                        + PATIENCE_SECONDS + " s after the end: is the cluster alive?");
            }
            return measured;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted while measuring", interrupted);
        }
    }

    /** With an answer on each connection, so that no time to connect is measured and a missing cluster is said at once. */
    private Connections connected() {
        Connections connections = new Connections(endpoints, workload.connections());
        try {
            for (int i = 0; i < workload.connections(); i++) {
                ClientCalls.blockingUnaryCall(
                        connections.of(i),
                        RawMarshallers.RANGE,
                        CallOptions.DEFAULT.withDeadlineAfter(PATIENCE_SECONDS, TimeUnit.SECONDS),
                        RequestBytes.range(true).of(0, 0));
            }
            return connections;
        } catch (StatusRuntimeException refused) {
            connections.close();
            throw new BenchException(
                    "no answer from " + String.join(", ", endpoints) + ": " + refused.getMessage()
                            + ". Is the cluster running? Start one with ./quorate demo, or name another with --endpoints.",
                    refused);
        }
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(Math.max(0, nanos - System.nanoTime()));
    }
}
