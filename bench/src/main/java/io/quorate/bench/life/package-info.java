/**
 * What a cluster is like over its life: while it saves its state, bounds its log, starts again, gets a member replaced, loses its
 * leader or moves it. Each part is measured by itself against a goal, with real processes; its report becomes one or more rows of a
 * table and a file of raw figures. A goal that was not reached stands there as it was measured.
 */
@NullMarked
package io.quorate.bench.life;

import org.jspecify.annotations.NullMarked;
