/**
 * The RPCs: etcd's KV, Cluster and Maintenance, gRPC's health check, and our own node service.
 * Each service validates, hands over to a {@link io.quorate.server.rpc.Replica} and turns its outcome into an answer or
 * one of {@link io.quorate.server.rpc.EtcdError}'s statuses. They run on the port's event loop and never wait there.
 */
@org.jspecify.annotations.NullMarked
package io.quorate.server.rpc;
