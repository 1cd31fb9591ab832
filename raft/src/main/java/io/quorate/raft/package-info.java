/**
 * The Raft protocol as one deterministic state machine: {@link io.quorate.raft.Raft} takes inputs and gives
 * {@link io.quorate.raft.Effects}. Nothing in it knows of threads, clocks, randomness, files, sockets or log lines.
 * So the same classes run in a server, in a simulator, and in the replay of a recorded run.
 */
@NullMarked
package io.quorate.raft;

import org.jspecify.annotations.NullMarked;
