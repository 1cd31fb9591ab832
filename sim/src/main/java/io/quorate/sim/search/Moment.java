package io.quorate.sim.search;

import org.jspecify.annotations.Nullable;

/**
 * A world, the one after a step, and the turn that one member had.
 *
 * @param turn null when a message was lost
 */
record Moment(World before, World after, @Nullable Outcome turn) {}
