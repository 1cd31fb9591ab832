/**
 * The TLA+ specification in the folder {@code spec}, checked by TLC: that it holds within its bounds, that it can fail, and
 * that runs of the core are behaviours of it. TLC runs as a program of its own, since it keeps its state in static fields and
 * ends with its JVM.
 */
@NullMarked
package io.quorate.sim.spec;

import org.jspecify.annotations.NullMarked;
