/** One seed, one run: in this JVM, in another, on another JDK, and as JavaScript. */
@NullMarked
package io.quorate.sim.replay;

import org.jspecify.annotations.NullMarked;
