/**
 * The checkers against an oracle that tries all orders, against each other, and against histories that were spoiled.
 */
@NullMarked
package io.quorate.sim.history;

import org.jspecify.annotations.NullMarked;
