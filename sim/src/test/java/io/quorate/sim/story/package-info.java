/** What a story holds, and that its form is that of the scenarios. */
@NullMarked
package io.quorate.sim.story;

import org.jspecify.annotations.NullMarked;
