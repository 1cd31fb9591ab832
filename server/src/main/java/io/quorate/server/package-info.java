/**
 * The server: one member of a cluster that speaks etcd's v3 API over the replicated store.
 * {@link io.quorate.server.Server} wires a node, the store and the client port from one checked record of options.
 * What crosses the wire lives in the packages below; what is decided lives in {@code raft} and {@code kv}.
 */
@org.jspecify.annotations.NullMarked
package io.quorate.server;
