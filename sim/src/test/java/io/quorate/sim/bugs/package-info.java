/** The planted bugs: each is caught by a recorded seed, and the hunt for one can fail. */
@NullMarked
package io.quorate.sim.bugs;

import org.jspecify.annotations.NullMarked;
