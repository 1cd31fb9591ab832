package io.quorate.bench.load;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The connections to a cluster: in turn to each endpoint, each on an event loop of its own group of one thread. */
final class Connections implements AutoCloseable {
    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(
            1,
            new DefaultThreadFactory("bench", true),
            Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    private final List<ManagedChannel> channels = new ArrayList<>();

    /** @param endpoints as HOST:PORT */
    Connections(List<String> endpoints, int count) {
        Class<? extends Channel> type = Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class;
        for (int i = 0; i < count; i++) {
            channels.add(NettyChannelBuilder.forTarget("dns:///" + endpoints.get(i % endpoints.size()))
                    .eventLoopGroup(group)
                    .channelType(type)
                    .directExecutor()
                    .disableRetry()
                    .usePlaintext()
                    .build());
        }
    }

    /** The connection that this client uses, counted from 0. */
    ManagedChannel of(int client) {
        return channels.get(client % channels.size());
    }

    EventLoop loop() {
        return group.next();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
    }
}
