package io.quorate.node.port;

/**
 * Who this data directory is.
 *
 * @param clusterId unsigned, never 0
 * @param epoch of the cluster; 1 at first
 * @param memberId unsigned, never 0
 * @param incarnation random, made with the directory, never 0
 * @param startCounter starts of this directory, this one included; raised and flushed at every start
 */
public record Identity(long clusterId, long epoch, long memberId, long incarnation, long startCounter) {}
