/**
 * Bugs that other implementations of Raft have had, planted into copies of our sources: the proof that the simulator can
 * fail. Each is a few lines of text replaced in a file, which is compiled in memory and runs in a class loader of its own;
 * the production classes know nothing of it. {@link io.quorate.sim.bugs.BugHunt} looks for the first seed that catches each.
 */
@NullMarked
package io.quorate.sim.bugs;

import org.jspecify.annotations.NullMarked;
