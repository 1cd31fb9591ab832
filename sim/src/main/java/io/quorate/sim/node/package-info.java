/**
 * Whole members in one thread and virtual time: core, driver, sessions, the real log over a simulated disk, and what they
 * replicate: the key-value store, or any other {@link io.quorate.sim.node.Application}. A {@link io.quorate.sim.core.Script} says all that happens; a run is a function of it. Small checkers judge it after
 * every event and at the end.
 */
@NullMarked
package io.quorate.sim.node;

import org.jspecify.annotations.NullMarked;
