/** What clients were told, and whether one order of all that happened explains it: the checkers of linearizability. */
@NullMarked
package io.quorate.sim.history;

import org.jspecify.annotations.NullMarked;
