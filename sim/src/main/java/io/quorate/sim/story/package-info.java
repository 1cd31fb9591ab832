/**
 * Tells a run as a story, in the form of the scenario files: narration, commands, what came of them, in the same notation.
 * A reader follows the broken run step by step, and begins a scenario for it from these lines. The run is played again to be
 * told, which costs nothing while it lasts.
 */
@NullMarked
package io.quorate.sim.story;

import org.jspecify.annotations.NullMarked;
