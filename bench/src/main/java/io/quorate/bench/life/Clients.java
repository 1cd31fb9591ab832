package io.quorate.bench.life;

import io.quorate.bench.cluster.Channels;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Clients that write, each for itself, over the same connections. */
final class Clients implements AutoCloseable {
    private final Channels channels = new Channels();
    private final CopyOnWriteArrayList<String> endpoints;
    private final List<Client> all = new ArrayList<>();

    /** They begin at once. */
    Clients(List<String> endpoints, int count, long restNanos) {
        this.endpoints = new CopyOnWriteArrayList<>(endpoints);
        channels.awaitConnected(endpoints);
        for (int number = 0; number < count; number++) {
            all.add(new Client(channels, this.endpoints, number, restNanos));
        }
    }

    /** Lets them write for so long, and forgets it. */
    void warmUp(int seconds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() - end < 0) {
            awaitWritten(1);
            forget();
        }
    }

    void reach(String endpoint) {
        endpoints.addIfAbsent(endpoint);
    }

    void leave(String endpoint) {
        endpoints.remove(endpoint);
    }

    /** Blocks until they have a connection to each member. */
    void awaitConnected() {
        channels.awaitConnected(endpoints);
    }

    void forget() {
        all.forEach(Client::forget);
    }

    /** Blocks until each has noted so many. */
    void awaitWritten(int count) {
        all.forEach(client -> client.awaitWritten(count));
    }

    /** Blocks until a write of each was acknowledged that it began then or later. */
    void awaitWritesBegunAfter(long nanos) {
        all.forEach(client -> client.awaitWriteBegunAfter(nanos));
    }

    /** In µs; see {@link Client#longestWaitSince}. */
    double longestWaitMicrosSince(long nanos) {
        return all.stream()
                        .mapToLong(client -> client.longestWaitSince(nanos))
                        .max()
                        .orElse(0)
                / 1000.0;
    }

    int noted() {
        return all.stream().mapToInt(Client::noted).sum();
    }

    @Override
    public void close() {
        all.forEach(Client::close);
        channels.close();
    }
}
