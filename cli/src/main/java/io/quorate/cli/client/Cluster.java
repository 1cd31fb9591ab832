package io.quorate.cli.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.Endpoint;
import io.quorate.server.rpc.EtcdError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The endpoints of a cluster. A call goes to the first endpoint that can be reached. It is never sent twice: once it left,
 * its failure is the caller's to hear, since a write that was not answered may have happened.
 */
final class Cluster implements AutoCloseable {
    /** More seldom than servers allow by default, and only while a call is open. */
    private static final long PING_SECONDS = 10;

    private final Map<String, ManagedChannel> channels = new LinkedHashMap<>();
    private final long dialTimeoutMillis;
    private final long commandTimeoutMillis;

    Cluster(List<String> endpoints, long dialTimeoutMillis, long commandTimeoutMillis) {
        this.dialTimeoutMillis = dialTimeoutMillis;
        this.commandTimeoutMillis = commandTimeoutMillis;
        for (String endpoint : endpoints) {
            channels.computeIfAbsent(endpoint, Cluster::channel);
        }
    }

    private static ManagedChannel channel(String endpoint) {
        String target = Endpoint.parse(endpoint, ExitCode.BAD_FEATURE, ExitCode.BAD_ARGUMENTS);
        return NettyChannelBuilder.forTarget("dns:///" + target)
                .usePlaintext()
                .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(PING_SECONDS, TimeUnit.SECONDS)
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
    }

    List<String> endpoints() {
        return new ArrayList<>(channels.keySet());
    }

    /** Calls one given endpoint; the deadline includes the time to reach it. */
    <S extends io.grpc.stub.AbstractBlockingStub<S>, A> A callAt(
            String endpoint, Function<ManagedChannel, S> stub, Function<S, A> call) {
        ManagedChannel channel = channels.get(endpoint);
        if (channel == null) {
            throw new IllegalArgumentException("unknown endpoint " + endpoint);
        }
        return call.apply(stub.apply(channel).withDeadlineAfter(commandTimeoutMillis, TimeUnit.MILLISECONDS));
    }

    /** Calls the first endpoint that can be reached. */
    <S extends io.grpc.stub.AbstractBlockingStub<S>, A> A call(Function<ManagedChannel, S> stub, Function<S, A> call) {
        return callAt(reachable(), stub, call);
    }

    /** Calls the first endpoint that can be reached for what may last as long as the network takes; a peer that is gone ends it. */
    <S extends io.grpc.stub.AbstractBlockingStub<S>, A> A stream(
            Function<ManagedChannel, S> stub, Function<S, A> call) {
        ManagedChannel channel = channels.get(reachable());
        if (channel == null) {
            throw new IllegalStateException("a reachable endpoint has a channel");
        }
        return call.apply(stub.apply(channel));
    }

    /** The first endpoint with an open connection, in the order given; all are dialled at once. */
    String reachable() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(dialTimeoutMillis);
        channels.values().forEach(channel -> channel.getState(true));
        while (true) {
            @Nullable String ready = null;
            int dialling = 0;
            for (Map.Entry<String, ManagedChannel> entry : channels.entrySet()) {
                ConnectivityState state = entry.getValue().getState(true);
                if (state == ConnectivityState.READY) {
                    ready = entry.getKey();
                    break;
                }
                dialling += state == ConnectivityState.TRANSIENT_FAILURE ? 0 : 1;
            }
            if (ready != null) {
                return ready;
            }
            long left = deadline - System.nanoTime();
            if (dialling == 0 || left <= 0) {
                throw new CommandFailure("no endpoint answers (" + String.join(", ", channels.keySet()) + ")"
                        + unknownHosts()
                        + ". Is the cluster running? Start one with ./quorate demo, or name another with"
                        + " --endpoints.");
            }
            awaitChange(left);
        }
    }

    /** A name that is mistyped is worth a word; most that does not answer has an address. */
    private String unknownHosts() {
        StringBuilder unknown = new StringBuilder();
        for (String endpoint : channels.keySet()) {
            unknown.append(Endpoint.unknownHost(endpoint));
        }
        return unknown.toString();
    }

    private void awaitChange(long nanos) {
        CountDownLatch changed = new CountDownLatch(1);
        for (ManagedChannel channel : channels.values()) {
            channel.notifyWhenStateChanged(channel.getState(false), changed::countDown);
        }
        try {
            // An answer that came between reading and registering fires at once.
            if (changed.await(nanos, TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted while connecting");
        }
    }

    /** What a failed call means, as a sentence for people. */
    static CommandFailure explain(StatusRuntimeException failure, Effect effect) {
        Status status = failure.getStatus();
        String text = status.getDescription() == null
                ? status.getCode().toString()
                : status.getDescription().replaceFirst("^quorate: ", ""); // which stands before every failure here
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED ->
                new CommandFailure("context deadline exceeded: no answer in time. " + effect.unanswered()
                        + " Is a majority of the members running? Ask ./quorate status.");
            case UNIMPLEMENTED ->
                new CommandFailure(
                        text + ": this endpoint does not know the request. quorate status and quorate log read ask"
                                + " a service of Quorate's own; of another server of etcd's API ask quorate endpoint status.");
            case INVALID_ARGUMENT, RESOURCE_EXHAUSTED ->
                new CommandFailure(
                        text.contains("request is too large")
                                ? text
                                        + ": the member takes at most what its --max-request-bytes says, 1572864 by default"
                                : text);
            case UNAVAILABLE ->
                new CommandFailure(text + ". " + (isRefusal(status) ? Effect.NONE : effect).unanswered());
            default -> new CommandFailure(text);
        };
    }

    /** Of those that may be tried again some say that nothing happened. */
    private static boolean isRefusal(Status status) {
        return Stream.of(EtcdError.UNHEALTHY, EtcdError.CHANGE_UNDER_WAY)
                .anyMatch(error -> error.text().equals(status.getDescription()));
    }

    @Override
    public void close() {
        channels.values().forEach(ManagedChannel::shutdownNow);
    }
}
