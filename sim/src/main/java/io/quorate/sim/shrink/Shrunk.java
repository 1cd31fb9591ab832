package io.quorate.sim.shrink;

import io.quorate.sim.core.RunResult;

/**
 * What a failing run was reduced to.
 *
 * @param smallest breaks the same rule as the first run did
 * @param runs that it took to find it
 * @param isWhole whether nothing more can be taken out; else the bound on runs ended it
 */
public record Shrunk(RunResult smallest, int runs, boolean isWhole) {}
