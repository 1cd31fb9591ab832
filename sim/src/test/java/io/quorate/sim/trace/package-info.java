/** That a trace holds the run, and that what is no trace is refused with a sentence. */
@NullMarked
package io.quorate.sim.trace;

import org.jspecify.annotations.NullMarked;
