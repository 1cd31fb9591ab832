/** Sockets for the node's peer sessions, and the loop that turns the node, over Netty. */
module io.quorate.transport {
    requires static org.jspecify;
    requires transitive io.quorate.node;
    requires transitive io.netty.transport;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport.classes.epoll;
    requires org.slf4j;

    exports io.quorate.transport;
}
