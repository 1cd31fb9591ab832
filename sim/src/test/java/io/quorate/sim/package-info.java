/** What concerns all profiles of the simulator together. */
@NullMarked
package io.quorate.sim;

import org.jspecify.annotations.NullMarked;
