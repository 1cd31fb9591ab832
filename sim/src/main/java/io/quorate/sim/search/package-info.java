/**
 * Every interleaving of a small cluster: the actual core, its driver's contract, a network in no order, disks that lose what
 * was not flushed. Breadth first, each world once, whoever its members are. What breaks a rule is told as the shortest list
 * of steps that leads there.
 */
@NullMarked
package io.quorate.sim.search;

import org.jspecify.annotations.NullMarked;
