package io.quorate.server.port;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.quorate.transport.NettyLoop;
import java.util.concurrent.TimeUnit;

/**
 * Event loops and the kind of server socket that fits them: native epoll where it is there, else Java's selector.
 *
 * @param group the same loops may turn a node
 */
public record EventLoops(EventLoopGroup group, Class<? extends ServerChannel> serverChannel) {

    /** @param threads 1 or more */
    public static EventLoops start(int threads, String name) {
        return new EventLoops(
                NettyLoop.newGroup(threads, name),
                Epoll.isAvailable() ? EpollServerSocketChannel.class : NioServerSocketChannel.class);
    }

    /** Ends them and waits for that, at most so long. */
    public void end(long seconds) {
        group.shutdownGracefully(0, seconds, TimeUnit.SECONDS).awaitUninterruptibly(2 * seconds, TimeUnit.SECONDS);
    }
}
