package io.quorate.server.port;

import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.quorate.server.options.ServerOptions;
import io.quorate.transport.EventLoops;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The open client port. It is taken before there is anything to serve, so that a member that cannot have it leaves no data
 * behind. Calls are handled on the event loop they came in on: no handler may wait.
 */
public final class ClientPort implements AutoCloseable {
    /** How long calls in flight may take to end after {@link #close} has answered them. */
    private static final long GRACE_SECONDS = 1;

    private final Server server;
    private final LateServices services;

    private ClientPort(Server server, LateServices services) {
        this.server = server;
        this.services = services;
    }

    /**
     * Opens the port on every listening URL. Until {@link #serve} calls are told to come again.
     *
     * @throws IOException naming the address that could not be taken
     */
    public static ClientPort open(ServerOptions options, EventLoops loops) throws IOException {
        LateServices services = new LateServices();
        List<InetSocketAddress> addresses =
                options.listenClientUrls().stream().map(ClientPort::address).toList();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(addresses.get(0))
                .bossEventLoopGroup(loops.group())
                .workerEventLoopGroup(loops.group())
                .channelType(loops.serverChannel())
                .directExecutor()
                .protocolNegotiator(new SniffingNegotiator(HttpNotThere::new))
                .maxInboundMessageSize(options.maxMessageBytes())
                .maxConcurrentCallsPerConnection(options.maxConcurrentStreams())
                .withChildOption(ChannelOption.TCP_NODELAY, true)
                .fallbackHandlerRegistry(services);
        keepAlive(options, builder);
        addresses.stream().skip(1).forEach(builder::addListenAddress);
        return new ClientPort(builder.build().start(), services);
    }

    /** What is 0 is left to gRPC, as etcd leaves it. */
    private static void keepAlive(ServerOptions options, NettyServerBuilder builder) {
        if (options.keepAliveMinTimeMillis() > 0) {
            builder.permitKeepAliveTime(options.keepAliveMinTimeMillis(), TimeUnit.MILLISECONDS);
        }
        if (options.keepAliveIntervalMillis() > 0 && options.keepAliveTimeoutMillis() > 0) {
            builder.keepAliveTime(options.keepAliveIntervalMillis(), TimeUnit.MILLISECONDS)
                    .keepAliveTimeout(options.keepAliveTimeoutMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** From now on calls reach these. */
    public void serve(List<? extends BindableService> all, ServerInterceptor interceptor) {
        services.begin(all.stream()
                .map(service -> ServerInterceptors.useMarshalledMessages(service.bindService(), new AsReceived()))
                .map(service -> ServerInterceptors.intercept(service, interceptor))
                .toList());
    }

    /** Where it listens, ports resolved, in the order of the URLs. */
    public List<InetSocketAddress> addresses() {
        return server.getListenSockets().stream()
                .map(InetSocketAddress.class::cast)
                .toList();
    }

    /** Accepts no more, lets calls end for a moment, then cuts the rest off. Must not run on the port's event loop. */
    @Override
    public void close() {
        server.shutdown();
        try {
            if (!server.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS)) {
                server.shutdownNow();
                server.awaitTermination(GRACE_SECONDS, TimeUnit.SECONDS);
            }
        } catch (InterruptedException hurry) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Lets messages reach the interceptor as they came. They are parsed behind it, where it hears of bytes that are no message;
     * parsed before it, they would end the call as UNKNOWN.
     */
    static final class AsReceived implements MethodDescriptor.Marshaller<InputStream> {
        @Override
        public InputStream stream(InputStream message) {
            return message;
        }

        @Override
        public InputStream parse(InputStream message) {
            return message;
        }
    }

    private static InetSocketAddress address(URI url) {
        String host = url.getHost();
        boolean bracketed = host.startsWith("[");
        return new InetSocketAddress(bracketed ? host.substring(1, host.length() - 1) : host, url.getPort());
    }
}
