/**
 * Sockets and threads for the node: {@link io.quorate.transport.NettyLinks} gives its peer sessions byte streams over TCP,
 * {@link io.quorate.transport.NettyLoop} turns it on one event loop. Nothing here knows what the bytes mean. The event loops
 * may be shared with other users of Netty, e.g. a gRPC server, so that a request needs no hop between threads.
 */
@NullMarked
package io.quorate.transport;

import org.jspecify.annotations.NullMarked;
