/**
 * Runs the scenario files under {@code src/test/resources/scenarios}: stories of a simulated cluster with recorded output.
 * {@link io.quorate.raft.scenario.Peer} emulates the driver exactly as {@link io.quorate.raft.Effects} demands it, over a
 * simulated disk and network. How to read and write a story stands in {@code docs/scenarios.md}.
 */
@NullMarked
package io.quorate.raft.scenario;

import org.jspecify.annotations.NullMarked;
