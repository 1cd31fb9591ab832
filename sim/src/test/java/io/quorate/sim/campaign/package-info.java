/** Campaigns of planted simulations, and the seeds that are run each time. */
@NullMarked
package io.quorate.sim.campaign;

import org.jspecify.annotations.NullMarked;
