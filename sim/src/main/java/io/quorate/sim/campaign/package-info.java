/**
 * Many runs, one for each seed, on all processors: until seeds or time are used up, or one fails. What comes out does not
 * depend on which thread was faster. Knows which swarm and which simulation belong to a profile.
 */
@NullMarked
package io.quorate.sim.campaign;

import org.jspecify.annotations.NullMarked;
