package io.quorate.server.port;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;

/**
 * Event loops and the kind of server socket that fits them: native epoll where it is there, else Java's selector.
 *
 * @param group not owned: whoever made it ends it
 */
public record EventLoops(EventLoopGroup group, Class<? extends ServerChannel> serverChannel) {

    /** @param threads 1 or more */
    public static EventLoops start(int threads, String name) {
        DefaultThreadFactory factory = new DefaultThreadFactory(name, true);
        return Epoll.isAvailable()
                ? new EventLoops(
                        new MultiThreadIoEventLoopGroup(threads, factory, EpollIoHandler.newFactory()),
                        EpollServerSocketChannel.class)
                : new EventLoops(
                        new MultiThreadIoEventLoopGroup(threads, factory, NioIoHandler.newFactory()),
                        NioServerSocketChannel.class);
    }
}
