/**
 * The client port: one socket on which gRPC and HTTP/1.1 both speak.
 * {@link io.quorate.server.port.SniffingNegotiator} looks at a connection's first three bytes and hands it on; nothing
 * else in the server knows that the port is shared.
 */
@org.jspecify.annotations.NullMarked
package io.quorate.server.port;
