/** The simulator of whole members, and what it must be able to find. */
@NullMarked
package io.quorate.sim.node;

import org.jspecify.annotations.NullMarked;
