/** The shrinker on failures whose least cause is known. */
@NullMarked
package io.quorate.sim.shrink;

import org.jspecify.annotations.NullMarked;
